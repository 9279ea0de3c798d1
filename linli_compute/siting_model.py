"""Covering models: rows merged exactly, dominated sites dropped, a greedy start improved by exchange."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np
from scipy import sparse

from linli_compute.errors import InputError

EXCHANGES = 60


@dataclass(frozen=True)
class Limits:
    """When to stop: seconds by the clock, gap, rounds of the Lagrangian.

    What comes before HiGHS is limited by its rounds, so that it says the same on every machine; HiGHS has the
    seconds that are left, one at least.

    `progress` hears (value, bound) many times a second and may say True: enough, the best so far will do.
    """

    seconds: float = 30.0
    gap: float = 1e-4
    rounds: int = 400
    progress: Callable[[float, float], bool | None] | None = None

    def left(self, since: float) -> "Limits":
        """The same with the seconds that are left of those begun at `since` (of time.monotonic)."""
        return replace(self, seconds=max(1.0, self.seconds - (monotonic() - since)))


@dataclass(frozen=True)
class Rows:
    """Cells with the same sites (and area) as one row each; `matrix` is rows × sites, ones where in reach.

    Without capacities: rows in reach of a kept site are taken out and counted in `covered_by_kept`, and sites
    whose rows another site at no higher cost covers too are not `useful`.
    """

    weight: np.ndarray
    matrix: sparse.csr_array
    cost: np.ndarray
    kept: np.ndarray
    useful: np.ndarray
    capacity: np.ndarray | None  # (services, sites)
    service: np.ndarray  # of each row: 0 where there is one service only
    area: np.ndarray | None
    floor: np.ndarray | None  # people per area still to be covered
    covered_by_kept: float


@dataclass(frozen=True)
class Outcome:
    """Built sites (kept ones too), the value asked for, its bound, and the people covered."""

    built: np.ndarray
    value: float
    bound: float
    people: float
    proven: bool


@dataclass(frozen=True)
class Start:
    """A choice found without a solver."""

    built: np.ndarray
    people: float


def merge_rows(
    people: np.ndarray,
    pairs: tuple[np.ndarray, np.ndarray],
    sites: tuple[np.ndarray, np.ndarray],
    capacities: tuple[np.ndarray | None, np.ndarray | None],
    areas: tuple[np.ndarray | None, np.ndarray | None],
) -> Rows:
    """Exact reductions: equal rows merged, settled ones counted, dominated sites marked.

    capacities: (services, sites) and the service of each cell. Without capacities nothing depends on the
    service: cells of several services with the same sites are one row.
    """
    cost, kept = sites
    area, floor = areas
    capacity, service = capacities
    reach = sparse.csr_array((np.ones(len(pairs[0])), pairs), shape=(len(people), len(cost)))
    reach.sum_duplicates()
    reach.sort_indices()
    apart = None if capacity is None else service
    weight, first = equal_rows(reach, people, (area, apart))
    matrix, row_area = reach[first], None if area is None else area[first]
    row_service = np.zeros(len(first), dtype=np.int64) if apart is None else apart[first]
    done = 0.0
    if capacity is None:
        settled = matrix @ kept.astype(float) > 0
        done = float(weight[settled].sum())
        if floor is not None and row_area is not None:
            floor = floor - np.bincount(row_area[settled], weights=weight[settled], minlength=len(floor))
        matrix, weight = matrix[~settled], weight[~settled]
        row_area = None if row_area is None else row_area[~settled]
        row_service = row_service[~settled]
        useful = ~kept & ~_dominated(matrix, np.where(kept, np.inf, cost))
    else:
        useful = np.ones(len(cost), dtype=bool)
        done = _flows(matrix, (weight, row_service), kept, capacity).people
    return Rows(weight, matrix, cost, kept, useful, capacity, row_service, row_area, floor, done)


def equal_rows(
    reach: sparse.csr_array, people: np.ndarray, parts: tuple[np.ndarray | None, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Weight and first cell of each class of cells with the same sites and parts, of those with any site."""
    classes: dict[tuple[bytes, tuple[int, ...]], int] = {}
    number = np.full(len(people), -1, dtype=np.int64)
    indices, indptr = reach.indices.astype(np.int32), reach.indptr
    given = [part for part in parts if part is not None]
    for cell in np.flatnonzero((np.diff(indptr) > 0) & (people > 0)):
        key = (indices[indptr[cell] : indptr[cell + 1]].tobytes(), tuple(int(part[cell]) for part in given))
        number[cell] = classes.setdefault(key, len(classes))
    some = number >= 0
    weight = np.bincount(number[some], weights=people[some], minlength=len(classes))
    first = np.zeros(len(classes), dtype=np.int64)
    first[number[some][::-1]] = np.flatnonzero(some)[::-1]
    return weight, first


