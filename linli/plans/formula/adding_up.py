"""The state of an aggregate at a place from its states at the parts that hold the place's units between them."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from . import ir
from .values import NOT_APPLICABLE, NOT_DUE, RANK

COUNTS = ("count", "expected", "reported")
SUMS = ("sum", "countif", "share", "avg", *COUNTS)
BOTH_ADDED = ("share", "avg")  # the denominator counts units
LEAST = {"min": min, "max": max}


class State(NamedTuple):
    """A row of states (`sql.emit_states`): no numerator where `rank` tells why there is no value."""

    numerator: int | None
    denominator: int | None
    rank: int
    reported: int
    expected: int


def nobody(node: ir.Aggregate) -> State:
    """What an aggregate is where no unit lies."""
    if node.op in COUNTS:
        return State(0, 1, 0, 0, 0)
    return State(None, None, RANK[NOT_APPLICABLE], 0, 0)


def add_up(node: ir.Aggregate, parts: Sequence[State]) -> State | None:
    """The state over all parts, no unit of which lies in two; None where it does not follow from theirs."""
    if node.own_row or node.op not in (*SUMS, *LEAST):
        return None
    counts = sum(part.reported for part in parts), sum(part.expected for part in parts)
    valued = [part for part in parts if part.rank == 0]
    if not valued:
        return State(None, None, _reason([part.rank for part in parts]), *counts)
    if node.op in LEAST:
        found = LEAST[node.op](valued, key=lambda part: Fraction(part.numerator, part.denominator))
        return State(found.numerator, found.denominator, 0, *counts)
    numerator = sum(part.numerator for part in valued)
    if node.op in BOTH_ADDED:
        return State(numerator, sum(part.denominator for part in valued), 0, *counts)
    denominators = {part.denominator for part in valued}
    return State(numerator, denominators.pop(), 0, *counts) if len(denominators) == 1 else None


def _reason(ranks: Sequence[int]) -> int:
    """Why there is no value: the reason of a unit that was due, else that nothing was."""
    due = [rank for rank in ranks if rank not in (RANK[NOT_APPLICABLE], RANK[NOT_DUE])]
    if due:
        return max(due)
    return RANK[NOT_DUE] if RANK[NOT_DUE] in ranks else RANK[NOT_APPLICABLE]
