"""Aggregates at many places from their additive parts, and the indicators that are computed from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from linli.plans.formula import ir
from linli.plans.formula.evaluating import combine
from linli.plans.formula.sql import state_of
from linli.plans.formula.values import NOT_APPLICABLE, RANK

from .arrays import Column, compute
from .gathering import leaves_of
from .layout import Manifest, SnapshotRefused

Parts = Mapping[str, np.ndarray]
KINDS = ("stock", "flow")


@dataclass(frozen=True)
class State:
    """One aggregate at places: its column, and how many units reported of those that should have."""

    column: Column
    reported: np.ndarray
    expected: np.ndarray


@dataclass(frozen=True)
class Computed:
    """An indicator at places, with its first aggregate: the two whole numbers that a share is made of."""

    value: Column
    first: Column
    reported: np.ndarray
    expected: np.ndarray


def denominator_of(node: ir.Aggregate, manifest: Manifest) -> int:
    """What the numerator of an aggregate is over; SnapshotRefused when the snapshot cannot answer it."""
    if node.own_row or node.scope not in manifest.scopes:
        raise SnapshotRefused("这个公式要用各级自己的数或快照之外的范围，快照里算不出来。")
    for leaf in leaves_of(node):
        manifest.column(leaf.measure, manifest.last)
        if leaf.kind not in KINDS:
            raise SnapshotRefused(f"计数项 {leaf.measure} 是平均数、累计数或去重数，快照里算不出来。")
    nothing = np.zeros(0, np.int64), np.zeros(0, np.int8)
    part = compute(node.part, lambda one: _leaf(one, nothing))
    if not isinstance(part.d, int) and node.op in ("sum", "avg", "min", "max"):
        raise SnapshotRefused("这个公式对比值再汇总，快照里算不出来。")
    return part.d if isinstance(part.d, int) else 1


def _leaf(node, nothing) -> Column | None:
    return Column(nothing[0], 10**node.scale, nothing[1]) if isinstance(node, ir.Measured) else None


def state_from(op: str, below: int, parts: Parts) -> State:
    """An aggregate from its additive parts."""
    vals, reported, expected = parts["vals"], parts["reported"], parts["expected"]
    if op in ("count", "expected", "reported"):
        number = {"count": vals, "expected": expected, "reported": reported}[op]
        return State(Column(_wide(number), 1, np.zeros(len(number), np.int8)), reported, expected)
    nowhere = np.where(parts["there"] < 0, RANK[NOT_APPLICABLE], parts["there"])
    rank = np.where(vals > 0, 0, np.where(expected > 0, parts["s"], nowhere)).astype(np.int8)
    many = np.maximum(_wide(vals), 1)
    over = {"share": many, "avg": many * below, "countif": 1}.get(op, below)
    return State(Column(_wide(parts["n"]), over, rank), reported, expected)


def _wide(numbers: np.ndarray) -> np.ndarray:
    return numbers.astype(np.int64)


def computed(expression: ir.Expression, states: Mapping[ir.Aggregate, State], count: int) -> Computed:
    """The indicator at each of `count` places; what does not fit 64 bits is computed place by place."""
    found = [states[node] for node in ir.aggregates_of(expression)]
    try:
        value = compute(
            expression, lambda node: states[node].column if isinstance(node, ir.Aggregate) else None
        )
    except OverflowError:
        value = _one_by_one(expression, states, count)
    reported, expected = _least_complete(found, count)
    first = found[0].column if found else value
    return Computed(_spread(value, count), _spread(first, count), reported, expected)


def _spread(column: Column, count: int) -> Column:
    """A column with a number for each place, whatever it was computed from."""
    below = column.d if isinstance(column.d, int) else np.broadcast_to(column.d, (count,))
    return Column(np.broadcast_to(column.n, (count,)), below, np.broadcast_to(column.rank, (count,)))


def _least_complete(found: Sequence[State], count: int) -> tuple[np.ndarray, np.ndarray]:
    """Reported and expected of the part of which the smallest share was reported; the first of equals."""
    if not found:
        return np.zeros(count, np.int64), np.zeros(count, np.int64)
    reported, expected = _wide(found[0].reported), _wide(found[0].expected)
    for state in found[1:]:
        mine, all_of = _wide(state.reported), _wide(state.expected)
        ours = [np.where(expected == 0, 1, reported), np.where(expected == 0, 1, expected)]
        less = np.where(all_of == 0, 1, mine) * ours[1] < ours[0] * np.where(all_of == 0, 1, all_of)
        reported, expected = np.where(less, mine, reported), np.where(less, all_of, expected)
    return reported, expected


def _one_by_one(expression, states, count) -> Column:
    """The same by the reference evaluator, for numbers of any length."""
    values = [
        combine(expression, lambda node, at=at: _state_at(states[node], at)).value for at in range(count)
    ]
    numbers = [(0, 1) if v.number is None else (v.number.numerator, v.number.denominator) for v in values]
    n, d = (np.array(side, dtype=object) for side in zip(*numbers, strict=True))
    return Column(n, d, np.array([RANK[v.status] for v in values], np.int8))


def _state_at(state: State, at: int):
    column = state.column
    below = column.d if isinstance(column.d, int) else column.d[at]
    return state_of(
        column.n[at], below, int(column.rank[at]), int(state.reported[at]), int(state.expected[at])
    )
