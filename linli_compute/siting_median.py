"""p-median by Lagrangian relaxation: every multiplier gives a true bound, every round a choice of sites."""

from dataclasses import dataclass

import numpy as np

from linli_compute.siting_model import Limits

STALE_ROUNDS = 15


@dataclass(frozen=True)
class Median:
    """Cells with people and the walk they have now, the pairs that would shorten it, and how many sites."""

    people: np.ndarray
    now: np.ndarray  # minutes without any new site
    cell: np.ndarray
    site: np.ndarray
    minutes: np.ndarray
    sites: int
    count: int


@dataclass(frozen=True)
class MedianFound:
    """The best choice met, its people × minutes, and the best bound."""

    sites: np.ndarray
    value: float
    bound: float


def walk_of(median: Median, chosen: np.ndarray) -> float:
    """People × minutes when these sites are built."""
    best = median.now.copy()
    mine = np.isin(median.site, chosen)
    np.minimum.at(best, median.cell[mine], median.minutes[mine])
    return float(best @ median.people)


def median_by_relaxation(median: Median, limits: Limits) -> MedianFound:
    """Subgradient on the demand of each cell to be served once; exchanges improve the choice at the end.

    With v the multipliers, Σ v + Σ over the `count` best sites of Σ min(0, w·d - v) never exceeds the
    optimum: a cell may also stay at the walk it has now, hence v ≤ w·now.
    """
    weight = median.people[median.cell]
    walk, ceiling = weight * median.minutes, median.people * median.now
    price = _first_prices(median, walk, ceiling)
    best, bound, step, stale = _greedy(median), -np.inf, 1.0, 0
    value = walk_of(median, best)
    for _ in range(limits.rounds):
        saved = np.minimum(0.0, walk - price[median.cell])
        worth = np.bincount(median.site, weights=saved, minlength=median.sites)
        chosen = np.argsort(worth, kind="stable")[: median.count]
        chosen = chosen[worth[chosen] < 0.0]
        lower = float(price.sum() + worth[chosen].sum())
        met = walk_of(median, chosen)
        if met < value:
            value, best = met, chosen
        stale = 0 if lower > bound + 1e-9 * abs(bound) else stale + 1
        bound = max(bound, lower)
        if limits.progress is not None and limits.progress(value, bound):
            break
        if value - bound <= limits.gap * max(value, 1e-9):
            break
        if stale >= STALE_ROUNDS:
            step, stale = step / 2.0, 0
        served = np.isin(median.site, chosen) & (saved < 0.0)
        slope = 1.0 - np.bincount(median.cell[served], minlength=len(price))
        slope[(slope > 0) & (price >= ceiling)] = 0.0
        squared = float(slope @ slope)
        if squared == 0.0 or step < 1e-6:
            break
        price = np.clip(price + step * (1.02 * value - lower) / squared * slope, 0.0, ceiling)
    best, value = _exchanged(median, best, value)
    return MedianFound(np.sort(best), value, min(bound, value))


def _first_prices(median: Median, walk: np.ndarray, ceiling: np.ndarray) -> np.ndarray:
    """Each cell's second-shortest walk: a usual first guess of what serving it is worth."""
    order = np.lexsort((walk, median.cell))
    cell = median.cell[order]
    first = np.r_[True, cell[1:] != cell[:-1]] if len(cell) else np.empty(0, dtype=bool)
    second = np.flatnonzero(first) + 1
    second = second[(second < len(cell))]
    second = second[~first[second]]
    price = ceiling.copy()
    price[cell[second]] = np.minimum(ceiling[cell[second]], walk[order][second])
    return price


def _greedy(median: Median) -> np.ndarray:
    """The site that saves most, then the next, until all are placed."""
    best, weight = median.now.copy(), median.people[median.cell]
    chosen: list[int] = []
    for _ in range(median.count):
        saving = np.maximum(best[median.cell] - median.minutes, 0.0) * weight
        gain = np.bincount(median.site, weights=saving, minlength=median.sites)
        into = int(np.argmax(gain))
        if gain[into] <= 0.0:
            break
        chosen.append(into)
        mine = median.site == into
        best[median.cell[mine]] = np.minimum(best[median.cell[mine]], median.minutes[mine])
    return np.array(chosen, dtype=np.int64)


def _exchanged(median: Median, chosen: np.ndarray, value: float) -> tuple[np.ndarray, float]:
    """Swaps one site for another while that shortens the walk (first improvement, one round per site)."""
    weight = median.people[median.cell]
    kept = list(chosen)
    for out in list(kept):
        rest = np.array([s for s in kept if s != out], dtype=np.int64)
        best = median.now.copy()
        mine = np.isin(median.site, rest)
        np.minimum.at(best, median.cell[mine], median.minutes[mine])
        saving = np.maximum(best[median.cell] - median.minutes, 0.0) * weight
        gain = np.bincount(median.site, weights=saving, minlength=median.sites)
        into = int(np.argmax(gain))
        there = float(best @ median.people - gain[into])
        if there < value - 1e-9:
            kept = [*rest.tolist(), into]
            value = there
    return np.array(kept, dtype=np.int64), value
