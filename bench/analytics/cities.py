"""Many cities as tasks of their own: rolled up in this process, then by Dask workers, with equal digests.

    python -m bench.analytics.cities [--cities 12] [--communities 5000] [--workers 2] [--folder FOLDER]

Each city is a sealed snapshot of its own seed, rolled up for 17 periods and thirty indicators.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from bench.analytics import nation
from bench.analytics.run import periods
from linli.plans.nation.cities import Wanted, cities_in, roll_up_cities
from linli_compute.scale import digest_of_all


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cities", type=int, default=12)
    parser.add_argument("--communities", type=int, default=5000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="bench-cities-"))
    for seed in range(len(cities_in(folder)), chosen.cities):
        nation.write_nation(folder / f"city-{seed:02}", chosen.communities, seed=seed)
    cities = cities_in(folder)
    wanted = Wanted(tuple(nation.EXPRESSIONS.values()), tuple(periods()), due_through=nation.FIRST + 11)
    digests = []
    for workers in (0, chosen.workers):
        began, used = time.perf_counter(), spent()
        digests.append(digest_of_all(roll_up_cities(cities, wanted, workers=workers)))
        took = time.perf_counter() - began
        print(
            f"{len(cities)} cities of {chosen.communities} communities, {workers} workers: {took:.1f} s by the clock,"
            f" {spent() - used:.1f} s of processor; load {os.getloadavg()[0]:.1f}; {digests[-1][:16]}",
            flush=True,
        )
    return 1 if len(set(digests)) > 1 else 0


def spent() -> float:
    """Seconds of processor of this process and of those it has started and waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    sys.exit(main())
