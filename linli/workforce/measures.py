"""What is counted of the workforce, by community; a community that never entered anybody is left out."""

from datetime import date
from decimal import Decimal

from django.db.models import F, Q
from django.db.models.functions import ExtractYear
from django.urls import reverse

from linli.measures import MOST_RECORDS, Period, Record, RecordList, lists_records, measure, measures
from linli.places.models import Place
from linli.registers.behind import list_registered
from linli.registers.counting import COUNTY, answering, counted, on_day
from linli.registers.queries import in_reach

from .models import Assignment, CareMeasure, Certificate, Enrolment, LeadershipTerm, LegalActivity, Worker
from .registers import staff as registers

PLAN_YEARS = 5  # 五年规划: 2021–2025, 2026–2030: the rhythm of the nation's plans, the same everywhere


def workers(period: Period, **more):
    """Workers in post on the last day of the period."""
    return Worker.objects.filter(on_day(period.last_day, begins="started_on", ends="left_on"), **more)


def count_workers(period: Period, rows):
    return counted(registers.WORKERS, rows, period, distinct="pk")


@measure("workforce.workers", "社区工作者数", unit="人", kind="stock")
def worker_count(period: Period):
    return count_workers(period, workers(period))


@measure("workforce.full_time", "专职工作人员数", unit="人", kind="stock")
def full_time(period: Period):
    return count_workers(period, workers(period, kind=Worker.Kind.FULL_TIME))


@measure("workforce.certified", "持证社区工作者数", unit="人", kind="stock")
def certified(period: Period):
    day = period.last_day
    valid = Certificate.objects.filter(
        on_day(day), Q(valid_until=None) | Q(valid_until__gte=day), issued_on__lte=day
    )
    return count_workers(period, workers(period, pk__in=valid.values("worker")))


def trained(period: Period, since: date, **more):
    done = Enrolment.objects.filter(
        on_day(period.last_day),
        state__in=("attended", "passed"),
        course__archived_on=None,
        course__ends_on__range=(since, period.last_day),
        **more,
    )
    return count_workers(period, workers(period, pk__in=done.values("worker")))


@measure("workforce.trained_this_year", "本年度已轮训的社区工作者数", unit="人", kind="stock")
def trained_this_year(period: Period):
    return trained(period, date(period.last_day.year, 1, 1))


@measure("workforce.trained_in_plan", "规划期内已轮训的社区工作者数", unit="人", kind="stock")
def trained_in_plan(period: Period):
    year = period.last_day.year
    first = year - (year - 1) % PLAN_YEARS
    return trained(period, date(first, 1, 1), course__kind="theme")


def assigned(period: Period, kind: str, *conditions: Q, distinct: str = ""):
    """Those assigned on the last day; whoever entered any assignment answers for every kind."""
    rows = Assignment.objects.filter(
        on_day(period.last_day, begins="since", ends="until"), *conditions, kind=kind
    )
    return counted(registers.ASSIGNMENTS, rows, period, distinct=distinct)


@measure("workforce.child_directors", "儿童主任数", unit="人", kind="stock")
def child_directors(period: Period):
    return assigned(period, "child")


@measure("workforce.counsellors", "心理咨询师数", unit="人", kind="stock")
def counsellors(period: Period):
    return assigned(period, "counsellor")


@measure("workforce.legal_advisers", "法律顾问数", unit="人", kind="stock")
def legal_advisers(period: Period):
    return assigned(period, "legal")


@measure("workforce.sports_instructors", "社会体育指导员数", unit="人", kind="stock")
def sports_instructors(period: Period):
    return assigned(period, "sports")


@measure("workforce.disaster_informants", "灾害信息员数", unit="人", kind="stock")
def disaster_informants(period: Period):
    return assigned(period, "disaster")


@measure("workforce.agents", "政务代办员数", unit="人", kind="stock")
def agents(period: Period):
    return assigned(period, "agent", Q(trained_on__lte=period.last_day))


@measure("workforce.emergency_teams", "公共安全应急队伍数", unit="支", kind="stock")
def emergency_teams(period: Period):
    return assigned(period, "emergency", distinct="team")


