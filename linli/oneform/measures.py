"""What is counted of the admission lists."""

from django.db.models import Q

from linli.measures import Period, Record, RecordList, lists_records, measure
from linli.measures.behind import Counts, Rows, list_behind

from .models import AdmissionItem


@measure("services.duty_lists", "准入目录和职责清单调整次数", unit="次")
def duty_lists(period: Period) -> Counts:
    """Versions a city published in the period; a city that never entered a list says nothing."""
    lines = AdmissionItem.objects.filter(place__level="city", list__in=AdmissionItem.TOGETHER)
    days = set(lines.order_by().values_list("place__code", "published_on").distinct())
    found = {code: 0 for code, _day in days}
    for code, day in days:
        if period.start <= day <= period.last_day:
            found[code] += 1
    published = lines.filter(published_on__range=(period.start, period.last_day))
    return Counts(found, Rows(published, distinct="published_on"))


def in_force(period: Period, kind: str, level: str) -> Counts:
    """{place: 1 where it has a published list in force on the last day, 0 where it only had one}."""
    rows = AdmissionItem.objects.filter(list=kind, place__level=level, published_on__lte=period.last_day)
    standing = rows.filter(Q(archived_on=None) | Q(archived_on__gt=period.last_day))
    holding = standing.filter(Q(until=None) | Q(until__gt=period.last_day))
    found = dict.fromkeys(rows.values_list("place__code", flat=True), 0)
    found |= dict.fromkeys(holding.values_list("place__code", flat=True), 1)
    return Counts(found, Rows(holding, distinct="place"))


@measure("services.city_lists", "在用市级基本公共服务清单数", unit="份", kind="stock")
def city_lists(period: Period) -> Counts:
    return in_force(period, AdmissionItem.List.BASIC, "city")


@measure("deliberation.county_lists", "村级议事协商目录", unit="份", kind="stock")
def county_lists(period: Period) -> Counts:
    return in_force(period, AdmissionItem.List.TALKS, "county")


@lists_records("services.duty_lists", "services.city_lists", "deliberation.county_lists")
def lists_listed(name: str, period: Period, path: str, user) -> RecordList:
    """The versions behind a number, each by its first line; the lists are public."""

    def seen(rows):
        return rows.select_related("place").order_by("-published_on")

    return list_behind(
        name, period, path, seen=seen, tell=lambda row: Record(f"{row.published_on:%Y-%m-%d}", row.place.name)
    )
