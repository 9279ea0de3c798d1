# ruff: noqa: S608 (names of columns and files are ours)
"""Units of a snapshot in memory: which stood where at the end of a period, and what they reported over it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from linli.plans.formula import Months, ir
from linli.plans.formula.values import NOT_DUE, NOT_REPORTED, RANK

from .arrays import Column
from .layout import Manifest, SnapshotRefused, file_in

ALWAYS = ("nr", "into", "gone_to", "ended")
Figures = tuple[np.ndarray, np.ndarray]  # numbers, and which of them are there


@dataclass
class Units:
    """Some units, or all: rows in the order of their numbers, columns read as they are needed."""

    connection: object
    folder: Path
    manifest: Manifest
    where: str = "true"
    rows: tuple[int, int] = (
        0,
        2**62,
    )  # numbers of the units that count here; others are there for their heirs
    _read: dict[str, Figures] = field(default_factory=dict)
    _empty: list[Figures] = field(default_factory=list)
    # what stocks were at the end of one month, for every period that ends then
    _stocks: tuple[int, dict] = (-1, {})

    def stocks_of(self, month: int) -> dict[ir.Measured, tuple[Column, np.ndarray]]:
        """What was read of stocks up to a month; another month's are let go."""
        if self._stocks[0] != month:
            self._stocks = (month, {})
        return self._stocks[1]

    def column(self, name: str) -> Figures:
        if name not in self._read:
            self.load([name])
        return self._read[name]

    def load(self, names: Sequence[str]) -> None:
        """Read columns that are not in memory yet, in one statement for each file."""
        wanted: dict[str | None, list[str]] = {}
        for name in dict.fromkeys(names):
            if name not in self._read:
                wanted.setdefault(self.manifest.file_of(name), []).append(name)
        for name in wanted.pop(None, ()):
            self._read[name] = self._nothing()
        for file, columns in wanted.items():
            listed = ", ".join(f'"{name}"' for name in columns)
            found = self.connection.execute(
                f"SELECT {listed} FROM read_parquet({file_in(self.folder, file)}) WHERE {self.where}"
            ).fetchnumpy()
            for name in columns:
                values = np.ma.asarray(found[name])
                self._read[name] = np.ma.getdata(values), ~np.ma.getmaskarray(values)

    def _nothing(self) -> Figures:
        """What a column holds that was told of nobody: one of its kind for all of them."""
        if not self._empty:
            count = len(self.column("nr")[0])
            self._empty.append((np.zeros(count, np.int64), np.zeros(count, bool)))
        return self._empty[0]


