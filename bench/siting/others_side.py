"""The others' side of the siting bench: spopt with CBC and with HiGHS, and HiGHS on the plain models.

python others_side.py INPUT.npz OUTPUT.json SECONDS WHO TASK    (who: spopt-cbc, spopt-highs, plain-highs)

Run in an environment of its own, where spopt and pulp are; one task of one solver, so that whoever asks can stop
it. spopt wants whole matrices of cells × sites. Sites are told as indices; what they are worth is worked out by
the one who asks. SECONDS is the solver's own limit: building the model comes on top.
"""

import json
import resource
import sys
import time

import numpy as np
from scipy import sparse


def dense(data) -> np.ndarray:
    """Minutes of every cell and site; `beyond` where the walk is longer than that."""
    matrix = np.full((len(data["people"]), len(data["cost"])), float(data["beyond"]))
    matrix[data["cell"], data["site"]] = data["minutes"]
    return matrix


def by_spopt(data, solver_name: str, task: str, seconds: float) -> list[int]:
    import pulp
    from spopt.locate import LSCP, MCLP, PMedian

    solver = {
        "cbc": lambda: pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds, threads=1),
        "highs": lambda: pulp.HiGHS(msg=False, timeLimit=seconds, threads=1),
    }[solver_name]()
    matrix, count, radius = dense(data), int(data["count"]), float(data["beyond"]) - 1e-6
    if task == "set":  # a set cover must cover every cell it is given
        return chosen_by_spopt(LSCP.from_cost_matrix(matrix[np.unique(data["cell"])], radius), solver)
    if task == "most":
        model = MCLP.from_cost_matrix(matrix, data["people"], radius, p_facilities=count)
    else:
        model = PMedian.from_cost_matrix(matrix, data["people"], p_facilities=count)
    return chosen_by_spopt(model, solver)


def chosen_by_spopt(model, solver) -> list[int]:
    model.solve(solver, results=False)
    return [n for n, variable in enumerate(model.fac_vars) if (variable.value() or 0) > 0.5]


def timed(work) -> dict:
    """What was found with the time it took; CBC is a process of its own, so children count."""
    wall, cpu = time.perf_counter(), processor()
    try:
        found = work()
        sites, bound = found if isinstance(found, tuple) else (found, None)
    except Exception as wrong:  # the others may break or find nothing in time: that is a result
        return {"trouble": f"{type(wrong).__name__}: {wrong}"[:200]}
    spent = {"seconds": time.perf_counter() - wall, "cpu_s": processor() - cpu}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"sites": sites, "bound": bound, "peak_mb": peak, **spent}


def processor() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def by_plain_highs(data, task: str, seconds: float):
    """The textbook models as they stand, without reductions, start or relaxation of our own."""
    people, cost = data["people"], data["cost"]
    count, wanted, room = int(data["count"]), float(data["wanted"]), float(data["places"])
    cells, sites, pairs = len(people), len(cost), len(data["cell"])
    cover = sparse.csr_array((np.ones(pairs), (data["cell"], data["site"])), shape=(cells, sites))
    link = sparse.hstack([cover, -sparse.eye_array(cells)], format="csr")  # Σ y − z ≥ 0
    inf = float("inf")

    def covering(objective, maximise, extra, low, high):
        matrix = sparse.vstack([link, sparse.csr_array(extra[None, :])], format="csr")
        lower, upper = np.append(np.zeros(cells), low), np.append(np.full(cells, inf), high)
        return highs(objective, maximise, (matrix, lower, upper), np.ones(cells + sites), sites, seconds)

    y_cost, ones = np.concatenate([cost, np.zeros(cells)]), np.concatenate([np.ones(sites), np.zeros(cells)])
    z_people = np.concatenate([np.zeros(sites), people])
    if task == "set":  # every cell that somebody reaches
        reached = np.unique(data["cell"])
        matrix = cover[reached]
        rows = (matrix, np.ones(len(reached)), np.full(len(reached), inf))
        return highs(np.ones(sites), False, rows, np.ones(sites), sites, seconds)
    if task == "share":
        return covering(y_cost, False, z_people, wanted, inf)
    if task == "most":
        return covering(z_people, True, ones, -inf, float(count))
    return median(data, seconds) if task == "median" else flows(data, room, count, seconds)


