"""What is counted of care, by community; titles, units and kinds as packs/measures/community-services.yaml says."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.db.models import CharField, Count, F, Func, Q, Value
from django.db.models.functions import TruncDate
from django.urls import reverse

from linli.cases.asking import excluded
from linli.cases.listing import list_cases
from linli.cases.models import Case
from linli.kernel.clock import CHINA
from linli.measures import MOST_RECORDS, Period, Record, RecordList, lists_records, measure
from linli.measures.behind import Counts, Rows, list_behind
from linli.places.models import Place

from .models import CarePerson, CareRules, Visit, VisitPlan
from .monthly import VALID, monthly_rate

HOME = "care_person__person__home__path"
IN_TIME = Q(case__state=VALID["state"], happened_at__lte=F("case__due_at"))


def community(path: str) -> Func:
    return Func(F(path), Value("/"), Value(5), function="split_part", output_field=CharField())


def everywhere(counted: dict[str, int]) -> dict[str, int]:
    """Every standing community answers, with 0 when nothing was counted."""
    codes = Place.objects.current().communities().values_list("code", flat=True)
    return {code: counted.get(code, 0) for code in codes}


def within(field: str, period: Period) -> Q:
    first, after = (datetime.combine(day, time(0), tzinfo=CHINA) for day in (period.start, period.end))
    return Q(**{f"{field}__gte": first, f"{field}__lt": after})


def count(rows, path: str = HOME) -> Counts:
    found = dict(rows.annotate(code=community(path)).values_list("code").annotate(Count("pk")))
    return Counts(everywhere(found), Rows(rows, way=path))


@measure("care.plans", "在用探访计划数", unit="个", kind="stock")
def plans(period: Period):
    """Plans in force on the last day of the period."""
    standing = VisitPlan.objects.filter(since__lte=period.last_day)
    return count(standing.filter(Q(ended_on=None) | Q(ended_on__gt=period.last_day)), "community__path")


@measure("care.rounds", "完成的探访轮次", unit="次")
def rounds(period: Period):
    """A round: the valid visits one visitor made in a community on one day, however many doors."""
    return everywhere(Counter(code for code, _by, _day in rounds_of(period).values_list(*ROUND).distinct()))


ROUND = ("code", "recorded_by", "day")


def rounds_of(period: Period):
    """The valid visits of a period, each with what makes it part of a round."""
    made = Visit.objects.filter(within("happened_at", period), case__state=VALID["state"])
    return made.annotate(code=community(HOME), day=TruncDate("happened_at", tzinfo=CHINA)).order_by()


def due_in(period: Period):
    """Visits whose time ended in the period; what was cancelled (away, in hospital, off the list) was not due.

    Nor what was left out with approval: that is counted beside it.
    """
    return _ended_in(period).filter(~excluded())


def _ended_in(period: Period):
    return Visit.objects.filter(within("case__due_at", period)).exclude(case__state="cancelled")


@measure("care.visits_excluded", "剔除考核探访人次", unit="人次")
def visits_excluded(period: Period):
    return count(_ended_in(period).filter(excluded()))


@measure("care.visits_due", "应探访人次", unit="人次")
def visits_due(period: Period):
    return count(due_in(period))


@dataclass(frozen=True)
class Timeliness:
    """Visits due and made in time, after what was left out with approval and before."""

    due: int = 0
    on_time: int = 0
    due_before: int = 0
    on_time_before: int = 0

    @property
    def excluded(self) -> int:
        return self.due_before - self.due

    @property
    def percent(self) -> float | None:
        return round(self.on_time * 100 / self.due, 1) if self.due else None

    @property
    def percent_before(self) -> float | None:
        return round(self.on_time_before * 100 / self.due_before, 1) if self.due_before else None


def timeliness_of(period: Period) -> dict[str, Timeliness]:
    """{community: its visits due in the period}; one query."""
    made, counts = IN_TIME, Q(left_out=False)
    rows = _ended_in(period).annotate(code=community(HOME), left_out=excluded()).values_list("code")
    counted = rows.annotate(
        due=Count("pk", filter=counts),
        on_time=Count("pk", filter=counts & made),
        due_before=Count("pk"),
        on_time_before=Count("pk", filter=made),
    )
    return {code: Timeliness(*found) for code, *found in counted}


@measure("care.visits_on_time", "按时探访人次", unit="人次")
def visits_on_time(period: Period):
    return count(due_in(period).filter(IN_TIME))


@measure("care.hardship_elderly", "名单内特殊困难老年人人月数", unit="人月")
def hardship_elderly(period: Period):
    return everywhere(_person_months(period, "listed"))


@measure("care.hardship_elderly_visited", "当月探访过的特殊困难老年人人月数", unit="人月")
def hardship_elderly_visited(period: Period):
    return everywhere(_person_months(period, "visited"))


def _person_months(period: Period, side: str) -> dict[str, int]:
    """{community: persons of that side of the monthly rate, added over the months of the period}."""
    return Counter(code for _key, code in _counted_months(period, side))


def _counted_months(period: Period, side: str) -> Iterator[tuple]:
    """(person, community), once for each month in which the person counts on that side of the monthly rate."""
    nearest_first = sorted(CareRules.objects.all(), key=lambda book: -len(book.area.rstrip("0")))
    counted: set = set()
    for book in nearest_first:
        homes = dict(
            _people_of(book).annotate(code=community("person__home__path")).values_list("pk", "code")
        )
        mine = homes.keys() - counted  # whoever lives where nearer rules hold was counted by those
        for first in months_of(period):
            limits = {"codes": book.rules.elderly, "new_days": book.rules.limits.new_days}
            for key in getattr(monthly_rate(_people_of(book), first, **limits), side) & mine:
                yield key, homes[key]
        counted |= mine


def _people_of(book: CareRules):
    """Everybody who is or was on the list in the area of the rules; the nation is twelve zeros."""
    place = Place.objects.filter(code=book.area).first()
    if place is not None:
        return CarePerson.objects.within(place)
    return CarePerson.objects.all() if not book.area.strip("0") else CarePerson.objects.none()


@lists_records("care.visits_due", "care.visits_on_time", "care.visits_excluded")
def visits_listed(name: str, period: Period, path: str, user) -> RecordList:
    """The visits behind a number, as far as one may see them."""
    return list_cases(name, period, path, user)


@lists_records("care.rounds")
def rounds_listed(name: str, period: Period, path: str, user) -> RecordList:
    """Each round with its day, its visitor and how many doors, of those of whose visits one may see one."""
    below = rounds_of(period).filter(**{f"{HOME}__startswith": path})
    rows = below.filter(case__in=Case.objects.visible_to(user)).values_list(
        *ROUND, "recorded_by__person__name"
    )
    names = dict(Place.objects.filter(path__startswith=path).values_list("code", "name"))
    told = tuple(
        Record(f"{day:%Y-%m-%d} {who or ''}".strip(), f"{names.get(code, code)} · {doors}")
        for code, _by, day, who, doors in rows.annotate(Count("pk")).order_by("-day", "code")[:MOST_RECORDS]
    )
    return RecordList(below.values_list(*ROUND).distinct().count(), told)


@lists_records("care.plans")
def plans_listed(name: str, period: Period, path: str, user) -> RecordList:
    """The plans behind a number, for those who look after the care list there."""

    def seen(rows):
        return rows.filter(user.scope("care.view", "community")).select_related("community")

    return list_behind(name, period, path, seen=seen, tell=_plan)


def _plan(row: VisitPlan) -> Record:
    return Record(row.community.name, f"{row.since:%Y-%m-%d}–")


SIDES = {"care.hardship_elderly": "listed", "care.hardship_elderly_visited": "visited"}


@lists_records(*SIDES)
def people_listed(name: str, period: Period, path: str, user) -> RecordList:
    """Each person with the months he counts, named for those alone who may see the care list."""
    months = Counter(key for key, _code in _counted_months(period, SIDES[name]))
    living = CarePerson.objects.filter(pk__in=list(months), person__home__path__startswith=path)
    below = list(living.values_list("pk", flat=True))
    mine = CarePerson.objects.visible_to(user).filter(pk__in=below).select_related("person__home")
    told = tuple(
        Record(str(one), one.person.home.name, reverse("care-person", args=[one.pk]), Decimal(months[one.pk]))
        for one in mine.order_by("person__home__path", "pk")[:MOST_RECORDS]
    )
    return RecordList(sum(months[key] for key in below), told, records=len(below))


def months_of(period: Period) -> list[date]:
    """The first days of the months that begin in the period."""
    months, day = [], period.start.replace(day=1)
    while day < period.end:
        months.append(day)
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return months
