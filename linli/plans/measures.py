"""What is counted of plans themselves: tasks given out and done in time, findings settled, shortfalls put right."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import partial

from django.db.models import CharField, Count, F, Func, Q, QuerySet, Value
from django.urls import reverse

from linli.cases.listing import list_cases
from linli.kernel.clock import CHINA
from linli.measures import MOST_RECORDS, Period, Record, RecordList, lists_records, measure
from linli.measures.behind import Counts, Rows
from linli.measures.small import small_counts
from linli.places.models import Place

from .models import FigureRules, Finding, LivelihoodProject, TaskShare
from .queries.subjects import project_counts

COMMUNITY, COUNTY = 5, 3  # which code of a path
LEVELS = {COMMUNITY: "community", COUNTY: "county"}
small_counts["figures"] = lambda place: FigureRules.nearest(place).small_count


def midnight(day) -> datetime:
    return datetime.combine(day, time(0), tzinfo=CHINA)


def counted(rows: QuerySet, level: int) -> Counts:
    """{code: how many rows lie there}; every standing place of the level answers."""
    code = Func(
        F("case__place__path"), Value("/"), Value(level), function="split_part", output_field=CharField()
    )
    found = dict(rows.annotate(counted_in=code).values_list("counted_in").annotate(Count("pk")).order_by())
    places = Place.objects.current().filter(level=LEVELS[level]).values_list("code", flat=True)
    return Counts({one: found.get(one, 0) for one in places}, Rows(rows, way="case__place__path"))


def due_in(model, period: Period) -> QuerySet:
    """Rows whose case was to be done by a day of the period."""
    first, after = midnight(period.start), midnight(period.end)
    return model.objects.filter(case__due_at__gt=first, case__due_at__lte=after)


def in_time() -> Q:
    """Handed in before the end: while others look at it, nobody is late."""
    stopped = Q(case__clock_stopped_at__lte=F("case__due_at"))
    return stopped | Q(case__clock_stopped_at=None, case__closed_at__lte=F("case__due_at"))


@measure("plans.shares_due", "到期规划任务件数", unit="件")
def shares_due(period: Period):
    return counted(due_in(TaskShare, period), COUNTY)


@measure("plans.shares_in_time", "按期完成规划任务件数", unit="件")
def shares_in_time(period: Period):
    return counted(due_in(TaskShare, period).filter(in_time(), case__closed_at__isnull=False), COUNTY)


@measure("plans.findings_due", "到期督导问题件数", unit="件")
def findings_due(period: Period):
    return counted(due_in(Finding, period), COUNTY)


@measure("plans.findings_in_time", "按期整改督导问题件数", unit="件")
def findings_in_time(period: Period):
    return counted(due_in(Finding, period).filter(in_time(), case__closed_at__isnull=False), COUNTY)


def shortfalls_by(period: Period, **more) -> QuerySet:
    """Tasks that evaluations had left open or given out by the last day of the period."""
    last = midnight(period.last_day + timedelta(days=1))
    return Finding.objects.filter(evaluation__isnull=False, case__opened_at__lt=last, **more)


@measure("plans.shortfalls", "短板任务数", unit="项", kind="stock", scope="urban")
def shortfalls(period: Period):
    return counted(shortfalls_by(period), COMMUNITY)


@measure("plans.shortfalls_closed", "已销号的短板任务数", unit="项", kind="stock", scope="urban")
def shortfalls_closed(period: Period):
    last = midnight(period.last_day + timedelta(days=1))
    return counted(shortfalls_by(period, case__closed_at__lt=last), COMMUNITY)


def of_projects(code: str, period: Period) -> dict[str, int]:
    """By county, of the projects on its list of the year."""
    places = Place.objects.current().filter(level="county").values_list("code", flat=True)
    found = dict.fromkeys(places, 0)
    rows = (
        LivelihoodProject.objects.filter(year=period.start.year)
        .select_related("place")
        .prefetch_related("log")
    )
    for one in rows:
        if one.place.code in found:
            found[one.place.code] += project_counts(one, period)[code]
    return found


PROJECTS = {
    "plans.project_goal": ("民生实事数量目标", "项"), "plans.project_done": ("民生实事已完成数量", "项"),
    "plans.project_months": ("民生实事应报进展月数", "个"), "plans.project_told": ("民生实事已报进展月数", "个"),
}  # fmt: skip
for _code, (_title, _unit) in PROJECTS.items():
    measure(_code, _title, unit=_unit, kind="stock")(partial(of_projects, _code))


@lists_records(*PROJECTS)
def projects_listed(name: str, period: Period, path: str, user) -> RecordList:
    """The projects of counties behind a number with what each adds to it; the list of projects is public."""
    rows = LivelihoodProject.objects.filter(
        year=period.start.year, place__path__startswith=path, place__level="county", place__valid_to=None
    )
    counted = [
        (one, project_counts(one, period)[name])
        for one in rows.select_related("place").prefetch_related("log")
    ]
    told = tuple(
        Record(one.title, one.place.name, reverse("livelihood-list"), Decimal(number))
        for one, number in counted[:MOST_RECORDS]
    )
    return RecordList(sum(number for _one, number in counted), told, records=len(counted))


@lists_records(
    "plans.shares_due", "plans.shares_in_time", "plans.findings_due", "plans.findings_in_time", "plans.shortfalls",
    "plans.shortfalls_closed",
)  # fmt: skip
def cases_listed(name: str, period: Period, path: str, user) -> RecordList:
    """The tasks and findings behind a number, as far as one may see them."""
    return list_cases(name, period, path, user)
