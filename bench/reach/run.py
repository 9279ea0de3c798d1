"""Reach against SciPy and pandana on the streets of Wuhan, each in one thread, in one run.

    OMP_NUM_THREADS=1 python -m bench.reach.run [--data DIR] [--tiles 16] [--work DIR] [--no-pandana]

T1: nearest of 15 categories within 1,200 m. T2: counts within 400, 800 and 1,200 m for 15 categories.
T3: share of people within 1,200 m per community (squares of 1 km) for 15 categories.
Isochrones: edges of three bands; and of 5, 10 and 15 minutes from 500 street points within 5 km of the middle of the
city, edges and with their polygons (ground within 40 m): median and 95th percentile, milliseconds.
78,109 street points, 77,700 generated outlets on street points (seed 7). Medians of --rounds rounds, in
seconds of processor time (the machine is shared). pandana is AGPL: it goes into an environment of its own
under --work and never into ours.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely
from scipy.sparse import csgraph

from linli_compute import scipy_search
from linli_compute.access import reach_by_area
from linli_compute.counting import counts
from linli_compute.files import read_profiles, read_streets
from linli_compute.hierarchy import take_out
from linli_compute.isochrones import isochrones
from linli_compute.live import LiveReach
from linli_compute.network import build_network
from linli_compute.outlines import outlines
from linli_compute.positions import Positions, street_points
from linli_compute.search import nearest_ticks
from linli_compute.streets import Streets, by_metres

OUTLETS, CATEGORIES, BANDS = 77_700, 15, (400.0, 800.0, 1200.0)
MINUTES, MIDDLE, CENTRAL_M = (5.0, 10.0, 15.0), (114.295, 30.58), 5000.0
HERE = Path(__file__).parent


def timed(work, rounds):
    """Median seconds of `rounds` runs, and the last result."""
    seconds = []
    for _ in range(rounds):
        started = time.process_time()
        result = work()
        seconds.append(time.process_time() - started)
    return statistics.median(seconds), result


def peak_mb() -> float:
    """The most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def tiled(streets: Streets, tiles: int) -> Streets:
    """Copies side by side (0.6° and 0.42° apart), not joined: `tiles` cities in one network."""
    if tiles == 1:
        return streets
    side, count = int(np.ceil(np.sqrt(tiles))), len(streets.lon)
    shift = [(k % side * 0.6, k // side * 0.42) for k in range(tiles)]
    return replace(
        streets,
        lon=np.concatenate([streets.lon + dx for dx, _ in shift]),
        lat=np.concatenate([streets.lat + dy for _, dy in shift]),
        tail=np.concatenate([streets.tail + k * count for k in range(tiles)]),
        head=np.concatenate([streets.head + k * count for k in range(tiles)]),
        **{name: np.tile(getattr(streets, name), tiles)
           for name in ("kind", "foot", "wheelchair", "incline_pct", "crossing")},
    )  # fmt: skip


def scipy_t1(matrix, starts, limit):
    return [csgraph.dijkstra(matrix, indices=rows, min_only=True, limit=limit) for rows in starts]


def prepared_pandana(work: Path) -> Path | None:
    """Python of an environment with pandana, made here if need be; None if it cannot be had."""
    python = work / "env/bin/python"
    if not python.exists():
        uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
        made = subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(work / "env")])
        if made.returncode:
            return None
    probe = [str(python), "-c", "import pandana"]
    if subprocess.run(probe, capture_output=True).returncode:
        uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
        subprocess.run([uv, "pip", "install", "-q", "--python", str(python), "pandana"])
    return python if subprocess.run(probe, capture_output=True).returncode == 0 else None


