"""What is known of communities on a day, in a number of queries that no number of places changes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from linli.places.models import Place, PopulationFigure

from .gaps import Facts
from .models import Facility, FloorArea, Mark, Room, Statement


@dataclass(frozen=True)
class Row:
    """A facility in use, as counting needs it."""

    pk: int
    place: int
    tags: frozenset[str]
    area_m2: Decimal | None
    own: bool
    shareable: bool
    activity_m2: Decimal | None  # None: no rooms are written down
    elder_m2: Decimal | None


@dataclass
class Known:
    """What the register says of one community."""

    place: Place
    complete: bool  # it has stated that all is entered: then none is zero
    rows: list[Row] = field(default_factory=list)

    def count(self, tag: str) -> int | None:
        """How many there are; None when there is none and nobody said that all is entered."""
        found = sum(tag in row.tags for row in self.rows)
        return found if found or self.complete else None

    def area(self, tag: str, part: str = "area_m2") -> Decimal | None:
        """The sum of the area (or of a part of it); None when one of them is not known."""
        if self.count(tag) is None:
            return None
        parts = [getattr(row, part) for row in self.rows if tag in row.tags]
        return None if None in parts else sum(parts, Decimal(0))

    def with_station(self) -> list[Row]:
        """The integrated facilities with a volunteer station in them, or beside them in their community."""
        centres = [row for row in self.rows if "integrated" in row.tags]
        beside = any("volunteer-station" in row.tags for row in self.rows if row not in centres)
        return centres if beside else [row for row in centres if "volunteer-station" in row.tags]


def known_of(communities: Iterable[Place], day: date) -> dict[int, Known]:
    """{place key: what the register says of it on the day}, in four queries."""
    places = {place.pk: place for place in communities}
    stated = set(
        Statement.objects.filter(on__lte=day, until__gt=day, place__in=places).values_list("place", flat=True)
    )
    found = {key: Known(place, key in stated) for key, place in places.items()}
    for row in rows_in_use(day, Q(place__in=places)):
        found[row.place].rows.append(row)
    return found


def rows_in_use(day: date, which: Q) -> list[Row]:
    """The facilities in use on a day as rows; rooms and marks are read once for all."""
    facilities = Facility.objects.in_use_on(day).filter(which)
    marks = dict(Mark.objects.values_list("code", "counts"))
    rooms = _rooms(facilities)
    values = facilities.order_by("pk").values_list(
        "pk", "place", "kind__counts", "marks", "area_m2", "tenure", "kind__shareable"
    )
    return [
        Row(
            pk=key,
            place=place,
            tags=frozenset(counts).union(*(marks.get(mark, ()) for mark in said)),
            area_m2=area,
            own=tenure in ("owned", "allotted"),
            shareable=shareable,
            activity_m2=rooms.get(key, (None, None))[0],
            elder_m2=rooms.get(key, (None, None))[1],
        )
        for key, place, counts, said, area, tenure, shareable in values.iterator()
    ]


def _rooms(facilities: QuerySet) -> dict[int, tuple[Decimal, Decimal]]:
    """{facility: (activity, elder care) in m²} of those whose rooms are written down."""
    summed = (
        Room.objects.filter(facility__in=facilities.values("pk"))
        .order_by()
        .values("facility")
        .annotate(
            activity=Sum("area_m2", filter=Q(use__activity=True)),
            elder=Sum("area_m2", filter=Q(use__elder=True)),
        )
        .values_list("facility", "activity", "elder")
    )
    return {key: (activity or Decimal(0), elder or Decimal(0)) for key, activity, elder in summed}


def facts_of_communities(communities: QuerySet, day: date) -> dict[int, Facts]:
    """{place key: the facts the standards are read against}."""
    newest = PopulationFigure.objects.filter(
        place=OuterRef("pk"), definition="resident", year__lte=day.year
    ).order_by("-year")
    counted = list(communities.annotate(homes=Subquery(newest.values("households")[:1])))
    known, floors = known_of(counted, day), floor_areas([place.pk for place in counted], day)
    return {place.pk: _facts(known[place.pk], place.homes, floors.get(place.pk)) for place in counted}


def floor_areas(places: Iterable[int], day: date) -> dict[int, Decimal]:
    """{place key: floor area of all its buildings in m²}, the newest that was true by the day."""
    return dict(newest_floor_areas(places, day).values_list("place", "floor_area_m2"))


def newest_floor_areas(places: Iterable[int], day: date) -> QuerySet[FloorArea]:
    """Of each place the newest entry that was true by the day."""
    standing = FloorArea.objects.filter(place__in=places, as_of__lte=day)
    in_use = standing.filter(Q(archived_on=None) | Q(archived_on__gt=day))
    newest = in_use.order_by("place_id", "-as_of", "-pk").distinct("place_id")
    return FloorArea.objects.filter(pk__in=newest.values("pk"))


def _facts(known: Known, households: int | None, floor_area_m2: Decimal | None) -> Facts:
    shareable = [
        row.area_m2 for row in known.rows if row.shareable and row.area_m2 and "integrated" not in row.tags
    ]
    return Facts(
        urban=known.place.is_urban,
        households=households,
        floor_area_m2=floor_area_m2,
        integrated_count=known.count("integrated"),
        integrated_m2=known.area("integrated"),
        elder_m2=known.area("integrated", "elder_m2"),
        activity_m2=known.area("integrated", "activity_m2"),
        outdoor_m2=known.area("outdoor-ground"),
        commerce_m2=known.area("commerce"),
        shareable_m2=sum(shareable, Decimal(0)),
        own_integrated=any(row.own for row in known.rows if "integrated" in row.tags),
    )
