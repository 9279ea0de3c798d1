"""The facilities and housing projects behind the numbers that are counted of them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse

from linli.measures import MOST_RECORDS, Period, Record, RecordList, lists_records, measures
from linli.measures.behind import list_behind

from .counted import COUNTED
from .facts import Known, Row, known_of
from .measures import counted_day, places_of
from .models import Facility, FloorArea, HousingProject, Service
from .rules import VIEW

ALONE = tuple(one.measure for one in COUNTED.values() if not one.served)
SERVED = tuple(one.measure for one in COUNTED.values() if one.served)
AREAS = (
    "facilities.integrated_area", "facilities.commercial_area", "facilities.outdoor_area", "children.care_places",
)  # fmt: skip
SOME = (
    "facilities.self_service_24h", "facilities.self_service_areas_24h", "facilities.public_interest_premises",
    "facilities.zero_rent", "facilities.open_eight_hours",
)  # fmt: skip
HOUSING = (
    "housing.delivered_area", "housing.planned_households", "housing.new_service_area", "housing.new_floor_area",
    "housing.handed_over", "housing.four_gates", "housing.new_urban", "housing.new_urban_500",
)  # fmt: skip


def _integrated(known: Known, part: Callable[[Row], Decimal]) -> Iterator[tuple[Row, Decimal]]:
    return ((row, part(row)) for row in known.rows if "integrated" in row.tags)


PARTS: dict[str, Callable[[Known], Iterable[tuple[Row, Decimal]]]] = {
    "facilities.activity_area": lambda known: _integrated(known, lambda row: row.activity_m2),
    "facilities.integrated_area_no_elder": lambda known: _integrated(
        known, lambda row: row.area_m2 - row.elder_m2
    ),
    "facilities.volunteer_stations": lambda known: ((row, Decimal(1)) for row in known.with_station()),
}


@lists_records(*ALONE, *AREAS, *SOME)
def facilities_listed(name: str, period: Period, path: str, user) -> RecordList:
    """The facilities behind a number: those open to the public, and those of one's own register."""

    def seen(rows: QuerySet) -> QuerySet:
        mine = Facility.objects.visible_to(user).filter(pk__in=rows.values("pk"))
        return mine.select_related("place", "kind").order_by("place__path", "code")

    return list_behind(name, period, path, seen=seen, tell=_facility)


@lists_records(*SERVED)
def serving_listed(name: str, period: Period, path: str, user) -> RecordList:
    """Facilities that count for their own community and for each they serve beside it, with how often."""
    counted = measures[name].count(period)
    in_use = counted.rows.rows
    pairs = [
        *in_use.values_list("pk", "place__path"),
        *Service.objects.filter(facility__in=in_use.values("pk")).values_list("facility", "place__path"),
    ]
    below = (key for key, where in pairs if where.startswith(path) and counted.keys() & set(where.split("/")))
    return _each({key: Decimal(times) for key, times in Counter(below).items()}, user)


@lists_records(*PARTS)
def parts_listed(name: str, period: Period, path: str, user) -> RecordList:
    """Integrated facilities with the part of each that counts, in the communities that say something."""
    counted = measures[name].count(period)
    below = [
        place for code, place in places_of("all").items() if place.path.startswith(path) and code in counted
    ]
    found = known_of(below, counted_day(period)).values()
    return _each({row.pk: amount for one in found for row, amount in PARTS[name](one)}, user)


def _each(amounts: dict[int, Decimal], user) -> RecordList:
    """Facilities with what each adds to a number, those named that one may see."""
    mine = Facility.objects.visible_to(user).filter(pk__in=list(amounts)).select_related("place", "kind")
    told = tuple(
        replace(_facility(row), amount=amounts[row.pk])
        for row in mine.order_by("place__path", "code")[:MOST_RECORDS]
    )
    return RecordList(sum(amounts.values(), Decimal(0)), told, records=len(amounts))


def _facility(row: Facility) -> Record:
    return Record(row.name, f"{row.place.name} · {row.kind}", reverse("facility-detail", args=[row.code]))


@lists_records(*HOUSING)
def projects_listed(name: str, period: Period, path: str, user) -> RecordList:
    """The housing projects behind a number, in one's reach."""

    def seen(rows: QuerySet) -> QuerySet:
        mine = HousingProject.objects.filter(user.scope(VIEW, "place"), pk__in=rows.values("pk"))
        return mine.select_related("place").order_by("place__path", "code")

    return list_behind(name, period, path, seen=seen, tell=_project)


def _project(row: HousingProject) -> Record:
    return Record(row.name, row.place.name, reverse("housing-detail", args=[row.code]))


@lists_records("places.floor_area")
def floor_areas_listed(name: str, period: Period, path: str, user) -> RecordList:
    """The entries of floor area behind a number, in one's reach."""

    def seen(rows: QuerySet) -> QuerySet:
        mine = FloorArea.objects.filter(user.scope(VIEW, "place"), pk__in=rows.values("pk"))
        return mine.select_related("place").order_by("place__path")

    return list_behind(name, period, path, seen=seen, tell=_floor_area)


def _floor_area(row: FloorArea) -> Record:
    return Record(
        row.place.name, f"{row.as_of:%Y-%m-%d}", reverse("facility-community", args=[row.place.code])
    )