def run_pandana(work: Path, given: dict) -> dict | None:
    python = prepared_pandana(work)
    if python is None:
        print("pandana could not be installed here; its columns are missing")
        return None
    np.savez(work / "in.npz", **given)
    one = dict(os.environ, OMP_NUM_THREADS="1")
    subprocess.run([python, HERE / "pandana_side.py", work / "in.npz", work / "out.npz"], check=True, env=one)
    return dict(np.load(work / "out.npz"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=Path("/work/shared/data"))
    parser.add_argument("--work", type=Path, default=Path("/tmp/linli-bench"))
    parser.add_argument("--tiles", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-pandana", action="store_true")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    streets = tiled(read_streets(options.data / "wuhan/wuhan-streets.osm.pbf"), options.tiles)
    profile = by_metres(frozenset(kind for kind in streets.kinds if "motorway" not in kind))
    take_out(build_network(streets, profile))  # compiled before the clock starts
    told = {}
    told["build_s"], network = timed(lambda: build_network(streets, profile), min(3, options.rounds))
    told["build_peak_mb"] = peak_mb()
    told["hierarchy_s"], _ = timed(lambda: take_out(network), 2)
    points = street_points(network)
    rng = np.random.default_rng(7)
    row = rng.integers(0, len(points), OUTLETS * options.tiles)
    outlets, category = points.take(row), rng.integers(0, CATEGORIES, len(row))
    told |= {"street_points": len(points), "junctions": len(network.junction_x), "outlets": len(row)}
    ours(network, points, outlets, category, told, options.rounds)
    walked(streets, told)
    told["peak_mb"] = peak_mb()  # before the others' matrices are made in this process
    theirs(network, points, row, category, told, options)
    print(json.dumps({k: round(v, 6) if isinstance(v, float) else v for k, v in told.items()}, indent=1))


def ours(network, points, outlets, category, told, rounds):
    nearest_ticks(network, outlets, category, points, categories=CATEGORIES)
    told["t1_s"], walk = timed(
        lambda: nearest_ticks(network, outlets, category, points, categories=CATEGORIES), rounds
    )
    counts(network, outlets.take([0]), category[:1], points.take([0]), bands=BANDS)  # compiled, as above
    told["t2_s"], _ = timed(
        lambda: counts(network, outlets, category, points, bands=BANDS, threads=1), rounds
    )
    for name, threads in (("one_thread", 1), ("all_cores", None)):
        started = time.perf_counter()
        counts(network, outlets, category, points, bands=BANDS, threads=threads)
        told[f"t2_wall_{name}_s"] = time.perf_counter() - started
    area, people = areas_and_people(network, points)
    known, limit = points.on_network, network.to_ticks(BANDS[-1])
    told["t3_s"], _ = timed(
        lambda: reach_by_area(walk <= limit, people, known, area, areas=int(area.max()) + 1), rounds
    )
    mine = outlets.take(category == 0)
    live = LiveReach(network, mine, points)
    chosen = [points.take([i]) for i in np.linspace(0, len(points) - 1, 200).astype(int)]
    live.add(chosen[0])
    live.close(0)
    told["live_add_us"] = statistics.median(timed(lambda p=p: live.add(p), 1)[0] for p in chosen) * 1e6
    told["live_close_us"] = (
        statistics.median(timed(lambda k=k: live.close(k), 1)[0] for k in range(1, 200)) * 1e6
    )
    each = [timed(lambda p=p: isochrones(network, p, BANDS), 1)[0] for p in chosen]
    told["isochrones_ms"] = statistics.median(each) * 1e3


def walked(streets, told):
    """Edges and polygons of 5, 10 and 15 minutes from 500 street points in the middle of the city."""
    network = build_network(streets, read_profiles(Path("packs/reach/profiles.yaml"))["adult"])
    points = street_points(network)
    x, y = network.junction_x[network.tail[points.edge]], network.junction_y[network.tail[points.edge]]
    (east,), (north,) = network.plane.to_metres(*np.array(MIDDLE)[:, None])
    central = np.flatnonzero(np.hypot(x - east, y - north) <= CENTRAL_M)
    chosen = [points.take([i]) for i in np.random.default_rng(7).choice(central, 500, replace=False)]
    outlines(network, isochrones(network, chosen[0], MINUTES), width_m=40.0)  # compiled, as above
    edges, both, corners = [], [], []
    for place in chosen:
        spent, found = timed(lambda p=place: isochrones(network, p, MINUTES), 1)
        edges.append(spent)
        spent, grounds = timed(lambda f=found: outlines(network, f, width_m=40.0), 1)
        both.append(edges[-1] + spent)
        corners.append(shapely.get_num_coordinates(grounds[-1]))
        assert shapely.is_valid(grounds).all()
        assert all(shapely.covers(grounds[1:], grounds[:-1]))
    for name, values in (("edges", edges), ("with_polygons", both)):
        told[f"isochrones_middle_{name}_ms"] = statistics.median(values) * 1e3
        told[f"isochrones_middle_{name}_p95_ms"] = float(np.quantile(values, 0.95)) * 1e3
    told["isochrones_middle_points"] = float(np.median(corners))


def areas_and_people(network, points: Positions):
    """Squares of 1 km as communities, one person per street point."""
    tail = network.tail[points.edge]  # near enough to draw squares
    x, y = network.junction_x[tail], network.junction_y[tail]
    column, line = np.floor(x / 1000).astype(int), np.floor(y / 1000).astype(int)
    _, area = np.unique(np.stack([column, line], axis=1), axis=0, return_inverse=True)
    return area, np.ones(len(points))


def theirs(network, points, row, category, told, options):
    graph = scipy_search.cut(network, points)
    used, compact = np.unique(graph.point[0], return_inverse=True)
    matrix = graph.matrix[used][:, used].tocsr()
    starts = [np.unique(compact[row[category == k]]) for k in range(CATEGORIES)]
    limit = float(network.to_ticks(BANDS[-1]))
    told["scipy_t1_s"], found = timed(lambda: scipy_t1(matrix, starts, limit), min(3, options.rounds))
    walk = nearest_ticks(network, points.take(row), category, points, categories=CATEGORIES)
    exact = np.where(walk > limit, np.inf, walk).T
    told["equal_to_scipy"] = bool((np.array(found)[:, compact] == exact).all())
    told["t1_times_scipy"] = told["scipy_t1_s"] / told["t1_s"]
    if options.no_pandana:
        return
    edges = matrix.tocoo()
    once = edges.coords[0] < edges.coords[1]
    area, people = areas_and_people(network, points)
    x, y = np.arange(len(used), dtype=float) * 10.0, np.zeros(len(used))  # pandana only snaps by these
    first = np.zeros(len(used), dtype=int)
    first[compact] = np.arange(len(points))
    given = {
        "x": x, "y": y, "tail": edges.coords[0][once], "head": edges.coords[1][once],
        "metres": edges.data[once] / network.ticks_per_unit, "outlet": compact[row], "category": category,
        "bands": np.array(BANDS), "area": area[first], "people": people[first],
    }  # fmt: skip
    result = run_pandana(options.work, given)
    if result is None:
        return
    for name in ("build", "precompute", "t1", "t2", "t3"):
        told[f"pandana_{name}_s"] = float(result[f"s_{name}"])
    told["pandana_peak_mb"], told["pandana_cpu_s"] = float(result["peak_kb"]) / 1024, float(result["cpu"])
    theirs_m = result["nearest"][:, compact]
    ours_m = np.minimum(walk.T / network.ticks_per_unit, BANDS[-1])
    told["pandana_t1_differs_by_more_than_1_m"] = float((np.abs(theirs_m - ours_m) > 1.0).mean())
    within = counts(network, points.take(row), category, points, bands=BANDS)
    theirs_n = result["counts"][:, compact].reshape(CATEGORIES, len(BANDS), -1).transpose(2, 1, 0)
    told["pandana_t2_differs"] = float((theirs_n != within).mean())
    for task in ("t1", "t2", "t3"):
        told[f"{task}_times_pandana"] = told[f"pandana_{task}_s"] / told[f"{task}_s"]
    whole = sum(told[k] for k in ("build_s", "hierarchy_s", "t1_s", "t2_s", "t3_s"))
    told["whole_times_pandana"] = (
        sum(told[f"pandana_{k}_s"] for k in ("build", "precompute", "t1", "t2", "t3")) / whole
    )


if __name__ == "__main__":
    main()
