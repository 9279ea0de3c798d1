"""Grades of an evaluation index: gates that must be passed, scored items with weights, bands; and why not yet.

Exact fractions throughout: a grade on the border of a band must not depend on how a machine rounds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Gate:
    """A must-have: the value must reach `at_least`."""

    code: str
    at_least: Fraction


@dataclass(frozen=True)
class Item:
    """A scored item: 0 at `worst`, full at `best`, straight between; `weight` is its share of the score."""

    code: str
    weight: Fraction
    worst: Fraction
    best: Fraction

    def share(self, value: Fraction) -> Fraction:
        """How much of the item is reached, 0 to 1.

        >>> Item("a", Fraction(10), Fraction(0), Fraction(4)).share(Fraction(3))
        Fraction(3, 4)
        """
        reached = (value - self.worst) / (self.best - self.worst)
        return min(max(reached, Fraction(0)), Fraction(1))


@dataclass(frozen=True)
class Band:
    """A grade that a score of at least `from_score` gives, when every gate is passed."""

    name: str
    from_score: Fraction


@dataclass(frozen=True)
class Index:
    """Gates, items whose weights add up to 100, and bands from the highest to the lowest."""

    gates: tuple[Gate, ...]
    items: tuple[Item, ...]
    bands: tuple[Band, ...]

    def __post_init__(self) -> None:
        if sum(item.weight for item in self.items) != 100:
            raise ValueError("the weights of the items do not add up to 100")
        scores = [band.from_score for band in self.bands]
        if scores != sorted(scores, reverse=True) or len(set(scores)) != len(scores):
            raise ValueError("the bands do not go from the highest to the lowest")
        if any(item.best == item.worst for item in self.items):
            raise ValueError("an item's best is its worst")


@dataclass(frozen=True)
class Step:
    """Something to do: the value an item or gate should get, and the points that brings."""

    code: str
    value: Fraction
    points: Fraction
    gate: bool


@dataclass(frozen=True)
class Grade:
    """What a place reached: None for the grade where a gate is not passed or no band is reached."""

    grade: str | None
    score: Fraction
    failed_gates: tuple[str, ...]
    unknown: tuple[str, ...]
    steps: tuple[Step, ...]  # at most three: what brings it nearest to the next band


MOST_STEPS = 3


def grade(index: Index, values: Mapping[str, Fraction | None]) -> Grade:
    """The grade of a place from the values of its gates and items; what is unknown scores nothing and is told."""
    failed = tuple(gate.code for gate in index.gates if not _passes(gate, values.get(gate.code)))
    score = sum((_points(item, values.get(item.code)) for item in index.items), Fraction(0))
    reached = None if failed else next((b.name for b in index.bands if score >= b.from_score), None)
    codes = dict.fromkeys([*(gate.code for gate in index.gates), *(item.code for item in index.items)])
    unknown = tuple(code for code in codes if values.get(code) is None)
    return Grade(reached, score, failed, unknown, steps_to_next(index, values, score))


def _passes(gate: Gate, value: Fraction | None) -> bool:
    return value is not None and value >= gate.at_least


def _points(item: Item, value: Fraction | None) -> Fraction:
    return Fraction(0) if value is None else item.weight * item.share(value)


def steps_to_next(index: Index, values: Mapping[str, Fraction | None], score: Fraction) -> tuple[Step, ...]:
    """At most three things to do: gates not passed first, then the items that miss the most points.

    An item is asked only as far as the next band needs; nothing is asked of who is in the highest.
    """
    steps = [
        Step(gate.code, gate.at_least, Fraction(0), True)
        for gate in index.gates
        if not _passes(gate, values.get(gate.code))
    ]
    above = [band.from_score for band in index.bands if band.from_score > score]
    needed = (min(above) - score) if above else Fraction(0)
    missing = sorted(
        ((item.weight - _points(item, values.get(item.code)), item.code, item) for item in index.items),
        key=lambda one: (-one[0], one[1]),
    )
    for left, _code, item in missing:
        if needed <= 0 or len(steps) >= MOST_STEPS or left == 0:
            break
        gained = min(left, needed)
        reached = (_points(item, values.get(item.code)) + gained) / item.weight
        steps.append(Step(item.code, item.worst + reached * (item.best - item.worst), gained, False))
        needed -= gained
    return tuple(steps[:MOST_STEPS])


def grades(index: Index, places: Mapping[str, Mapping[str, Fraction | None]]) -> dict[str, Grade]:
    """The grade of each place."""
    return {place: grade(index, values) for place, values in places.items()}


def names_of(index: Index) -> Sequence[str]:
    """Every code the index reads, once."""
    return list(dict.fromkeys([*(g.code for g in index.gates), *(i.code for i in index.items)]))
