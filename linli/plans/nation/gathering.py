"""An aggregate brought together over units by place: additive parts, of which any place above is the sum."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from linli.plans.formula import ir
from linli.plans.formula.values import NOT_APPLICABLE, NOT_DUE, RANK

from .arrays import FITS, Column, compute, largest
from .layout import SnapshotRefused
from .units import Reading

PARTS = ("n", "vals", "reported", "expected", "s", "there")  # of every aggregate, at every place and period
ADDED = {"n": "sum", "vals": "sum", "reported": "sum", "expected": "sum", "s": "max", "there": "max"}
NOT_ASKED = (np.int8(RANK[NOT_APPLICABLE]), np.int8(RANK[NOT_DUE]))
NOWHERE = np.int8(-1)
WAYS: dict[str, tuple[np.ufunc, int]] = {
    "sum": (np.add, 0),
    "max": (np.maximum, -FITS),
    "min": (np.minimum, FITS),
}


@lru_cache(maxsize=1000)
def leaves_of(node: ir.Aggregate) -> tuple[ir.Measured, ...]:
    """The measures that an aggregate reads, each once."""
    return tuple(dict.fromkeys(part for part in ir.walk(node.part) if isinstance(part, ir.Measured)))


def how_of(node: ir.Aggregate, part: str) -> str:
    """How a part of an aggregate is brought together: sum, max or min."""
    return node.op if part == "n" and node.op in ("min", "max") else ADDED[part]


def _stops(part: ir.Expression) -> bool:
    """Has this operation a reason of its own, or an answer where a figure is missing?"""
    by_constant = getattr(part, "op", "") == "/" and isinstance(part.parts[1], ir.Number)
    return getattr(part, "op", "") in ("/", "if", "coalesce") and not by_constant


@lru_cache(maxsize=1000)
def _goes_through(node: ir.Aggregate) -> bool:
    """Has a unit a number exactly where it has all the figures?"""
    return not any(map(_stops, ir.walk(node.part)))


@dataclass
class Grouping:
    """Units by the place right above them; those that stand nowhere (-1) are left out.

    Units stand in the tree's order, so those of a place are neighbours: each stretch of neighbours is brought
    together as it lies, and a place that a move tore apart is in `places` more than once.
    """

    above: np.ndarray

    def __post_init__(self):
        changes = np.flatnonzero(self.above[1:] != self.above[:-1]) + 1
        self.starts = np.concatenate(([0], changes)) if len(self.above) else changes
        found = self.above[self.starts]
        self.kept = found >= 0
        self.places = found[self.kept]

    def gathered(self, numbers: np.ndarray, how: str) -> np.ndarray:
        """The numbers of the units of each of `places`, brought together."""
        if not len(self.starts):
            return np.zeros(0, np.int64)
        way, _start = WAYS[how]
        kind = np.int32 if numbers.dtype == bool else numbers.dtype
        if numbers.shape != self.above.shape:
            numbers = np.broadcast_to(numbers, self.above.shape)
        return way.reduceat(numbers, self.starts, dtype=kind)[self.kept]


@dataclass
class Gathering:
    """The aggregates of one period over some units; the same part of two aggregates is gathered once."""

    reading: Reading
    grouping: Grouping
    _conditions: dict[str, np.ndarray] = field(default_factory=dict)
    _done: dict[tuple, np.ndarray] = field(default_factory=dict)

    def keys(self, node: ir.Aggregate) -> dict[str, tuple]:
        """What each part of an aggregate is made from: equal keys, equal numbers."""
        leaves = frozenset(leaves_of(node))
        each = (node.scope, node.part)
        asked = leaves if self._reasons(node) else frozenset()
        through = _goes_through(node)
        return {
            "n": ("n", *each, node.op if node.op in ("min", "max", "countif", "share") else "sum"),
            "vals": ("vals", node.scope, leaves if through else each),
            "reported": ("reported", node.scope, leaves), "expected": ("expected", node.scope, asked),
            "s": ("s", *each), "there": ("there", node.scope, asked),
        }  # fmt: skip

    def _reasons(self, node) -> bool:
        """May a unit of the scope not be asked for this?"""
        return any(self.reading.may_be_excused(leaf) for leaf in leaves_of(node))

    def parts(self, node: ir.Aggregate) -> dict[str, tuple[tuple, np.ndarray, str]]:
        """Part → (key, its numbers at the places of the grouping, how they go up the tree)."""
        keys = self.keys(node)
        if any(key not in self._done for key in keys.values()):
            self._gather(node, keys)
        return {part: (key, self._done[key], how_of(node, part)) for part, key in keys.items()}

    def _gather(self, node, keys) -> None:
        leaves = [self.reading.leaf(leaf) for leaf in leaves_of(node)]
        in_scope = self.reading.units.column(f"in_{node.scope}")[0].astype(bool)
        part = compute(
            node.part, lambda one: self.reading.leaf(one)[0] if isinstance(one, ir.Measured) else None
        )
        late, due = np.False_, in_scope
        if self._reasons(node):
            late = np.logical_or.reduce([column.rank == RANK[NOT_DUE] for column, _whole in leaves])
            elsewhere = [column.rank == RANK[NOT_APPLICABLE] for column, _whole in leaves]
            due = in_scope & ~late & ~np.logical_or.reduce(elsewhere)
        good = due & (part.rank == 0)
        ways: dict[str, Callable[[], np.ndarray]] = {
            "n": lambda: _numerators(node, part, good),
            "vals": lambda: good,
            "reported": lambda: np.logical_and.reduce([due, *(w for _c, w in leaves)]),
            "expected": lambda: due,
            "s": lambda: np.where(due, part.rank, NOWHERE).astype(np.int8, copy=False),
            "there": lambda: np.where(in_scope, np.where(late, *NOT_ASKED[::-1]), NOWHERE),
        }
        if _goes_through(node) and all(map(self.reading.whole_if_known, leaves_of(node))):
            # what has a number was reported whole, and the other way round: brought together once
            same = self._done.get(keys["vals"])
            self._done[keys["vals"]] = same = self.grouping.gathered(good, "sum") if same is None else same
            self._done.setdefault(keys["reported"], same)
        for name, key in keys.items():
            if key not in self._done:
                self._done[key] = self.grouping.gathered(ways[name](), how_of(node, name))


def _numerators(node: ir.Aggregate, part: Column, good: np.ndarray) -> np.ndarray:
    """What each unit adds to the numerator; what stands outside adds nothing."""
    if node.op in ("countif", "share"):
        return good & (part.n == 1)
    if node.op not in ("sum", "avg", "min", "max"):
        return np.zeros(len(good), bool)
    if not isinstance(part.d, int):
        raise SnapshotRefused("这个公式对比值再汇总，快照里算不出来。")
    numbers = np.where(good, part.n, WAYS[how_of(node, "n")][1])
    if how_of(node, "n") == "sum" and largest(numbers) * len(numbers) >= FITS:
        raise OverflowError("the figures of a snapshot are too large to be added up")
    return numbers
