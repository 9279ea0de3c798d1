"""What the pages about places read."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import shapely
import shapely.geometry
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.ui.asked import Rows, asked, how_many
from linli.ui.maps import base_layer, breaks_of

from . import profile
from .codes import DIGITS
from .day_tree import carried_on
from .levels import PARENTS, Level
from .models import Boundary, Place, PlaceVersion, PopulationFigure
from .versions import tree_on


class PlaceRow(NamedTuple):
    """A place as a list draws it: with the people of the newest year, None unknown, and how many stand below."""

    code: str
    name: str
    level: str
    people: int | None
    below: int


DRAWN = ("code", "name", "level")  # of a row, from the place itself


@dataclass(frozen=True)
class Figures:
    """The newest figures of a place by one definition, with where they come from."""

    people: int | None
    households: int | None
    aged_60: int | None
    aged_80: int | None
    year: int | None
    definition: str
    source: str


def newest_figures(place: Place) -> Figures:
    """Usual residents of the latest year, else the registered; everything None when nothing is known."""
    found = (
        place.population_figures.filter(definition__in=["resident", "registered"])
        .order_by("-year", "-definition")
        .first()
    )
    if found is None:
        return Figures(None, None, None, None, None, "", "")
    return Figures(
        found.people,
        found.households,
        found.aged_60,
        found.aged_80,
        found.year,
        found.get_definition_display(),
        found.source,
    )


def with_figures(places: QuerySet) -> QuerySet:
    """Places with `people` and `households_count` of the newest year (usual residents)."""
    newest = PopulationFigure.objects.filter(place=OuterRef("pk"), definition="resident").order_by("-year")
    return places.annotate(
        people=Subquery(newest.values("people")[:1]),
        households_count=Subquery(newest.values("households")[:1]),
        below=Count("children", filter=Q(children__valid_to=None)),
    )


def find_places(words: str) -> QuerySet:
    """Standing divisions whose name holds the words or whose code begins with them."""
    return with_figures(
        Place.objects.current()
        .exclude(level=Level.BUILDING)
        .filter(Q(name__icontains=words) | Q(code__startswith=words))
        .order_by("path")
    )


def listed_places(words: str) -> Rows:
    """What `find_places` finds, or what browsing starts with, as the rows of a list draw it."""
    told = {"words": words} if words else {}
    of = None if words else _first_parent()
    ((count,),) = asked((of, None, None), _listed, **told)

    def read(start: int, stop: int) -> list[PlaceRow]:
        return list(map(PlaceRow._make, asked((of, start, stop), _listed, **told)))

    return Rows(read, count)


def _listed(part: tuple, *, words: str = ""):
    """The columns of the rows from `start` to `stop`; their number without a stop."""
    of, start, stop = part
    rows = find_places(words) if words else with_figures(_below(of))
    return how_many(rows) if stop is None else rows.values_list(*DRAWN, "people", "below")[start:stop]


def places_named_in(address: str, levels, *, most: int = 20) -> list[Place]:
    """Standing places whose name stands in an address as people write it, the nearest to the door first."""
    named = Place.objects.current().filter(level__in=levels).annotate(typed=Value(address, TextField()))
    named = named.filter(typed__contains=F("name")).exclude(name="").select_related("parent")
    return sorted(named[:100], key=lambda place: (-len(place.path), place.path))[:most]


def place_at(lon: float, lat: float) -> Place | None:
    """The standing community whose outline holds the point (WGS 84 degrees); None where none does.

    On a line that two share, the first by path. Not a number, or outside every box: None.
    """
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return None
    near = Boundary.objects.filter(west__lte=lon, east__gte=lon, south__lte=lat, north__gte=lat)
    near = near.filter(place__level=Level.COMMUNITY, place__valid_to=None).select_related("place")
    point = shapely.Point(lon, lat)
    for boundary in near.order_by("place__path"):
        if shapely.geometry.shape(boundary.geometry).covers(point):
            return boundary.place
    return None


def children_of(place: Place | None) -> QuerySet:
    """Standing places right below; the provinces for None."""
    return with_figures(_below(place.pk if place else None))


def _below(pk: int | None) -> QuerySet:
    return Place.objects.current().filter(parent=pk).order_by("level", "code")


def first_choice() -> QuerySet:
    """Where browsing starts: below the only province and the only city, where there is but one of each."""
    return with_figures(_below(_first_parent()))


def _first_parent() -> int | None:
    """The key of the place below which browsing starts; None: the top."""
    found = None
    while len(only := _below(found).values_list("pk", "level")[:2]) == 1 and only[0][1] != Level.COMMUNITY:
        if not _below(only[0][0]).exists():
            break
        found = only[0][0]
    return found


def crumbs_of(place: Place) -> list[Place]:
    """The places above, from the top down, without the place itself."""
    return list(Place.objects.filter(code__in=place.ancestor_codes[:-1]).order_by("path"))


def stale_places(user, permission: str) -> QuerySet:
    """Places in the user's reach that nobody has confirmed for as long as their area allows, oldest first."""
    today, old = clock.today(), Q(pk=None)
    for ruled in profile.areas():
        old |= ruled.here & Q(confirmed_on__lt=today - timedelta(days=ruled.rules.stale_days))
    return (
        Place.objects.current()
        .filter(user.scope(permission), level__in=[Level.COMMUNITY, Level.GRID, Level.COMPOUND])
        .filter(Q(confirmed_on=None) | old)
        .order_by(F("confirmed_on").asc(nulls_first=True), "path")
    )


