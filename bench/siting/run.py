"""Siting on Wuhan's people over 60: bounds reached, and in which time.

    OMP_NUM_THREADS=1 python -m bench.siting.run [--sites 1000] [--tasks share,most,median,capacity]

Candidates: the street points of cells drawn by their people, seed 11. Shares are of the people whom all the
candidates together reach in 15 minutes at an elder's pace. Kept sites: greedy ones that cover 62 % of them.
Tasks: 62 % → 90 % at least cost; p = 150 maximal cover; p-median with 150; 150 sites of 3,000 places each.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

from linli_compute.files import read_people, read_profiles, read_streets
from linli_compute.network import build_network
from linli_compute.positions import snap
from linli_compute.siting import Limits, Siting, cover_most, cover_share, least_walk
from linli_compute.siting_model import cover_start, merge_rows
from linli_compute.within import pairs

BEYOND_MIN, COUNT = 15.0, 150


def instance(data: Path, sites: int):
    """Cells of people over 60 on the network, candidate sites, pairs within 15 minutes."""
    profile = read_profiles(Path("packs/reach/profiles.yaml"))["elder"]
    network = build_network(read_streets(data / "wuhan/wuhan-streets.osm.pbf"), profile)
    people = read_people(data / "wuhan/population_100m.csv.gz")
    homes = snap(network, people.points)
    on = homes.on_network
    homes, weight = homes.take(on), people.groups["age60plus"][on]
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
    started = time.perf_counter()
    answer = work()
    print(json.dumps({
        "task": name, "seconds": round(time.perf_counter() - started, 2), "new_sites": len(answer.sites),
        "cost": round(answer.cost, 2), "value": round(answer.value, 2), "bound": round(answer.bound, 2),
        "gap_percent": round(answer.gap * 100, 4), "people": round(answer.people),
        "before": round(answer.before), "method": answer.method,
    }), flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=Path("/work/shared/data"))
    parser.add_argument("--sites", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--tasks", default="share,most,median,capacity")
    options = parser.parse_args()
    weight, cell, site, minutes = instance(options.data, options.sites)
    cost = np.random.default_rng(13).integers(5, 16, options.sites).astype(float)
    reachable = weight[np.unique(cell)].sum() / weight.sum()
    print(
        json.dumps(
            {"cells": len(weight), "sites": options.sites, "pairs": len(cell), "most": round(reachable, 4)}
        )
    )
    kept = kept_for(weight, cell, site, cost, 0.62 * reachable)
    limits = Limits(seconds=options.seconds, gap=1e-4)
    known = Siting(weight, cell, site, cost, kept=kept)
    ones, places = np.ones(options.sites), np.full(options.sites, 3000.0)
    each, small = Siting(weight, cell, site, ones), Siting(weight, cell, site, ones, capacity=places)
    tasks = {
        "share": lambda: cover_share(known, 0.90 * reachable, limits=limits),
        "most": lambda: cover_most(each, COUNT, limits=limits),
        "median": lambda: least_walk(each, minutes, COUNT, beyond=BEYOND_MIN, limits=limits),
        "capacity": lambda: cover_most(small, COUNT, limits=limits),
    }  # fmt: skip
    for name in options.tasks.split(","):
        report(name, tasks[name])


if __name__ == "__main__":
    main()
