"""What the two pages around reported figures show."""

from dataclasses import dataclass

from django.db.models import Count

from linli.measures import Period
from linli.places.models import Place
from linli.plans import rules
from linli.plans.models import FigureReport, MeasureTerm

from ..formula.periods import Months
from .relations import months_of, period_of
from .reporting import Reporter, lock_on, report_places, reporters, shown_figure

MOST_WAITING, MOST_MONTHS = 200, 12


@dataclass(frozen=True)
class Desk:
    """The places one reports for, with what is still open."""

    rows: tuple[Reporter, ...]

    @property
    def expected(self) -> int:
        return sum(row.expected for row in self.rows)

    @property
    def come(self) -> int:
        return sum(row.entered + row.known for row in self.rows)

    @property
    def missing(self) -> int:
        return sum(row.missing for row in self.rows)


@dataclass(frozen=True)
class Waiting:
    """A reported figure that waits for a decision, with the one it would replace."""

    report: FigureReport
    title: str
    unit: str
    shown: str
    mine: bool


def desk_of(user, period: Period) -> Desk:
    """What the places in reach of a user's reporting posts owe for a month."""
    mine = {place.pk for place in report_places(user)}
    tops = _tops(user, rules.REPORT)
    rows = {row.place.pk: row for top in tops for row in reporters(top, period) if row.place.pk in mine}
    return Desk(tuple(rows.values()))


def _tops(user, permission) -> list[Place]:
    """The widest places over which a post grants the permission."""
    found = sorted({g.place for g in user.grants if permission in g.permissions}, key=lambda p: p.path)
    return [p for p in found if not any(o is not p and p.path.startswith(o.path) for o in found if o != p)]


def review_of(user, code: str, period: Period) -> dict | None:
    """The review page of a place in reach; None for a foreign one."""
    tops = _tops(user, rules.APPROVE)
    place = tops[0]
    if code:
        place = Place.objects.divisions().filter(user.scope(rules.APPROVE), code=code).first()
        if place is None:
            return None
    months = months_of(period)
    rows = reporters(place, period)
    return {
        "place": place,
        "tops": tops,
        "desk": Desk(tuple(rows)),
        "late": [row for row in rows if row.missing][:100],
        "waiting": waiting_in(user, place, months.last),
        "others": other_months(place, months.last),
        "lock": lock_on(place, months),
        "may_lock": rules.can_lock(user, place),
    }


def other_months(place: Place, month: int) -> list[tuple[Period, int]]:
    """The months beside this one of which something waits in a place, the newest first, and how much; one query."""
    rows = FigureReport.objects.waiting().within(place).exclude(month=month).order_by("-month")
    counted = rows.values_list("month").annotate(n=Count("pk"))[:MOST_MONTHS]
    return [(period_of(Months(one, one)), n) for one, n in counted]


def waiting_in(user, place: Place, month: int) -> list[Waiting]:
    """What waits for a decision in a place for a month, at most 200, the oldest first; two queries."""
    rows = FigureReport.objects.waiting().within(place).filter(month=month).select_related("place")
    rows = list(rows.order_by("place__path", "measure")[:MOST_WAITING])
    terms = {t.code: t for t in MeasureTerm.objects.filter(code__in={row.measure for row in rows})}
    return [
        Waiting(
            report=row,
            title=terms[row.measure].title,
            unit=terms[row.measure].unit,
            shown=shown_figure(terms[row.measure], row),
            mine=row.entered_by_id == user.pk,
        )
        for row in rows
        if row.measure in terms
    ]
