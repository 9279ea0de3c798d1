"""What a resident reads: which services are near, whether they are open now, and how long the walk is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.facilities import opening
from linli.facilities.hours import write_hours
from linli.facilities.models import Facility
from linli.facilities.queries.pages import grades_of, open_at
from linli.facilities.walking import walkers
from linli.kernel import clock
from linli.places.levels import Level
from linli.places.models import Place
from linli.places.queries import find_places, places_named_in
from linli.ui.maps import base_layer
from linli_compute.geometry import Points, local_plane
from linli_compute.positions import snap
from linli_compute.search import nearest

from ..frozen import network_of_run
from ..models import CommunityReach, FreeSpaces, Run
from .gaps import circle_of_community
from .moments import fresh_spaces

LEVELS = (Level.COMMUNITY, Level.COMPOUND, Level.BUILDING)
MOST_CALLED = 30
NEAR_M = 1500
MOST = 60
FAR = 10**6  # minutes: no street leads there, or none is known
DEGREES_PER_M = 1 / 90_000  # generous: the square around the circle, before distances are taken


@dataclass(frozen=True)
class Outlet:
    """One place to go to: how far, and whether it is open at this moment (None: nobody entered hours)."""

    facility: Facility
    distance_m: int
    minutes: float | None
    open_now: bool | None
    hours: str
    grade: str = ""  # of the last inspection, public
    spaces: FreeSpaces | None = None  # of a car park, told lately

    @property
    def way(self) -> str:
        """How far, in words: on foot where streets are known."""
        if self.minutes is None:
            return _("直线 %(n)s 米") % {"n": f"{self.distance_m:g}"}
        return _("步行 %(n)s 分钟") % {"n": self.minutes}

    @property
    def state(self) -> str:
        return {True: _("开放中"), False: _("现在不开放"), None: ""}[self.open_now]


@dataclass(frozen=True)
class Start:
    """Where the walk begins; `exact` for a position, else the middle of the community."""

    lon: float
    lat: float
    place: Place
    exact: bool
    spot: Place | None = None  # the building or compound that was named


def start_in(place: Place) -> Start | None:
    """The middle of a community: of its circle, else of the register."""
    circle = circle_of_community(place)
    if circle is not None:
        return Start(circle.lon, circle.lat, place, exact=False)
    return None if place.lon is None else Start(place.lon, place.lat, place, exact=False)


def start_at(lon: float, lat: float) -> Start | None:
    """A position, with the community whose middle is nearest in the newest circles; None far from all."""
    reach = 0.1
    near = CommunityReach.objects.filter(
        run__state=Run.State.DONE,
        lon__range=(lon - reach, lon + reach),
        lat__range=(lat - reach, lat + reach),
    ).select_related("place")
    found = min(near, key=lambda row: (row.lon - lon) ** 2 + (row.lat - lat) ** 2, default=None)
    return None if found is None else Start(lon, lat, found.place, exact=True)


def start_of(place: Place) -> Start | None:
    """A named place: its own point where it has one, else the middle of its community."""
    if place.level == Level.COMMUNITY:
        return start_in(place)
    community = Place.objects.filter(code__in=place.ancestor_codes, level=Level.COMMUNITY).first()
    if community is None:
        return None
    if place.lon is None:
        return start_in(community)
    return Start(place.lon, place.lat, community, exact=False, spot=place)


def places_called(words: str) -> list[Place]:
    """Where somebody may be who writes this: what is named in it, nearest to the door, else what is called so.

    One place if the deepest name in the address is one alone; several to choose from otherwise.
    """
    named = places_named_in(words, LEVELS)
    if named:
        deepest = [place for place in named if place.level == named[0].level]
        return [place for place in deepest if _lies_in_one_of(place, named)] or deepest
    found = find_places(words).filter(level__in=LEVELS).select_related("parent")
    return list(found[:MOST_CALLED])


def _lies_in_one_of(place: Place, named: list[Place]) -> bool:
    return any(one.path != place.path and place.path.startswith(one.path) for one in named)


def outlets_near(start: Start, *, function: str = "", open_now: bool = False, step_free: bool = False):
    """Public outlets within 1.5 km, the shortest walk first, at most 60; queries do not grow with the city."""
    side = NEAR_M * DEGREES_PER_M * 1.3
    rows = Facility.objects.in_use().filter(
        lon__range=(start.lon - side, start.lon + side), lat__range=(start.lat - side, start.lat + side)
    )
    if function:
        rows = rows.filter(kind__functions__contains=[function])
    if step_free:
        rows = rows.filter(step_free=True)
    if open_now:
        rows = open_at(rows, clock.now())
    return _told(_nearest(start, rows)[:MOST])


def _nearest(start: Start, rows: QuerySet) -> list[tuple[float, float, str, int]]:
    """(minutes, metres, code, key) of what lies near: in a large city much does, and of most no more is read."""
    table = list(rows.values_list("code", "pk", "lon", "lat"))
    if not table:
        return []
    spots = Points(np.array([row[2] for row in table]), np.array([row[3] for row in table]))
    here = Points(np.array([start.lon]), np.array([start.lat]))
    metres = np.hypot(*local_plane(here.lon, here.lat).to_metres(spots.lon, spots.lat)).tolist()
    walk = _walk(start, here, spots)
    found = zip(table, metres, walk, strict=True)
    return sorted(
        (minutes or FAR, round(away, -1), code, key)
        for (code, key, _lon, _lat), away, minutes in found
        if away <= NEAR_M
    )


def _told(nearest: list[tuple[float, float, str, int]]) -> list[Outlet]:
    known = Facility.objects.select_related("kind", "place").in_bulk([key for *_way, key in nearest])
    rows = list(known.values())
    week, now_open = opening.periods_of(rows), opening.open_now(rows, clock.now())
    grades, spaces = grades_of(rows), fresh_spaces(rows)
    return [
        Outlet(
            known[key],
            away,
            None if minutes == FAR else minutes,
            now_open[key],
            write_hours(week.get(key, [])),
            grades.get(key, ""),
            spaces.get(key),
        )
        for minutes, away, _code, key in nearest
        if key in known  # else it is gone since it was measured
    ]


def _walk(start: Start, here: Points, spots: Points) -> list[float | None]:
    """Whole minutes from the start to each spot, None where no street leads or no streets are known."""
    circle = circle_of_community(start.place)
    if circle is None:
        return [None] * len(spots.lon)
    network = network_of_run(circle.run)
    origin = snap(network, here)
    minutes = nearest(network, origin, np.zeros(1, dtype=np.int64), snap(network, spots), categories=1)[:, 0]
    return [None if not np.isfinite(walk) else max(1, int(np.ceil(walk))) for walk in minutes.tolist()]


def minutes_from(place: Place, facilities: Sequence[Facility]) -> list[int | None]:
    """Minutes on foot from the middle of a community to each facility, for the lists of facilities below us."""
    start, told = start_in(place), [None] * len(facilities)
    known = [n for n, one in enumerate(facilities) if one.lon is not None]
    if start is None or not known:
        return told
    spots = Points(*(np.array([getattr(facilities[n], name) for n in known]) for name in ("lon", "lat")))
    here = Points(np.array([start.lon]), np.array([start.lat]))
    for n, minutes in zip(known, _walk(start, here, spots), strict=True):
        told[n] = minutes
    return told


walkers["reach"] = minutes_from


def map_of(start: Start, outlets: list[Outlet], *, walk: bool) -> dict:
    """Points of `<linli-map>`; the list beside it says the same. `walk`: minutes count from the middle."""
    features = [_point(outlet, walk) for outlet in outlets]
    layer = {"kind": "points", "title": start.place.name, "unit": ""}
    return {
        "base": base_layer(),
        "layers": [layer | {"features": {"type": "FeatureCollection", "features": features}}],
    }


def _point(outlet: Outlet, walk: bool) -> dict:
    row = outlet.facility
    said = [str(row.kind), outlet.way if walk else "", outlet.state]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
        "properties": {
            "id": row.code,
            "title": row.name,
            "text": " · ".join(filter(None, said)),
            "tone": "soon" if outlet.open_now is False else "done",
        },
    }
