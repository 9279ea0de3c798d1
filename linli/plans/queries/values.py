"""Values of indicators: the states of their aggregates, stored or computed, and the ratio last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from linli.kernel import clock
from linli.measures import Period
from linli.places.models import Place
from linli.plans.formula import Value, ir, rounded
from linli.plans.formula.evaluating import Trace, combine
from linli.plans.formula.sql import emit_states, state_of
from linli.plans.formula.values import UNDEFINED
from linli.plans.models import AggregateValue, Indicator, Plan, Target

from .planning import steady_cursor, wide
from .relations import chosen_places, due_month, months_of, seen_day


@dataclass(frozen=True)
class State:
    """An aggregate at a place as it was brought together: numerator over denominator, not reduced."""

    value: Value
    numerator: int | None
    denominator: int | None


@dataclass(frozen=True)
class IndicatorValue:
    """An indicator at a place in a period, against the target that applies."""

    indicator: Indicator
    place: Place
    trace: Trace | None
    value: Value
    target: Target | None
    met: bool | None
    gap: Fraction | None  # how far below (or beyond) the target, in the indicator's unit; None when met

    @property
    def shown(self) -> Decimal | None:
        """The value rounded once, by the indicator's decimals."""
        return None if self.value.number is None else rounded(self.value.number, self.indicator.decimals)

    @property
    def gap_shown(self) -> Decimal | None:
        return None if self.gap is None else rounded(self.gap, max(self.indicator.decimals, 1))

    @property
    def preliminary(self) -> bool:
        """Fewer have reported than the plan asks for before a value is published."""
        reported, expected = self.value.reported, self.value.expected
        return bool(expected) and 100 * (reported or 0) < self.indicator.publish_from * expected


def values(
    plan: Plan, place: Place, period: Period, *, known_on: datetime | None = None, tree: str = "as_was"
) -> list[IndicatorValue]:
    """Every indicator of the plan at a place, in the plan's order; five queries, whatever the plan."""
    indicators = list(plan.indicators.filter(retired_on=None).prefetch_related("targets"))
    return values_of(indicators, [place], period, known_on=known_on, tree=tree)


def values_of(
    indicators: Sequence[Indicator],
    places: Sequence[Place],
    period: Period,
    *,
    known_on: datetime | None = None,
    tree: str = "as_was",
) -> list[IndicatorValue]:
    """These indicators at these places, place by place; `tree` is "as_was" or "as_is" (moved as of today)."""
    expressions = {i.pk: ir.from_json(i.expression) for i in indicators if i.expression}
    states = states_of(expressions.values(), places, period, known_on=known_on, tree=tree)
    return [
        _valued(indicator, place, period, expressions.get(indicator.pk), states)
        for place in places
        for indicator in indicators
    ]


def states_of(
    expressions: Iterable[ir.Expression],
    places: Sequence[Place],
    period: Period,
    *,
    known_on: datetime | None = None,
    tree: str = "as_was",
) -> dict[tuple[str, str], State]:
    """(digest of an aggregate, path) → its state; what is stored is read, the rest computed in one query."""
    wanted = {ir.digest(a): a for expression in expressions for a in ir.aggregates_of(expression)}
    found = {} if known_on or tree != "as_was" else _stored(wanted, places, period)
    missing = {
        digest: aggregate
        for digest, aggregate in wanted.items()
        if any((digest, place.path) not in found for place in places)
    }
    return found | _computed(missing, places, period, known_on or clock.now(), tree)


def _stored(wanted, places, period):
    months = months_of(period)
    rows = AggregateValue.objects.filter(
        digest__in=wanted, place__in=places, first=months.first, last=months.last
    ).values_list("digest", "place__path", "numerator", "denominator", "status", "reported", "expected")
    return {(digest, path): _state(*numbers) for digest, path, *numbers in rows}


def _computed(wanted, places, period, known_on, tree):
    if not wanted or not places:
        return {}
    given, parameters = chosen_places(places, period, known_on=known_on, tree=tree)
    due = due_month(seen_day(known_on))
    sql, parameters = emit_states(
        tuple(wanted.values()), months_of(period), due, given=given, parameters=parameters
    )
    digests = list(wanted)
    with steady_cursor(whole=wide(places)) as cursor:
        cursor.execute(sql, parameters)
        return {(digests[nr], path): _state(*numbers) for nr, path, *numbers in cursor.fetchall()}


def _state(numerator, denominator, rank, reported, expected):
    value = state_of(numerator, denominator, rank, reported, expected)
    if rank:
        return State(value, None, None)
    return State(value, int(numerator), int(denominator))


def _valued(indicator, place, period, expression, states):
    target = target_for(indicator, period)
    if expression is None:
        return IndicatorValue(indicator, place, None, Value(None, UNDEFINED), target, None, None)
    trace = combine(expression, lambda aggregate: states[ir.digest(aggregate), place.path].value)
    met, gap = judged(indicator.direction, trace.value.number, target)
    return IndicatorValue(indicator, place, trace, trace.value, target, met, gap)


def target_for(indicator: Indicator, period: Period) -> Target | None:
    """The first target due on or after the last day of the period; the last one when all are past."""
    targets = sorted(indicator.targets.all(), key=lambda target: target.by)
    return next((t for t in targets if t.by >= period.last_day), targets[-1] if targets else None)


def judged(direction: str, number: Fraction | None, target: Target | None):
    """(met, gap) from the unrounded value; (None, None) without a value or a target."""
    if number is None or target is None:
        return None, None
    low, high = Fraction(target.low), Fraction(target.high)
    below, above = max(low - number, Fraction(0)), max(number - high, Fraction(0))
    gap = {"at_least": below, "at_most": above}.get(direction, below or above)
    return (not gap), (gap or None)
