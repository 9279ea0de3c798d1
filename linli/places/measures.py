"""What is counted of places: people and households by the newest figures, compounds in the tree."""

from collections import Counter

from django.urls import reverse

from linli.kernel import clock
from linli.measures import Period, Record, RecordList, lists_records, measure
from linli.measures.behind import Counts, Rows, list_behind

from .levels import Level
from .models import Place, PopulationFigure


def newest(period: Period, definition: str, field: str) -> Counts:
    """{community code: the figure of the latest year up to the period}; who has none says nothing."""
    rows = PopulationFigure.objects.filter(
        definition=definition,
        year__lte=period.last_day.year,
        place__level=Level.COMMUNITY,
        place__valid_to=None,
        **{f"{field}__isnull": False},
    )
    latest = rows.order_by("place_id", "-year").distinct("place_id")
    counted = PopulationFigure.objects.filter(pk__in=latest.values("pk"))
    return Counts(dict(counted.values_list("place__code", field)), Rows(counted, amount=field))


@measure("places.households", "常住户数", unit="户", kind="stock")
def households(period: Period) -> Counts:
    return newest(period, "resident", "households")


@measure("places.residents", "常住人口", unit="人", kind="stock")
def residents(period: Period) -> Counts:
    return newest(period, "resident", "people")


@measure("places.urban_residents", "城镇常住人口", unit="人", kind="stock")
def urban_residents(period: Period) -> Counts:
    """A village has none, by the statistics bureau's classes."""
    found = newest(period, "urban_resident", "people")
    rural = Place.objects.current().communities().filter(urban_rural__startswith="2")
    villages = dict.fromkeys(rural.values_list("code", flat=True), 0)
    return Counts(villages | found, found.rows)


@measure("places.elderly", "老年人数", unit="人", kind="stock")
def elderly(period: Period) -> Counts:
    return newest(period, "resident", "aged_60")


@measure("places.compounds", "居民小区数", unit="个", kind="stock")
def compounds(period: Period) -> Counts:
    """Compounds that stood on the last day; a community without any in the register says nothing."""
    day = min(period.last_day, clock.today())
    standing = Place.objects.filter(level=Level.COMPOUND, valid_from__lte=day, parent__level=Level.COMMUNITY)
    ended = standing.filter(valid_to__lte=day).values("pk")
    rows = standing.exclude(pk__in=ended)
    return Counts(Counter(rows.values_list("parent__code", flat=True)), Rows(rows, way="path"))


FIGURES = ("places.households", "places.residents", "places.urban_residents", "places.elderly")


@lists_records(*FIGURES)
def figures_listed(name: str, period: Period, path: str, user) -> RecordList:
    """The yearly figures behind a number; they are public."""
    return list_behind(
        name,
        period,
        path,
        seen=lambda rows: rows.select_related("place").order_by("place__path"),
        tell=_figure,
    )


def _figure(row: PopulationFigure) -> Record:
    words = f"{row.year} · {row.get_definition_display()} · {row.source}"
    return Record(row.place.name, words, reverse("place-detail", args=[row.place.code]))


@lists_records("places.compounds")
def compounds_listed(name: str, period: Period, path: str, user) -> RecordList:
    """The compounds behind a number."""
    return list_behind(
        name, period, path, seen=lambda rows: rows.select_related("parent").order_by("path"),
        tell=lambda row: Record(row.name, row.parent.name, reverse("place-detail", args=[row.code])),
    )  # fmt: skip
