"""Operations as a chain of LATERAL steps: each node of the expression is computed once and named.

`OFFSET 0` keeps the planner from folding the steps into one another: the text would double at every level.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import lcm

from . import ir
from .values import RANK, UNDEFINED


@dataclass(frozen=True)
class Term:
    """A number as numerator over denominator (an int, or a column above zero), and the rank of its status.

    A condition is 1 or 0 over 1. `complete` is set for leaves only.
    """

    numerator: str
    denominator: int | str
    rank: str
    complete: str = "true"

    @property
    def below(self) -> str:
        """The denominator as SQL, whichever it is."""
        return f"{self.denominator}::numeric" if isinstance(self.denominator, int) else self.denominator


@dataclass
class Chain:
    """Writes the steps of one expression; `known` gives the terms of what is already computed."""

    known: Callable[[ir.Expression], Term | None]
    steps: list[str] = field(default_factory=list)
    written: dict[ir.Expression, Term] = field(default_factory=dict)

    @property
    def sql(self) -> str:
        return "".join(self.steps)

    def term(self, node: ir.Expression) -> Term:
        """The term of an expression, its steps written."""
        if node not in self.written:
            self.written[node] = self.known(node) or self._compute(node)
        return self.written[node]

    def _compute(self, node):
        if isinstance(node, ir.Number):
            value = ir.exact(node.value)
            return Term(f"({value.numerator})::numeric", value.denominator, "0")
        if node.op == "/" and isinstance(node.parts[1], ir.Number):
            return self._divided(self.term(node.parts[0]), ir.exact(node.parts[1].value))
        parts = [self.term(part) for part in node.parts]
        if node.op == "if":
            return self._chosen(parts)
        result = parts[0]
        if len(parts) == 1:
            return self._single(node.op, result)
        for part in parts[1:]:
            result = self._pair(node.op, result, part)
        return result

    def _step(self, numerator, denominator, rank):
        """One more LATERAL step; a fixed denominator needs no column."""
        name = f"t{len(self.steps)}"
        below = f", {denominator} AS d" if isinstance(denominator, str) else ""
        self.steps.append(
            f"\nCROSS JOIN LATERAL (SELECT CASE WHEN ({rank}) = 0 THEN {numerator} END AS n{below},"
            f" {rank} AS s OFFSET 0) {name}"
        )
        return Term(f"{name}.n", f"{name}.d" if below else denominator, f"{name}.s")

    def _divided(self, a, by):
        """Over a constant, which is never zero here: the denominator stays fixed, so units can be added up."""
        factor = by.denominator if by > 0 else -by.denominator
        return self._step(f"{a.numerator} * {factor}", _times(a.denominator, abs(by.numerator)), a.rank)

    def _single(self, op, a):
        if op == "ceil":
            more = f"({a.numerator} > 0 AND mod({a.numerator}, {a.below}) <> 0)::int"
            return self._step(f"div({a.numerator}, {a.below}) + {more}", 1, a.rank)
        numerator = {"neg": f"-{a.numerator}", "abs": f"abs({a.numerator})", "not": f"1 - {a.numerator}"}[op]
        return self._step(numerator, a.denominator, a.rank)

    def _pair(self, op, a, b):
        rank = f"greatest({a.rank}, {b.rank})"
        if op == "and":
            return self._step(f"{a.numerator} * {b.numerator}", 1, rank)
        if op == "or":
            return self._step(f"sign({a.numerator} + {b.numerator})", 1, rank)
        if op in ("and_decided", "or_decided"):
            return self._decided("1" if op == "or_decided" else "0", a, b, rank)
        if op == "coalesce":
            either = f"CASE WHEN {a.rank} = 0 OR {b.rank} = 0 THEN 0 ELSE {rank} END"
            return self._picked(f"{a.rank} = 0", a, b, either)
        if op in ("least", "greatest"):
            left, right, _ = _aligned(a, b)
            return self._picked(f"{left} {'<=' if op == 'least' else '>='} {right}", a, b, rank)
        return self._arithmetic(op, a, b, rank)

    def _arithmetic(self, op, a, b, rank):
        left, right, below = _aligned(a, b)
        if op in ("+", "-"):
            return self._step(f"{left} {op} {right}", below, rank)
        if op == "*":
            return self._step(f"{a.numerator} * {b.numerator}", _times(a.denominator, b.denominator), rank)
        if op == "/":
            undefined = f"CASE WHEN {rank} = 0 AND {b.numerator} = 0 THEN {RANK[UNDEFINED]} ELSE {rank} END"
            below = _times(a.denominator, f"nullif(abs({b.numerator}), 0)")
            return self._step(f"{a.numerator} * {b.below} * sign({b.numerator})", below, undefined)
        sign = {"==": "=", "!=": "<>"}.get(op, op)
        return self._step(f"({left} {sign} {right})::int::numeric", 1, rank)

    def _decided(self, decisive, a, b, rank):
        """The first reading of a condition (ir.as_read): one side decides, even when the other is not known."""
        sides = (f"({side.rank} = 0 AND {side.numerator} = {decisive})" for side in (a, b))
        found = f"({' OR '.join(sides)})"
        number = f"(CASE WHEN {found} THEN {decisive} ELSE 1 - {decisive} END)::numeric"
        return self._step(number, 1, f"CASE WHEN {found} THEN 0 ELSE {rank} END")

    def _picked(self, first, a, b, rank):
        """`a` where the condition holds, else `b`."""
        if isinstance(a.denominator, int) and isinstance(b.denominator, int):
            left, right, below = _aligned(a, b)
            return self._step(f"CASE WHEN {first} THEN {left} ELSE {right} END", below, rank)
        below = f"CASE WHEN {first} THEN {a.below} ELSE {b.below} END"
        return self._step(f"CASE WHEN {first} THEN {a.numerator} ELSE {b.numerator} END", below, rank)

    def _chosen(self, parts):
        condition, a, b = parts
        first = f"{condition.numerator} = 1"
        known = f"CASE WHEN {first} THEN {a.rank} ELSE {b.rank} END"
        rank = f"CASE WHEN {condition.rank} <> 0 THEN {condition.rank} ELSE {known} END"
        return self._picked(first, a, b, rank)


def _times(a, b):
    if isinstance(a, int) and isinstance(b, int):
        return a * b
    return b if a == 1 else a if b == 1 else f"({_sql(a)} * {_sql(b)})"


def _sql(denominator):
    return f"{denominator}::numeric" if isinstance(denominator, int) else denominator


def _aligned(a: Term, b: Term) -> tuple[str, str, int | str]:
    """Both numerators over one denominator."""
    if isinstance(a.denominator, int) and isinstance(b.denominator, int):
        below = lcm(a.denominator, b.denominator)
        return _by(a, below // a.denominator), _by(b, below // b.denominator), below
    return (
        f"{a.numerator} * {b.below}",
        f"{b.numerator} * {a.below}",
        _times(a.denominator, b.denominator),
    )


def _by(term, factor):
    return term.numerator if factor == 1 else f"{term.numerator} * {factor}"
