"""Siting on Wuhan's people over 60: bounds reached, and in which time.

    OMP_NUM_THREADS=1 python -m bench.siting.run [--sites 1000] [--tasks share,most,median,capacity]
    OMP_NUM_THREADS=1 python -m bench.siting.run --cells 1500 --sites 100 --count 10 \\
        --tasks set,share,most,median,capacity --against spopt-cbc,spopt-highs,plain-highs

--against lets spopt (through pulp, with CBC and with HiGHS) and HiGHS on the textbook models solve the same
instance, in an environment of their own under --work, each task in a process of its own with one thread, --limit
seconds of solving, --build seconds for building the model, and --memory GB: what does not end by then is stopped and
told so. What their sites are worth is worked out here. spopt wants whole matrices of cells × sites.

Candidates: the street points of cells drawn by their people, seed 11. Shares are of the people whom all the
candidates together reach in 15 minutes at an elder's pace. Kept sites: greedy ones that cover 62 % of them.
Tasks: 62 % → 90 % at least cost; p = 150 maximal cover; p-median with 150; 150 sites of 3,000 places each.
"""

import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from linli_compute.files import read_people, read_profiles, read_streets
from linli_compute.network import build_network
from linli_compute.positions import snap
from linli_compute.siting import Limits, Siting, cover_most, cover_share, least_walk, served
from linli_compute.siting_model import cover_start, merge_rows
from linli_compute.within import pairs

BEYOND_MIN, COUNT = 15.0, 150


def instance(data: Path, sites: int, cells: int | None = None):
    """Cells of people over 60 on the network, candidate sites, pairs within 15 minutes."""
    profile = read_profiles(Path("packs/reach/profiles.yaml"))["elder"]
    network = build_network(read_streets(data / "wuhan/wuhan-streets.osm.pbf"), profile)
    people = read_people(data / "wuhan/population_100m.csv.gz")
    homes = snap(network, people.points)
    on = homes.on_network
    homes, weight = homes.take(on), people.groups["age60plus"][on]
    if cells is not None:
        x, y = network.plane.to_metres(people.points.lon[on], people.points.lat[on])
        middle = np.argmax(weight)
        some = np.sort(np.argsort(np.hypot(x - x[middle], y - y[middle]), kind="stable")[:cells])
        homes, weight = homes.take(some), weight[some]
    rng = np.random.default_rng(11)
    # Sites are looked for where people live: at the street points of cells drawn by their people.
    near = homes.take(rng.choice(len(homes), sites, replace=False, p=weight / weight.sum()))
    found = pairs(network, near, homes, limit=BEYOND_MIN)
    return weight, found.place, found.outlet, network.cost_of(found.ticks)


def kept_for(weight, cell, site, cost, share):
    """Greedy sites that cover the share already."""
    rows = merge_rows(
        weight, (cell, site), (cost, np.zeros(len(cost), dtype=bool)), (None, None), (None, None)
    )
    return cover_start(rows, wanted=share * weight.sum(), budget=np.inf).built


def report(name, work):
    started, cpu = time.perf_counter(), time.process_time()
    answer = work()
    print(json.dumps({
        "task": name, "by": "linli", "seconds": round(time.perf_counter() - started, 2),
        "cpu_s": round(time.process_time() - cpu, 2), "new_sites": len(answer.sites),
        "cost": round(answer.cost, 2), "value": round(answer.value, 2), "bound": round(answer.bound, 2),
        "gap_percent": round(answer.gap * 100, 4), "people": round(answer.people),
        "before": round(answer.before), "method": answer.method,
    }), flush=True)  # fmt: skip


def worth(given: dict, task: str, sites: list[int]) -> float:
    """What these sites are worth for the task, by the same arithmetic for everybody."""
    cell, site, people, minutes = (given[name] for name in ("cell", "site", "people", "minutes"))
    mine = np.isin(site, sites)
    if task in ("set", "share"):
        return float(given["cost"][sites].sum()) if task == "share" else float(len(sites))
    if task == "most":
        return float(people[np.unique(cell[mine])].sum())
    if task == "median":
        near = np.full(len(people), float(given["beyond"]))
        np.minimum.at(near, cell[mine], minutes[mine])
        return float(near @ people)
    places = np.full(len(given["cost"]), float(given["places"]))
    return served(
        Siting(people, cell, site, np.ones(len(places)), capacity=places), np.array(sites, dtype=int)
    )


def prepared(work: Path) -> Path | None:
    """Python of an environment with spopt, made here if need be; None if it cannot be had."""
    python, uv = work / "env/bin/python", shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    probe = [str(python), "-c", "import spopt, pulp, highspy"]
    if not python.exists():
        subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(work / "env")])
    if python.exists() and subprocess.run(probe, capture_output=True).returncode:
        subprocess.run([uv, "pip", "install", "-q", "--python", str(python), "spopt", "pulp", "highspy"])
    return python if python.exists() and subprocess.run(probe, capture_output=True).returncode == 0 else None


