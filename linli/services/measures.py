"""What the plans count of surveys, by community: rounds with enough answers, valid answers, satisfied ones."""

from decimal import Decimal
from functools import partial

from django.db.models import Count, F, Q
from django.urls import reverse

from linli.measures import MOST_RECORDS, Period, Record, RecordList, lists_records, measure
from linli.places.models import Place

from .credit import CODES, counted, serving
from .models import SATISFIED, Answer


def within(period: Period):
    """(survey, community) with the answers of the surveys that closed in the period; too few are no survey."""
    rows = Answer.objects.filter(
        survey__provider=None, survey__closes_on__gte=period.start, survey__closes_on__lt=period.end
    )
    counted = rows.order_by().values(
        "survey", "place__code", "place__path", "survey__title", "survey__closes_on"
    )
    both = counted.annotate(valid=Count("pk"), satisfied=Count("pk", filter=Q(overall__gte=SATISFIED)))
    return both.filter(valid__gte=F("survey__least_valid"))


OF = {
    "services.surveys": lambda row: 1,
    "services.survey_valid": lambda row: row["valid"],
    "services.survey_satisfied": lambda row: row["satisfied"],
}


def count(name: str, period: Period) -> dict[str, int]:
    """A community where none was held counts none: whether one was held is known here."""
    found = dict.fromkeys(Place.objects.current().communities().values_list("code", flat=True), 0)
    for row in within(period):
        if row["place__code"] in found:
            found[row["place__code"]] += OF[name](row)
    return found


@measure("services.surveys", "有效满意度调查次数", unit="次")
def surveys(period: Period):
    return count("services.surveys", period)


@measure("services.survey_valid", "满意度有效答卷数", unit="份")
def valid(period: Period):
    return count("services.survey_valid", period)


@measure("services.survey_satisfied", "满意答卷数", unit="份")
def satisfied(period: Period):
    return count("services.survey_satisfied", period)


@lists_records(*OF)
def surveys_listed(name: str, period: Period, path: str, user) -> RecordList:
    """The surveys behind a number, by community; a sheet has nobody's name and no page of its own."""
    rows = [
        row for row in within(period).order_by("place__path", "survey") if row["place__path"].startswith(path)
    ]
    names = dict(Place.objects.filter(path__startswith=path).values_list("code", "name"))
    told = tuple(
        Record(
            row["survey__title"],
            names[row["place__code"]],
            reverse("survey", args=[row["survey"]]),
            OF[name](row),
        )
        for row in rows[:MOST_RECORDS]
    )
    return RecordList(sum(OF[name](row) for row in rows), told, records=len(rows))


# --- Providers ----------------------------------------------------------------------------------------


def of_providers(code: str, period: Period) -> dict[str, int]:
    """By community, of the providers whose seat is there: what the index of providers counts of each of them."""
    found = dict.fromkeys(Place.objects.current().communities().values_list("code", flat=True), 0)
    providers = [one for one in serving(period) if one.place.code in found]
    numbers = counted(providers, period)
    for one in providers:
        found[one.place.code] += numbers[one.pk][code]
    return found


TITLES = {
    "licensed": ("许可有效的服务机构数", "个", "stock"),
    "due": ("服务机构到期承办件数", "件", "flow"),
    "in_time": ("服务机构按期办结件数", "件", "flow"),
    "ratings": ("服务机构评价件数", "件", "flow"),
    "ratings_good": ("服务机构满意评价件数", "件", "flow"),
    "survey_valid": ("服务机构调查有效答卷数", "份", "flow"),
    "survey_satisfied": ("服务机构调查满意答卷数", "份", "flow"),
    "checks": ("服务机构检查次数", "次", "flow"),
    "checks_passed": ("服务机构检查合格次数", "次", "flow"),
    "wrongs": ("服务机构未修复的核实投诉件数", "件", "flow"),
    "places": ("服务机构服务的社区数", "个", "flow"),
}
for _code in CODES:
    _title, _unit, _kind = TITLES[_code.removeprefix("services.provider_")]
    measure(_code, _title, unit=_unit, kind=_kind)(partial(of_providers, _code))


@lists_records(*CODES)
def providers_listed(name: str, period: Period, path: str, user) -> RecordList:
    """The providers behind a number with what each adds to it; providers are public."""
    places = set(Place.objects.current().communities().values_list("code", flat=True))
    providers = [
        one for one in serving(period) if one.place.path.startswith(path) and one.place.code in places
    ]
    numbers = counted(providers, period)
    told = tuple(
        Record(
            one.name, one.place.name, reverse("provider-file", args=[one.pk]), Decimal(numbers[one.pk][name])
        )
        for one in providers[:MOST_RECORDS]
    )
    return RecordList(sum(numbers[one.pk][name] for one in providers), told, records=len(providers))
