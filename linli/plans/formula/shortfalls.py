"""What is missing where: from a formula whose target is for each place, how many fall short and by how much together.

The answers are aggregates of the language itself, so the evaluator and SQL give the same exact numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from . import ir

ADDED_UP = frozenset({"stock", "flow", "average", "ytd"})  # measures of which a sum says something
TURNED = {"<=": ">=", "<": ">"}


@dataclass(frozen=True)
class Shortfall:
    """`short` counts the units that fall short; each of `missing` adds up what one of the measures lacks there."""

    short: ir.Aggregate
    missing: tuple[ir.Aggregate, ...]
    leaves: tuple[ir.Measured, ...]  # what a unit is judged by, in reading order

    @property
    def aggregates(self) -> tuple[ir.Aggregate, ...]:
        return (self.short, *self.missing)

    @property
    def scope(self) -> str:
        return self.short.scope


def shortfall_of(expression: ir.Expression, *, at_least: Fraction | None) -> Shortfall | None:
    """How an indicator's shortfall is counted unit by unit; None where its target is not for each of them.

    A share has its condition; the least of all, and a ratio of sums, have the target `at_least`.
    """
    judged = _judged(expression, at_least)
    if judged is None:
        return None
    condition, scope = judged
    failed = ir.Aggregate("countif", ir.Operation("not", (condition,)), scope)
    leaves = tuple(dict.fromkeys(part for part in ir.walk(condition) if isinstance(part, ir.Measured)))
    lacks = (_lack(*sides) for sides in _sides(condition))
    found = tuple(
        ir.Aggregate("sum", ir.Operation("if", (condition, ir.Number("0"), lack)), scope)
        for lack in lacks
        if lack is not None
    )
    return Shortfall(failed, found, leaves)


def _judged(expression, at_least):
    """(what a unit must meet, the scope of the units), or None."""
    aggregates = ir.aggregates_of(expression)
    ops, scopes = {one.op for one in aggregates}, {one.scope for one in aggregates}
    if len(scopes) != 1 or any(one.own_row for one in aggregates):
        return None
    (scope,) = scopes
    if ops == {"share"} and len(aggregates) == 1:
        return aggregates[0].part, scope
    if at_least is None:
        return None
    if ops == {"min"} and expression == aggregates[0]:
        return _reaches(aggregates[0].part, at_least), scope
    if ops == {"sum"} and _divides(expression):
        return _reaches(_at_unit(expression), at_least), scope
    return None


def _reaches(part, at_least):
    return ir.Operation(">=", (part, ir.Number(str(at_least))))


def _divides(expression) -> bool:
    """Is it a ratio of sums? A plain sum has its target for the whole and not for each unit."""
    return any(
        isinstance(node, ir.Operation) and node.op == "/" and ir.measures_of(node.parts[1])
        for node in ir.walk(expression)
    )


def _at_unit(node):
    """The formula of the place as one of a unit: what was added up is read where it is."""
    if isinstance(node, ir.Aggregate):
        return node.part
    if isinstance(node, ir.Operation):
        return ir.Operation(node.op, tuple(_at_unit(part) for part in node.parts))
    return node


def _sides(condition) -> Sequence[tuple[ir.Expression, ir.Expression]]:
    """(what there is, what it takes) of each comparison that all must hold; empty where "missing" means nothing."""
    if not isinstance(condition, ir.Operation):
        return ()
    if condition.op == "and":
        each = [_sides(part) for part in condition.parts]
        return [side for sides in each for side in sides] if all(each) else ()
    left, right = condition.parts if len(condition.parts) == 2 else (condition, condition)
    if condition.op in TURNED and not ir.measures_of(left):
        return [(right, left)]
    return [(left, right)] if condition.op in (">=", ">") else ()


def _lack(there, wanted):
    """What is missing in the unit of the measure itself: of A ÷ B × 100 ≥ 30 it is 30 × B ÷ 100 - A; None: no unit."""
    while isinstance(there, ir.Operation) and there.op in ("*", "/"):
        first, second = there.parts
        if there.op == "*" and isinstance(first, ir.Number):
            first, second = second, first
        if isinstance(second, ir.Number) and ir.exact(second.value) <= 0:
            return None
        if there.op == "*" and not isinstance(second, ir.Number):
            break
        there, wanted = first, _scaled(wanted, "/" if there.op == "*" else "*", second)
    leaves = [part for part in ir.walk(there) if isinstance(part, ir.Measured)]
    if not leaves or any(leaf.kind not in ADDED_UP for leaf in leaves):
        return None
    lack = ir.Operation("greatest", (ir.Operation("-", (wanted, there)), ir.Number("0")))
    return _in_steps(lack, max(leaf.scale for leaf in leaves))


def _in_steps(lack, scale):
    """Rounded up to the least that can be entered: of 1.08 workers it takes two, of 0.125 ㎡ thirteen hundredths."""
    if not scale:
        return ir.Operation("ceil", (lack,))
    steps = ir.Number(str(10**scale))
    return ir.Operation("/", (ir.Operation("ceil", (ir.Operation("*", (lack, steps)),)), steps))


def _scaled(wanted, op, by):
    if isinstance(wanted, ir.Number) and isinstance(by, ir.Number):
        number, other = ir.exact(wanted.value), ir.exact(by.value)
        return ir.Number(str(number * other if op == "*" else number / other))
    return ir.Operation(op, (wanted, by))


def is_additive(expression: ir.Expression) -> bool:
    """Is it a total, so that the numbers of the parts of a place add up to that of the place?"""
    if isinstance(expression, ir.Aggregate):
        return expression.op in ("sum", "countif", "count") and not expression.own_row
    if not isinstance(expression, ir.Operation):
        return False
    if expression.op in ("*", "/") and isinstance(expression.parts[1], ir.Number):
        return is_additive(expression.parts[0])
    return expression.op in ("+", "-") and all(map(is_additive, expression.parts))


def lacking(aggregate: ir.Aggregate) -> tuple[str, ...]:
    """The measures of which a `missing` aggregate adds up what is not there."""
    lack = next(node for node in ir.walk(aggregate.part.parts[2]) if getattr(node, "op", "") == "greatest")
    return ir.measures_of(lack.parts[0].parts[1])
