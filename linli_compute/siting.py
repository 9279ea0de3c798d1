"""Where to build next: reach a share at least cost, cover most for a budget, or shorten the walk.

Every answer carries a bound: what no choice of sites can beat. `gap` says how far the answer may be from
it. A heuristic only ever supplies the start; HiGHS (or a Lagrangian bound, for the walk) says how good it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from linli_compute.access import checked_people
from linli_compute.errors import InputError
from linli_compute.siting_median import Median, median_by_relaxation
from linli_compute.siting_model import (
    Limits,
    Outcome,
    Rows,
    cover_start,
    flows_of,
    merge_rows,
    solve_cover,
)

__all__ = ["Answer", "Limits", "Siting", "cover_most", "cover_share", "in_one_house", "least_walk", "served"]


@dataclass(frozen=True)
class Siting:
    """Cells of people, candidate sites, and the pairs within the walk.

    `kept` sites stand already: they cost nothing and stay. `capacity` limits the people a site serves (cells
    may be shared out among sites; inf for no limit). `floor` is the least share of each area's people to be
    covered; `area` is each cell's area. `service`, where several functions share a house, is each cell's
    function; `capacity` may then have a row for each: (services, sites).
    """

    people: np.ndarray
    cell: np.ndarray
    site: np.ndarray
    cost: np.ndarray
    kept: np.ndarray | None = None
    capacity: np.ndarray | None = None
    area: np.ndarray | None = None
    floor: np.ndarray | None = None
    service: np.ndarray | None = None

    def __post_init__(self) -> None:
        checked_people(self.people, what="人口")
        if not len(self.cost):
            raise InputError("没有一个候选点。")
        if not np.isfinite(self.cost).all() or (self.cost < 0).any():
            raise InputError("候选点的费用不能为负或缺失。")
        if (self.floor is None) != (self.area is None):
            raise InputError("每个区域的最低覆盖率和各点所属区域要一起给。")
        if self.capacity is not None and not (np.asarray(self.capacity) >= 0).all():
            raise InputError("候选点的容量不能为负或缺失。")

    @property
    def stands(self) -> np.ndarray:
        """Which sites stand already."""
        return np.zeros(len(self.cost), dtype=bool) if self.kept is None else self.kept


def in_one_house(functions: Sequence[Siting]) -> Siting:
    """Several functions under one roof (嵌入式综合体): each site that is built serves all of them.

    The functions have the same sites and costs, each its own cells, capacities (given for all of them or for
    none) and floors; what is covered is people × functions. A site stands already only where it offers every
    function, for a house is built whole: what stands for one function alone is a site in reach of its cells.
    """
    first = functions[0]
    if any(len(one.cost) != len(first.cost) or (one.cost != first.cost).any() for one in functions):
        raise InputError("合建的几项功能要用同一批候选点和费用。")
    if len({one.capacity is None for one in functions}) > 1:
        raise InputError("合建的几项功能要么都给容量，要么都不给。")
    cells = [len(one.people) for one in functions]
    begin = np.cumsum([0, *cells[:-1]])
    return Siting(
        np.concatenate([one.people for one in functions]),
        np.concatenate([one.cell + start for one, start in zip(functions, begin, strict=True)]),
        np.concatenate([one.site for one in functions]),
        first.cost,
        kept=np.logical_and.reduce([one.stands for one in functions]),
        capacity=None
        if first.capacity is None
        else np.stack([np.asarray(one.capacity) for one in functions]),
        service=np.repeat(np.arange(len(functions)), cells),
        **_areas_of(functions),
    )


def _areas_of(functions: Sequence[Siting]) -> dict[str, np.ndarray]:
    """Areas and floors of all functions, one after the other; areas of functions without a floor ask nothing."""
    if all(one.floor is None for one in functions):
        return {}
    area: list[np.ndarray] = []
    floor: list[np.ndarray] = []
    for one in functions:
        begin = sum(len(part) for part in floor)
        asked = np.zeros(1) if one.floor is None else one.floor
        own = np.zeros(len(one.people), dtype=np.int64) if one.area is None else one.area
        area.append(own + begin)
        floor.append(asked)
    return {"area": np.concatenate(area), "floor": np.concatenate(floor)}


@dataclass(frozen=True)
class Answer:
    """New sites, what they do, and what nothing can beat.

    `value` is what was asked for (cost, people or people × minutes) and `bound` its proven limit.
    """

    sites: np.ndarray
    value: float
    bound: float
    people: float  # covered in the end, kept sites included
    before: float  # covered by the kept sites alone
    cost: float
    proven: bool  # the solver closed the gap it was asked to close
    method: str = field(default="HiGHS")

    @property
    def gap(self) -> float:
        """How much better an answer could be at most, as a share of `value`; 0 is proven best."""
        if abs(self.value - self.bound) <= 1e-6 * max(1.0, abs(self.value)):
            return 0.0
        return abs(self.bound - self.value) / abs(self.value) if self.value else float("inf")


def served(problem: Siting, sites: np.ndarray) -> float:
    """People that the kept sites and these serve together within their capacities (places are shared out)."""
    rows = _rows(problem)
    built = rows.kept.copy()
    built[sites] = True
    if rows.capacity is None:
        return rows.covered_by_kept + float(rows.weight[rows.matrix @ built.astype(float) > 0].sum())
    return flows_of(rows, built).people


def cover_share(problem: Siting, share: float, *, limits: Limits) -> Answer:
    """The cheapest new sites that cover `share` of all people; InputError if even all sites do not."""
    if not 0.0 < share <= 1.0:
        raise InputError("目标覆盖率应在 0 与 1 之间。")
    rows = _rows(problem)
    wanted = share * float(np.sum(problem.people))
    start = cover_start(rows, wanted=wanted, budget=np.inf)
    if rows.capacity is None and start.people < wanted - 1e-6:
        best = start.people / max(float(np.sum(problem.people)), 1e-12)
        raise InputError(f"就算所有候选点都建，也只能覆盖 {best:.1%}，达不到 {share:.1%}。")
    return _answer(problem, rows, solve_cover(rows, wanted=wanted, budget=None, start=start, limits=limits))


def cover_most(problem: Siting, budget: float, *, limits: Limits) -> Answer:
    """The new sites within `budget` that cover most people (cost 1 each: at most `budget` sites)."""
    if not budget >= 0.0:
        raise InputError("预算不能为负。")
    rows = _rows(problem)
    start = cover_start(rows, wanted=np.inf, budget=budget)
    return _answer(problem, rows, solve_cover(rows, wanted=None, budget=budget, start=start, limits=limits))


def _rows(problem: Siting) -> Rows:
    floor = None
    if problem.floor is not None and problem.area is not None:
        totals = np.bincount(problem.area, weights=problem.people, minlength=len(problem.floor))
        floor = problem.floor * totals
    capacity = None if problem.capacity is None else np.atleast_2d(np.asarray(problem.capacity, dtype=float))
    return merge_rows(
        np.asarray(problem.people, dtype=float),
        (problem.cell, problem.site),
        (np.where(problem.stands, 0.0, problem.cost), problem.stands),
        (capacity, problem.service),
        (problem.area, floor),
    )


def _answer(problem: Siting, rows: Rows, outcome: Outcome) -> Answer:
    new = np.flatnonzero(outcome.built & ~problem.stands)
    return Answer(
        sites=new,
        value=outcome.value,
        bound=outcome.bound,
        people=outcome.people,
        before=rows.covered_by_kept,
        cost=float(np.sum(problem.cost[new])),
        proven=outcome.proven,
    )


def least_walk(
    problem: Siting,
    minutes: np.ndarray,
    count: int,
    *,
    beyond: float,
    limits: Limits,
    now: np.ndarray | None = None,
) -> Answer:
    """At most `count` new sites with the least sum of people × minutes (p-median).

    `minutes` of each pair of the problem; whoever has no site within the walk counts `beyond` minutes, or what
    he walks `now` (minutes of each cell to what stands already, besides the kept sites of the problem). The
    bound is Lagrangian; limits.rounds applies, not limits.seconds: the answer is the same on every machine.
    """
    if count < 0 or problem.capacity is not None or problem.floor is not None:
        raise InputError("这种选址只支持个数，不支持容量和区域最低覆盖率。")
    if len(minutes) != len(problem.cell) or (minutes < 0).any() or (minutes > beyond).any():
        raise InputError("每对点的步行时间应在 0 与上限之间。")
    people = np.asarray(problem.people, dtype=float)
    near = np.full(len(people), beyond) if now is None else np.minimum(now, beyond)
    reached = near < beyond
    standing = problem.stands[problem.site]
    np.minimum.at(near, problem.cell[standing], minutes[standing])
    use = ~standing & (minutes < near[problem.cell]) & (people[problem.cell] > 0)
    median = Median(
        people, near, problem.cell[use], problem.site[use], minutes[use], len(problem.cost), count
    )
    found = median_by_relaxation(median, limits)
    covered = reached.copy()
    covered[problem.cell[standing | np.isin(problem.site, found.sites)]] = True
    before = reached
    before[problem.cell[standing]] = True
    cost = float(np.sum(problem.cost[found.sites]))
    served_now, served_before = float(people[covered].sum()), float(people[before].sum())
    return Answer(
        found.sites, found.value, found.bound, served_now, served_before, cost,
        proven=found.value - found.bound <= limits.gap * max(found.value, 1e-9), method="Lagrange",
    )  # fmt: skip
