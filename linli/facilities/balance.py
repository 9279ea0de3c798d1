"""How evenly things are spread over towns, villages and districts. Pure arithmetic over counted numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class Share:
    """So much of a thing for so many of another, over some communities; None where nothing is known."""

    title: str
    count: float
    per: float
    times: int
    communities: int

    @property
    def value(self) -> float | None:
        return self.count * self.times / self.per if self.per else None


@dataclass(frozen=True)
class Spread:
    """The least, the most, the variation, and Gini’s measure (0 even, 1 one has all) of communities."""

    least: float
    most: float
    variation: float
    gini: float


def share_of(
    title: str, counts: dict[str, float], per: dict[str, float], codes: Iterable[str], times: int
) -> Share:
    """The communities that said both; one that said only one of the two is left out of both sums."""
    both = [code for code in codes if code in counts and per.get(code)]
    return Share(title, sum(counts[c] for c in both), sum(per[c] for c in both), times, len(both))


def spread_of(counts: dict[str, float], per: dict[str, float], times: int) -> Spread | None:
    """Each community weighs by `per`; None for fewer than two communities, or nothing to spread."""
    both = [(counts[code] * times / per[code], per[code]) for code in counts if per.get(code)]
    whole = sum(weight for _value, weight in both)
    mean = sum(value * weight for value, weight in both) / whole if whole else 0
    if len(both) < 2 or not mean:
        return None
    values = [value for value, _weight in both]
    variance = sum(weight * (value - mean) ** 2 for value, weight in both) / whole
    return Spread(min(values), max(values), sqrt(variance) / mean, _gini(sorted(both), whole, mean * whole))


def _gini(both: list[tuple[float, float]], people: float, things: float) -> float:
    """One less twice the area below the Lorenz curve, by trapezia."""
    area = reached = 0.0
    for value, weight in both:
        before, reached = reached, reached + value * weight / things
        area += weight / people * (before + reached) / 2
    return max(0.0, 1 - 2 * area)
