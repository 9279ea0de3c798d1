"""How long the grades of a nation's communities take, and whether they are those of one place at a time.

    python -m bench.grading [COMMUNITIES]

The index has twelve must-haves and fifteen scored items, as packs/indexes has; values are drawn from a fixed seed,
four in a hundred unknown. A thousand places are graded one by one too: the number of wrong ones is printed.
"""

import statistics
import sys
import time
from fractions import Fraction

import numpy as np

from linli_compute.grading import Band, Gate, Index, Item, grade
from linli_compute.grading_many import Column, grade_many

WEIGHTS = (10, 8, 7, 7, 7, 6, 5, 8, 8, 7, 6, 3, 5, 3, 10)


def made(count: int):
    """An index and the columns of that many communities."""
    rng = np.random.default_rng(20260304)
    gates = tuple(Gate(f"g{n}", Fraction(1)) for n in range(12))
    items = tuple(Item(f"i{n}", Fraction(w), Fraction(45), Fraction(15)) for n, w in enumerate(WEIGHTS))
    columns = {g.code: Column(rng.poisson(4, count), rng.random(count) > 0.04) for g in gates}
    columns |= {i.code: Column(rng.integers(20, 600, count), rng.random(count) > 0.04, 10) for i in items}
    bands = (Band("happy", Fraction(80)), Band("livable", Fraction(0)))
    return Index(gates, items, bands), columns


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 620_000
    index, columns = made(count)
    times = []
    for _turn in range(5):
        start = time.perf_counter()
        many = grade_many(index, columns)
        times.append(time.perf_counter() - start)
    wrong = 0
    start = time.perf_counter()
    for place in range(0, count, max(1, count // 1000)):
        values = {
            c: Fraction(int(col.numbers[place]), col.scale) if col.known[place] else None
            for c, col in columns.items()
        }
        alone = grade(index, values)
        band = None if many.band[place] < 0 else index.bands[many.band[place]].name
        wrong += (band, many.points(place)) != (alone.grade, alone.score)
    each = time.perf_counter() - start
    sys.stdout.write(
        f"{count} communities: median {statistics.median(times):.2f} s of {len(times)}, "
        f"worst {max(times):.2f} s; {wrong} wrong among a thousand graded one by one ({each:.2f} s)\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
