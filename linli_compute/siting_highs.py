"""The covering model as HiGHS reads it, with and without capacities."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from linli_compute.errors import InputError
from linli_compute.siting_model import Limits, Outcome, Rows, Start

INFINITY = float("inf")


@dataclass(frozen=True)
class Model:
    """Best objective · v with lower ≤ matrix · v ≤ upper, bottom ≤ v ≤ top; the first are sites, 0 or 1."""

    objective: np.ndarray
    maximise: bool
    matrix: sparse.csr_array
    lower: np.ndarray
    upper: np.ndarray
    bottom: np.ndarray
    top: np.ndarray
    sites: np.ndarray  # index of the site of each 0-1 variable
    people: np.ndarray  # people counted by each variable


def solve(rows: Rows, *, wanted: float | None, budget: float | None, start: Start, limits: Limits) -> Outcome:
    """Outcome with a proven bound; InputError if the wishes contradict each other."""
    base = _flows(rows) if rows.capacity is not None else _covers(rows)
    done = 0.0 if rows.capacity is not None else rows.covered_by_kept
    model = _with_wish(base, rows, wanted=None if wanted is None else wanted - done, budget=budget)
    extra = done if model.maximise else 0.0
    highs, solution = _run(model, rows, start, _telling(limits, extra))
    built = rows.kept.copy()
    chosen = solution[: len(model.sites)] > 0.5
    built[model.sites[chosen]] = True
    if rows.capacity is None:
        people = done + float(rows.weight[rows.matrix @ built.astype(float) > 0].sum())
    else:
        people = float(model.people @ solution)
    info = highs.getInfo()
    bound = info.mip_dual_bound + extra
    value = people if model.maximise else float(rows.cost[built].sum())
    if not model.maximise:
        bound = max(bound, 0.0)
    return Outcome(built, value, bound, people, proven=info.mip_gap <= limits.gap + 1e-12)


def _covers(rows: Rows) -> Model:
    """Sites y and rows z ≤ Σ y; a row with one useful site needs no z: its people count on the site."""
    sites = np.flatnonzero(rows.useful)
    reach = rows.matrix[:, sites].tocsr()
    size = np.diff(reach.indptr)
    single, several = np.flatnonzero(size == 1), np.flatnonzero(size > 1)
    on_site = np.zeros(len(sites))
    np.add.at(on_site, reach[single].indices, rows.weight[single])
    link = sparse.hstack([reach[several], -sparse.eye_array(len(several))], format="csr")
    parts, lower = [link], [np.zeros(len(several))]
    people = np.concatenate([on_site, rows.weight[several]])
    if rows.floor is not None and rows.area is not None:
        floor = _floor_rows(rows, reach, single, several)
        parts.append(floor)
        lower.append(rows.floor)
    count = len(sites) + len(several)
    matrix = sparse.vstack(parts, format="csr")
    return Model(
        np.zeros(count), True, matrix, np.concatenate(lower), np.full(matrix.shape[0], INFINITY),
        np.zeros(count), np.ones(count), sites, people,
    )  # fmt: skip


def _floor_rows(
    rows: Rows, reach: sparse.csr_array, single: np.ndarray, several: np.ndarray
) -> sparse.csr_array:
    """People covered per area, as a function of sites (rows with one site) and rows."""
    assert rows.area is not None
    assert rows.floor is not None
    areas = len(rows.floor)
    on_sites = sparse.coo_array(
        (rows.weight[single], (rows.area[single], reach[single].indices)), shape=(areas, reach.shape[1])
    )
    on_rows = sparse.coo_array(
        (rows.weight[several], (rows.area[several], np.arange(len(several)))), shape=(areas, len(several))
    )
    return sparse.hstack([on_sites, on_rows], format="csr")


def _flows(rows: Rows) -> Model:
    """Sites y and flows f: out of a row at most its people, into a site at most its capacity if it is built.

    f ≤ people · y for each pair is what makes the relaxation tight: without it half a site serves whole rows.
    """
    assert rows.capacity is not None
    pairs = rows.matrix.tocoo()
    row, site = pairs.coords
    count, flows = len(rows.cost), np.arange(pairs.nnz)
    blank = sparse.csr_array((len(rows.weight), count))
    out = sparse.hstack(
        [blank, sparse.csr_array((np.ones(pairs.nnz), (row, flows)), shape=(len(rows.weight), pairs.nnz))]
    )
    total = float(rows.weight.sum())
    room = np.minimum(rows.capacity, total)  # no site needs more than everybody; an endless one has no number
    service, houses = rows.service[row], room.size
    shared = sparse.csr_array((-room.ravel(), (np.arange(houses), np.arange(houses) % count)))
    into = sparse.hstack(
        [
            sparse.csr_array(shared, shape=(houses, count)),
            sparse.csr_array(
                (np.ones(pairs.nnz), (service * count + site, flows)), shape=(houses, pairs.nnz)
            ),
        ]
    )
    each = np.minimum(rows.weight[row], room[service, site])
    link = sparse.hstack(
        [sparse.csr_array((-each, (flows, site)), shape=(pairs.nnz, count)), sparse.eye_array(pairs.nnz)]
    )
    parts = [out, into, link]
    lower = [np.full(part.shape[0], -INFINITY) for part in parts]
    upper = [rows.weight, np.zeros(houses), np.zeros(pairs.nnz)]
    if rows.floor is not None and rows.area is not None:
        per_area = sparse.csr_array(
            (np.ones(pairs.nnz), (rows.area[row], flows)), shape=(len(rows.floor), pairs.nnz)
        )
        parts.append(sparse.hstack([sparse.csr_array((len(rows.floor), count)), per_area]))
        lower.append(rows.floor)
        upper.append(np.full(len(rows.floor), INFINITY))
    top = np.concatenate([np.ones(count), rows.weight[row]])
    people = np.concatenate([np.zeros(count), np.ones(pairs.nnz)])
    bottom = np.concatenate([rows.kept.astype(float), np.zeros(pairs.nnz)])
    return Model(
        np.zeros(count + pairs.nnz), True, sparse.vstack(parts, format="csr"), np.concatenate(lower),
        np.concatenate(upper), bottom, top, np.arange(count), people,
    )  # fmt: skip


def _with_wish(model: Model, rows: Rows, *, wanted: float | None, budget: float | None) -> Model:
    """The model with its objective and the one row that says what is wanted or what may be spent."""
    cost = np.concatenate([rows.cost[model.sites], np.zeros(len(model.top) - len(model.sites))])
    if wanted is not None:
        extra, low, high, objective = model.people, wanted, INFINITY, cost
    else:
        extra, low, high, objective = cost, -INFINITY, float(budget or 0.0), model.people
    matrix = sparse.vstack([model.matrix, sparse.csr_array(extra[None, :])], format="csr")
    return Model(
        objective, wanted is None, matrix, np.append(model.lower, low), np.append(model.upper, high),
        model.bottom, model.top, model.sites, model.people,
    )  # fmt: skip


def _run(model: Model, rows: Rows, start: Start, limits: Limits):  # type: ignore[no-untyped-def]
    import highspy

    highs = highspy.Highs()
    for name, value in (("log_to_console", False), ("output_flag", False), ("threads", 1), ("random_seed", 0),
                        ("time_limit", limits.seconds), ("mip_rel_gap", limits.gap)):  # fmt: skip
        highs.setOptionValue(name, value)
    highs.passModel(_lp(highspy, model))
    if rows.capacity is None:
        highs.setSolution(_starting(highspy, model, rows, start))
    elif start.built[~rows.kept].any():  # the sites alone; the solver finds who goes where
        chosen = np.arange(len(model.sites), dtype=np.int32)
        highs.setSolution(len(chosen), chosen, start.built[model.sites].astype(float))
    if limits.progress is not None:
        highs.cbMipInterrupt += _heard(limits.progress)
    highs.run()
    status = highs.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        raise InputError("这些要求无法同时满足：候选点、容量或预算不够。")
    if highs.getInfo().primal_solution_status != 2:
        raise InputError("在给定时间内没有找到可行的方案；请放宽时间或要求。")
    return highs, np.array(highs.getSolution().col_value)


def _telling(limits: Limits, extra: float) -> Limits:
    """The limits with a listener that hears the people covered by kept sites too."""
    tell = limits.progress
    if tell is None or not extra:
        return limits
    return replace(limits, progress=lambda value, bound: tell(value + extra, bound + extra))


def _heard(tell: Callable[[float, float], bool | None]):  # type: ignore[no-untyped-def]
    """Passes on what the solver says now and then; it stops when the listener says True."""

    def hear(event) -> None:  # type: ignore[no-untyped-def]
        if tell(event.data_out.mip_primal_bound, event.data_out.mip_dual_bound):
            event.interrupt()

    return hear


def _lp(highspy, model: Model):  # type: ignore[no-untyped-def]
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.top), model.matrix.shape[0]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.objective, model.bottom, model.top
    lp.row_lower_, lp.row_upper_ = model.lower, model.upper
    lp.sense_ = highspy.ObjSense.kMaximize if model.maximise else highspy.ObjSense.kMinimize
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = model.matrix.indptr
    lp.a_matrix_.index_ = model.matrix.indices
    lp.a_matrix_.value_ = model.matrix.data
    integer, continuous = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    lp.integrality_ = [integer] * len(model.sites) + [continuous] * (len(model.top) - len(model.sites))
    return lp


def _starting(highspy, model: Model, rows: Rows, start: Start):  # type: ignore[no-untyped-def]
    """The start as a full solution: built sites, and the rows that they cover."""
    sites = start.built[model.sites].astype(float)
    reach = rows.matrix[:, model.sites]
    several = np.diff(reach.indptr) > 1
    covered = (reach @ sites > 0)[several].astype(float)
    solution = highspy.HighsSolution()
    solution.col_value = np.concatenate([sites, covered]).tolist()
    return solution