def median(data, seconds):
    """x of each pair, one more for "nobody near", y of each site."""
    people, cell, site = data["people"], data["cell"], data["site"]
    cells, sites, pairs, beyond = len(people), len(data["cost"]), len(cell), float(data["beyond"])
    flow = np.arange(pairs)
    served = sparse.hstack(
        [sparse.csr_array((cells, sites)), sparse.csr_array((np.ones(pairs), (cell, flow)), shape=(cells, pairs)),
         sparse.eye_array(cells)])  # fmt: skip
    built = sparse.hstack(
        [sparse.csr_array((-np.ones(pairs), (flow, site)), shape=(pairs, sites)), sparse.eye_array(pairs),
         sparse.csr_array((pairs, cells))])  # fmt: skip
    few = sparse.csr_array(np.concatenate([np.ones(sites), np.zeros(pairs + cells)])[None, :])
    matrix = sparse.vstack([served, built, few], format="csr")
    lower = np.concatenate([np.ones(cells), np.full(pairs, -np.inf), [-np.inf]])
    upper = np.concatenate([np.ones(cells), np.zeros(pairs), [float(data["count"])]])
    objective = np.concatenate([np.zeros(sites), people[cell] * data["minutes"], people * beyond])
    return highs(objective, False, (matrix, lower, upper), np.ones(matrix.shape[1]), sites, seconds)


def flows(data, room, count, seconds):
    """People carried from cells to sites with `room` places; nothing ties a single pair to its site."""
    people, cell, site = data["people"], data["cell"], data["site"]
    cells, sites, pairs = len(people), len(data["cost"]), len(cell)
    flow = np.arange(pairs)
    out = sparse.hstack(
        [
            sparse.csr_array((cells, sites)),
            sparse.csr_array((np.ones(pairs), (cell, flow)), shape=(cells, pairs)),
        ]
    )
    into = sparse.hstack(
        [sparse.diags_array(np.full(sites, -room)),
         sparse.csr_array((np.ones(pairs), (site, flow)), shape=(sites, pairs))])  # fmt: skip
    few = sparse.csr_array(np.concatenate([np.ones(sites), np.zeros(pairs)])[None, :])
    matrix = sparse.vstack([out, into, few], format="csr")
    upper = np.concatenate([people, np.zeros(sites), [float(count)]])
    objective = np.concatenate([np.zeros(sites), np.ones(pairs)])
    top = np.concatenate([np.ones(sites), people[cell]])
    return highs(objective, True, (matrix, np.full(len(upper), -np.inf), upper), top, sites, seconds)


def highs(objective, maximise, rows, top, sites, seconds):
    import highspy

    matrix, lower, upper = rows
    solver = highspy.Highs()
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("time_limit", seconds),
        ("mip_rel_gap", 1e-4),
    ):
        solver.setOptionValue(name, value)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(top), matrix.shape[0]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = objective, np.zeros(len(top)), top
    lp.row_lower_, lp.row_upper_ = lower, upper
    lp.sense_ = highspy.ObjSense.kMaximize if maximise else highspy.ObjSense.kMinimize
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
    lp.a_matrix_.value_ = matrix.data
    whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    lp.integrality_ = [whole] * sites + [real] * (len(top) - sites)
    solver.passModel(lp)
    solver.run()
    if solver.getInfo().primal_solution_status != 2:
        raise RuntimeError(f"no solution in {seconds:g} s")
    values = np.array(solver.getSolution().col_value)[:sites]
    return np.flatnonzero(values > 0.5).tolist(), float(solver.getInfo().mip_dual_bound)


def main(given: str, out: str, seconds: str, who: str, task: str) -> None:
    data = dict(np.load(given))
    if who.startswith("spopt"):  # what is imported once is no one's solving time
        import pulp  # noqa: F401 — spopt's own solver comes with it
        import spopt.locate  # noqa: F401 — only loaded, as above
    kind, solver = who.split("-")
    if kind == "spopt":
        told = timed(lambda: by_spopt(data, solver, task, float(seconds)))
    else:
        told = timed(lambda: by_plain_highs(data, task, float(seconds)))
    with open(out, "w") as file:
        json.dump(told, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
