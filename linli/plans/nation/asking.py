# ruff: noqa: S608 (names of columns and files are ours; codes that people send are parameters)
"""Asking a rolled-up snapshot: indicators × periods × places, as exact values."""

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import duckdb

from linli.plans.formula import Months, Value, ir
from linli.plans.formula.evaluating import combine
from linli.plans.formula.sql import state_of
from linli.plans.formula.values import NOT_APPLICABLE, RANK

from .emitting import PARTS, Columns, Leaves, columns_of
from .layout import LEVELS, PLACES, Manifest, SnapshotRefused, opened
from .rolling import engine, file_in, read_units, roll_up_snapshot, rolled_name

ROLLED = "rolled.json"
MOST_CELLS = 200_000  # of one question


@dataclass(frozen=True)
class Cell:
    """One indicator at one place in one period, with the numerator and denominator it was brought together from."""

    area: str
    name: str
    indicator: str
    months: Months
    value: Value
    numerator: int | None
    denominator: int | None


@dataclass(frozen=True)
class Places:
    """Which places are asked: named ones, or all of a level within one."""

    codes: tuple[str, ...] = ()
    within: str = ""
    level: str = ""


@dataclass
class Snapshot:
    """A sealed snapshot with what was rolled up from it."""

    folder: Path
    manifest: Manifest
    positions: Mapping[str, int]  # digest of an aggregate → its number in the rolled files
    operations: Sequence[tuple[str, int]]  # of each aggregate: how it is brought together, over what
    due_through: int
    _local: threading.local = field(default_factory=threading.local, repr=False)

    @classmethod
    def of(cls, folder: Path) -> "Snapshot":
        """The rolled-up snapshot in a folder; SnapshotRefused when there is none."""
        return _snapshot(folder, (folder / ROLLED).stat().st_mtime_ns if (folder / ROLLED).exists() else 0)

    def connection(self) -> duckdb.DuckDBPyConnection:
        """This thread's own way into the engine."""
        if not hasattr(self._local, "connection"):
            self._local.engine = engine(threads=1, memory="500MB")
            self._local.connection = self._local.engine.__enter__()
            self._local.connection.execute("SET parquet_metadata_cache = true")
        return self._local.connection

    def cells(
        self, expressions: Mapping[str, ir.Expression], periods: Sequence[Months], places: Places
    ) -> list[Cell]:
        """Every indicator at every place asked, period by period; SnapshotRefused names what is not held."""
        wanted = {ir.digest(a): a for e in expressions.values() for a in ir.aggregates_of(e)}
        missing = [digest for digest in wanted if digest not in self.positions]
        if missing:
            raise SnapshotRefused("快照汇总以后公式改过，请重新汇总。")
        rows = self._rows(wanted, periods, places)
        if len(rows) * len(expressions) > MOST_CELLS:
            raise SnapshotRefused(f"一次最多取 {MOST_CELLS} 个数，请缩小范围。")
        return [cell for row in rows for cell in self._cells_of(row, list(wanted), expressions)]

    def _cells_of(self, row, digests, expressions):
        code, name, first, last, *numbers = row
        states = dict(zip(digests, self._states(digests, numbers), strict=True))
        for indicator, expression in expressions.items():
            value = combine(expression, lambda a: states[ir.digest(a)][0]).value
            single = (
                states[ir.digest(ir.aggregates_of(expression)[0])]
                if ir.aggregates_of(expression)
                else (None,) * 3
            )
            yield Cell(code, name, indicator, Months(first, last), value, single[1], single[2])

    def _states(self, digests, numbers):
        for at, digest in enumerate(digests):
            n, vals, reported, expected, s, there = numbers[at * len(PARTS) : (at + 1) * len(PARTS)]
            op, below = self.operations[self.positions[digest]]
            yield brought_together(op, below, (n, vals or 0, reported or 0, expected or 0, s, there))

    def _rows(self, wanted, periods, places: Places):
        names = [(f"{part}{self.positions[digest]}") for digest in wanted for part in PARTS]
        relation = self._community_rows if places.level == LEVELS[-1] else self._rolled_rows
        asked, parameters = self._asked(places)
        parts = [relation(wanted, names, months, asked) for months in periods]
        query = " UNION ALL ".join(f"({part})" for part in parts)
        return self.connection().execute(query, parameters).fetchall()

    def _asked(self, places: Places) -> tuple[str, dict]:
        """(CTE of the places asked, parameters): all at or below a place on a level, or those named."""
        source = f"read_parquet({file_in(self.folder, PLACES)})"
        if places.codes:
            return f"SELECT nr, code, name FROM {source} WHERE code IN (SELECT unnest($codes))", {
                "codes": list(places.codes)
            }
        level = places.level if places.level != LEVELS[-1] else LEVELS[-2]
        inside = (
            f"SELECT nr, code, name FROM {source} WHERE level = $level AND nr >="
            f" (SELECT nr FROM {source} WHERE code = $within) AND nr <="
            f" (SELECT last_nr FROM {source} WHERE code = $within)"
        )
        return inside, {"level": level, "within": places.within}

    def _rolled_rows(self, wanted, names, months, asked) -> str:
        file = self.folder / rolled_name(months)
        if not file.exists():
            raise SnapshotRefused("快照里没有汇总这个时期。")
        listed = "".join(f", r.{name}" for name in names)
        return (
            f"SELECT a.code, a.name, {months.first}, {months.last}{listed}"
            f" FROM ({asked}) a JOIN read_parquet({file_in(self.folder, file.name)}) r ON r.nr = a.nr ORDER BY a.nr"
        )

    def _community_rows(self, wanted, names, months, asked) -> str:
        leaves = Leaves(months, self.due_through, self.manifest)
        columns = [columns_of(node, leaves) for node in wanted.values()]
        listed = "".join(f", {_of_one(one, part)}" for one in columns for part in PARTS)
        return (
            f"WITH a AS MATERIALIZED ({asked}) SELECT u.code, '', {months.first}, {months.last}{listed}"
            f" FROM ({read_units(self.folder, leaves)}) u"
            f" WHERE u.above IN (SELECT nr FROM a) GROUP BY u.nr, u.code ORDER BY u.nr"
        )