def _dominated(matrix: sparse.csr_array, cost: np.ndarray) -> np.ndarray:
    """Sites all of whose rows another site covers at no higher cost (of equals the first stays)."""
    overlap = (matrix.T @ matrix).tocoo()
    size = np.asarray(matrix.sum(axis=0)).ravel()
    a, b = overlap.coords
    other = (a != b) & (overlap.data >= size[a] - 0.5) & (cost[b] <= cost[a])
    twin = (size[a] == size[b]) & (cost[a] == cost[b])
    lost = np.zeros(len(size), dtype=bool)
    lost[a[other & (~twin | (b < a))]] = True
    return lost | (size == 0)


def cover_start(rows: Rows, *, wanted: float, budget: float) -> Start:
    """Greedy by people per cost, then exchanges of one site for another: a good start for HiGHS."""
    built = rows.kept.copy()
    if rows.capacity is not None:
        return Start(built, rows.covered_by_kept)
    count = np.zeros(matrix_rows(rows))
    transposed = rows.matrix.T.tocsr()
    spent, people = 0.0, rows.covered_by_kept
    price = np.maximum(rows.cost, 1e-9)
    while people < wanted - 1e-9:
        gain = transposed @ np.where(count == 0, rows.weight, 0.0)
        gain[built | ~rows.useful | (spent + rows.cost > budget + 1e-9)] = 0.0
        best = int(np.argmax(np.minimum(gain, wanted - people) / price))
        if gain[best] <= 0.0:
            break
        built[best] = True
        spent += rows.cost[best]
        count += _column(transposed, best, len(count))
        people += gain[best]
    if np.isfinite(budget):
        people = exchange(rows, transposed, built, count, budget)
    return Start(built, people)


def matrix_rows(rows: Rows) -> int:
    """Number of merged rows."""
    return int(rows.matrix.shape[0])


def _column(transposed: sparse.csr_array, site: int, size: int) -> np.ndarray:
    ones = np.zeros(size)
    ones[transposed.indices[transposed.indptr[site] : transposed.indptr[site + 1]]] = 1.0
    return ones


def exchange(
    rows: Rows, transposed: sparse.csr_array, built: np.ndarray, count: np.ndarray, budget: float
) -> float:
    """Swaps a built site for a better one while that helps; returns the people covered."""
    fresh = transposed @ np.where(count == 0, rows.weight, 0.0)  # what each site would add as things stand
    for _ in range(EXCHANGES):
        moved = False
        for out in np.flatnonzero(built & ~rows.kept).tolist():
            mine = transposed.indices[transposed.indptr[out] : transposed.indptr[out + 1]]
            alone = mine[count[mine] == 1]
            gain = fresh + _on_rows(rows, alone)
            spare = budget - float(rows.cost[built].sum()) + rows.cost[out]
            gain[(built & (np.arange(len(built)) != out)) | (rows.cost > spare + 1e-9) | ~rows.useful] = 0.0
            into = int(np.argmax(gain))
            if gain[into] > float(rows.weight[alone].sum()) + 1e-9:
                built[out], built[into] = False, True
                count[mine] -= 1.0
                count[transposed.indices[transposed.indptr[into] : transposed.indptr[into + 1]]] += 1.0
                fresh = transposed @ np.where(count == 0, rows.weight, 0.0)
                moved = True
        if not moved:
            break
    return rows.covered_by_kept + float(rows.weight[count > 0].sum())


def _on_rows(rows: Rows, chosen: np.ndarray) -> np.ndarray:
    """People of these rows that each site covers."""
    begin, end = rows.matrix.indptr[chosen], rows.matrix.indptr[chosen + 1]
    sizes = end - begin
    at = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes) + np.repeat(begin, sizes)
    weights = np.repeat(rows.weight[chosen], sizes)
    return np.bincount(rows.matrix.indices[at], weights=weights, minlength=len(rows.cost))


@dataclass(frozen=True)
class Flows:
    """Most people that a choice of sites serves within its places, by row, and by site."""

    people: float
    served: np.ndarray
    used: np.ndarray


def flows_of(rows: Rows, open_sites: np.ndarray) -> Flows:
    """Whom the open sites serve together (a maximum flow, solved as an LP)."""
    assert rows.capacity is not None
    return _flows(rows.matrix, (rows.weight, rows.service), open_sites, rows.capacity)


