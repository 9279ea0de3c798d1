"""The nation-size bench: rebuild, the eighteen query shapes over the real HTTP API, wrong cells against brute force.

    python -m bench.analytics.run [--communities 620000] [--times 20] [--users 1,5,20] [--no-http] [--http-only] [--folder FOLDER]

A sealed snapshot is generated once into FOLDER (a fixed seed; four of a hundred unit-months silent, three of a hundred
cells missing, moves in July, merges, divisions). Printed: size, rebuild in seconds with the memory of the process that
did it, each shape's p50 and p95 over HTTP at 1, 5 and 20 users (each asks with a token of his own, within the limit
of 60 live questions a minute that the door keeps for each), and the cells that differ from the reference evaluator
at places drawn from the seed, and from the sum of their children everywhere. 12 months, 4 quarters and the year.

Wants DATABASE_URL of a PostgreSQL where a database may be made, for the plan and its thirty indicators (--no-http: none).
"""

import argparse
import http.client
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.analytics import nation

ROOT = "000000000000"
MONTHS = ",".join(f"2025-{m:02}" for m in range(1, 13))
QUARTERS = ",".join(f"2025Q{q}" for q in range(1, 5))
HALF = ",".join(f"2025-{m:02}" for m in range(7, 13))
CODES = list(nation.FORMULAS)


def shapes(tree) -> dict[str, list[tuple[int, str, dict]]]:
    """Shape → the questions it takes: (indicators, periods, places); "five years" is one year, all there is."""
    first = {level: str(tree.code[tree.level == level][0]) for level in nation.LEVELS}
    root, near = {"places": ROOT}, {"within": ROOT, "level": "province"}
    counties, cities = {"within": ROOT, "level": "county"}, {"within": ROOT, "level": "city"}
    mine = {"within": first["province"], "level": "county"}
    units = {"within": first["county"], "level": "community"}
    return {
        "1  1 × 12 months × nation": [(1, MONTHS, root)],
        "2  1 × 12 months × provinces": [(1, MONTHS, near)],
        "3  1 × 12 months × counties": [(1, MONTHS, counties)],
        "4  1 × year × nation, provinces, cities": [
            (1, "2025", root),
            (1, "2025", near),
            (1, "2025", cities),
        ],
        "5  2 × year × nation": [(2, "2025", root)],
        "6  3 × 12 months × provinces": [(3, MONTHS, near)],
        "7  3 × 12 months × counties of a province": [(3, MONTHS, mine)],
        "8  5 × year × cities": [(5, "2025", cities)],
        "9  5 × 6 months × nation, provinces": [(5, HALF, root), (5, HALF, near)],
        "10 7 × 12 months and year × nation": [(7, f"{MONTHS},2025", root)],
        "11 7 × year × counties": [(7, "2025", counties)],
        "12 10 × 12 months × nation": [(10, MONTHS, root)],
        "13 10 × year × provinces": [(10, "2025", near)],
        "14 10 × quarters × cities": [(10, QUARTERS, cities)],
        "15 1 × 12 months × communities of a county": [(1, MONTHS, units)],
        "16 10 × year × towns of a city": [(10, "2025", {"within": first["city"], "level": "street"})],
        "17 3 × 6 months × counties": [(3, HALF, counties)],
        "18 10 × 12 months × a town's communities": [
            (10, MONTHS, {"within": first["street"], "level": "community"})
        ],
    }


def periods():
    from linli.plans.formula import Months

    first = nation.FIRST
    singles = [Months(first + m, first + m) for m in range(12)]
    return [
        *singles,
        *(Months(first + 3 * q, first + 3 * q + 2) for q in range(4)),
        Months(first, first + 11),
    ]


def rebuild(folder: Path) -> None:
    """In a process of its own, so that its memory is told alone."""
    from linli.plans.nation import asking

    began = time.perf_counter()
    asking.roll_up(folder, list(nation.EXPRESSIONS.values()), periods(), due_through=nation.FIRST + 11)
    took, peak = time.perf_counter() - began, highest()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        f"rebuild of 17 periods: {took:.1f} s ({used.ru_utime + used.ru_stime:.1f} s of processor), {peak:.0f} MB"
    )


