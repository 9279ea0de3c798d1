# ruff: noqa: S608 (names of columns and files are ours)
"""Rolling a snapshot up: for each period one Parquet file with every aggregate at every place above the community."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import numpy as np

from linli.plans.formula import Months, ir

from .emitting import ADDED, PARTS, Columns, Leaves, columns_of
from .layout import LEVELS, PLACES, UNITS, Manifest

MEMORY = "1500MB"
SAFE = 2**62
COLUMN = re.compile(r"\b[mr]\d+_\d+\b")  # of a measure in a month, or of its reasons


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
    with engine() as connection:
        for months in periods:
            leaves = Leaves(months, due_through, manifest)
            found = [columns_of(node, leaves) for node in aggregates]
            table = rolled_table(connection, folder, found, leaves)
            connection.register("rolled", table)
            room = folder / (rolled_name(months) + ".part")
            connection.execute(
                f"COPY rolled TO {file_in(folder, room.name)} (FORMAT parquet, ROW_GROUP_SIZE 4096)"
            )
            connection.unregister("rolled")
            room.replace(folder / rolled_name(months))


def rolled_table(connection, folder: Path, found: Sequence[Columns], leaves: Leaves) -> dict:
    """Every part of every aggregate at every place, as columns in the order of the places."""
    month = min(leaves.months.last, leaves.manifest.last)
    names = [(part, nr) for nr in range(len(found)) for part in PARTS]
    listed = ", ".join(f"({found[nr].sql[part]})::bigint AS {part}{nr}" for part, nr in names)
    own = connection.execute(
        f"SELECT above, {listed} FROM ({read_units(folder, leaves)}) GROUP BY above"
    ).fetchnumpy()
    tree = connection.execute(
        f"SELECT nr, place_{month} AS above, level FROM read_parquet({file_in(folder, PLACES)}) ORDER BY nr"
    ).fetchnumpy()
    above = np.ma.filled(np.ma.asarray(tree["above"]).astype(np.int64), -1)
    table = {"nr": np.arange(len(above))}
    for part, nr in names:
        how = found[nr].op if part == "n" and found[nr].op in ("min", "max") else ADDED[part]
        table[f"{part}{nr}"] = added_up(own["above"], own[f"{part}{nr}"], above, tree["level"], how)
    return table


WAYS = {"sum": (np.add, 0), "max": (np.maximum, -SAFE), "min": (np.minimum, SAFE)}


def added_up(at: np.ndarray, numbers, above: np.ndarray, levels: np.ndarray, how: str) -> np.ma.MaskedArray:
    """The numbers of places brought together up the tree, exactly; masked where nothing lies below.

    OverflowError when a sum might not fit 64 bits.
    """
    way, start = WAYS[how]
    held = ~np.ma.getmaskarray(np.ma.asarray(numbers))
    known = np.asarray(np.ma.getdata(numbers))[held].astype(np.int64)
    if how == "sum" and int(np.abs(known).max(initial=0)) * max(len(known), 1) >= SAFE:
        raise OverflowError("the figures of a snapshot are too large to be added up")
    total, there = np.full(len(above), start, dtype=np.int64), np.zeros(len(above), dtype=bool)
    places = np.asarray(at)[held]
    way.at(total, places, known)
    there[places] = True
    for level in reversed(LEVELS[1:-1]):
        rows = np.flatnonzero((levels == level) & there & (above >= 0))
        way.at(total, above[rows], total[rows])
        there[above[rows]] = True
    return np.ma.array(total, mask=~there)


def read_units(folder: Path, leaves: Leaves) -> str:
    """Units of a period under `above`, with the measures that its aggregates read."""
    columns = sorted({name for text in leaves.sql.values() for name in COLUMN.findall(text)})
    scopes = "".join(f", in_{scope}" for scope in leaves.manifest.scopes)
    listed = "".join(f", {text} AS {name}" for name, text in leaves.sql.items())
    units = units_relation(folder, leaves.manifest, leaves.months, columns)
    return f"SELECT nr, code, above{scopes}{listed} FROM ({units})"


def units_relation(folder: Path, manifest: Manifest, months: Months, columns: Sequence[str]) -> str:
    """Units with these columns as the tree stood at the end of a period, under the place `above` each.

    A unit that was divided in the period stands under what keeps its figures; the flows of one that was merged are
    added to those of the one it went into.
    """
    month = min(months.last, manifest.last)
    source = f"read_parquet({file_in(folder, UNITS)})"
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
