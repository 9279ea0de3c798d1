"""Steps of the demonstration city: each app declares, in demo.py, what it adds through its real actions."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from .registry import Registry


@dataclass
class DemoWorld:
    """What the steps share: the generated city, its last day, and the accounts made so far."""

    city: Any  # linli.config.city.City: columns of a generated city, region code 99
    size: str  # S, M or L
    last_day: date  # the last day of history; nothing happens after it
    first_day: date  # 18 months earlier
    say: Callable[[str], None]
    users: dict[str, Any] = field(default_factory=dict)  # role code → account of that role


@dataclass(frozen=True)
class DemoStep:
    """One step; it runs after the steps it names, `behind` in a job when the pages are already up."""

    name: str
    title: str
    run: Callable[[DemoWorld], None]
    after: tuple[str, ...] = ()
    behind: bool = False


demo_steps: Registry[DemoStep] = Registry("demo step")


def demo_step(name: str, title: str, *, after: tuple[str, ...] = (), behind: bool = False) -> Callable:
    """Declare the decorated function as a step: `@demo_step("requests", "居民诉求", after=("people",))`."""

    def declare(run: Callable[[DemoWorld], None]) -> Callable[[DemoWorld], None]:
        demo_steps[name] = DemoStep(name, title, run, after, behind)
        return run

    return declare


def in_order() -> list[DemoStep]:
    """All steps, each after those it names; LookupError when one names a step nobody declares.

    A step that waits for one `behind` runs behind itself.
    """
    done: dict[str, DemoStep] = {}

    def take(name: str, above: tuple[str, ...] = ()) -> None:
        if name in above:
            raise ValueError(f"demo steps wait for each other: {' → '.join((*above, name))}")
        if name not in done:
            for before in demo_steps[name].after:
                take(before, (*above, name))
            waits = any(done[before].behind for before in demo_steps[name].after)
            done[name] = replace(demo_steps[name], behind=demo_steps[name].behind or waits)

    for name in sorted(demo_steps):
        take(name)
    return list(done.values())
