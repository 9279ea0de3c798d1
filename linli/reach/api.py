"""The life circle for other systems: what is near, a community's coverage, how far one walks."""

from typing import Annotated

import shapely
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import Field, StringConstraints

from linli.api.doors import public
from linli.api.problems import Problem
from linli.api.schemas import Given, Shown
from linli.api.scopes import declare_scope
from linli.places.api import PlaceCode
from linli.places.models import Place
from linli.ui.costs import LIVE

from .queries.circles import page_of
from .queries.near import outlets_near, start_at, start_in
from .queries.walking import bands_from

router = Router(tags=["生活圈"])
READ = declare_scope("reach:read", "查询附近服务、社区生活圈和步行范围")
ENTRY = "feed-reach"  # of the register of exchange
Lon = Annotated[float, Field(ge=73, le=136, description="WGS 84")]
Lat = Annotated[float, Field(ge=3, le=54)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]  # of a function: elder_care
Minutes = Annotated[float, Field(gt=0, le=60)]


class NearGiven(Given):
    """A position (kept nowhere, in no address) or a community."""

    lon: Lon | None = None
    lat: Lat | None = None
    community: PlaceCode | None = None
    function: Key | None = None
    open_now: bool = False
    step_free: bool = False


class OutletShown(Shown):
    code: str
    name: str
    kind: str
    minutes: float | None = Field(description="步行分钟；null：走不到或没有街道数据")
    distance_m: int
    open_now: bool | None = Field(description="null：没有登记开放时间")
    hours: str
    step_free: bool | None
    phone: str


@router.post("/reach/near", response=list[OutletShown], auth=public(READ, cost=LIVE, entry=ENTRY))
def near(request: HttpRequest, given: NearGiven):
    """Outlets within a kilometre and a half, the shortest walk first."""
    if given.lon is not None and given.lat is not None:
        start = start_at(given.lon, given.lat)
    else:
        communities = Place.objects.current().communities()
        start = start_in(get_object_or_404(communities, code=given.community or ""))
    if start is None:
        raise Problem(404, "这里附近还没有登记的社区。")
    found = outlets_near(
        start, function=given.function or "", open_now=given.open_now, step_free=given.step_free
    )
    return [
        {
            "code": one.facility.code, "name": one.facility.name, "kind": str(one.facility.kind),
            "minutes": one.minutes, "distance_m": int(one.distance_m), "open_now": one.open_now,
            "hours": one.hours, "step_free": one.facility.step_free, "phone": one.facility.phone,
        }
        for one in found
    ]  # fmt: skip


class FunctionShown(Shown):
    function: str
    title: str
    band_min: int
    minutes: float | None
    in_circle: int | None = Field(description="圆内网点；null：无数据")
    state: str = Field(description="met、paper（圆内有、走不到）、unmet、unknown、none（无数据）")
    percent: int | None = Field(description="时限内居民占比；null：无数据，或人数太少不公开")


class CoverageShown(Shown):
    place: str
    on: str | None = Field(description="网点截至；null：还没有研究")
    digest: str | None
    functions: list[FunctionShown]


@router.get("/reach/communities/{code}", response=CoverageShown, auth=public(READ, cost=LIVE, entry=ENTRY))
def coverage(request: HttpRequest, code: PlaceCode):
    """A community's circle in the newest study: each function by both rules."""
    place = get_object_or_404(Place.objects.communities(), code=code)
    page = page_of(place)
    rows = [
        {
            "function": line.reach.function, "title": title, "band_min": line.reach.band_min,
            "minutes": line.reach.minutes, "in_circle": line.reach.in_circle, "state": line.state,
            "percent": percent,
        }
        for title, line, percent in page.lines
    ]  # fmt: skip
    told = {"place": code, "functions": rows, "on": None, "digest": None}
    return told | ({"on": str(page.run.on), "digest": page.run.digest} if page.run else {})


class WalkGiven(Given):
    lon: Lon
    lat: Lat
    minutes: Annotated[list[Minutes], Field(min_length=1, max_length=4)] = [5, 10, 15]


class BandShown(Shown):
    minutes: float
    street_m: int
    area: dict = Field(description="GeoJSON，沿走到的街道，不是凸包")


@router.post("/reach/isochrone", response=list[BandShown], auth=public(READ, cost=LIVE, entry=ENTRY))
def isochrone(request: HttpRequest, given: WalkGiven):
    """The ground along the streets walked from a position within each band; the position is kept nowhere."""
    start = start_at(given.lon, given.lat)
    bands = bands_from(start, given.minutes) if start else None
    if bands is None:
        raise Problem(404, "这个位置附近没有街道数据。")
    return [
        {"minutes": limit, "street_m": metres, "area": shapely.geometry.mapping(area)}
        for limit, metres, area in bands
    ]
