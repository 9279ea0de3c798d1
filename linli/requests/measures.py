"""What is counted of requests, by community; every standing community answers, with 0 when nothing came."""

from datetime import datetime, time

from django.db.models import CharField, Count, F, Func, Q, Value

from linli.kernel.clock import CHINA
from linli.measures import Period, measure
from linli.places.models import Place

from .models import CallBack, Request


def moments(period: Period) -> tuple[datetime, datetime]:
    """The first moment of the period and the first after it, in China."""
    return tuple(datetime.combine(day, time(0), tzinfo=CHINA) for day in (period.start, period.end))


def within(field: str, period: Period) -> Q:
    first, after = moments(period)
    return Q(**{f"{field}__gte": first, f"{field}__lt": after})


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


@measure("requests.submitted", "受理诉求", unit="件")
def submitted(period: Period):
    return by_community(Request.objects.filter(within("case__opened_at", period)))


@measure("requests.closed", "办结诉求", unit="件")
def closed(period: Period):
    return by_community(closed_in(period))


@measure("requests.closed_on_time", "按期办结诉求", unit="件")
def closed_on_time(period: Period):
    return by_community(closed_in(period).filter(on_time()))


@measure("requests.appraised", "考核诉求", unit="件")
def appraised_count(period: Period):
    return by_community(appraised().filter(within("case__opened_at", period)))


@measure("requests.responded", "按时响应诉求", unit="件")
def responded(period: Period):
    found = appraised().filter(within("case__opened_at", period), contacted_at__lte=F("contact_due_at"))
    return by_community(found)


def called_back(period: Period):
    """V: call-backs that reached somebody."""
    return CallBack.objects.filter(within("at", period), reached=True, request__excluded_at=None)


@measure("requests.called_back", "有效回访诉求", unit="件")
def called_back_count(period: Period):
    return by_community(called_back(period), "request__case__place__path")


@measure("requests.solved", "回访解决诉求", unit="件")
def solved(period: Period):
    return by_community(called_back(period).filter(solved=True), "request__case__place__path")


@measure("requests.satisfied", "回访满意诉求", unit="件")
def satisfied(period: Period):
    return by_community(called_back(period).filter(satisfied__gte=3), "request__case__place__path")


@measure("requests.rated", "评价诉求", unit="件")
def rated(period: Period):
    return by_community(Request.objects.filter(within("case__ratings__at", period)))


@measure("requests.rated_good", "评价满意诉求", unit="件")
def rated_good(period: Period):
    return by_community(
        Request.objects.filter(within("case__ratings__at", period), case__ratings__stars__gte=3)
    )