def legal_kinds_given(period: Period, column: str):
    """How many kinds of legal service (or of the five activities) a community was given in the year to the day."""
    day = period.last_day
    since = date(day.year - 1, day.month, min(day.day, 28))
    rows = LegalActivity.objects.filter(on_day(day), held_on__gt=since, held_on__lte=day)
    return counted(registers.LEGAL, rows.exclude(**{column: ""}), period, distinct=column)


@measure("workforce.legal_kinds", "法律服务种数", unit="种", kind="stock")
def legal_kinds(period: Period):
    return legal_kinds_given(period, "service")


@measure("workforce.law_activities", "法治五个一活动种数", unit="种", kind="stock")
def law_activities(period: Period):
    return legal_kinds_given(period, "form")


@measure("workforce.graduates", "到村大学生数", unit="人", kind="stock", scope="rural")
def graduates(period: Period):
    """Thirty or younger and with a bachelor's degree when recruited; an unknown birth day does not count."""
    age = ExtractYear("started_on") - ExtractYear("birth_on")
    rows = workers(period, kind=Worker.Kind.GRADUATE, degree__in=("bachelor", "master"))
    rows = rows.annotate(age=age).filter(
        Q(age__lt=31) | Q(age=31, started_on__month__lt=F("birth_on__month"))
    )
    rural = set(
        Place.objects.current()
        .communities()
        .filter(urban_rural__startswith="2")
        .values_list("code", flat=True)
    )
    found = count_workers(period, rows)
    return found.only(found.keys() & rural)


@measure("workforce.care_measures", "已落实的激励关怀措施数", unit="条", kind="stock")
def care_measures(period: Period):
    rows = CareMeasure.objects.filter(on_day(period.last_day), done_on__lte=period.last_day)
    return counted(registers.CARE_MEASURES, rows, period, level=COUNTY)


def in_office(period: Period, office: str) -> dict[str, set[int]]:
    """{community: keys of the workers in the office on the last day}."""
    rows = LeadershipTerm.objects.filter(on_day(period.last_day, begins="since", ends="until"), office=office)
    found: dict[str, set[int]] = {}
    for path, worker in rows.values_list("worker__place__path", "worker"):
        found.setdefault(path.rstrip("/").split("/")[4], set()).add(worker)
    return found


@measure("workforce.one_person", "书记主任一肩挑", unit="个", kind="stock")
def one_person(period: Period):
    """1 when one person holds both offices, 0 when two do; a vacant office is not applicable: left out."""
    secretaries, directors = in_office(period, "secretary"), in_office(period, "director")
    return {
        code: int(bool(secretaries[code] & directors[code])) for code in secretaries.keys() & directors.keys()
    }


@measure("workforce.secretaries_two_terms", "连续任满两届的书记数", unit="人", kind="stock")
def secretaries_two_terms(period: Period):
    rows = LeadershipTerm.objects.filter(
        on_day(period.last_day, begins="since", ends="until"), office="secretary", terms_served__gte=2
    )
    found = counted(registers.TERMS, rows, period)
    return found.only(answering(registers.TERMS, period.last_day))


@lists_records("workforce.one_person")
def one_person_listed(name: str, period: Period, path: str, user) -> RecordList:
    """Each community with both offices taken, 1 or 0, with the term of its secretary where one may see it."""
    found = one_person(period)
    terms = LeadershipTerm.objects.filter(
        on_day(period.last_day, begins="since", ends="until"), office="secretary",
        worker__place__path__startswith=path,
    ).select_related("worker__place")  # fmt: skip
    mine = in_reach(registers.TERMS, user).filter(pk__in=terms.values("pk")).values_list("pk", flat=True)
    seen, told, codes = set(mine), {}, set()
    for term in terms.order_by("worker__place__path", "pk"):
        code = term.worker.place.path.rstrip("/").split("/")[4]
        codes |= {code} & found.keys()
        if code in found and term.pk in seen and code not in told:
            address = reverse("record-detail", args=[registers.TERMS.name, term.pk])
            told[code] = Record(str(term), term.worker.place.name, address, Decimal(found[code]))
    total = sum(found[code] for code in codes)
    return RecordList(Decimal(total), tuple(told.values())[:MOST_RECORDS], records=len(codes))


# Of each number the rows it counts can be opened.
list_registered(
    *(name for name in measures if name.startswith("workforce.") and name != "workforce.one_person")
)