ASKED = {
    "spopt": ("set", "most", "median"),  # what spopt has a model for
    "plain": ("set", "share", "most", "median", "capacity"),
}


def against(options, given: dict) -> None:
    """The others on the same instance, one process for each task; ours is in the lines above."""
    options.work.mkdir(parents=True, exist_ok=True)
    python = prepared(options.work)
    if python is None:
        print("spopt could not be installed here; its lines are missing")
        return
    np.savez(options.work / "in.npz", **given)
    for who in options.against.split(","):
        for task in options.tasks.split(","):
            if task in ASKED[who.split("-")[0]]:
                line = {"task": task, "by": who, **asked(options, python, who, task, given)}
                print(json.dumps(line), flush=True)


def asked(options, python, who: str, task: str, given: dict) -> dict:
    """One task of another solver, stopped when building and solving take longer than they were given."""
    out = options.work / "out.json"
    out.unlink(missing_ok=True)
    command = [python, Path(__file__).with_name("others_side.py"), options.work / "in.npz", out]
    command += [str(options.limit or options.seconds), who, task]
    most = int(options.memory * 2**30)
    process = subprocess.Popen(
        command, env=dict(os.environ, OMP_NUM_THREADS="1"), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)),
    )  # fmt: skip
    whole = (options.limit or options.seconds) + options.build
    try:
        process.wait(whole)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # CBC is a process below it
        process.wait()
        return {"trouble": f"nothing after {whole:g} s, building the model included"}
    if not out.exists():
        return {"trouble": f"ended with {process.returncode} (memory limit {options.memory:g} GB)"}
    return shown(json.loads(out.read_text()), task, given)


def shown(told: dict, task: str, given: dict) -> dict:
    if "trouble" in told:
        return told
    spent = {
        "seconds": round(told["seconds"], 2),
        "cpu_s": round(told["cpu_s"], 2),
        "peak_mb": told["peak_mb"],
    }
    value = round(worth(given, task, told["sites"]), 2)
    bound = told["bound"]
    gap = None if bound is None else round(abs(bound - value) / max(abs(value), 1e-9) * 100, 4)
    return {**spent, "sites": len(told["sites"]), "value": value, "bound": bound, "gap_percent": gap}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=Path("/work/shared/data"))
    parser.add_argument("--work", type=Path, default=Path("/tmp/linli-bench-siting"))
    parser.add_argument("--sites", type=int, default=1000)
    parser.add_argument(
        "--cells", type=int, help="the so many cells nearest to the fullest one; all of them if not said"
    )
    parser.add_argument("--count", type=int, default=COUNT, help="sites of the tasks that ask for a number")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument(
        "--limit", type=float, help="seconds of each task of the others; --seconds if not said"
    )
    parser.add_argument(
        "--build", type=float, default=60.0, help="seconds the others may take to build a model"
    )
    parser.add_argument("--memory", type=float, default=6.0, help="GB of address space of each of the others")
    parser.add_argument("--gap", type=float, default=1e-4, help="proven so near, it is good enough")
    parser.add_argument("--tasks", default="share,most,median,capacity")
    parser.add_argument("--against", help="spopt-cbc,spopt-highs,plain-highs or some of them")
    options = parser.parse_args()
    weight, cell, site, minutes = instance(options.data, options.sites, options.cells)
    cost = np.random.default_rng(13).integers(5, 16, options.sites).astype(float)
    reachable = weight[np.unique(cell)].sum() / weight.sum()
    told = {"cells": len(weight), "sites": options.sites, "pairs": len(cell), "most": round(reachable, 4)}
    print(json.dumps(told), flush=True)
    kept = kept_for(weight, cell, site, cost, 0.62 * reachable)
    limits = Limits(seconds=options.seconds, gap=options.gap)
    known = Siting(weight, cell, site, cost, kept=kept)
    ones, places = np.ones(options.sites), np.full(options.sites, 3000.0)
    each, small = Siting(weight, cell, site, ones), Siting(weight, cell, site, ones, capacity=places)
    tasks = {
        "set": lambda: cover_share(each, reachable, limits=limits),
        "share": lambda: cover_share(known, 0.90 * reachable, limits=limits),
        "most": lambda: cover_most(each, options.count, limits=limits),
        "median": lambda: least_walk(each, minutes, options.count, beyond=BEYOND_MIN, limits=limits),
        "capacity": lambda: cover_most(small, options.count, limits=limits),
    }  # fmt: skip
    for name in options.tasks.split(","):
        report(name, tasks[name])
    if options.against:
        given = {"people": weight, "cell": cell, "site": site, "minutes": minutes, "places": places[0],
                 "count": options.count, "beyond": BEYOND_MIN, "wanted": 0.90 * reachable * weight.sum(),
                 "cost": np.where(kept, 0.0, cost)}  # fmt: skip
        against(options, given)


if __name__ == "__main__":
    main()
