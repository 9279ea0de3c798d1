"""How well people are served: shares within reach, places per head, inequality, paper against pavement."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from linli_compute.errors import InputError


@dataclass(frozen=True)
class Reach:
    """People within reach, of those known to live on the network, and the rest by reason.

    `share` is nan where nobody is known: no data, never 0.
    """

    within: float
    beyond: float
    unknown: float  # off the network: no street near enough to judge

    @property
    def share(self) -> float:
        """Share of the people who can be judged, 0 to 1."""
        known = self.within + self.beyond
        return self.within / known if known > 0 else float("nan")


def checked_people(people: np.ndarray, *, what: str) -> np.ndarray:
    """People as float64; InputError, naming `what`, for negative or missing counts."""
    people = np.asarray(people, dtype=float)
    if not np.isfinite(people).all() or (people < 0).any():
        raise InputError(f"{what}里有负数或缺失的人数。")
    return people


def reach(cost: np.ndarray, people: np.ndarray, known: np.ndarray, *, limit: float) -> Reach:
    """Who has an outlet within `limit` minutes (or metres); `known` marks the places on the network.

    >>> on_network = np.array([True, True, False])
    >>> r = reach(np.array([5.0, 40.0, np.inf]), np.array([100, 300, 50]), on_network, limit=15)
    >>> r.share, r.unknown
    (0.25, 50.0)
    """
    people = checked_people(people, what="人口")
    near = known & (np.asarray(cost) <= limit)
    return Reach(float(people[near].sum()), float(people[known & ~near].sum()), float(people[~known].sum()))


@dataclass(frozen=True)
class AreaReach:
    """`Reach` of many areas at once, one entry each."""

    within: np.ndarray  # (areas,), or (areas, functions) where several were asked for
    known: np.ndarray
    total: np.ndarray

    @property
    def share(self) -> np.ndarray:
        """Share within reach of the people who can be judged; nan where there are none."""
        known = self.known if self.within.ndim == 1 else self.known[:, None]
        return np.divide(self.within, known, out=np.full(self.within.shape, np.nan), where=known > 0)


def reach_by_area(
    near: np.ndarray, people: np.ndarray, known: np.ndarray, area: np.ndarray, *, areas: int
) -> AreaReach:
    """Reach per area; `area` is each place's area, -1 for none, `near` whether its outlet is near enough.

    `near` may have a column for each of several functions: (places, functions).
    """
    people = checked_people(people, what="人口")
    inside = area >= 0
    which, weight = np.where(inside, area, 0), np.where(inside, people, 0.0)
    judged = np.where(known, weight, 0.0)
    sums = sparse.csr_array((judged, (which, np.arange(len(which)))), shape=(areas, len(which)))
    return AreaReach(
        sums @ np.asarray(near, dtype=float),
        np.bincount(which, weights=judged, minlength=areas),
        np.bincount(which, weights=weight, minlength=areas),
    )


@dataclass(frozen=True)
class Verdict:
    """Both rules per community: the circle on paper, the walk in fact; -1 is "cannot be judged"."""

    by_circle: np.ndarray
    by_walking: np.ndarray

    @property
    def pass_on_paper_only(self) -> np.ndarray:
        """Communities that pass by the circle and fail on foot."""
        return np.flatnonzero((self.by_circle == 1) & (self.by_walking == 0))


def both_rules(
    centres: tuple[np.ndarray, np.ndarray],
    outlets: tuple[np.ndarray, np.ndarray],
    radius_m: np.ndarray,
    walk: np.ndarray,
    *,
    limit: float,
) -> Verdict:
    """Does each community have an outlet within its radius of its centre, and within `limit` of walk from it?

    Centres and outlets in metres on one plane; `radius_m` per community (overrides included); `walk` is the
    cost from each centre to its nearest outlet, nan where the centre is off the network.

    >>> at = (np.array([0.0, 0.0]), np.array([0.0, 5000.0]))
    >>> outlet, walk = (np.array([900.0]), np.array([0.0])), np.array([22.0, 90.0])
    >>> both_rules(at, outlet, np.full(2, 1200.0), walk, limit=15.0).pass_on_paper_only.tolist()
    [0]
    """
    from scipy.spatial import cKDTree

    if len(outlets[0]):
        straight, _ = cKDTree(np.column_stack(outlets)).query(np.column_stack(centres))
    else:
        straight = np.full(len(centres[0]), np.inf)
    on_foot = np.where(np.isnan(walk), -1, (walk <= limit).astype(int))
    return Verdict((straight <= radius_m).astype(int), on_foot)


@dataclass(frozen=True)
class Catchment:
    """Two-step floating catchment: supply per head at each place, and what nobody could reach."""

    per_head: np.ndarray
    unused: float  # supply of outlets without anybody in reach


def two_step(place: np.ndarray, outlet: np.ndarray, people: np.ndarray, supply: np.ndarray) -> Catchment:
    """Supply per head from the pairs within the walk: each outlet shares its supply among all who reach it.

    Supply is conserved: what the people get together, and what is unused, is all there is.

    >>> pairs = np.array([0, 1]), np.array([0, 0])
    >>> two_step(*pairs, np.array([1.0, 3.0]), np.array([8.0])).per_head.tolist()
    [2.0, 2.0]
    """
    people, supply = checked_people(people, what="人口"), checked_people(supply, what="容量")
    demand = np.bincount(outlet, weights=people[place], minlength=len(supply))
    each = np.divide(supply, demand, out=np.zeros(len(supply)), where=demand > 0)
    return Catchment(
        np.bincount(place, weights=each[outlet], minlength=len(people)), float(supply[demand <= 0].sum())
    )


def gini(value: np.ndarray, people: np.ndarray) -> float:
    """Inequality of a finite value over people: 0 all the same, towards 1 all with one; nan without people.

    >>> gini(np.array([0.0, 1.0]), np.array([1.0, 1.0]))
    0.5
    """
    people = checked_people(people, what="人口")
    order = np.argsort(value, kind="stable")
    held, count = np.asarray(value, dtype=float)[order] * people[order], people[order]
    if count.sum() == 0 or held.sum() == 0:
        return float("nan")
    share, so_far = held / held.sum(), np.cumsum(count) / count.sum()
    return float(1.0 - (share * (2.0 * (1.0 - so_far) + count / count.sum())).sum())


def worst_tenth(cost: np.ndarray, people: np.ndarray) -> float:
    """The walk that a tenth of the people exceed: nine in ten walk no farther; nan without people.

    >>> worst_tenth(np.array([5.0, 10.0, 60.0]), np.array([50.0, 40.0, 10.0]))
    10.0
    """
    people = checked_people(people, what="人口")
    if people.sum() == 0:
        return float("nan")
    order = np.argsort(cost, kind="stable")
    so_far = np.cumsum(people[order])
    return float(np.asarray(cost)[order][np.searchsorted(so_far, 0.9 * so_far[-1] * (1 - 1e-12))])
