"""Any number opens: its formula in words, each operand, the children, the figures behind it."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from linli.measures import Period
from linli.places.levels import DIVISIONS
from linli.places.models import Place
from linli.plans.formula import Catalogue, Months, ir, rounded
from linli.plans.formula.values import STATUS_TITLES, STATUSES, VALUE
from linli.plans.formula.wording import in_words, title_of
from linli.plans.models import Indicator, MeasureTerm, MeasureValue, ScopeTerm
from linli.plans.naming import catalogue, counted_by_title

from .relations import months_of
from .values import IndicatorValue, State, states_of, values_of

PLACES = 9  # decimals that an operand is written with before it becomes a fraction


@dataclass(frozen=True)
class Origin:
    """A measure that an operand reads: counted from records by an app, or reported by people."""

    code: str
    title: str
    counted: bool


@dataclass(frozen=True)
class Operand:
    """One aggregate of the formula at the place: in words, with its two whole numbers where it is a share."""

    words: str
    unit: str
    state: State
    shown: Decimal | None
    of: str  # "12 / 40" for a share, and for any number that no decimal writes exactly
    sources: tuple[Origin, ...]

    @property
    def number(self) -> Fraction | None:
        """The number that what is shown stands for, exactly: what the formula computes with."""
        if self.of:
            return Fraction(self.of.replace(",", "").replace(" ", ""))
        return None if self.shown is None else Fraction(self.shown)


@dataclass(frozen=True)
class Figure:
    """A stored figure of the place itself: what the operands were made from."""

    title: str
    unit: str
    month: str
    shown: Decimal | None
    status: str
    source: str
    known_from: object


@dataclass(frozen=True)
class Explanation:
    """Everything the page of one number shows; the value can be computed again from it."""

    row: IndicatorValue
    period: Period
    words: str
    operands: tuple[Operand, ...]
    readings: tuple[tuple[str, str, Decimal | None], ...]
    children: tuple[IndicatorValue, ...]
    figures: tuple[Figure, ...]
    waiting: tuple[tuple[str, str], ...]  # measures nobody counts or has reported here: (title, app)


def explain(
    indicator: Indicator, place: Place, period: Period, *, known_on=None, tree: str = "as_was"
) -> Explanation:
    """How the value of an indicator at a place came about, down to children and figures."""
    seen = {"known_on": known_on, "tree": tree}
    names = installed_catalogue()
    expression = ir.from_json(indicator.expression)
    readings = [(r["name"], ir.from_json(r["expression"])) for r in indicator.readings]
    (row,) = values_of([indicator], [place], period, **seen)
    states = states_of([expression, *(e for _name, e in readings)], [place], period, **seen)
    below = list(place.children.filter(level__in=DIVISIONS, valid_to=None).order_by("path"))
    codes = ir.measures_of(expression)
    return Explanation(
        row=row,
        period=period,
        words=in_words(expression, names),
        operands=operands_of(expression, names, states, place),
        readings=tuple(_reading(name, e, names, states, place) for name, e in readings),
        children=tuple(values_of([indicator], below, period, **seen)) if below else (),
        figures=figures_of(place, codes, months_of(period), names),
        waiting=_waiting(codes, place),
    )


def installed_catalogue() -> Catalogue:
    """The names of what is installed now."""
    return catalogue(ScopeTerm.objects.filter(retired_on=None), MeasureTerm.objects.filter(retired_on=None))


def operands_of(expression: ir.Expression, names: Catalogue, states, place: Place) -> tuple[Operand, ...]:
    """Every aggregate of a formula at a place, written so that the value comes out again from what is written."""
    return tuple(_operand(a, names, states[ir.digest(a), place.path]) for a in ir.aggregates_of(expression))


def _operand(aggregate, names, state):
    """The operand with its number written exactly: as a decimal where one exists, else as a fraction."""
    number, of = state.value.number, ""
    decimal = None if number is None else _exact_decimal(Fraction(number))
    if number is not None and (aggregate.op == "share" or decimal is None):
        of = f"{state.numerator:,} / {state.denominator:,}"
    shown = decimal if decimal is not None or number is None else rounded(Fraction(number), 2)
    counted = counted_by_title()
    sources = tuple(
        Origin(code, title_of(code, names), title_of(code, names) in counted)
        for code in ir.measures_of(aggregate)
    )
    return Operand(in_words(aggregate, names), _unit(aggregate, names), state, shown, of, sources)


def _exact_decimal(number: Fraction) -> Decimal | None:
    """The decimal that is exactly this number, with at most nine places; None when there is none."""
    scaled = number * 10**PLACES
    return None if scaled.denominator != 1 else _plain(Decimal(scaled.numerator).scaleb(-PLACES).normalize())


def _plain(number):
    """Without an exponent: 1E+2 is 100."""
    return (
        None if number is None else number.quantize(Decimal(1)) if number == number.to_integral() else number
    )


def _unit(aggregate, names):
    if aggregate.op in ("count", "countif", "expected", "reported"):
        return "个"
    if aggregate.op == "share":
        return ""
    units = Counter(names.measures[code].unit for code in ir.measures_of(aggregate) if code in names.measures)
    return next(iter(units)) if len(units) == 1 else ""


def _reading(name, expression, names, states, place):
    from linli.plans.formula.evaluating import combine

    found = combine(expression, lambda aggregate: states[ir.digest(aggregate), place.path].value).value
    shown = None if found.number is None else rounded(Fraction(found.number), 1)
    return name, in_words(expression, names), shown


def figures_of(place: Place, codes, months: Months, names: Catalogue) -> tuple[Figure, ...]:
    """The figures of the place itself that a formula could read, newest first; at most 200."""
    rows = MeasureValue.objects.filter(
        place=place, measure__in=codes, month__range=(months.first - 12, months.last), known_to=None
    ).order_by("measure", "-month")[:200]
    found = []
    for row in rows:
        spec = names.measures.get(row.measure)
        scale = spec.scale if spec else 0
        found.append(
            Figure(
                title=title_of(row.measure, names),
                unit=spec.unit if spec else "",
                month=f"{row.month // 12}-{row.month % 12 + 1:02}",
                shown=None if row.value is None else Decimal(row.value).scaleb(-scale),
                status="" if STATUSES[row.status] == VALUE else STATUS_TITLES[STATUSES[row.status]],
                source=row.get_source_display(),
                known_from=row.known_from,
            )
        )
    return tuple(found)


def _waiting(codes, place):
    known = set(
        MeasureValue.objects.filter(
            measure__in=codes, known_to=None, place__path__startswith=place.path
        ).values_list("measure", flat=True)
    )
    terms = MeasureTerm.objects.filter(code__in=set(codes) - known)
    return tuple((term.title, term.counted_by) for term in terms)
