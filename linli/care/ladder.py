"""The ladder when nobody answers, as the rules give it and as the timeline of a case tells it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.kernel.clock import CHINA

from .rulebook import CarePack

BEGINS = {"no_answer", "try_next", "climb", "escalate", "escalate_higher"}
ENDS = {"record", "record_otherwise", "decline", "confirm_safe", "cancel", "take_over"}


@dataclass(frozen=True)
class Line:
    """One rung of the rules; `tell` names the level of those on duty, empty while one still tries."""

    level: int
    code: str
    name: str
    hours: int
    tell: str = ""


@dataclass(frozen=True)
class Stood:
    """A rung as it stood: from when until when."""

    level: int
    code: str
    at: datetime
    ended_at: datetime | None


def lines_of(rules: CarePack) -> list[Line]:
    """All rungs from the first retry to the highest level that is told."""
    tried = [Line(n, line.code, line.name, line.hours) for n, line in enumerate(rules.ladder, 1)]
    beyond = len(tried) + 1
    told = [
        Line(n, f"tell-{line.tell}", line.name, line.hours, line.tell)
        for n, line in enumerate(rules.escalation, beyond)
    ]
    return tried + told


def next_level(lines: list[Line], before: int, *, told: bool) -> int:
    """The level after `before`; with `told` the first one at which those on duty are told, at least."""
    first_told = next(line.level for line in lines if line.tell)
    return max(before + 1, first_told) if told else before + 1


def due_at(now: datetime, hours: int, latest_hour: int) -> datetime:
    """When a rung is over: after its hours, but on the same day, so that nobody lies alone till tomorrow."""
    evening = now.astimezone(CHINA).replace(hour=latest_hour, minute=0, second=0, microsecond=0)
    return min(now + timedelta(hours=hours), max(now, evening))


def replay(events: Iterable, rules: CarePack) -> list[Stood]:
    """The rungs as the timeline tells them, without looking at any other table."""
    lines, stood, standing = lines_of(rules), [], None
    for event in events:
        if event.step in BEGINS:
            before = standing or (stood[-1] if stood else None)
            level = next_level(lines, before.level if before else 0, told=event.step == "escalate")
        if event.step in BEGINS | ENDS and standing is not None:
            stood.append(Stood(standing.level, standing.code, standing.at, event.at))
            standing = None
        if event.step in BEGINS:
            line = lines[level - 1]
            standing = Stood(line.level, line.code, event.at, None)
    return stood + ([standing] if standing else [])
