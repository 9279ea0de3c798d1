# ruff: noqa: S608 (names of columns and files are ours)
"""Rolling a snapshot up: for each period one file with every aggregate at every place above the community."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import duckdb
import numpy as np

from linli.plans.formula import Months, ir
from linli_compute.files.engine import engine as files_engine

from .arrays import FITS, largest
from .gathering import WAYS, Gathering, Grouping, leaves_of
from .held import rolled_name, write_held
from .layout import LEVELS, PLACES, Manifest, file_in
from .places import write_spans
from .units import ALWAYS, Reading, Units

MEMORY = "300MB"
THREADS = 2
ROWS = 61_440  # units at once, three row groups: with the columns of a year some 120 MB


@contextmanager
def engine(*, threads: int = 2, memory: str = MEMORY) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB in this process, within its bounds and off the network."""
    limits = {"threads": threads, "memory_limit": memory, "autoinstall_known_extensions": False}
    with files_engine(**limits) as connection:
        # The foot of a nation's file describes twelve thousand stretches of columns: read it once, not each time.
        connection.execute("SET parquet_metadata_cache = true")
        yield connection


def roll_up_snapshot(
    folder: Path,
    manifest: Manifest,
    aggregates: Sequence[ir.Aggregate],
    periods: Sequence[Months],
    *,
    due_through: int,
) -> None:
    """Write the aggregates of each period beside the snapshot; what was there for the period is replaced whole."""
    with engine() as connection, ThreadPoolExecutor(THREADS) as pool:
        tree = Tree(connection, folder)
        spans = write_spans(connection, folder, manifest, len(tree.level))
        made = [Rolled(aggregates, months, due_through, len(tree.level)) for months in periods]
        done = [
            pool.submit(
                _roll_up_rows,
                connection.cursor(),
                folder,
                manifest,
                made,
                spans.around(first, first + ROWS - 1),
            )
            for first in range(0, spans.units, ROWS)
        ]
        for one in done:
            one.result()
        written = [pool.submit(one.write, folder, manifest, tree) for one in made]
        for one in written:
            one.result()


def _roll_up_rows(connection, folder: Path, manifest: Manifest, made: Sequence["Rolled"], chosen) -> None:
    """Read some units once, with every column of every period, and bring them together."""
    where, rows = chosen
    units = Units(connection, folder, manifest, where, rows)
    units.load([*ALWAYS, *(f"place_{min(one.months.last, manifest.last)}" for one in made)])
    # those that end together share stocks
    made = sorted(made, key=lambda one: (one.months.last, len(one.months)))
    readings = [Reading(units, one.months, one.due_through) for one in made]
    names = [f"in_{scope}" for scope in manifest.scopes]
    for one, reading in zip(made, readings, strict=True):
        names += reading.columns(one.leaves)
    units.load(names)
    connection.close()
    readings.reverse()
    for one in made:  # what a period read goes when it is brought together: seventeen would be 400 MB
        reading = readings.pop()
        one.add(Gathering(reading, Grouping(reading.above)))


class Rolled:
    """One period while it is rolled up: each part of each aggregate at the places right above the units."""

    def __init__(self, aggregates: Sequence[ir.Aggregate], months: Months, due_through: int, places: int):
        self.aggregates, self.months, self.due_through, self.places = aggregates, months, due_through, places
        self.leaves = list(dict.fromkeys(leaf for node in aggregates for leaf in leaves_of(node)))
        self.totals: dict[tuple, np.ndarray] = {}
        self.names: dict[str, tuple] = {}
        self.lock = Lock()

    def add(self, gathering: Gathering) -> None:
        """Take in what some units come to."""
        parts = [gathering.parts(node) for node in self.aggregates]
        found = {(key, how): numbers for one in parts for key, numbers, how in one.values()}
        with self.lock:
            for nr, one in enumerate(parts):
                self.names |= {f"{part}{nr}": (key, how) for part, (key, _numbers, how) in one.items()}
            for (key, how), numbers in found.items():
                if (key, how) not in self.totals:
                    self.totals[key, how] = np.full(self.places, start_of(numbers, how), numbers.dtype)
                WAYS[how][0].at(self.totals[key, how], gathering.grouping.places, numbers)

    def write(self, folder: Path, manifest: Manifest, tree: "Tree") -> None:
        """Go up the tree and put the file of the period in its place."""
        climb = tree.climb(min(self.months.last, manifest.last))
        short = {key: f"c{nr}" for nr, key in enumerate(self.totals)}
        columns = {short[key]: climb(total, key[1]) for key, total in self.totals.items()}
        write_held(
            folder / rolled_name(self.months), columns, {name: short[key] for name, key in self.names.items()}
        )
        self.totals.clear()


def start_of(numbers: np.ndarray, how: str) -> int:
    """What stands where nothing was brought together; of ranks, -1."""
    return -1 if how == "max" and numbers.dtype == np.int8 else WAYS[how][1]


class Tree:
    """The places above the communities, in the order of their numbers."""

    def __init__(self, connection, folder: Path):
        found = connection.execute(
            f"SELECT * EXCLUDE (code, name) FROM read_parquet({file_in(folder, PLACES)}) ORDER BY nr"
        ).fetchnumpy()
        self.level = np.asarray(found["level"])
        self._found = found

    def climb(self, month: int) -> Callable[[np.ndarray, str], np.ndarray]:
        """How numbers go up the tree as it stood at the end of a month: children of a place are neighbours."""
        above = np.ma.filled(np.ma.asarray(self._found[f"place_{month}"]).astype(np.int64), -1)
        steps = []
        for level in reversed(LEVELS[1:-1]):
            rows = np.flatnonzero((self.level == level) & (above >= 0))
            steps.append((rows, Grouping(above[rows])))

        def go_up(total: np.ndarray, how: str) -> np.ndarray:
            if how == "sum" and largest(total) * max(len(total), 1) >= FITS:
                raise OverflowError("the figures of a snapshot are too large to be added up")
            for rows, grouping in steps:
                WAYS[how][0].at(total, grouping.places, grouping.gathered(total[rows], how))
            return total

        return go_up