def _flows(
    matrix: sparse.csr_array,
    rows: tuple[np.ndarray, np.ndarray],
    open_sites: np.ndarray,
    capacity: np.ndarray,
) -> Flows:
    from scipy.optimize import linprog

    weight, service = rows
    where = np.flatnonzero(open_sites)
    served, used = np.zeros(len(weight)), np.zeros(len(open_sites))
    part = matrix[:, where].tocoo()
    if not part.nnz:
        return Flows(0.0, served, used)
    row, column = part.coords
    flows, sites = np.arange(part.nnz), part.shape[1]
    room = np.minimum(capacity[:, open_sites], weight.sum()).ravel()
    near, own = np.unique(row, return_inverse=True)  # rows that none of them reaches are no part of it
    limits = sparse.vstack(
        [
            sparse.csr_array((np.ones(part.nnz), (own, flows)), shape=(len(near), part.nnz)),
            sparse.csr_array(
                (np.ones(part.nnz), (service[row] * sites + column, flows)), shape=(len(room), part.nnz)
            ),
        ]
    )
    found = linprog(-np.ones(part.nnz), A_ub=limits, b_ub=np.concatenate([weight[near], room]))
    np.add.at(served, row, found.x)
    np.add.at(used, where[column], found.x)
    return Flows(float(-found.fun), served, used)


def solve_cover(
    rows: Rows, *, wanted: float | None, budget: float | None, start: Start, limits: Limits
) -> Outcome:
    """The covering model solved by HiGHS: least cost for `wanted` people, or most people for `budget`."""
    from linli_compute import siting_places
    from linli_compute.siting_bounds import narrowed
    from linli_compute.siting_highs import solve

    if rows.floor is not None and rows.area is not None and (rows.capacity is None):
        possible = np.bincount(rows.area, weights=rows.weight, minlength=len(rows.floor))
        short = np.flatnonzero(possible < rows.floor - 1e-6)
        if len(short):
            names = "、".join(str(int(a)) for a in short[:10])
            raise InputError(f"有 {len(short)} 个区域就算建满也达不到最低覆盖率（序号 {names}）。")
    if wanted is not None or budget is None:
        return solve(rows, wanted=wanted, budget=budget, start=start, limits=limits)
    if rows.capacity is not None and rows.floor is None and rows.matrix.nnz >= siting_places.WORTH_IT:
        return _by_prices(rows, budget, limits)
    since = monotonic()
    small = narrowed(rows, budget, start, limits)
    if small.bound - small.start.people <= limits.gap * max(small.start.people, 1e-9):
        return Outcome(small.start.built, small.start.people, small.bound, small.start.people, proven=True)
    found = solve(small.rows, wanted=None, budget=budget, start=small.start, limits=limits.left(since))
    # What was left out is no better than the start; the first bound holds for everything.
    bound = min(small.bound, max(found.bound, found.value))
    return replace(found, bound=bound, proven=bound - found.value <= limits.gap * max(found.value, 1e-9))


def _by_prices(rows: Rows, budget: float, limits: Limits) -> Outcome:
    """Places in a city: prices and exchanges, HiGHS with the most promising sites, and prices once more against
    the better choice; at last HiGHS with what could still be better, where it can hold that."""
    from linli_compute import siting_places
    from linli_compute.siting_highs import solve

    since = monotonic()
    priced = siting_places.by_prices(rows, budget, limits)
    for _ in range(siting_places.KERNELS):
        if priced.enough or priced.rows.matrix.nnz < siting_places.WORTH_IT:
            break
        kernel, closer = (
            siting_places.kernel_of(rows, priced),
            siting_places.closer(priced, limits.left(since)),
        )
        found = solve(kernel, wanted=None, budget=budget, start=priced.start, limits=closer)
        people = flows_of(rows, found.built).people
        if people <= priced.start.people * (1 + 1e-6):
            break
        better = replace(priced, start=Start(found.built, people))
        priced = siting_places.by_prices(rows, budget, limits, better)
    best, bound = priced.start, priced.bound
    if not priced.enough and priced.rows.matrix.nnz < siting_places.WORTH_IT:
        found = solve(priced.rows, wanted=None, budget=budget, start=best, limits=limits.left(since))
        bound = min(bound, max(found.bound, best.people))
        if found.people > best.people:
            best = Start(found.built, found.people)
    proven = bound - best.people <= limits.gap * max(best.people, 1e-9)
    return Outcome(best.built, best.people, bound, best.people, proven)
