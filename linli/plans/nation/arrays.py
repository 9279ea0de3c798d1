"""Formulas over many places at once: the twin of `formula.evaluating`, exact in whole numbers of 64 bits.

A column holds one number for each place as numerator over denominator, and the rank of the reason why there is
none. What might not fit 64 bits is an OverflowError, never a wrong figure.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import lcm

import numpy as np

from linli.plans.formula import ir
from linli.plans.formula.values import RANK, UNDEFINED

FITS = 2**62


@dataclass(frozen=True)
class Column:
    """`n` over `d` (an int above zero, or one for each place); `rank` is 0 where there is a number."""

    n: np.ndarray
    d: int | np.ndarray
    rank: np.ndarray

    def at(self, place: int) -> tuple[int, int] | None:
        """Numerator and denominator at one place; None where there is no number."""
        if self.rank[place]:
            return None
        return int(self.n[place]), self.d if isinstance(self.d, int) else int(self.d[place])


def compute(node: ir.Expression, known: Callable[[ir.Expression], Column | None]) -> Column:
    """The column of an expression; `known` gives those of what is already computed."""
    found = known(node)
    if found is not None:
        return found
    if isinstance(node, ir.Number):
        value = ir.exact(node.value)
        return Column(np.int64(value.numerator), value.denominator, np.int8(0))
    if node.op == "/" and isinstance(node.parts[1], ir.Number):
        return _divided(compute(node.parts[0], known), ir.exact(node.parts[1].value))
    parts = [compute(part, known) for part in node.parts]
    if node.op == "if":
        return _chosen(*parts)
    if len(parts) == 1:
        return _single(node.op, parts[0])
    result = parts[0]
    for part in parts[1:]:
        result = _pair(node.op, result, part)
    return result


def _divided(a: Column, by) -> Column:
    factor = by.denominator if by > 0 else -by.denominator
    return Column(_times(a.n, factor), _times(a.d, abs(by.numerator)), a.rank)


def _single(op: str, a: Column) -> Column:
    if op == "ceil":
        return Column(-(-a.n // a.d), 1, a.rank)
    ways = {"neg": np.negative, "abs": np.abs, "not": lambda n: 1 - n}
    return Column(ways[op](a.n), a.d, a.rank)


def _pair(op: str, a: Column, b: Column) -> Column:
    rank = np.maximum(a.rank, b.rank)
    if op == "and":
        return Column(a.n * b.n, 1, rank)
    if op == "or":
        return Column(np.maximum(a.n, b.n), 1, rank)
    if op == "coalesce":
        return _picked(a.rank == 0, a, b, np.where((a.rank == 0) | (b.rank == 0), 0, rank).astype(np.int8))
    if op == "*":
        return Column(_times(a.n, b.n), _times(a.d, b.d), rank)
    if op == "/":
        return _quotient(a, b, rank)
    left, right, below = _aligned(a, b)
    if op in ("least", "greatest"):
        return _picked(left <= right if op == "least" else left >= right, a, b, rank)
    if op in ("+", "-"):
        return Column(left + right if op == "+" else left - right, below, rank)
    return Column(COMPARED[op](left, right).astype(np.int64), 1, rank)


COMPARED = {
    "==": np.equal, "!=": np.not_equal, ">": np.greater, "<": np.less, ">=": np.greater_equal, "<=": np.less_equal,
}  # fmt: skip


def _quotient(a: Column, b: Column, rank) -> Column:
    undefined = (rank == 0) & (b.n == 0)
    n = _times(_times(a.n, b.d), np.sign(b.n))
    d = np.where(b.n == 0, 1, _times(a.d, np.abs(b.n)))
    return Column(n, d, np.where(undefined, RANK[UNDEFINED], rank).astype(np.int8))


def _picked(first, a: Column, b: Column, rank) -> Column:
    """`a` where the condition holds, else `b`."""
    if isinstance(a.d, int) and isinstance(b.d, int):
        left, right, below = _aligned(a, b)
        return Column(np.where(first, left, right), below, rank)
    return Column(np.where(first, a.n, b.n), np.where(first, a.d, b.d), rank)


def _chosen(condition: Column, a: Column, b: Column) -> Column:
    first = condition.n == 1
    rank = np.where(condition.rank != 0, condition.rank, np.where(first, a.rank, b.rank)).astype(np.int8)
    return _picked(first, a, b, rank)


def _aligned(a: Column, b: Column):
    """Both numerators over one denominator."""
    if isinstance(a.d, int) and isinstance(b.d, int):
        below = lcm(a.d, b.d)
        return _times(a.n, below // a.d), _times(b.n, below // b.d), below
    return _times(a.n, b.d), _times(b.n, a.d), _times(a.d, b.d)


def _times(a, b):
    """A product that is known to fit."""
    if isinstance(a, int) and isinstance(b, int):
        return a * b
    if isinstance(b, int) and b == 1:
        return a
    if largest(a) * largest(b) >= FITS:
        raise OverflowError("the figures of a snapshot are too large to be multiplied")
    return a * b


def largest(numbers) -> int:
    """The largest magnitude among numbers."""
    if isinstance(numbers, int):
        return abs(numbers)
    numbers = np.asarray(numbers)
    return max(abs(int(numbers.max(initial=0))), abs(int(numbers.min(initial=0))))


def rounded_all(column: Column, decimals: int) -> np.ndarray:
    """The numbers rounded once, by GB/T 8170 (one half to the even digit); each prints with these decimals at most.

    Whole numbers for no decimals, else the nearest floats: up to 15 digits they are written as the decimal they are.
    """
    known = column.rank == 0
    n, d = np.where(known, column.n, 0), np.where(known, column.d, 1)
    try:
        top = _times(n, 10**decimals)
    except OverflowError:
        top = n.astype(object) * 10**decimals
    whole, rest = top // d, top % d
    up = (2 * rest > d) | ((2 * rest == d) & (whole % 2 == 1))
    scaled = whole + up
    return scaled if not decimals else (scaled / 10**decimals).astype(float)
