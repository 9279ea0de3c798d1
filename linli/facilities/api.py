"""Facilities and outlets for other systems: what is public, with hours and what is open now."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field, StringConstraints

from linli.api.conditional import show_version
from linli.api.doors import public
from linli.api.paging import page_of
from linli.api.schemas import Code, Paged, PageQuery, Shown, Text, choice
from linli.api.scopes import declare_scope
from linli.kernel import clock
from linli.places.api import PlaceCode
from linli.places.models import Place

from .hours import clock_words
from .models import Facility, Level
from .queries.pages import open_at
from .states import State

router = Router(tags=["设施"])
READ = declare_scope("facilities:read", "查询设施和便民网点")
ENTRY = "feed-facilities"  # of the register of exchange
FacilityCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,40}$")]

FacilityLevel = Annotated[Level, choice(Level)]


class FacilityQuery(PageQuery):
    within: PlaceCode | None = Field(None, description="只要这个区划以内的")
    kind: Code | None = Field(None, description="类别代码")
    outlet: bool | None = Field(None, description="只要（或不要）便民网点")
    state: State | None = None
    step_free: bool | None = Field(None, description="只要无障碍进出的（或已知有台阶的）")
    open_now: bool = Field(False, description="只要按公示时间现在开放的")
    name: Annotated[Text, Field(max_length=50)] | None = Field(None, description="名称包含")


class FacilityShown(Shown):
    code: str
    name: str
    kind: str
    kind_name: str
    outlet: bool
    place: str
    state: State
    state_note: str
    address: str
    lon: float | None = Field(description="WGS 84")
    lat: float | None
    phone: str
    step_free: bool | None = Field(description="null：还没有人去看过")

    @staticmethod
    def resolve_kind(facility: Facility) -> str:
        return facility.kind.code

    @staticmethod
    def resolve_kind_name(facility: Facility) -> str:
        return facility.kind.name

    @staticmethod
    def resolve_outlet(facility: Facility) -> bool:
        return facility.kind.outlet

    @staticmethod
    def resolve_place(facility: Facility) -> str:
        return facility.place.code


class PeriodShown(Shown):
    weekday: int = Field(description="1 周一 … 7 周日")
    opens: str
    closes: str

    @staticmethod
    def resolve_opens(period) -> str:
        return clock_words(period.opens_min)

    @staticmethod
    def resolve_closes(period) -> str:
        return clock_words(period.closes_min)


class FacilityInFull(FacilityShown):
    level: FacilityLevel
    area_m2: Decimal | None = Field(description="null：没有填报，不是 0")
    capacity: int | None
    functions: list[str] = Field(description="类别对应的生活圈功能，见 packs/reach")
    point_origin: Literal["wgs84", "cgcs2000", "gcj02", "bd09", ""]
    opened_on: date | None
    closed_on: date | None
    confirmed_on: date | None
    stale_on: date | None
    hours: list[PeriodShown]
    version: int

    @staticmethod
    def resolve_functions(facility: Facility) -> list[str]:
        return facility.kind.functions

    @staticmethod
    def resolve_hours(facility: Facility) -> list:
        return list(facility.periods.all())


@router.get("/facilities", response=Paged[FacilityShown], auth=public(READ, entry=ENTRY))
def list_facilities(request: HttpRequest, query: Query[FacilityQuery]):
    """Facilities and outlets in the order of their numbers, narrowed by place, kind and what one needs."""
    found = Facility.objects.visible_to(request.user).standing().select_related("kind", "place")
    given = {
        "kind__code": query.kind,
        "kind__outlet": query.outlet,
        "state": query.state,
        "step_free": query.step_free,
        "name__contains": query.name,
    }
    found = found.filter(**{name: value for name, value in given.items() if value is not None})
    if query.within:
        found = found.within(get_object_or_404(Place, code=query.within))
    if query.open_now:
        found = open_at(found, clock.now())
    return page_of(found, query, key="code")


@router.get("/facilities/{code}", response={200: FacilityInFull, 304: None}, auth=public(READ, entry=ENTRY))
def show_facility(request: HttpRequest, response: HttpResponse, code: FacilityCode):
    """One facility; send its ETag back as If-None-Match to learn whether anything changed."""
    rows = Facility.objects.visible_to(request.user).select_related("kind", "place")
    facility = get_object_or_404(rows, code=code)
    return Status(304, None) if show_version(request, response, facility.version) else facility
