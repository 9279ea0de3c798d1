"""Asking a rolled-up snapshot: indicators × periods × places, as exact values."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import duckdb
import numpy as np

from linli.plans.formula import Months, Value, ir
from linli.plans.formula.values import NOT_APPLICABLE, RANK, STATUSES, VALUE

from .gathering import PARTS, Gathering, Grouping, leaves_of
from .held import Held, rolled_name
from .layout import LEVELS, Manifest, SnapshotRefused, opened
from .places import Index, Spans
from .rolling import engine, roll_up_snapshot
from .states import Computed, State, computed, denominator_of, state_from
from .units import ALWAYS, Reading, Units

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


@dataclass(frozen=True)
class Series:
    """An indicator in a period at all places of an answer; `there` tells which of them stood then."""

    indicator: str
    months: Months
    computed: Computed
    there: np.ndarray


@dataclass(frozen=True)
class Answer:
    """What was asked, as columns: the places once, then one series for each indicator and period."""

    codes: Sequence[str]
    names: Sequence[str]
    series: Sequence[Series]

    def cells(self) -> Iterator[Cell]:
        """Every number as a value of its own, period by period."""
        for one in sorted(self.series, key=lambda series: (series.months.first, series.months.last)):
            for at in np.flatnonzero(one.there):
                yield _cell(self, one, int(at))


def _cell(answer: Answer, one: Series, at: int) -> Cell:
    found, exact = one.computed, one.computed.value.at(at)
    counts = int(found.reported[at]), int(found.expected[at])
    status = STATUSES[int(found.value.rank[at])]
    value = Value(Fraction(*exact), VALUE, *counts) if exact else Value(None, status, *counts)
    parts = found.first.at(at) or (None, None)
    return Cell(answer.codes[at], answer.names[at], one.indicator, one.months, value, *parts)


@dataclass
class Snapshot:
    """A sealed snapshot with what was rolled up from it."""

    folder: Path
    manifest: Manifest
    positions: Mapping[str, int]  # digest of an aggregate → its number in the rolled files
    due_through: int
    index: Index
    _held: dict[Months, Held] = field(default_factory=dict, repr=False)
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
        return self._local.connection

    def cells(
        self, expressions: Mapping[str, ir.Expression], periods: Sequence[Months], places: Places
    ) -> list[Cell]:
        """Every indicator at every place asked, period by period; SnapshotRefused names what is not held."""
        return list(self.answer(expressions, periods, places).cells())

    def answer(
        self, expressions: Mapping[str, ir.Expression], periods: Sequence[Months], places: Places
    ) -> Answer:
        """The same as columns, which is what costs nothing to send."""
        wanted = {a: ir.digest(a) for e in expressions.values() for a in ir.aggregates_of(e)}
        if any(digest not in self.positions for digest in wanted.values()):
            raise SnapshotRefused("快照汇总以后公式改过，请重新汇总。")
        below = {node: denominator_of(node, self.manifest) for node in wanted}
        if places.level == LEVELS[-1]:
            return self._of_communities(expressions, below, periods, places)
        rows = self.index.rows(places.codes, places.within, places.level)
        self._refuse_many(len(rows) * len(expressions) * len(periods))
        series = []
        for months in periods:
            held = self.rolled(months)
            states = {
                node: state_from(node.op, below[node], self._parts(held, digest, rows))
                for node, digest in wanted.items()
            }
            series += _series(expressions, months, states, np.ones(len(rows), bool))
        return Answer(self.index.codes[rows].tolist(), self.index.names[rows].tolist(), series)

    def _parts(self, held: Held, digest: str, rows: np.ndarray) -> dict[str, np.ndarray]:
        return {part: held.part(self.positions[digest], part)[rows] for part in PARTS}

    def rolled(self, months: Months) -> Held:
        """The file of a period; SnapshotRefused when it was not rolled up for it."""
        if months not in self._held:
            try:
                self._held[months] = Held.opened(self.folder / rolled_name(months))
            except FileNotFoundError:
                raise SnapshotRefused("快照里没有汇总这个时期。") from None
        return self._held[months]

    def _of_communities(self, expressions, below, periods, places: Places) -> Answer:
        """Computed when asked, from the rows of the few places: what they stood under is known by place."""
        above = self.index.reach(places.codes, places.within)
        units = Units(self.connection(), self.folder, self.manifest, Spans.opened(self.folder).where(above))
        units.load([*ALWAYS, *(f"place_{min(months.last, self.manifest.last)}" for months in periods)])
        readings = [Reading(units, months, self.due_through) for months in periods]
        leaves = list(dict.fromkeys(leaf for node in below for leaf in leaves_of(node)))
        units.load([
            "code", *(f"in_{scope}" for scope in self.manifest.scopes),
            *(name for reading in readings for name in reading.columns(leaves)),
        ])  # fmt: skip
        stood = [np.isin(reading.above, above) for reading in readings]
        rows = np.flatnonzero(np.logical_or.reduce(stood))
        self._refuse_many(len(rows) * len(expressions) * len(periods))
        series = []
        for reading, there in zip(readings, stood, strict=True):
            series += self._of_period(expressions, below, reading, there, rows)
        codes = units.column("code")[0][rows].tolist()
        return Answer(codes, [""] * len(codes), series)

    def _of_period(self, expressions, below, reading: Reading, there, rows) -> Iterator[Series]:
        """Each community is a place of its own that brings together itself."""
        itself = Grouping(np.where(there, np.arange(len(there)), -1))
        gathering = Gathering(reading, itself)
        states = {}
        for node, over in below.items():
            parts = {}
            for part, (_key, numbers, _how) in gathering.parts(node).items():
                parts[part] = np.full(len(there), -1 if part in ("s", "there") else 0, np.int64)
                parts[part][itself.places] = numbers
            chosen = {part: numbers[rows] for part, numbers in parts.items()}
            states[node] = state_from(node.op, over, chosen)
        return _series(expressions, reading.months, states, there[rows])

    def _refuse_many(self, cells: int) -> None:
        if cells > MOST_CELLS:
            raise SnapshotRefused(f"一次最多取 {MOST_CELLS} 个数，请缩小范围。")


def _series(expressions, months, states: Mapping[ir.Aggregate, State], there: np.ndarray) -> Iterator[Series]:
    for indicator, expression in expressions.items():
        found = computed(expression, states, len(there))
        if not there.all():
            value = replace(found.value, rank=np.where(there, found.value.rank, RANK[NOT_APPLICABLE]))
            found = replace(found, value=value)
        yield Series(indicator, months, found, there)


def answerable(expression: ir.Expression, manifest: Manifest) -> bool:
    """Does the snapshot hold what this formula reads, of kinds that it can bring together?"""
    try:
        for node in ir.aggregates_of(expression):
            denominator_of(node, manifest)
    except SnapshotRefused:
        return False
    return True


def roll_up(
    folder: Path, expressions: Sequence[ir.Expression], periods: Sequence[Months], *, due_through: int
) -> Snapshot:
    """Roll a sealed snapshot up for these formulas and periods, and remember which aggregate is which."""
    manifest = opened(folder)
    aggregates = list({ir.digest(a): a for e in expressions for a in ir.aggregates_of(e)}.values())
    for node in aggregates:
        denominator_of(node, manifest)
    roll_up_snapshot(folder, manifest, aggregates, periods, due_through=due_through)
    told = {"due_through": due_through, "aggregates": [ir.digest(node) for node in aggregates]}
    (folder / ROLLED).write_text(json.dumps(told), encoding="utf-8")
    return Snapshot.of(folder)


@lru_cache(maxsize=4)
def _snapshot(folder: Path, changed_at: int) -> Snapshot:
    if not changed_at:
        raise SnapshotRefused(f"{folder.name} 还没有汇总。")
    told = json.loads((folder / ROLLED).read_text("utf-8"))
    if not all(isinstance(digest, str) for digest in told["aggregates"]):
        raise SnapshotRefused(f"{folder.name} 是旧版本汇总的，请重新汇总。")
    positions = {digest: nr for nr, digest in enumerate(told["aggregates"])}
    with engine(threads=1, memory="200MB") as connection:
        index = Index.read(connection, folder)
    return Snapshot(folder, opened(folder), positions, told["due_through"], index)
