"""The reference evaluator: exact, explains every operand, spends a counted budget of steps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

from . import ir
from .facts import Facts, applies, read
from .periods import Months
from .problems import BudgetSpent
from .values import NOT_APPLICABLE, NOT_DUE, UNDEFINED, Value, least_complete, missing

STEPS = 20_000_000


@dataclass(frozen=True)
class Trace:
    """How one part of a formula came to its value: the part, what it was made from, counts of units."""

    node: ir.Expression
    value: Value
    parts: tuple["Trace", ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class UnitResult:
    """One unit inside an aggregate: the value of its part there, and whether all of it was reported."""

    code: str
    value: Value
    complete: bool
    expected: bool


def evaluate(
    expression: ir.Expression, facts: Facts, path: str, months: Months, *, steps: int = STEPS
) -> Trace:
    """The value of a formula for one place and period, with how it came about; BudgetSpent beyond `steps`."""
    return _Evaluation(facts, path, months, steps).place(expression)


def unit_results(aggregate: ir.Aggregate, facts: Facts, path: str, months: Months) -> list[UnitResult]:
    """What each unit brings to an aggregate, in the order of the units: the way down to the sources."""
    return _Evaluation(facts, path, months, STEPS).units(aggregate)


def combine(expression: ir.Expression, state: Callable[[ir.Aggregate], Value]) -> Trace:
    """The value of a formula from the states of its aggregates: the ratio last, with how it came about."""
    if isinstance(expression, ir.Number):
        return Trace(expression, Value(ir.exact(expression.value)))
    if isinstance(expression, ir.Aggregate):
        return Trace(expression, state(expression))
    parts = tuple(combine(part, state) for part in expression.parts)
    value = operate(expression.op, [part.value for part in parts])
    reported, expected = least_complete([part.value for part in parts])
    return Trace(expression, Value(value.number, value.status, reported, expected), parts)


class _Evaluation:
    def __init__(self, facts, path, months, steps):
        self.facts, self.path, self.months, self.steps = facts, path, months, steps

    def _spend(self, steps):
        self.steps -= steps
        if self.steps < 0:
            raise BudgetSpent("计算步数超出上限，请缩小范围或简化公式。")

    def place(self, node) -> Trace:
        self._spend(1)
        if isinstance(node, ir.Number):
            return Trace(node, Value(ir.exact(node.value)))
        if isinstance(node, ir.Aggregate):
            return self._aggregate(node)
        parts = tuple(self.place(part) for part in node.parts)
        value = operate(node.op, [part.value for part in parts])
        reported, expected = least_complete([part.value for part in parts])
        return Trace(node, Value(value.number, value.status, reported, expected), parts)

    def units(self, node) -> list[UnitResult]:
        leaves = [part for part in ir.walk(node.part) if isinstance(part, ir.Measured)]
        size = sum(1 for _ in ir.walk(node.part)) + len(leaves) * len(self.months)
        results = []
        for unit in self.facts.within(self.path, node.scope):
            self._spend(size)
            readings = {leaf: read(self.facts, leaf, unit.code, self.months) for leaf in leaves}
            value = _at_unit(node.part, readings)
            complete = all(reading.complete for reading in readings.values())
            results.append(UnitResult(unit.code, value, complete, applies(readings.values())))
        return results

    def _aggregate(self, node):
        if node.own_row:
            return self._own_row(node)
        everyone = self.units(node)
        results = [result for result in everyone if result.expected]
        values = [result.value.number for result in results if result.value.number is not None]
        counts = {
            "units": len(everyone),
            "expected": len(results),
            "reported": sum(result.complete for result in results),
            "values": len(values),
        }
        if node.op in ("countif", "share"):
            counts["met"] = sum(map(bool, values))
        value = self._brought_together(node.op, values, counts, everyone)
        return Trace(
            node, Value(value.number, value.status, counts["reported"], counts["expected"]), (), counts
        )

    def _brought_together(self, op, values, counts, everyone):
        if op in ("count", "expected", "reported"):
            return Value(Fraction(counts["values" if op == "count" else op]))
        if not values:
            return missing(*_reasons(everyone))
        total = {
            "sum": lambda: sum(values, Fraction(0)),
            "avg": lambda: sum(values, Fraction(0)) / len(values),
            "min": lambda: min(values),
            "max": lambda: max(values),
            "countif": lambda: Fraction(counts["met"]),
            "share": lambda: Fraction(counts["met"], len(values)),
        }
        return Value(total[op]())

    def _own_row(self, node):
        reading = read(self.facts, node.part, self.facts.own.get(self.path, self.path), self.months)
        due = int(applies([reading]))
        counted = Value(reading.value.number, reading.value.status, int(reading.complete and due), due)
        return Trace(node, counted)


def _reasons(everyone):
    """Why an aggregate has no value: what the expected units say; else that nothing applies or is due."""
    expected = [result.value.status for result in everyone if result.expected]
    if expected:
        return expected
    return [r.value.status for r in everyone if r.value.status == NOT_DUE] or [NOT_APPLICABLE]


def _at_unit(node, readings) -> Value:
    if isinstance(node, ir.Number):
        return Value(ir.exact(node.value))
    if isinstance(node, ir.Measured):
        return readings[node].value
    return operate(node.op, [_at_unit(part, readings) for part in node.parts])


def operate(op: str, values: list[Value]) -> Value:
    """One operation on values; what has no number passes on its weightiest reason.

    Also through "and" and "or": were a side that fails enough, a year in progress would know its failures first and
    its successes last. A condition of which a part is not reported is not reported (`missing: exclude`).
    """
    if op in DECIDED:
        return _decided(DECIDED[op], values)
    if op == "coalesce":
        return next((v for v in values if v.number is not None), None) or missing(*(v.status for v in values))
    if op == "if":
        if values[0].number is None:
            return missing(values[0].status)
        return _bare(values[1] if values[0].number else values[2])
    if any(v.number is None for v in values):
        return missing(*(v.status for v in values))
    numbers = [v.number for v in values]
    if op == "/" and numbers[1] == 0:
        return missing(UNDEFINED)
    return Value(_OPERATIONS[op](*numbers))


DECIDED = {"and_decided": False, "or_decided": True}  # the first reading, of frozen editions (ir.as_read)


def _decided(decisive: bool, values: list[Value]) -> Value:
    """What one side decides holds, even when the other is not known."""
    if any(v.number == decisive for v in values if v.number is not None):
        return Value(decisive)
    unknown = [v.status for v in values if v.number is None]
    return missing(*unknown) if unknown else Value(not decisive)


def _bare(value):
    return Value(value.number, value.status)


_OPERATIONS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "neg": lambda a: -a,
    "abs": lambda a: abs(a),
    "ceil": lambda a: Fraction(ceil(a)),
    "not": lambda a: not a,
    "and": lambda *conditions: all(conditions),
    "or": lambda *conditions: any(conditions),
    "least": lambda *numbers: min(numbers),
    "greatest": lambda *numbers: max(numbers),
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
}