def highest() -> float:
    """MB of this process at its highest. `ru_maxrss` would also count its parent's, from before it was started."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024


def wrong_cells(folder: Path, places: int = 12) -> tuple[int, int]:
    """(wrong, compared): places below the county by the reference evaluator, every sum against its children."""
    from linli.plans.formula import evaluate
    from linli.plans.nation.asking import Places, Snapshot
    from tests.plans.nation_facts import facts_of

    snapshot = Snapshot.of(folder)
    tree = nation.tree_of(snapshot.connection().execute(
        "SELECT count(*) FROM read_parquet(?)", [str(folder / "units.parquet")]).fetchone()[0])  # fmt: skip
    towns = [str(tree.code[nr]) for nr in tree.towns[:: max(1, len(tree.towns) // places)]]
    wrong = compared = 0
    for months in (periods()[5], periods()[13], periods()[-1]):
        facts, paths = facts_of(snapshot, months, towns)
        for cell in snapshot.cells(nation.EXPRESSIONS, [months], Places(codes=tuple(towns))):
            wanted = evaluate(nation.EXPRESSIONS[cell.indicator], facts, paths[cell.area], months).value
            wrong, compared = wrong + (cell.value != wanted), compared + 1
        for above, below in (
            ("nation", "province"),
            ("province", "city"),
            ("city", "county"),
            ("county", "street"),
        ):
            some, all_of = sums(snapshot, months, above), sums(snapshot, months, below)
            wrong, compared = wrong + (some != all_of), compared + 1
    return wrong, compared


def sums(snapshot, months, level):
    from linli.plans.nation.asking import Places

    cells = snapshot.cells({"total": nation.EXPRESSIONS["total"]}, [months], Places((), ROOT, level))
    return sum(c.value.number or 0 for c in cells), sum(c.value.expected for c in cells)


def ask(port: int, questions, key: str) -> float:
    """Seconds until every answer of a shape is read whole; SystemExit when one is refused or empty."""
    took = 0.0
    for count, when, where in questions:
        words = "&".join(
            f"{k}={v}" for k, v in {"indicators": ",".join(CODES[:count]), "periods": when, **where}.items()
        )
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        shown = {"X-Forwarded-Proto": "https", "Authorization": f"Bearer {key}"}
        connection.request("GET", f"/api/v1/plans/nation-bench/analytics?{words}", headers=shown)
        answer = connection.getresponse()
        body = answer.read()
        took += time.perf_counter() - began
        connection.close()
        if answer.status != 200 or not json.loads(body)["series"][0]["values"]:
            raise SystemExit(f"{answer.status}: {body[:300]!r}")
    return took


def many(port: int, questions, users: int, times: int, keys: Iterator[str]) -> list[float]:
    """Seconds of each asking by so many people at once, each with a token of his own; one refused ends the run."""
    with ThreadPoolExecutor(users) as pool:
        asked = [
            pool.submit(turns, port, questions, next(keys), max(2, times // users)) for _user in range(users)
        ]
        return sorted(second for one in asked for second in one.result())


def turns(port: int, questions, key: str, times: int) -> list[float]:
    return [ask(port, questions, key) for _turn in range(times)]


def told(took: list[float]) -> str:
    p95 = took[min(len(took) - 1, int(len(took) * 0.95))]
    return f"{statistics.median(took) * 1000:6.0f} /{p95 * 1000:6.0f} ms"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--communities", type=int, default=620_000)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--no-http", action="store_true")
    parser.add_argument("--http-only", action="store_true", help="of a folder that is rolled up already")
    parser.add_argument("--users", default="1,5,20")
    parser.add_argument("--rebuild", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.rebuild:
        rebuild(chosen.rebuild)
        return 0
    state = chosen.folder or Path(tempfile.mkdtemp(prefix="bench-analytics-"))
    folder = state / "snapshots" / f"nation-{chosen.communities}"
    if not folder.exists():
        began = time.perf_counter()
        nation.write_nation(folder, chosen.communities)
        print(f"generated {chosen.communities} communities in {time.perf_counter() - began:.1f} s")
    size = sum(path.stat().st_size for path in folder.glob("*.parquet")) / 2**20
    print(f"store {size:.0f} MB, load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    wrong = 0
    if not chosen.http_only:
        subprocess.run([sys.executable, "-m", "bench.analytics.run", "--rebuild", str(folder)], check=True)
        wrong, compared = wrong_cells(folder)
        print(f"{wrong} wrong of {compared} cells", flush=True)
    if not chosen.no_http:
        from bench.analytics.serving import served

        users = [int(one) for one in chosen.users.split(",")]
        with served(state) as (port, tokens):
            keys = itertools.cycle(tokens)
            for name, questions in shapes(nation.tree_of(chosen.communities)).items():
                ask(port, questions, next(keys))
                rows = [told(many(port, questions, one, chosen.times, keys)) for one in users]
                print(f"{name:45} p50/p95 at {chosen.users} users: {' · '.join(rows)}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
