# ruff: noqa: S608 (names of columns and files are ours)
"""Rolling a snapshot up: for each period one Parquet file with every aggregate at every place above the community."""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from linli.plans.formula import Months, ir

from .emitting import ADDED, PARTS, Columns, Leaves, columns_of
from .layout import LEVELS, PLACES, UNITS, Manifest

MEMORY = "1500MB"
SAFE = 2**62
ROWS_AT_ONCE = 40_000  # places × periods that one statement brings together: with 30 aggregates some 100 MB
COLUMN = re.compile(r"\b[mr]\d+_\d+\b")  # of a measure in a month, or of its reasons

HELD_BYTES = 32 * 2**20  # a file of units up to this is read into memory once


@contextmanager
def engine(*, threads: int = 2, memory: str = MEMORY) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB in this process, within its bounds and off the network."""
    limits = {"threads": threads, "memory_limit": memory, "autoinstall_known_extensions": False}
    with duckdb.connect(config=limits) as connection:
        yield connection


def rolled_name(months: Months) -> str:
    return f"rolled_{months.first}_{months.last}.parquet"


def file_in(folder: Path, name: str) -> str:
    """The path of a file as a literal of SQL."""
    return "'" + str(folder / name).replace("'", "''") + "'"


def roll_up_snapshot(
    folder: Path,
    manifest: Manifest,
    aggregates: Sequence[ir.Aggregate],
    periods: Sequence[Months],
    *,
    due_through: int,
) -> None:
    """Write the aggregates of each period beside the snapshot; what was there for the period is replaced whole."""
    with engine() as connection, ThreadPoolExecutor(1) as writer:
        places = connection.execute(
            f"SELECT count(*) FROM read_parquet({file_in(folder, PLACES)})"
        ).fetchone()
        most = max(1, ROWS_AT_ONCE // max(1, places[0]))
        source, written = held(connection, folder), []
        for batch in batches(aggregates, periods, manifest, due_through, most):
            own = summed(connection, folder, batch, source)
            for one in written:  # the batch before was written meanwhile: two at most are in memory
                one.result()
            written = [
                writer.submit(write_period, connection.cursor(), folder, own, at, batch)
                for at in range(len(batch.leaves))
            ]
        for one in written:
            one.result()


def write_period(connection, folder: Path, own: dict, at: int, batch: "Batch") -> None:
    """Put the file of one period in its place, whole."""
    leaves = batch.leaves[at]
    connection.register("rolled", up_the_tree(connection, folder, own, at, batch, leaves))
    room = folder / (rolled_name(leaves.months) + ".part")
    connection.execute(f"COPY rolled TO {file_in(folder, room.name)} (FORMAT parquet, ROW_GROUP_SIZE 4096)")
    connection.close()
    room.replace(folder / rolled_name(leaves.months))


@dataclass
class Batch:
    """Periods that one statement answers: the same aggregates over leaves of the same names."""

    found: list[Columns]
    leaves: list[Leaves]


def batches(aggregates, periods, manifest, due_through, most: int) -> Iterator[Batch]:
    """The periods in as few statements as `most` of them at once allow: planning one costs more than a small scan."""
    open_: dict[tuple, Batch] = {}
    for months in periods:
        leaves = Leaves(months, due_through, manifest)
        found = [columns_of(node, leaves) for node in aggregates]
        key = (*(text for one in found for text in one.sql.values()), *leaves.sql)
        batch = open_.setdefault(key, Batch(found, []))
        batch.leaves.append(leaves)
        if len(batch.leaves) == most:
            yield open_.pop(key)
    yield from open_.values()


def summed(connection, folder: Path, batch: Batch, source: str) -> dict[str, dict]:
    """Scope → what its units come to, by period and the place right above them."""
    units = " UNION ALL ".join(
        f"SELECT {at} AS period, * FROM ({read_units(folder, leaves, source)})"
        for at, leaves in enumerate(batch.leaves)
    )
    # A table of its own: else each of the aggregates would read its measures from all their months anew.
    connection.execute(f"CREATE OR REPLACE TEMP TABLE read_units AS {units}")
    scopes = dict.fromkeys(found.scope for found in batch.found)
    own = {scope: of_scope(connection, batch, scope) for scope in scopes}
    connection.execute("DROP TABLE read_units")
    return own


def of_scope(connection, batch: Batch, scope: str) -> dict:
    """What the units of a scope come to, by period and the place right above: SQL text → numbers."""
    texts = dict.fromkeys(text for one in batch.found if one.scope == scope for text in one.sql.values())
    listed = ", ".join(
        f"({text})::bigint AS c{at}" for at, text in enumerate(texts)
    )  # many texts are the same
    rows = connection.execute(
        f"SELECT period, above, {listed} FROM read_units WHERE in_{scope} GROUP BY period, above"
    ).fetchnumpy()
    numbers = {text: rows[f"c{at}"] for at, text in enumerate(texts)}
    return {"period": rows["period"], "above": rows["above"], **numbers}


def up_the_tree(connection, folder: Path, own: dict, at: int, batch: Batch, leaves: Leaves) -> dict:
    """What the units of the period `at` come to at every place above them."""
    month = min(leaves.months.last, leaves.manifest.last)
    tree = connection.execute(
        f"SELECT nr, place_{month} AS above, level FROM read_parquet({file_in(folder, PLACES)}) ORDER BY nr"
    ).fetchnumpy()
    above = np.ma.filled(np.ma.asarray(tree["above"]).astype(np.int64), -1)
    mine = {scope: np.flatnonzero(rows["period"] == at) for scope, rows in own.items()}
    table, known = {"nr": np.arange(len(above))}, {}
    for nr, found in enumerate(batch.found):
        rows, chosen = own[found.scope], mine[found.scope]
        for part in PARTS:
            how = found.op if part == "n" and found.op in ("min", "max") else ADDED[part]
            key = (found.scope, found.sql[part], how)
            if key not in known:
                numbers = rows[found.sql[part]][chosen]
                known[key] = added_up(rows["above"][chosen], numbers, above, tree["level"], how)
            table[f"{part}{nr}"] = known[key]
    return table


WAYS = {"sum": (np.add, 0), "max": (np.maximum, -SAFE), "min": (np.minimum, SAFE)}


def added_up(at: np.ndarray, numbers, above: np.ndarray, levels: np.ndarray, how: str) -> np.ma.MaskedArray:
    """The numbers of places, each once, brought together up the tree, exactly; masked where nothing lies below.

    OverflowError when a sum might not fit 64 bits.
    """
    way, start = WAYS[how]
    held = ~np.ma.getmaskarray(np.ma.asarray(numbers))
    known = np.asarray(np.ma.getdata(numbers))[held].astype(np.int64)
    if how == "sum" and int(np.abs(known).max(initial=0)) * max(len(known), 1) >= SAFE:
        raise OverflowError("the figures of a snapshot are too large to be added up")
    total, there = np.full(len(above), start, dtype=np.int64), np.zeros(len(above), dtype=bool)
    places = np.asarray(at)[held]
    total[places], there[places] = known, True
    for level in reversed(LEVELS[1:-1]):
        rows = np.flatnonzero((levels == level) & there & (above >= 0))
        way.at(total, above[rows], total[rows])
        there[above[rows]] = True
    return np.ma.array(total, mask=~there)


def held(connection, folder: Path) -> str:
    """The relation of all units: in memory where they are few, for each period reads it again; else their file."""
    file = f"read_parquet({file_in(folder, UNITS)})"
    if (folder / UNITS).stat().st_size > HELD_BYTES:
        return file
    connection.execute(f"CREATE TEMP TABLE held_units AS SELECT * FROM {file}")
    return "held_units"


def read_units(folder: Path, leaves: Leaves, source: str = "") -> str:
    """Units of a period under `above`, with the measures that its aggregates read; from their file, or `source`."""
    columns = sorted({name for text in leaves.sql.values() for name in COLUMN.findall(text)})
    scopes = "".join(f", in_{scope}" for scope in leaves.manifest.scopes)
    listed = "".join(f", {text} AS {name}" for name, text in leaves.sql.items())
    source = source or f"read_parquet({file_in(folder, UNITS)})"
    units = units_relation(source, leaves.manifest, leaves.months, columns)
    return f"SELECT nr, code, above{scopes}{listed} FROM ({units})"


def units_relation(source: str, manifest: Manifest, months: Months, columns: Sequence[str]) -> str:
    """Units with these columns as the tree stood at the end of a period, under the place `above` each.

    A unit that was divided in the period stands under what keeps its figures; the flows of one that was merged are
    added to those of the one it went into.
    """
    month = min(months.last, manifest.last)
    within = f"ended BETWEEN {months.first + 1} AND {month}"
    kept = ", ".join(["nr", "code", *(f"in_{scope}" for scope in manifest.scopes), *columns])
    plain = f"SELECT {kept}, place_{month} AS above FROM {source} WHERE place_{month} IS NOT NULL"
    divided = f"SELECT {kept}, gone_to AS above FROM {source} WHERE gone_to IS NOT NULL AND {within}"
    if not manifest.merged or months.first == months.last:
        return plain if months.first == months.last else f"{plain} UNION ALL {divided}"
    heirs = f'SELECT "into" FROM {source} WHERE "into" IS NOT NULL AND {within}'
    flows = {manifest.column(m, at) for m in manifest.flows for at in manifest.months} & set(columns)
    added = ", ".join(
        [f"any_value({name}) FILTER (WHERE own) AS {name}" for name in kept.split(", ") if name not in flows]
        + [f"sum({name})::bigint AS {name}" for name in sorted(flows)]
    )
    order = ", ".join(name for name in kept.split(", "))
    merged = (
        f"SELECT {order}, above FROM (SELECT {added}, any_value(place_{month}) FILTER (WHERE own) AS above FROM"
        f' (SELECT *, false AS own, "into" AS heir FROM {source} WHERE "into" IS NOT NULL AND {within}'
        f" UNION ALL SELECT *, true AS own, nr AS heir FROM {source} WHERE nr IN ({heirs})) GROUP BY heir)"
    )
    return f"{plain} AND nr NOT IN ({heirs}) UNION ALL {merged} UNION ALL {divided}"
