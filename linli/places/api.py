"""Places for other systems: the tree, its pages, its outlines. Places are public."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field, StringConstraints

from linli.api.conditional import show_version
from linli.api.doors import public
from linli.api.paging import cut_page, page_of, read_cursor
from linli.api.problems import Problem
from linli.api.schemas import Given, Paged, PageQuery, Shown, Text
from linli.api.scopes import declare_scope
from linli.ui.asked import asked

from .codes import read_code
from .day_tree import carried_on, codes_above
from .levels import Level
from .models import Boundary, Committee, Place, PlaceVersion, PopulationFigure, UrbanRural
from .versions import as_was, tree_on

router = Router(tags=["区划"])
READ = declare_scope("places:read", "查询区划与边界")
ENTRY = "feed-places"  # of the register of exchange


class Row(NamedTuple):
    """A place of a list, as its schema and the cursor read it."""

    code: str
    name: str
    level: str
    path: str
    urban_rural: str
    committee: str
    lon: float | None
    lat: float | None
    valid_from: date
    valid_to: date | None


PlaceCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}[0-9A-Z]{0,12}$")]


class PlaceQuery(PageQuery):
    level: Level | None = Field(None, description="级别")
    within: PlaceCode | None = Field(None, description="只要这个区划以内的（含自身）")
    name: Annotated[Text, Field(max_length=50)] | None = Field(None, description="名称包含")
    tag: Annotated[Text, Field(max_length=20)] | None = Field(
        None, description="带有这个标签，例如“老旧社区”"
    )
    urban_rural: Literal["1", "2"] | None = Field(None, description="1 城镇，2 乡村")
    ended: bool = Field(False, description="也要已停用的")


class ChildQuery(PageQuery):
    level: Level | None = None


class TreeQuery(PageQuery):
    within: PlaceCode | None = Field(None, description="只要这个区划以内的（含自身）；写它当时的代码")
    level: Level | None = None


class PlaceThen(Shown):
    """A place as it was on a day; `now` are the codes of the places that carry it on, itself when it stands."""

    code: str
    name: str
    level: Level
    parent: str | None
    urban_rural: UrbanRural | Literal[""]
    valid_from: date
    valid_to: date | None
    now: list[str]

    @staticmethod
    def resolve_parent(version: PlaceVersion) -> str | None:
        above = codes_above(version.path)
        return above[-1] if above else None

    @staticmethod
    def resolve_valid_from(version: PlaceVersion) -> date:
        return version.during.lower

    @staticmethod
    def resolve_valid_to(version: PlaceVersion) -> date | None:
        return version.during.upper

    @staticmethod
    def resolve_now(version: PlaceVersion) -> list[str]:
        return version.carried_on_by


class PlaceShown(Shown):
    code: str
    name: str
    level: Level
    parent: str | None
    urban_rural: UrbanRural | Literal[""]
    committee: Committee
    lon: float | None
    lat: float | None
    valid_from: date
    valid_to: date | None

    @staticmethod
    def resolve_parent(place: "Place | Row") -> str | None:
        above = codes_above(place.path)
        return above[-1] if above else None


class PlaceInFull(PlaceShown):
    address: str
    tags: list[str]
    grid: str | None
    confirmed_on: date | None
    version: int

    @staticmethod
    def resolve_grid(place: Place) -> str | None:
        return place.grid.code if place.grid_id else None


class GeoFeature(Given):
    """RFC 7946; coordinates are WGS 84 degrees."""

    type: Literal["Feature"] = "Feature"
    id: str
    bbox: tuple[float, float, float, float]
    geometry: dict[str, Any]
    properties: dict[str, Any]


class CodeChecked(Shown):
    """What a code says of itself; `reason` is a sentence when no place can have it."""

    code: str
    valid: bool
    reason: str
    level: Level | None
    parent: str | None
    registered: bool
    name: str


class FigureShown(Shown):
    year: int
    definition: PopulationFigure.Definition
    people: int
    households: int | None
    aged_60: int | None
    aged_80: int | None
    source: str


@router.get("/place-codes/{code}", response=CodeChecked, auth=public(READ, entry=ENTRY))
def check_place_code(request: HttpRequest, code: Annotated[str, StringConstraints(max_length=40)]):
    """Whether a place may carry this code, at which level and under which division, and whether one does."""
    read = read_code(code)
    place = Place.objects.filter(code=code).first() if read.valid else None
    return {**asdict(read), "registered": place is not None, "name": place.name if place else ""}


@router.get("/place-trees/{on}", response=Paged[PlaceThen], auth=public(READ, entry=ENTRY))
def show_tree_of_a_day(request: HttpRequest, on: date, query: Query[TreeQuery]):
    """Places as they stood on a day, in the order of the tree, each with the standing places that carry it on."""
    stood = tree_on(on)
    if query.within:
        top = as_was(query.within, on)
        if top is None:
            raise Problem(404, "这一天没有用这个代码的区划。")
        stood = tree_on(on, below=top.path)
    if query.level:
        stood = stood.filter(level=query.level)
    page = page_of(stood.select_related("place"), query, key="path")
    now = carried_on(version.place for version in page["items"])
    for version in page["items"]:
        version.carried_on_by = [place.code for place in now[version.place_id]]
    return page


@router.get("/places", response=Paged[PlaceShown], auth=public(READ, entry=ENTRY))
def list_places(request: HttpRequest, query: Query[PlaceQuery]):
    """Places in the order of the tree, narrowed by level, area and name."""
    if query.within or query.tag:
        return page_of(_chosen(query), query, key="path")
    after = read_cursor(Place, "path", query.cursor)
    told = {"name": query.name} if query.name else {}
    told |= {"after": after} if after else {}
    chosen = (query.level, query.urban_rural, query.ended, query.limit)
    return cut_page(list(map(Row._make, asked(chosen, _rows, **told))), query, key="path")


def _rows(chosen: tuple, *, after: str = "", **told: str):
    """The columns of one page, and of one row more."""
    level, urban_rural, ended, limit = chosen
    places = _chosen(PlaceQuery.model_construct(level=level, urban_rural=urban_rural, ended=ended, **told))
    if after:
        places = places.filter(path__gt=after)
    return places.order_by("path").values_list(*Row._fields)[: limit + 1]


def _chosen(query: PlaceQuery):
    """Places are public: there are no others for anybody."""
    places = Place.objects.all() if query.ended else Place.objects.current()
    if query.level:
        places = places.filter(level=query.level)
    if query.within:
        places = places.within(get_object_or_404(Place, code=query.within))
    if query.name:
        places = places.filter(name__contains=query.name)
    if query.tag:
        places = places.filter(tags__contains=[query.tag])
    if query.urban_rural:
        places = places.filter(urban_rural__startswith=query.urban_rural)
    return places


@router.get("/places/{code}", response={200: PlaceInFull, 304: None}, auth=public(READ, entry=ENTRY))
def show_place(request: HttpRequest, response: HttpResponse, code: PlaceCode):
    """One place; send its ETag back as If-None-Match to learn whether anything changed."""
    place = get_object_or_404(Place.objects.visible_to(request.user).select_related("grid"), code=code)
    return Status(304, None) if show_version(request, response, place.version) else place


@router.get("/places/{code}/children", response=Paged[PlaceShown], auth=public(READ, entry=ENTRY))
def list_children(request: HttpRequest, code: PlaceCode, query: Query[ChildQuery]):
    """What stands directly under a place today."""
    parent = get_object_or_404(Place.objects.visible_to(request.user), code=code)
    children = parent.children.current()
    if query.level:
        children = children.filter(level=query.level)
    return page_of(children, query, key="path")


@router.get("/places/{code}/figures", response=Paged[FigureShown], auth=public(READ, entry=ENTRY))
def list_figures(request: HttpRequest, code: PlaceCode, query: Query[PageQuery]):
    """People and households of a place by year and definition, each with its source."""
    place = get_object_or_404(Place.objects.visible_to(request.user), code=code)
    return page_of(place.population_figures.all(), query, key="pk")


@router.get("/places/{code}/boundary", response=GeoFeature, auth=public(READ, entry=ENTRY))
def show_boundary(request: HttpRequest, code: PlaceCode):
    """The outline of a place as a GeoJSON feature; 404 where none is on record."""
    outline = get_object_or_404(Boundary.objects.select_related("place"), place__code=code)
    return GeoFeature(
        id=code,
        bbox=(outline.west, outline.south, outline.east, outline.north),
        geometry=outline.geometry,
        properties={"name": outline.place.name, "source": outline.source, "as_of": outline.as_of},
    )
