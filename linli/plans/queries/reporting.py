"""Who must report what by when, and what has come in."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max

from linli.kernel import clock
from linli.measures import Period
from linli.people.models import Post
from linli.places.models import Place, PlaceVersion
from linli.plans import rules
from linli.plans.formula import Months
from linli.plans.formula.values import STATUS_TITLES, STATUSES, VALUE, unscaled
from linli.plans.models import FigureLock, FigureReport, MeasureTerm, MeasureValue, ScopeTerm
from linli.plans.naming import counted_by_title

from .relations import months_of, tree_day

CYCLES = (12, 6, 3, 1)  # a stock that stays good for a year is asked once a year, and so on


def reported_measures() -> list[MeasureTerm]:
    """Measures that no app counts from its records: only these are asked of people (collect once)."""
    counted = counted_by_title()
    return [m for m in MeasureTerm.objects.filter(retired_on=None) if m.title not in counted]


def cycle_of(measure: MeasureTerm) -> int:
    """How many months lie between two reports of a measure."""
    if measure.kind not in ("stock", "ratio"):
        return 1
    return next(months for months in CYCLES if measure.good_for_months >= months)


def is_due(measure: MeasureTerm, month: int) -> bool:
    """Is the measure asked for at the end of this month? A yearly one in December."""
    return (month % 12 + 1) % cycle_of(measure) == 0


def due_on(measure: MeasureTerm, period: Period) -> date:
    """The last day on which a report of the period is in time."""
    return period.last_day + timedelta(days=measure.due_within_days)


def last_month() -> Period:
    """The month that has just ended: what is asked for today."""
    first = clock.today().replace(day=1)
    ended = first - timedelta(days=1)
    return Period.parse(f"{ended.year}-{ended.month:02}")


@dataclass(frozen=True)
class Asked:
    """One measure asked of one place for a month, and how far it has come."""

    measure: MeasureTerm
    due_on: date
    state: str  # open, waiting, returned, known
    shown: str
    report: FigureReport | None

    @property
    def words(self) -> str:
        return {"open": "未报", "waiting": "待审核", "returned": "已退回", "known": "已审核"}[self.state]

    @property
    def tone(self) -> str:
        late = self.state in ("open", "returned") and self.due_on < clock.today()
        return "late" if late else {"known": "done", "waiting": "active"}.get(self.state, "soon")


@dataclass(frozen=True)
class Reporter:
    """A place that must report in a month: how much is asked, has come, is known; who is there to do it."""

    place: Place
    expected: int
    entered: int
    known: int
    has_reporter: bool
    due_on: date | None

    @property
    def missing(self) -> int:
        return self.expected - self.entered - self.known

    @property
    def tone(self) -> str:
        if not self.missing:
            return "done" if not self.entered else "active"
        return "late" if self.due_on and self.due_on < clock.today() else "soon"


def scopes_at(version: PlaceVersion, scopes: Sequence[ScopeTerm]) -> set[str]:
    """The codes of the scopes a place belonged to as it stood in this version (its tags: today's)."""
    mine = version.level, version.urban_rural, version.place.tags
    return {scope.code for scope in scopes if belongs(scope, *mine)}


def belongs(scope: ScopeTerm, level: str, urban_rural: str, tags: Collection[str]) -> bool:
    """Is a place of this level, this code of town and country and these tags one of the scope?"""
    return (
        scope.level == level
        and (not scope.urban_rural or urban_rural[:1] == scope.urban_rural)
        and (not scope.tag or scope.tag in tags)
    )


def asked_of(place: Place, period: Period) -> list[Asked]:
    """Everything a place may report for a month, what is due first."""
    months = months_of(period)
    scopes = list(ScopeTerm.objects.filter(retired_on=None))
    version = PlaceVersion.objects.filter(place=place, during__contains=tree_day(period, clock.today()))
    found = version.select_related("place").first()
    mine = scopes_at(found, scopes) if found else set()
    measures = [m for m in reported_measures() if m.scope in mine]
    reports = _reports([place.pk], measures, months)
    known = _known([place.pk], measures, months)
    asked = [
        _asked(m, period, reports.get((place.pk, m.code)), known.get((place.pk, m.code))) for m in measures
    ]
    return sorted(asked, key=lambda one: (not is_due(one.measure, months.last), one.measure.code))


def _asked(measure, period, report, figure):
    if report is not None and report.decision != FigureReport.Decision.APPROVED:
        state = "waiting" if report.decision == FigureReport.Decision.WAITING else "returned"
    else:
        state = "known" if figure is not None else "open"
    source = report if state in ("waiting", "returned") else figure
    return Asked(measure, due_on(measure, period), state, shown_figure(measure, source), report)


def shown_figure(measure: MeasureTerm, row) -> str:
    """The figure of a report or a stored row as people read it; empty without one."""
    if row is None:
        return ""
    if STATUSES[row.status] != VALUE:
        return STATUS_TITLES[STATUSES[row.status]]
    number = unscaled(row.value, measure.decimals)
    return f"{float(number):,.{measure.decimals}f}" if measure.decimals else f"{int(number):,}"


def _reports(places: Sequence[int], measures, months: Months) -> dict:
    """The newest report of each place and measure in the month."""
    rows = FigureReport.objects.filter(
        place__in=places, measure__in=[m.code for m in measures], month=months.last
    ).order_by("pk")
    return {(row.place_id, row.measure): row for row in rows}


def _known(places: Sequence[int], measures, months: Months) -> dict:
    rows = MeasureValue.objects.filter(
        place__in=places, measure__in=[m.code for m in measures], month=months.last, known_to=None
    )
    return {(row.place_id, row.measure): row for row in rows}


def reporters(place: Place, period: Period) -> list[Reporter]:
    """Every place within `place` that must report for a month, from the register as it stood; seven queries."""
    months, day = months_of(period), tree_day(period, clock.today())
    scopes = list(ScopeTerm.objects.filter(retired_on=None))
    measures = [m for m in reported_measures() if is_due(m, months.last)]
    versions = (
        PlaceVersion.objects.filter(
            path__startswith=place.path, during__contains=day, level__in={s.level for s in scopes}
        )
        .select_related("place")
        .order_by("path")
    )
    keys = [version.place_id for version in versions]
    waiting = _waiting(keys, measures, months)
    known = set(_known(keys, measures, months))
    held = _places_with_reporter(day)
    found = []
    for version in versions:
        mine = scopes_at(version, scopes)
        wanted = [m for m in measures if m.scope in mine]
        if wanted:
            found.append(_reporter(version, wanted, period, waiting, known, held))
    return found


def _reporter(version, wanted, period, waiting, known, held):
    codes = {(version.place_id, m.code) for m in wanted}
    return Reporter(
        place=version.place,
        expected=len(wanted),
        entered=len(codes & waiting - known),
        known=len(codes & known),
        has_reporter=any(version.path.startswith(path) for path in held),
        due_on=max(due_on(m, period) for m in wanted),
    )


def _waiting(keys, measures, months):
    rows = FigureReport.objects.waiting().filter(
        place__in=keys, measure__in=[m.code for m in measures], month=months.last
    )
    return set(rows.values_list("place_id", "measure"))


def _places_with_reporter(day: date) -> tuple[str, ...]:
    """Paths of the places where a post that may report stands filled."""
    posts = Post.objects.filter(
        during__contains=day,
        role__permissions__contains=[rules.REPORT],
        place__level__in=("community", "street"),
    )
    return tuple(posts.values_list("place__path", flat=True).distinct())


def report_places(user) -> Iterable[Place]:
    """The reporting places that a user's posts reach."""
    levels = set(ScopeTerm.objects.filter(retired_on=None).values_list("level", flat=True))
    return Place.objects.current().filter(user.scope(rules.REPORT), level__in=levels).order_by("path")


def lock_on(place: Place, months: Months) -> FigureLock | None:
    """The lock that closes some month of these for a place, if one stands."""
    codes = place.ancestor_codes
    locks = FigureLock.objects.standing().filter(
        place__code__in=codes, month__range=(months.first, months.last)
    )
    return locks.select_related("place").first()


def last_locked(place: Place) -> int | None:
    """The latest month closed for exactly this place."""
    return FigureLock.objects.standing().filter(place=place).aggregate(last=Max("month"))["last"]
