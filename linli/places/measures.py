"""What is counted of places: people and households by the newest figures, compounds in the tree."""

from collections import Counter

from linli.kernel import clock
from linli.measures import Period, measure

from .levels import Level
from .models import Place, PopulationFigure


def newest(period: Period, definition: str, field: str) -> dict[str, int]:
    """{community code: the figure of the latest year up to the period}; who has none says nothing."""
    rows = PopulationFigure.objects.filter(
        definition=definition,
        year__lte=period.last_day.year,
        place__level=Level.COMMUNITY,
        place__valid_to=None,
        **{f"{field}__isnull": False},
    )
    return dict(rows.order_by("year").values_list("place__code", field))  # the latest year comes last


@measure("places.households", "常住户数", unit="户", kind="stock")
def households(period: Period) -> dict[str, int]:
    return newest(period, "resident", "households")


@measure("places.residents", "常住人口", unit="人", kind="stock")
def residents(period: Period) -> dict[str, int]:
    return newest(period, "resident", "people")


@measure("places.urban_residents", "城镇常住人口", unit="人", kind="stock")
def urban_residents(period: Period) -> dict[str, int]:
    """A village has none, by the statistics bureau's classes."""
    found = newest(period, "urban_resident", "people")
    rural = Place.objects.current().communities().filter(urban_rural__startswith="2")
    return dict.fromkeys(rural.values_list("code", flat=True), 0) | found


@measure("places.elderly", "老年人数", unit="人", kind="stock")
def elderly(period: Period) -> dict[str, int]:
    return newest(period, "resident", "aged_60")


@measure("places.compounds", "居民小区数", unit="个", kind="stock")
def compounds(period: Period) -> dict[str, int]:
    """Compounds that stood on the last day; a community without any in the register says nothing."""
    day = min(period.last_day, clock.today())
    standing = Place.objects.filter(level=Level.COMPOUND, valid_from__lte=day, parent__level=Level.COMMUNITY)
    ended = standing.filter(valid_to__lte=day).values("pk")
    return dict(Counter(standing.exclude(pk__in=ended).values_list("parent__code", flat=True)))
