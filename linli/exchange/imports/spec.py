"""What can be imported: its columns, how a cell of each is read, what is done with good rows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from linli.kernel.registry import Registry


@dataclass(frozen=True)
class Field:
    """One column: its name in code, its titles (the first is shown), how its cell is read.

    `read` returns the value or raises WrongCell with the reason.
    """

    name: str
    titles: tuple[str, ...]
    read: Callable[[Any], Any]
    required: bool = False


@dataclass(frozen=True)
class ImportSpec:
    """One kind of import.

    `check(rows)` yields (row number, field name, reason) for what one cell alone cannot show: references,
    repetitions. `apply(rows, by=…)` stores the good rows in one transaction, so that the same rows applied
    twice leave the same records (upsert by key), and returns how many it stored. `allowed(user)` says who
    may. `entry` is the code in the exchange register.
    """

    name: str
    title: str
    entry: str
    fields: Sequence[Field]
    allowed: Callable[[Any], bool]
    apply: Callable[..., int]
    check: Callable[[list[tuple[int, dict]]], Iterable[tuple[int, str, str]]] = field(default=lambda rows: ())


specs: Registry[ImportSpec] = Registry("import")


def declare_import(spec: ImportSpec) -> ImportSpec:
    specs[spec.name] = spec
    return spec
