"""What is counted of requests, by community; every standing community answers, with 0 when nothing came."""

from django.db.models import CharField, Count, F, Func, Q, Value
from django.urls import reverse

from linli.cases.models import Case, Rating
from linli.kernel.clock import CHINA
from linli.measures import MOST_RECORDS, Period, Record, RecordList, lists_records, measure
from linli.places.models import Place

from .models import CallBack, Request
from .within import within


def by_community(rows, path: str = "case__place__path") -> dict[str, int]:
    """{community code: how many of `rows`}, 0 for those without any."""
    code = Func(F(path), Value("/"), Value(5), function="split_part", output_field=CharField())
    counted = dict(rows.annotate(community=code).values_list("community").annotate(Count("pk")))
    return {
        c: counted.get(c, 0) for c in Place.objects.current().communities().values_list("code", flat=True)
    }


def appraised():
    """A = all − consultations − categories not appraised − approved exclusions (domain notes §5)."""
    return Request.objects.filter(category__appraised=True, excluded_at=None).exclude(kind=Request.Kind.ASK)


def closed_in(period: Period):
    return Request.objects.filter(within("case__closed_at", period), case__state="closed")


def on_time():
    return Q(case__due_at=None) | Q(case__clock_stopped_at__lte=F("case__due_at"))


def called_back(period: Period):
    """V: call-backs that reached somebody."""
    return CallBack.objects.filter(within("at", period), reached=True, request__excluded_at=None)


def rated_in(period: Period, *, set_aside: bool = False, **also):
    """Requests rated in the period; a rating found false or mistaken counts apart (domain notes §6)."""
    return Request.objects.filter(
        within("case__ratings__at", period), case__ratings__set_aside_at__isnull=not set_aside, **also
    )


# What each measure counts: the same rows make the number and the list behind it.
COUNTED = {
    "requests.submitted": lambda period: Request.objects.filter(within("case__opened_at", period)),
    "requests.closed": closed_in,
    "requests.closed_on_time": lambda period: closed_in(period).filter(on_time()),
    "requests.appraised": lambda period: appraised().filter(within("case__opened_at", period)),
    "requests.responded": lambda period: appraised().filter(
        within("case__opened_at", period), contacted_at__lte=F("contact_due_at")
    ),
    "requests.called_back": called_back,
    "requests.solved": lambda period: called_back(period).filter(solved=True),
    "requests.satisfied": lambda period: called_back(period).filter(satisfied__gte=Rating.GOOD_FROM),
    "requests.rated": rated_in,
    "requests.rated_good": lambda period: rated_in(period, case__ratings__stars__gte=Rating.GOOD_FROM),
    "requests.rated_set_aside": lambda period: rated_in(period, set_aside=True),
}


def _to_case(name: str) -> str:
    """The way from a counted row to its case."""
    model = COUNTED[name](Period.parse("2026")).model
    return "case" if model is Request else "request__case"


def _count(name: str, period: Period) -> dict[str, int]:
    return by_community(COUNTED[name](period), f"{_to_case(name)}__place__path")


@measure("requests.submitted", "受理诉求", unit="件")
def submitted(period: Period):
    return _count("requests.submitted", period)


@measure("requests.closed", "办结诉求", unit="件")
def closed(period: Period):
    return _count("requests.closed", period)


@measure("requests.closed_on_time", "按期办结诉求", unit="件")
def closed_on_time(period: Period):
    return _count("requests.closed_on_time", period)


@measure("requests.appraised", "考核诉求", unit="件")
def appraised_count(period: Period):
    return _count("requests.appraised", period)


@measure("requests.responded", "按时响应诉求", unit="件")
def responded(period: Period):
    return _count("requests.responded", period)


@measure("requests.called_back", "有效回访诉求", unit="件")
def called_back_count(period: Period):
    return _count("requests.called_back", period)


@measure("requests.solved", "回访解决诉求", unit="件")
def solved(period: Period):
    return _count("requests.solved", period)


@measure("requests.satisfied", "回访满意诉求", unit="件")
def satisfied(period: Period):
    return _count("requests.satisfied", period)


@measure("requests.rated", "评价诉求", unit="件")
def rated(period: Period):
    return _count("requests.rated", period)


@measure("requests.rated_good", "评价满意诉求", unit="件")
def rated_good(period: Period):
    return _count("requests.rated_good", period)


@measure("requests.rated_set_aside", "评价异议成立诉求", unit="件")
def rated_set_aside(period: Period):
    return _count("requests.rated_set_aside", period)


@lists_records(*COUNTED)
def listed(name: str, period: Period, path: str, user) -> RecordList:
    """The requests behind a number: all are counted, only those are named that one may see."""
    way = _to_case(name)
    rows = COUNTED[name](period).filter(**{f"{way}__place__path__startswith": path})
    seen = Case.objects.visible_to(user).filter(pk__in=rows.values(way)).order_by("-opened_at")
    shown = tuple(
        Record(f"{case.number} {case.title}", case.opened_at.astimezone(CHINA).strftime("%Y-%m-%d"),
               reverse("case-detail", args=[case.number]))
        for case in seen[:MOST_RECORDS]
    )  # fmt: skip
    return RecordList(rows.count(), shown)
