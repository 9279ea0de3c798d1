"""A community's circle for everybody, its handbook, and what workers have to verify."""

import math
from dataclasses import dataclass

from django.db.models import F, Prefetch, QuerySet
from django.utils.translation import gettext as _

from linli.facilities.hours import write_hours
from linli.facilities.models import Closure, Facility
from linli.kernel import clock
from linli.places.models import Boundary, Place
from linli.ui.maps import base_layer

from ..catalogue import NoPacks, rulebook_at
from ..models import CommunityReach, FunctionReach, Run
from ..rules import VERIFY
from .gaps import Line, circle_of_community, line_of
from .sheet import sheet_of

CORNERS = 72
MOST_NAMED = 30


@dataclass(frozen=True)
class CentreLine:
    """A kind of one-stop centre (一站式综合服务中心): which of its functions are near, far, or without data."""

    title: str
    minutes: int
    near: list[str]
    far: list[str]
    unknown: list[str]


@dataclass(frozen=True)
class CirclePage:
    """What the page of a community shows; `circle` is None before any study."""

    circle: CommunityReach | None
    lines: list[tuple[str, Line, int | None]]  # function's title, its line, per cent of all people
    centres: list["CentreLine"]

    @property
    def run(self) -> Run | None:
        return self.circle and self.circle.run


def page_of(place: Place) -> CirclePage:
    """Each function of the newest study, in the plan's order."""
    circle = circle_of_community(place)
    if circle is None:
        return CirclePage(None, [], [])
    rows = {row.function: row for row in FunctionReach.objects.filter(community=circle)}
    lines = []
    for function in circle.run.functions:
        row = rows[function["key"]]
        row.community = circle
        line = line_of(circle.run, place, row, "all")
        lines.append((function["title"], line, line.percent))
    return CirclePage(circle, lines, _centres(circle.run, rows))


def _centres(run: Run, rows: dict[str, FunctionReach]) -> list[CentreLine]:
    """Each kind of centre of the run's packs against what people walk to; none in runs from before."""
    titles = {function["key"]: function["title"] for function in run.functions}
    found = []
    for centre in run.parameters["sets"].get("centres", []):
        parts: dict[str, list[str]] = {"near": [], "far": [], "unknown": []}
        for key in centre["functions"]:
            minutes = rows[key].minutes
            where = "unknown" if minutes is None else "near" if minutes <= centre["minutes"] else "far"
            parts[where].append(titles[key])
        found.append(CentreLine(centre["title"], centre["minutes"], **parts))
    return found


def map_of(place: Place) -> dict:
    """The outline, the straight circle of the plan, and the outlets within it."""
    circle = circle_of_community(place)
    layers = []
    outline = Boundary.objects.filter(place=place).first()
    shapes = [_feature(place.code, place.name, outline.geometry)] if outline else []
    if circle is not None:
        shapes.append(_feature("circle", _("服务圈"), _ring(circle.lon, circle.lat, circle.radius_m)))
    if shapes:
        layers.append({"kind": "lines", "title": place.name, "features": _collection(shapes)})
    spots = [
        _feature(row.code, row.name, {"type": "Point", "coordinates": [row.lon, row.lat]}, str(row.kind))
        for row in _outlets(place)
        if row.lon is not None
    ]
    layers.append({"kind": "points", "title": _("网点和设施"), "features": _collection(spots)})
    return {"base": base_layer(), "layers": layers}


def _feature(key: str, title: str, geometry: dict, text: str = "") -> dict:
    return {"type": "Feature", "geometry": geometry, "properties": {"id": key, "title": title, "text": text}}


def _collection(features: list[dict]) -> dict:
    return {"type": "FeatureCollection", "features": features}


def _ring(lon: float, lat: float, radius_m: float) -> dict:
    """A circle on the ground as a line; good to a metre at these sizes."""
    up = radius_m / 111_195
    turns = [2 * math.pi * n / CORNERS for n in range(CORNERS + 1)]
    ring = [
        [round(lon + up * math.sin(t) / math.cos(math.radians(lat)), 6), round(lat + up * math.cos(t), 6)]
        for t in turns
    ]
    return {"type": "LineString", "coordinates": ring}


def _outlets(place: Place) -> QuerySet:
    """What is open to the public and stands in the community or serves it."""
    here = Facility.objects.in_use().filter(place=place) | Facility.objects.in_use().filter(
        services__place=place
    )
    return here.select_related("kind").distinct().order_by("kind__order", "code")


@dataclass(frozen=True)
class HandbookLine:
    name: str
    address: str
    phone: str
    hours: str
    step_free: bool | None
    number: int | None = None  # on the map


@dataclass(frozen=True)
class Handbook:
    """A community's handbook: services by group, the day it was printed from the register."""

    place: str
    above: str
    day: str
    groups: list[tuple[str, list[HandbookLine]]]
    map: str = ""  # SVG; "" where the community has no outline


def handbook_of(place: Place) -> Handbook:
    """Every public service of the community by group, as the register has it today, numbered as on the map."""
    groups: dict[str, list[HandbookLine]] = {}
    closures = Prefetch("closures", Closure.objects.filter(during__contains=clock.today()))
    spots: list[tuple[int, float, float]] = []
    for row in _outlets(place).prefetch_related("periods", closures):
        if row.lon is not None:
            spots.append((len(spots) + 1, row.lon, row.lat))
        line = HandbookLine(
            row.name,
            row.address,
            row.phone,
            _hours_of(row),
            row.step_free,
            None if row.lon is None else len(spots),
        )
        groups.setdefault(row.kind.group_name, []).append(line)
    today = clock.today()
    day = _("%(y)s年%(m)s月%(d)s日") % {"y": today.year, "m": today.month, "d": today.day}
    drawn = sheet_of(place, circle_of_community(place), spots)
    above = place.parent.name if place.parent else ""
    return Handbook(place.name, above, day, list(groups.items()), drawn)


def _hours_of(row: Facility) -> str:
    """When it is open, or why it is not."""
    if shut := next(iter(row.closures.all()), None):
        return _("暂停：%(why)s") % {"why": shut.reason}
    return write_hours((p.weekday, p.opens_min, p.closes_min) for p in row.periods.all())


def communities_named(words: str) -> list[Place]:
    """Standing communities by a piece of their name, for choosing without a position."""
    found = Place.objects.current().communities().select_related("parent")
    return list(found.filter(name__icontains=words).order_by("path")[:MOST_NAMED])


def functions_known() -> list[tuple[str, str]]:
    """Functions to look for, in the order of the newest study; none before the first."""
    run = Run.objects.done().filter(counts=True).only("parameters").order_by("-on", "-pk").first()
    return [] if run is None else [(row["key"], row["title"]) for row in run.functions]


def profiles_known(place: Place) -> list[tuple[str, str]]:
    """Kinds of walkers a study may ask for; the first is the one the plans count."""
    try:
        book = rulebook_at(place, clock.today())
    except NoPacks:
        return []
    rows = sorted(book.profiles.profiles, key=lambda row: row["key"] != book.sets.profile)
    return [(row["key"], row["title"]) for row in rows]


def to_verify(user) -> list[Facility]:
    """Outlets and facilities nobody has confirmed for too long, the longest first."""
    rows = Facility.objects.stale(clock.today()).filter(user.scope(VERIFY, "place"))
    return list(
        rows.select_related("kind", "place").order_by(F("stale_on").asc(nulls_first=True), "code")[:50]
    )
