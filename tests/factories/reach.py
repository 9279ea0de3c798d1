"""A small town on a straight street: homes every hundred metres, outlets where the test puts them."""

from datetime import date

import numpy as np
import shapely

from linli.places.models import Boundary, Place
from linli.reach.actions.running import compute_run, start_run
from linli.reach.actions.streets import take_in_streets
from linli.reach.models import Run
from linli_compute.geometry import local_plane
from linli_compute.streets import plain_streets

from .facilities import make_facility
from .people import make_person
from .places import make_community, make_place

PLANE = local_plane(np.array([113.0]), np.array([30.0]))
LENGTH_M = 4000


def spot(x_m: float, y_m: float = 0.0) -> tuple[float, float]:
    """Degrees of a place so many metres east and north of the town's first crossing."""
    lon, lat = PLANE.to_degrees(np.array([float(x_m)]), np.array([float(y_m)]))
    return round(float(lon[0]), 7), round(float(lat[0]), 7)


def make_street(*, by=None, length_m: int = LENGTH_M):
    """One street from west to east through the town, for the whole province of the tests."""
    ends = [spot(x) for x in range(0, length_m + 1, 100)]
    lon, lat = np.array(ends).T
    lines = np.stack([np.arange(len(lon) - 1), np.arange(1, len(lon))], axis=1)
    place = Place.objects.get(code="990100000000")
    return take_in_streets(
        place, by=by, streets=plain_streets(lon, lat, lines), source="试验街道", as_of=date(2026, 1, 1)
    )


def make_quarter(number: int, begin_m: float, end_m: float, *, people=(), **fields):
    """Community `number` along the street, a building with one person of each birth year of `people`."""
    place = make_community(number, **fields)
    corners = [spot(begin_m, -200), spot(end_m, -200), spot(end_m, 200), spot(begin_m, 200)]
    outline = shapely.Polygon(corners)
    west, south, east, north = outline.bounds
    Boundary.objects.create(
        place=place, geometry=shapely.geometry.mapping(outline), west=west, south=south, east=east,
        north=north, source="试验", as_of=date(2026, 1, 1),
    )  # fmt: skip
    for row, (at_m, years) in enumerate(people, 1):
        lon, lat = spot(at_m, 10)
        building = make_place(f"{place.code}B{row:04}", "building", lon=lon, lat=lat)
        for year in years:
            make_person(home=building, birth_on=year and date(year, 6, 1))
    return place


def make_outlet(place, kind: str, at_m: float, **facts):
    """An outlet of a kind at the street."""
    lon, lat = spot(at_m, 5)
    facts = {"name": f"{kind}-{at_m:g}", "lon": lon, "lat": lat, "point_origin": "wgs84"} | facts
    facts.setdefault("opened_on", date(2025, 1, 1))
    return make_facility(place, kind, **facts)


def make_run(place, **asked) -> Run:
    """A run that is computed."""
    run = start_run(place, by=None, **asked)
    compute_run(run.pk)
    run.refresh_from_db()
    return run
