"""What the reference evaluator reads: units of the tree and their cells, held in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from .ir import Measured
from .periods import Months
from .values import NOT_APPLICABLE, NOT_DUE, NOT_REPORTED, UNDEFINED, VALUE, Value, missing, unscaled


@dataclass(frozen=True)
class Unit:
    """A place that reports, with the scopes it belongs to; its path opens with the path of its parent."""

    code: str
    path: str
    scopes: frozenset[str]


@dataclass(frozen=True)
class Cell:
    """One stored figure: a scaled integer, or the reason why there is none."""

    value: int | None
    status: str = VALUE


@dataclass(frozen=True)
class Facts:
    """Cells by (measure, place code, last month, months covered); months after `due_through` are not due."""

    units: tuple[Unit, ...]
    cells: Mapping[tuple[str, str, int, int], Cell]
    due_through: int
    own: Mapping[str, str] = field(default_factory=dict)  # path → code of a place, for rows of its own

    def within(self, path: str, scope: str) -> list[Unit]:
        """Units of the scope in the place of that path."""
        return [unit for unit in self.units if unit.path.startswith(path) and scope in unit.scopes]


@dataclass(frozen=True)
class Reading:
    """A measure at one unit over a period: its value, and whether every month that was due is there."""

    value: Value
    complete: bool


def read(facts: Facts, leaf: Measured, code: str, months: Months) -> Reading:
    """The measure at the place `code`, brought together over the months by its kind."""
    for shift in leaf.shifts:
        months = months.shifted(shift)
    if months.first > facts.due_through:
        return Reading(missing(NOT_DUE), True)
    due = Months(months.first, min(months.last, facts.due_through))
    if leaf.kind == "distinct":
        return _exactly(facts, leaf, code, months)
    if leaf.kind in ("stock", "ratio"):
        return _latest(facts, leaf, code, due)
    if leaf.kind == "ytd":
        return _differenced(facts, leaf, code, due)
    return _over_time(facts, leaf, code, due)


def _found(facts, leaf, code, months):
    keys = ((leaf.measure, code, month, 1) for month in range(months.first, months.last + 1))
    return [facts.cells[key] for key in keys if key in facts.cells]


def _without(cells) -> Value:
    return missing(*(cell.status for cell in cells)) if cells else missing(NOT_REPORTED)


def _exactly(facts, leaf, code, months):
    cell = facts.cells.get((leaf.measure, code, months.last, len(months)))
    if cell is None or cell.value is None:
        return Reading(_without([cell] if cell else []), False)
    return Reading(Value(unscaled(cell.value, leaf.scale)), True)


def _latest(facts, leaf, code, months):
    window = Months(months.last - leaf.lookback + 1, months.last)
    cells = _found(facts, leaf, code, window)
    values = [cell.value for cell in cells if cell.value is not None]
    if not values:
        return Reading(_without(cells), False)
    return Reading(Value(unscaled(values[-1], leaf.scale)), True)


def _over_time(facts, leaf, code, months):
    cells = _found(facts, leaf, code, months)
    values = [cell.value for cell in cells if cell.value is not None]
    if not values:
        return Reading(_without(cells), False)
    total = unscaled(sum(values), leaf.scale)
    if leaf.kind == "average":
        total /= len(values)
    return Reading(Value(total), len(values) == len(months))


def _differenced(facts, leaf, code, months):
    """Running totals of the year, turned into what came in these months."""
    total = Fraction(0)
    for part in months.years():
        wanted = [part.last] if part.first % 12 == 0 else [part.first - 1, part.last]
        cells = [facts.cells.get((leaf.measure, code, month, 1)) for month in wanted]
        if any(cell is None or cell.value is None for cell in cells):
            return Reading(_without([c for c in cells if c is not None and c.value is None]), False)
        start, end = (0, cells[0].value) if len(cells) == 1 else (cells[0].value, cells[1].value)
        if end < start:
            return Reading(missing(UNDEFINED), False)
        total += unscaled(end - start, leaf.scale)
    return Reading(Value(total), True)


def applies(readings) -> bool:
    """Should this unit have reported? Not if something is not due yet or does not apply to it."""
    return not any(r.value.status in (NOT_DUE, NOT_APPLICABLE) for r in readings)


def average_denominator(months: int) -> int:
    """A whole number that every count of months up to this one divides."""
    return lcm(*range(1, months + 1))