def _of_one(found: Columns, part: str) -> str:
    """A part of an aggregate at one unit: what lies outside its scope has none."""
    return f"CASE WHEN any_value(in_{found.scope}) THEN ({found.sql[part]})::bigint END"


def brought_together(op: str, below: int, numbers) -> tuple[Value, int | None, int | None]:
    """The value of an aggregate at a place from its additive parts: (value, numerator, denominator)."""
    n, vals, reported, expected, s, there = numbers
    if op in ("count", "expected", "reported"):
        number = {"count": vals, "expected": expected, "reported": reported}[op]
        return state_of(number, 1, 0, reported, expected), number, 1
    if not vals:
        rank = s if expected else there
        return (
            state_of(None, None, RANK[NOT_APPLICABLE] if rank is None else rank, reported, expected),
            None,
            None,
        )
    over = {"share": vals, "avg": vals * below, "countif": 1}.get(op, below)
    return state_of(n, over, 0, reported, expected), int(n), over


def answerable(expression: ir.Expression, manifest: Manifest) -> bool:
    """Does the snapshot hold what this formula reads, of kinds that it can bring together?"""
    leaves = Leaves(Months(manifest.last, manifest.last), manifest.last, manifest)
    try:
        for node in ir.aggregates_of(expression):
            columns_of(node, leaves)
    except SnapshotRefused:
        return False
    return True


def roll_up(
    folder: Path, expressions: Sequence[ir.Expression], periods: Sequence[Months], *, due_through: int
) -> Snapshot:
    """Roll a sealed snapshot up for these formulas and periods, and remember which aggregate is which."""
    manifest = opened(folder)
    aggregates = list({ir.digest(a): a for e in expressions for a in ir.aggregates_of(e)}.values())
    roll_up_snapshot(folder, manifest, aggregates, periods, due_through=due_through)
    leaves = Leaves(periods[0], due_through, manifest)
    told = {
        "due_through": due_through,
        "aggregates": [
            {
                "digest": ir.digest(node),
                "op": node.op,
                "below": columns_of(node, leaves).denominator,
            }
            for node in aggregates
        ],
    }
    (folder / ROLLED).write_text(json.dumps(told), encoding="utf-8")
    return Snapshot.of(folder)


@lru_cache(maxsize=4)
def _snapshot(folder: Path, changed_at: int) -> Snapshot:
    if not changed_at:
        raise SnapshotRefused(f"{folder.name} 还没有汇总。")
    told = json.loads((folder / ROLLED).read_text("utf-8"))
    rows = told["aggregates"]
    return Snapshot(
        folder, opened(folder), {row["digest"]: nr for nr, row in enumerate(rows)},
        [(row["op"], row["below"]) for row in rows], told["due_through"],
    )  # fmt: skip