@dataclass
class Reading:
    """What the units say over one period; `above` is the place each stood under at its end, -1 for nowhere."""

    units: Units
    months: Months
    due_through: int
    _leaves: dict[ir.Measured, tuple[Column, np.ndarray]] = field(default_factory=dict)
    _flows: dict[str, Figures] = field(default_factory=dict)

    def __post_init__(self):
        month = min(self.months.last, self.units.manifest.last)
        self.units.load([*ALWAYS, f"place_{month}"])
        place, there = self.units.column(f"place_{month}")
        self.above = np.where(there, place, -1).astype(np.int64)
        ended, has_ended = self.units.column("ended")
        within = has_ended & (ended > self.months.first) & (ended <= month)
        home, divided = self.units.column("gone_to")
        self.above = np.where(within & divided & ~there, home, self.above).astype(np.int64)
        into, merged = self.units.column("into")
        self.merged = np.flatnonzero(within & merged)
        numbers = self.units.column("nr")[0]
        self.above[(numbers < self.units.rows[0]) | (numbers > self.units.rows[1])] = -1
        self.heirs = np.searchsorted(numbers, into[self.merged])
        read = self.heirs < len(numbers)
        read[read] = (
            numbers[self.heirs[read]] == into[self.merged][read]
        )  # what went elsewhere is no matter here
        self.merged, self.heirs = self.merged[read], self.heirs[read]

    def may_be_excused(self, leaf: ir.Measured) -> bool:
        """Is it told of some unit why it does not report this, or is it not due? Else it is there or missing."""
        due, _held = self._months(leaf)
        return not due or leaf.measure in self.units.manifest.reasons

    def columns(self, leaves: Sequence[ir.Measured]) -> list[str]:
        """The columns that these measures are read from."""
        names = []
        for leaf in leaves:
            _due, held = self._months(leaf)
            names += [self.units.manifest.column(leaf.measure, month) for month in held]
            names += filter(None, (self.units.manifest.reason(leaf.measure, month) for month in held))
        return names

    def leaf(self, leaf: ir.Measured) -> tuple[Column, np.ndarray]:
        """(the measure at each unit, where every month that was due is there)."""
        if leaf not in self._leaves:
            self._leaves[leaf] = self._stock(leaf) if leaf.kind == "stock" else self._read(leaf)
        return self._leaves[leaf]

    def _stock(self, leaf) -> tuple[Column, np.ndarray]:
        """A stock of a period is that of its last month, which a month, a quarter and a year may share."""
        due, _held = self._months(leaf)
        if not due:
            return self._read(leaf)
        known = self.units.stocks_of(due[-1])
        if leaf not in known:
            known[leaf] = self._read(leaf)
        return known[leaf]

    def whole_if_known(self, leaf: ir.Measured) -> bool:
        """Is a measure that is there at all also complete? Of stocks, and of flows over one month."""
        due, _held = self._months(leaf)
        return leaf.kind == "stock" or len(due) <= 1

    def _months(self, leaf) -> tuple[range, list[int]]:
        """(months that are due, those of them or before them that are held and read)."""
        if leaf.kind not in ("stock", "flow"):
            raise SnapshotRefused(f"计数项 {leaf.measure} 是平均数、累计数或去重数，快照里算不出来。")
        months = self.months
        for shift in leaf.shifts:
            months = months.shifted(shift)
        due = range(months.first, min(months.last, self.due_through) + 1)
        if not due:
            return due, []
        first = due[-1] - leaf.lookback + 1 if leaf.kind == "stock" else due[0]
        return due, [month for month in range(first, due[-1] + 1) if month in self.units.manifest.months]

    def _read(self, leaf):
        due, held = self._months(leaf)
        count = len(self.above)
        if not due:
            rank = np.full(count, RANK[NOT_DUE], np.int8)
            return Column(np.zeros(count, np.int64), 10**leaf.scale, rank), np.ones(count, bool)
        if len(held) == 1:
            values, known = self._month(leaf, held[0])
            number = np.where(known, values, np.int64(0))
            complete = known if self.whole_if_known(leaf) else np.zeros(count, bool)
            return Column(number, 10**leaf.scale, self._rank(leaf, held, known)), complete
        number, times = np.zeros(count, np.int64), np.zeros(count, np.int8)
        for month in held:
            values, there = self._month(leaf, month)
            if leaf.kind == "stock":
                np.copyto(number, values, where=there)
            else:
                np.add(number, values, out=number, where=there)
            times += there
        known = times > 0
        complete = known if leaf.kind == "stock" else times == len(due)
        return Column(number, 10**leaf.scale, self._rank(leaf, held, known)), complete

    def _rank(self, leaf, held, known) -> np.ndarray:
        return np.where(known, np.int8(0), self._reason(leaf, held))

    def _month(self, leaf, month) -> Figures:
        """A month's figures; the flow of a unit that was merged is added to that of the one it went into."""
        name = self.units.manifest.column(leaf.measure, month)
        values, there = self.units.column(name)
        if leaf.kind != "flow" or leaf.measure not in self.units.manifest.flows or not len(self.merged):
            return values, there
        if name not in self._flows:
            total, known = np.where(there, values, 0).astype(np.int64), there.copy()
            gone = there[self.merged]
            np.add.at(total, self.heirs[gone], values[self.merged[gone]])
            known[self.heirs[gone]] = True
            self._flows[name] = total, known
        return self._flows[name]

    def _reason(self, leaf, held):
        """The weightiest reason that is told of a missing figure, else that it was not reported."""
        told = [name for month in held if (name := self.units.manifest.reason(leaf.measure, month))]
        if not told:
            return np.int8(RANK[NOT_REPORTED])
        found = np.full(len(self.above), -1, np.int64)
        for name in told:
            values, there = self.units.column(name)
            np.maximum(found, values, out=found, where=there)
        return np.where(found < 0, RANK[NOT_REPORTED], found).astype(np.int8)