def to_look_at(user, permission: str, what: str) -> QuerySet:
    """Communities in the user's reach whose profile shows something to act on; see profile.to_look_at."""
    found = with_figures(Place.objects.current().communities().filter(user.scope(permission)))
    return profile.to_look_at(found, what).order_by("path")


def figures_of(place: Place) -> QuerySet:
    """All figures of a place, the newest year first."""
    return place.population_figures.order_by("-year", "definition")


def grids_beside(building: Place) -> QuerySet:
    """The grids and micro grids of the community a building stands in."""
    community = next(code for code in reversed(building.ancestor_codes) if len(code) == 12)
    grids = Place.objects.current().filter(level__in=[Level.GRID, Level.MICROGRID])
    return grids.filter(path__contains=f"/{community}/").order_by("code")


def next_code(parent: Place, level: Level) -> str:
    """The first code behind those in use below `parent` at a level; never one that was ever used.

    >>> next_code(community, Level.GRID)  # doctest: +SKIP
    '990101001001G003'
    """
    used = Place.objects.filter(parent=parent, level=level).order_by("-code").values_list("code", flat=True)
    letter = {Level.GRID: "G", Level.COMPOUND: "C", Level.BUILDING: "B"}.get(level, "")
    width = {Level.GRID: 3, Level.MICROGRID: 2, Level.COMPOUND: 3, Level.BUILDING: 4}.get(level)
    if width is None:
        start, end = DIGITS[PARENTS[level][0]] if PARENTS[level] else 0, DIGITS[level]
        last = int(used[0][start:end]) if used else 0
        return f"{parent.code[:start]}{last + 1:0{end - start}d}".ljust(12, "0")
    last = int(used[0][-width:]) if used else 0
    return f"{parent.code}{letter}{last + 1:0{width}d}"


def map_of(place: Place) -> dict:
    """The outline of a place and of what lies right below, as layers of `<linli-map>`."""
    newest = PopulationFigure.objects.filter(place=OuterRef("place"), definition="resident").order_by("-year")
    rows = (
        Boundary.objects.filter(Q(place__parent=place, place__valid_to=None) | Q(place=place))
        .select_related("place")
        .annotate(people=Subquery(newest.values("people")[:1]))
        .order_by("place__path")
    )
    own = [row for row in rows if row.place_id == place.pk]
    parts = [row for row in rows if row.place_id != place.pk]
    layers = []
    if parts:
        layers.append(
            {
                "kind": "areas",
                "title": _("常住人口"),
                "unit": _("人"),
                "breaks": breaks_of(row.people for row in parts),
                "features": _collection(parts),
            }
        )
    if own:
        layers.append({"kind": "lines", "title": place.name, "features": _collection(own)})
    return {"base": base_layer(), "layers": layers}


def _collection(rows: list[Boundary]) -> dict:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": row.geometry,
                "properties": {
                    "id": row.place.code,
                    "title": row.place.name,
                    "value": row.people,
                    "url": f"/places/{row.place.code}/",
                },
            }
            for row in rows
        ],
    }


def history_of(place: Place) -> list[dict]:
    """The versions of a place as lines of a timeline, newest first."""
    lines = []
    for version in place.versions.order_by("-during"):
        until = version.during.upper or _("至今")
        title = f"{version.name}（{version.code}）"
        lines.append({"title": title, "who": f"{version.during.lower} — {until}"})
    return lines


@dataclass(frozen=True)
class ThenAndNow:
    """A place as it was on a day, and the standing places that carry it on today."""

    then: PlaceVersion
    now: tuple[Place, ...]
    moved: bool  # under another parent today, or carried on by others

    @property
    def is_as_it_was(self) -> bool:
        return not self.moved and self.now[0].name == self.then.name and self.now[0].code == self.then.code


MOST_PARTS = 500


def parts_then_and_now(place: Place, day: date) -> list[ThenAndNow] | None:
    """The places right below `place` on `day`, each with its shape today; None when it did not stand then."""
    whole = place.versions.filter(during__contains=day).first()
    if whole is None:
        return None
    parts = tree_on(day, below=whole.path).filter(path__regex=f"^{whole.path}[^/]+/$").select_related("place")
    shown = list(parts[:MOST_PARTS])
    now = carried_on(part.place for part in shown)
    moved = {
        part.pk: now[part.place_id] != (part.place,) or part.place.parent_id != place.pk for part in shown
    }
    return [ThenAndNow(part, now[part.place_id], moved[part.pk]) for part in shown]


def has_boundary(place: Place) -> bool:
    return Boundary.objects.filter(Q(place=place) | Q(place__parent=place)).exists()
