"""How far figures can be trusted: come in, come in time, stand out, contradict each other or the records."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, OuterRef, Subquery

from linli.kernel.clock import CHINA
from linli.measures import Period
from linli.places.models import Place
from linli.plans.formula import ir
from linli.plans.formula.evaluating import combine
from linli.plans.models import CheckTerm, FigureReport, MeasureTerm, MeasureValue
from linli_compute.trends import outliers

from .relations import months_of
from .reporting import due_on, reporters
from .values import states_of

MOST = 100


@dataclass(frozen=True)
class Doubt:
    """One figure that somebody should look at, and why."""

    place: Place
    title: str
    words: str


@dataclass(frozen=True)
class Difference:
    """A measure that people reported and an app counted, with two answers."""

    figure: int
    place: Place
    title: str
    unit: str
    reported: Decimal
    recorded: Decimal


@dataclass(frozen=True)
class Quality:
    """The quality of the figures of a place in a month."""

    expected: int
    come: int
    reports: int
    in_time: int
    outliers: tuple[Doubt, ...]
    broken: tuple[Doubt, ...]
    differences: tuple[Difference, ...]

    @property
    def completeness(self) -> int | None:
        return 100 * self.come // self.expected if self.expected else None

    @property
    def timeliness(self) -> int | None:
        return 100 * self.in_time // self.reports if self.reports else None


def quality_of(place: Place, period: Period) -> Quality:
    """Everything the page of data quality shows for a month."""
    rows = reporters(place, period)
    terms = {term.code: term for term in MeasureTerm.objects.filter(retired_on=None)}
    reports, in_time = _in_time(place, period, terms)
    return Quality(
        expected=sum(row.expected for row in rows),
        come=sum(row.entered + row.known for row in rows),
        reports=reports,
        in_time=in_time,
        outliers=tuple(_standing_out(place, period, terms)),
        broken=tuple(_broken(place, period, [row.place for row in rows])),
        differences=tuple(differences(place, period, terms)),
    )


def _in_time(place, period, terms) -> tuple[int, int]:
    """(figures reported for the month, of these by their deadline): the first report of each counts."""
    month = months_of(period).last
    rows = FigureReport.objects.within(place).filter(month=month).order_by("entered_at")
    first: dict = {}
    for row in rows.values_list("place_id", "measure", "entered_at"):
        first.setdefault(row[:2], row[2])
    late = sum(
        entered.astimezone(CHINA).date() > due_on(terms[measure], period)
        for (_place, measure), entered in first.items()
        if measure in terms
    )
    return len(first), len(first) - late


def _standing_out(place, period, terms):
    """Figures far from the others of the same measure, and far from the same month of last year's growth."""
    month = months_of(period).last
    rows = MeasureValue.objects.filter(
        place__path__startswith=place.path, month=month, known_to=None, value__isnull=False, source="reported"
    ).select_related("place")
    by_measure = defaultdict(list)
    for row in rows.order_by("place__path"):
        by_measure[row.measure].append(row)
    before = _a_year_ago(place, month)
    for code, found in sorted(by_measure.items()):
        changes = [
            row.value - before[row.place_id, code] if (row.place_id, code) in before else row.value
            for row in found
        ]
        for position in outliers(changes)[:MOST]:
            term = terms.get(code)
            yield Doubt(found[position].place, term.title if term else code, _figure(found[position], term))


def _a_year_ago(place, month) -> dict:
    rows = MeasureValue.objects.filter(
        place__path__startswith=place.path, month=month - 12, known_to=None, value__isnull=False
    )
    return {(pk, code): value for pk, code, value in rows.values_list("place_id", "measure", "value")}


def _figure(row, term):
    return f"{Decimal(row.value).scaleb(-term.decimals if term else 0):,}"


def _broken(place, period, units):
    """Units whose figures do not meet a condition of the packs."""
    checks = [(c, ir.from_json(c.expression)) for c in CheckTerm.objects.filter(retired_on=None)]
    if not checks or not units:
        return
    states = states_of([expression for _check, expression in checks], units, period)
    for unit in units:
        for check, expression in checks:
            found = combine(expression, lambda a, p=unit.path: states[ir.digest(a), p].value).value
            if found.number is False:
                yield Doubt(unit, check.says, check.rule)


def differences(place: Place, period: Period, terms) -> list[Difference]:
    """Where a reported figure and the count from records disagree, at most 100; one query."""
    month = months_of(period).last
    recorded = MeasureValue.objects.filter(
        measure=OuterRef("measure"), place=OuterRef("place"), month=OuterRef("month"), span=OuterRef("span"),
        source="records", known_to=None,
    )  # fmt: skip
    rows = MeasureValue.objects.filter(
        place__path__startswith=place.path, month=month, source="reported", known_to=None, value__isnull=False
    ).annotate(other=Subquery(recorded.values("value")[:1]))
    rows = rows.filter(other__isnull=False).exclude(other=F("value")).select_related("place")
    return [
        Difference(
            figure=row.pk,
            place=row.place,
            title=terms[row.measure].title,
            unit=terms[row.measure].unit,
            reported=Decimal(row.value).scaleb(-terms[row.measure].decimals),
            recorded=Decimal(row.other).scaleb(-terms[row.measure].decimals),
        )
        for row in rows.order_by("place__path", "measure")[:MOST]
        if row.measure in terms
    ]
