"""Most people for a budget where sites have so many places: a Lagrangian bound, choices from it, and exchanges.

With a price λ (0 to 1) on serving one head of each row, no choice serves more than Σ λ · people + the best sum,
for the budget, of what each site earns alone: its places filled with the heads of highest 1 - λ in its reach.
Each of these is a sort; the whole is the relaxation in which no half site serves a whole row, which HiGHS is
given pair by pair and cannot hold for a city.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from linli_compute.siting_model import Flows, Limits, Rows, Start, cover_start, equal_rows, flows_of

WORTH_IT = 60_000  # pairs of row and site; of fewer HiGHS proves more in a few seconds
ROUNDS, LOOK_EVERY, STALE = 600, 40, 12
SHRINK, MOMENTUM = 0.85, 0.7
NEAR_ENOUGH = 0.9  # of the best so far: worth exchanges
KERNELS = 3  # so often prices and promising sites take turns
KERNEL_SITES, KERNEL_PAIRS = 300, 30_000  # what HiGHS works through in seconds
FAILURES, FEW = 12, 8  # swaps tried in vain before a choice stands; idle sites and candidates looked at


@dataclass(frozen=True)
class Priced:
    """The best choice met, the people it serves, a bound for every choice, and the question left for HiGHS.

    `rows` has the sites alone that could be in a better choice. `lost` is what each site would at least cost the
    bound, were it built: the sites of best choices have little of it.
    """

    start: Start
    bound: float
    rows: Rows
    enough: bool  # near enough, or whoever listens said so
    lost: np.ndarray
    price: np.ndarray


@dataclass(frozen=True)
class _Pairs:
    """Pairs of row and site by house (service and site): where each house begins, its site and its places."""

    row: np.ndarray
    house: np.ndarray
    begin: np.ndarray
    site: np.ndarray
    places: np.ndarray


@dataclass
class _Search:
    price: np.ndarray
    best_price: np.ndarray
    direction: np.ndarray
    out: np.ndarray
    lost: np.ndarray  # at the best price
    bound: float = np.inf
    step: float = 1.0
    stale: int = 0


@dataclass
class _Choice:
    """The best sites so far, and whom they serve."""

    built: np.ndarray
    flows: Flows

    def take(self, built: np.ndarray, flows: Flows) -> None:
        """Keeps these sites if they serve more."""
        if flows.people > self.flows.people + 1e-6:
            self.built, self.flows = built, flows


def by_prices(rows: Rows, budget: float, limits: Limits, after: Priced | None = None) -> Priced:
    """The best choice by prices, with its bound; sites that cannot be in a better one are left out.

    `after`: goes on from these prices and this choice (of all the rows).
    """
    pairs, search, choice = _pairs_of(rows), _search_of(rows, after), _Choice(rows.kept.copy(), _none(rows))
    if after is None:
        choice.take(choice.built, flows_of(rows, rows.kept))
        for first in (_filled(rows, budget), _widest(rows, budget)):
            choice.take(*_exchanged(rows, first, choice.flows.people, budget))
    else:
        choice.take(after.start.built, flows_of(rows, after.start.built))
    enough = False
    for turn in range(ROUNDS):
        load, chosen = _turn(rows, pairs, search, budget, choice.flows.people)
        if turn % LOOK_EVERY == LOOK_EVERY - 1:
            choice.take(*_exchanged(rows, chosen, choice.flows.people, budget))
            people = choice.flows.people
            told = limits.progress is not None and limits.progress(people, search.bound)
            enough = bool(told) or search.bound - people <= limits.gap * people
        if enough or not _moved(rows, search, load, choice.flows.people):
            break
    start = Start(choice.built, choice.flows.people)
    left = _only(rows, ~search.out | start.built)
    return Priced(start, search.bound, left, enough, search.lost, search.best_price)


def _search_of(rows: Rows, after: Priced | None) -> _Search:
    sites = len(rows.cost)
    price = np.full(len(rows.weight), 0.5) if after is None else after.price
    out, lost = np.zeros(sites, dtype=bool), np.zeros(sites)
    search = _Search(price, price, np.zeros(len(price)), out, lost)
    if after is not None:
        search.bound, search.lost = after.bound, after.lost
    return search


def _none(rows: Rows) -> Flows:
    return Flows(-1.0, np.zeros(len(rows.weight)), np.zeros(len(rows.cost)))


def kernel_of(rows: Rows, priced: Priced) -> Rows:
    """The question with the most promising sites alone: those of the best choice, and those that cost the bound
    least. Its best choice is a choice of the whole question (its bound is none)."""
    order = np.argsort(priced.lost, kind="stable")
    size = np.diff(rows.matrix.T.tocsr().indptr)
    keep = rows.kept | priced.start.built
    for site in order.tolist():
        if keep.sum() >= KERNEL_SITES or size[keep].sum() >= KERNEL_PAIRS:
            break
        keep[site] = True
    left = _only(rows, keep)
    left.matrix.sort_indices()
    weight, first = equal_rows(left.matrix, rows.weight, (rows.service,))
    return replace(left, weight=weight, matrix=left.matrix[first], service=rows.service[first])


def closer(priced: Priced, limits: Limits) -> Limits:
    """Limits for HiGHS with the kernel: its own bound says nothing of the whole question, so the listener hears
    the bound of the prices, and a choice near enough to that one ends it."""

    def hear(people: float, _bound_of_the_kernel: float) -> bool:
        told = limits.progress is not None and limits.progress(people, priced.bound)
        return bool(told) or priced.bound - people <= limits.gap * people

    return replace(limits, gap=limits.gap / 10, progress=hear)


def _widest(rows: Rows, budget: float) -> np.ndarray:
    """The sites that would be built if places did not count."""
    return cover_start(replace(rows, capacity=None, useful=~rows.kept), wanted=np.inf, budget=budget).built


def _filled(rows: Rows, budget: float) -> np.ndarray:
    """Site after site that fills most of its places with people nobody serves yet, for its money.

    A site takes first whom fewest other sites reach, so that what is left over can go on to fill others.
    """
    assert rows.capacity is not None
    built, left = rows.kept.copy(), np.maximum(rows.weight - flows_of(rows, rows.kept).served, 0.0)
    back = rows.matrix.T.tocsr()
    rivals = np.diff(rows.matrix.indptr)
    spent, price = 0.0, np.maximum(rows.cost, 1e-9)
    while True:
        heads = np.zeros((len(rows.capacity), len(rows.cost)))
        for service in range(len(heads)):
            heads[service] = back @ np.where(rows.service == service, left, 0.0)
        gain = np.minimum(heads, rows.capacity).sum(axis=0)
        gain[built | (spent + rows.cost > budget + 1e-9)] = 0.0
        worth = gain / price
        best = int(np.lexsort((-heads.sum(axis=0), -worth))[0])
        if gain[best] <= 1e-9:
            return built
        built[best] = True
        spent += float(rows.cost[best])
        near = back.indices[back.indptr[best] : back.indptr[best + 1]]
        near = near[np.argsort(rivals[near], kind="stable")]
        for service in range(len(heads)):
            mine = near[rows.service[near] == service]
            before = np.cumsum(left[mine]) - left[mine]
            left[mine] -= np.clip(rows.capacity[service, best] - before, 0.0, left[mine])


def _only(rows: Rows, keep: np.ndarray) -> Rows:
    """The question with these sites alone."""
    left = sparse.csr_array(rows.matrix @ sparse.diags_array(keep.astype(float)))
    left.eliminate_zeros()
    return replace(rows, matrix=left)


def _pairs_of(rows: Rows) -> _Pairs:
    assert rows.capacity is not None
    found = rows.matrix.tocoo()
    row, site = found.coords
    house = rows.service[row] * len(rows.cost) + site
    order = np.argsort(house, kind="stable")
    houses, begin = np.unique(house[order], return_index=True)
    number = np.repeat(np.arange(len(houses)), np.diff(np.r_[begin, len(order)]))
    places = np.minimum(rows.capacity.ravel()[houses], rows.weight.sum())
    return _Pairs(row[order], number, begin, houses % len(rows.cost), places)


def _turn(
    rows: Rows, pairs: _Pairs, search: _Search, budget: float, reached: float
) -> tuple[np.ndarray, np.ndarray]:
    """Heads each row would give to the sites these prices choose, and the sites; rules out what cannot be better."""
    order = np.lexsort((search.price[pairs.row], pairs.house))
    row = pairs.row[order]
    heads = rows.weight[row]
    so_far = np.cumsum(heads)
    before = so_far - heads
    before -= np.repeat(before[pairs.begin], np.diff(np.r_[pairs.begin, len(row)]))
    taken = np.clip(pairs.places[pairs.house] - before, 0.0, heads)
    earned = np.add.reduceat(taken * (1.0 - search.price[row]), pairs.begin)
    worth = np.bincount(pairs.site, weights=earned, minlength=len(rows.cost))
    chosen, bound, per_money = _best_for(rows, worth, budget)
    bound += float(search.price @ rows.weight)
    lost = np.maximum(per_money * rows.cost - worth, 0.0)
    search.out |= ~rows.kept & (bound - lost < reached)
    if bound < search.bound:
        search.lost = lost
    if bound < search.bound * (1 - 1e-7):
        search.bound, search.best_price, search.stale = bound, search.price, 0
    else:
        search.stale += 1
    mine = chosen[pairs.site[pairs.house]]
    return np.bincount(row[mine], weights=taken[mine], minlength=len(rows.weight)), chosen


def _best_for(rows: Rows, worth: np.ndarray, budget: float) -> tuple[np.ndarray, float, float]:
    """Kept sites and the worthiest others for the money; what no choice exceeds; what a unit of money earns."""
    free = np.flatnonzero(~rows.kept)
    cost, value = rows.cost[free], worth[free]
    order = np.argsort(-value / np.maximum(cost, 1e-12), kind="stable")
    count = int(np.searchsorted(np.cumsum(cost[order]), budget * (1 + 1e-12), side="right"))
    last = order[count] if count < len(order) else None
    per_money = 0.0 if last is None else float(value[last] / max(cost[last], 1e-12))
    bound = float(
        worth[rows.kept].sum() + per_money * budget + np.maximum(value - per_money * cost, 0.0).sum()
    )
    chosen = rows.kept.copy()
    chosen[free[order[:count]]] = True
    return chosen, bound, per_money


def _moved(rows: Rows, search: _Search, load: np.ndarray, reached: float) -> bool:
    """Steps towards a lower bound; False where it is flat."""
    if search.stale >= STALE:
        search.step, search.stale, search.price = search.step * SHRINK, 0, search.best_price
    slope = rows.weight - load
    slope[((search.price <= 0) & (slope > 0)) | ((search.price >= 1) & (slope < 0))] = 0.0
    if not slope.any():
        return False
    search.direction = slope + MOMENTUM * search.direction
    steep = float(search.direction @ search.direction)
    stride = search.step * max(search.bound - reached, 0.0) / steep
    search.price = np.clip(search.price - stride * search.direction, 0.0, 1.0)
    return True


def _exchanged(rows: Rows, chosen: np.ndarray, reached: float, budget: float) -> tuple[np.ndarray, Flows]:
    """These sites, with swaps of idle ones for such as reach many unserved, as long as some swap helps."""
    built, flows = chosen.copy(), flows_of(rows, chosen)
    failed: set[tuple[int, int]] = set()
    while flows.people >= NEAR_ENOUGH * reached and len(failed) < FAILURES:
        swap = _next_swap(rows, built, flows, budget, failed)
        if swap is None:
            break
        tried = built.copy()
        tried[swap[0]], tried[swap[1]] = False, True
        found = flows_of(rows, tried)
        if found.people <= flows.people + 1e-6:
            failed.add(swap)
        else:
            built, flows = tried, found
    return built, flows


def _next_swap(
    rows: Rows, built: np.ndarray, flows: Flows, budget: float, failed: set[tuple[int, int]]
) -> tuple[int, int] | None:
    """The swap that should win most heads, of the idlest few sites and those with most people unserved."""
    assert rows.capacity is not None
    left = np.maximum(rows.weight - flows.served, 0.0)
    gain = np.zeros(len(rows.cost))
    for service in range(len(rows.capacity)):
        heads = rows.matrix.T @ np.where(rows.service == service, left, 0.0)
        gain += np.minimum(heads, rows.capacity[service])
    gain[built] = 0.0
    spare = budget - float(rows.cost[built & ~rows.kept].sum())
    best: tuple[float, tuple[int, int] | None] = (0.0, None)
    for out in np.argsort(np.where(built & ~rows.kept, flows.used, np.inf), kind="stable")[:FEW].tolist():
        if not built[out] or rows.kept[out]:
            break
        fits = np.where(rows.cost <= spare + rows.cost[out] + 1e-9, gain, 0.0)
        for into in np.argsort(-fits, kind="stable")[:FEW].tolist():
            won = float(fits[into] - flows.used[out])
            if fits[into] > 0 and (out, into) not in failed and (best[1] is None or won > best[0]):
                best = won, (out, into)
    return best[1]
