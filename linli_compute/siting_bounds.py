"""Most people for a budget, made small before HiGHS sees it: a Lagrangian bound, good choices, sites ruled out.

With a price λ (0 ≤ λ ≤ people) on every row, and θ on money, no choice covers more than
Σ (people - λ) + θ · budget + Σ max(0, Σ λ of the site's rows - θ · cost). A site that would push this bound below
what is reached already cannot be in a better choice, and is left out: nothing better is lost.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from linli_compute.siting_model import Limits, Rows, Start, equal_rows, exchange

WORTH_IT = 300  # useful sites; HiGHS alone is quick below
ROUNDS, LOOK_EVERY, STALE = 1500, 40, 20
SHRINK, MOMENTUM = 0.85, 0.7


@dataclass(frozen=True)
class Narrowed:
    """The same question with fewer sites and rows, the best choice met, and a bound that holds for all."""

    rows: Rows
    start: Start
    bound: float  # people, those of kept sites included


@dataclass(frozen=True)
class _Field:
    """Rows × useful sites and back, people, costs and the money there is."""

    matrix: sparse.csr_array
    back: sparse.csr_array
    people: np.ndarray
    cost: np.ndarray
    budget: float


@dataclass
class _Search:
    """Prices on the way: the best bound and its prices, how far a step goes, and sites ruled out."""

    price: np.ndarray
    best_price: np.ndarray
    direction: np.ndarray
    out: np.ndarray
    bound: float = np.inf
    step: float = 1.0
    stale: int = 0


def narrowed(rows: Rows, budget: float, start: Start, limits: Limits) -> Narrowed:
    """Fewer sites for the same best choice; the question as it was where that is not worth the while."""
    if rows.capacity is not None or rows.floor is not None or rows.useful.sum() < WORTH_IT:
        return Narrowed(rows, start, np.inf)
    sites = np.flatnonzero(rows.useful)
    matrix = rows.matrix[:, sites].tocsr()
    field = _Field(matrix, matrix.T.tocsr(), rows.weight, rows.cost[sites], budget)
    half = rows.weight * 0.5
    search = _Search(half, half, np.zeros(len(half)), np.zeros(len(sites), dtype=bool))
    for turn in range(ROUNDS):
        covered, chosen = _turn(field, search, start.people - rows.covered_by_kept)
        if turn % LOOK_EVERY == LOOK_EVERY - 1:
            start = _better(rows, sites[chosen], start, budget)
            bound = search.bound + rows.covered_by_kept
            told = limits.progress is not None and limits.progress(start.people, bound)
            if told or bound - start.people <= limits.gap * start.people:
                break
        if _moved(field, search, covered, start.people - rows.covered_by_kept) == 0.0:
            break
    keep = np.zeros(len(rows.useful), dtype=bool)
    keep[sites[~search.out]] = True
    return Narrowed(_merged(rows, keep | start.built), start, search.bound + rows.covered_by_kept)


def _turn(field: _Field, search: _Search, reached: float) -> tuple[np.ndarray, np.ndarray]:
    """The bound of these prices, and what the sites it chooses cover; rules out what cannot be better."""
    worth = field.back @ search.price
    order = np.argsort(-worth / np.maximum(field.cost, 1e-12), kind="stable")
    spent = np.cumsum(field.cost[order])
    count = int(np.searchsorted(spent, field.budget * (1 + 1e-12), side="right"))
    last = order[count] if count < len(order) else None
    per_money = 0.0 if last is None else float(worth[last] / max(field.cost[last], 1e-12))
    gain = worth - per_money * field.cost
    bound = float(
        (field.people - search.price).sum() + per_money * field.budget + np.maximum(gain, 0.0).sum()
    )
    search.out |= bound - np.maximum(-gain, 0.0) < reached
    if bound < search.bound * (1 - 1e-7):
        search.bound, search.best_price, search.stale = bound, search.price, 0
    else:
        search.stale += 1
    chosen = np.zeros(len(worth))
    chosen[order[:count]] = 1.0
    return field.matrix @ chosen, chosen > 0


def _moved(field: _Field, search: _Search, covered: np.ndarray, reached: float) -> float:
    """Steps towards a lower bound; returns how steep it still was, 0 at the end."""
    if search.stale >= STALE:
        search.step, search.stale, search.price = search.step * SHRINK, 0, search.best_price
    slope = covered - (search.price < field.people)
    slope[((search.price <= 0) & (slope > 0)) | ((search.price >= field.people) & (slope < 0))] = 0.0
    if not slope.any():
        return 0.0
    search.direction = slope + MOMENTUM * search.direction
    steep = float(search.direction @ search.direction)
    if steep > 0:
        stride = search.step * max(search.bound - reached, 0.0) / steep
        search.price = np.clip(search.price - stride * search.direction, 0.0, field.people)
    return steep


def _better(rows: Rows, sites: np.ndarray, start: Start, budget: float) -> Start:
    """The bound's own choice improved by exchanges, if that covers more."""
    built = rows.kept.copy()
    built[sites] = True
    count = rows.matrix @ (built & ~rows.kept).astype(float)
    people = exchange(rows, rows.matrix.T.tocsr(), built, count, budget)
    return Start(built, people) if people > start.people else start


def _merged(rows: Rows, useful: np.ndarray) -> Rows:
    """Rows that the sites left over can no longer tell apart become one."""
    useful = useful & rows.useful
    left = sparse.csr_array(rows.matrix @ sparse.diags_array(useful.astype(float)))
    left.eliminate_zeros()
    left.sort_indices()
    weight, first = equal_rows(left, rows.weight, ())
    return replace(rows, weight=weight, matrix=left[first], useful=useful, service=rows.service[first])
