"""What planners read of a run: functions, communities, districts, and who is outside."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.places.levels import Level
from linli.places.models import Boundary, Place
from linli.ui.maps import base_layer

from ..frozen import GROUPS
from ..models import CommunityReach, FunctionReach, Run
from ..rules import VIEW

GROUP_WORDS = {
    "all": gettext_lazy("全部居民"),
    "60": gettext_lazy("60 岁及以上"),
    "80": gettext_lazy("80 岁及以上"),
    "under3": gettext_lazy("3 岁以下"),
    "6to12": gettext_lazy("6 至 12 岁"),
}
STATES = {  # code → words and tone of a community and function
    "met": (gettext_lazy("达标"), "done"),
    "paper": (gettext_lazy("纸上达标，步行不达标"), "soon"),
    "unmet": (gettext_lazy("不达标"), "late"),
    "unknown": (gettext_lazy("无法判断"), "plain"),
    "none": (gettext_lazy("无数据"), "plain"),
}
MOST_MAPPED = 3000  # outlines one page can carry


@dataclass(frozen=True)
class Line:
    """One community and one function, as a table shows it."""

    place: Place
    reach: FunctionReach
    total: int
    inside: int
    hidden: bool  # a few people, or others would give a few away

    @property
    def outside(self) -> int | None:
        """People beyond the band; None for a few (they could be known), and without data."""
        return self.total - self.inside if self.reach.has_data and not self.hidden else None

    @property
    def percent(self) -> int | None:
        told = self.reach.has_data and not self.hidden and self.total
        return round(100 * self.inside / self.total) if told else None

    @property
    def supply(self) -> float | None:
        """Places for 1,000 of the function's group; None where nobody entered places, and with the counts."""
        return None if self.hidden else self.reach.per_thousand

    @property
    def state(self) -> str:
        """met, paper (the circle says yes, the walk no), unmet, unknown, none (no data)."""
        if not self.reach.has_data:
            return "none"
        if self.reach.by_walking is None:
            return "unknown"
        if self.reach.by_walking:
            return "met"
        return "paper" if self.reach.by_circle else "unmet"

    @property
    def words(self) -> str:
        return STATES[self.state][0]

    @property
    def tone(self) -> str:
        return STATES[self.state][1]


@dataclass(frozen=True)
class District:
    """Communities of a county or street added up."""

    place: Place
    communities: int
    met: int
    total: int
    inside: int
    hidden: bool

    @property
    def outside(self) -> int | None:
        return None if self.hidden else self.total - self.inside

    @property
    def percent(self) -> int | None:
        return None if self.hidden or not self.total else round(100 * self.inside / self.total)


def newest_run(user, *, pk: str = "") -> Run | None:
    """The run asked for, or the newest that is done and touches what the user may look at."""
    runs = Run.objects.visible_to(user).done().select_related("place", "street_map")
    runs = runs.defer("inputs", "street_map__content")
    mine = [grant.place for grant in user.grants if VIEW in grant.permissions]
    reachable = Run.objects.none()
    for place in mine:
        reachable |= Run.objects.around(place)
    runs = runs.filter(pk__in=reachable.values("pk"))
    if pk.isdigit():
        return runs.filter(pk=pk).first()
    # A study of an hour or of another walker is opened from its own line: it does not stand for the plans.
    return runs.order_by("-counts", "-on", "-pk").first()


def communities_of(run: Run, user) -> QuerySet:
    """The run's communities that the user's posts reach."""
    return run.communities.filter(user.scope(VIEW, "place")).select_related("place")


def lines_of(run: Run, user, function: str, group: str) -> list[Line]:
    """One function over all communities within reach of the user, the widest gaps first."""
    rows = FunctionReach.objects.filter(
        function=function, community__in=communities_of(run, user).values("pk")
    ).select_related("community__place")
    lines = [line_of(run, row.community.place, row, group) for row in rows]
    # What is left out stands at the end: its place in the order would tell how many it is.
    return sorted(lines, key=lambda line: (-(line.outside or 0), line.hidden, line.place.path))


def line_of(run: Run, place: Place, row: FunctionReach, group: str) -> Line:
    """One community and function of a run, with what may be shown of a group."""
    known, _all = row.community.people.get(group, (0, 0))
    bands = run.parameters["circle"]["bands_min"]
    inside = row.within[group][bands.index(row.band_min)] if row.within and group in row.within else 0
    return Line(place, row, known, inside, run.hides(place.path, group, row.function))


def districts_of(run: Run, lines: Iterable[Line], level: str, group: str) -> list[District]:
    """The lines added up by county (or street); what has no data is left out, and the people of a part."""
    depth = {Level.COUNTY: 3, Level.STREET: 4}[level]
    lines, sums = list(lines), {}
    for line in lines:
        if line.state == "none":
            continue
        row = sums.setdefault("/".join(line.place.path.split("/")[:depth]) + "/", [0, 0, 0, 0])
        for number, count in enumerate((1, line.state == "met", line.total, line.inside)):
            row[number] += count
    places = {place.path: place for place in Place.objects.filter(path__in=list(sums))}
    return [
        _district(run, places[path], row, lines, group)
        for path, row in sorted(sums.items())
        if path in places
    ]


def _district(run: Run, place: Place, row: list[int], lines: Iterable[Line], group: str) -> District:
    function = next(line.reach.function for line in lines)
    hidden = not run.is_whole(place.path, row[0]) or run.hides(place.path, group, function)
    return District(place, *row, hidden)


def map_of(run: Run, user, function: str, title: str, spots=()) -> dict:
    """Met and unmet communities (and new sites) for `<linli-map>`; without data hatched, never red."""
    lines = {line.place.pk: line for line in lines_of(run, user, function, GROUPS[0])}
    outlines = Boundary.objects.filter(place__in=list(lines)[:MOST_MAPPED]).order_by("place__path")
    features = [
        {
            "type": "Feature",
            "geometry": outline.geometry,
            "properties": _said(lines[outline.place_id]),
        }
        for outline in outlines
    ]
    layer = {"kind": "met", "title": title, "features": {"type": "FeatureCollection", "features": features}}
    return {"base": base_layer(), "layers": [layer, *_new_sites(spots)]}


def _new_sites(spots) -> list[dict]:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": list(spot)},
            "properties": {"id": f"new-{number}", "title": _("新点位 %(n)s") % {"n": number}, "text": ""},
        }
        for number, spot in enumerate(spots, 1)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return [{"kind": "points", "title": _("新点位"), "features": collection}] if features else []


def _said(line: Line) -> dict:
    minutes = line.reach.minutes
    walk = "" if minutes is None else _("%(n)s 分钟") % {"n": f"{minutes:g}"}
    return {
        "id": line.place.code,
        "title": line.place.name,
        "met": {"met": True, "paper": False, "unmet": False}.get(line.state),
        "text": " · ".join(filter(None, (str(line.words), walk))),
        "url": reverse("reach-circle", args=[line.place.code]),
    }


@dataclass(frozen=True)
class FunctionLine:
    """One function over the whole run, as the table of functions shows it."""

    key: str
    title: str
    band_min: float
    summary: dict

    @property
    def has_data(self) -> bool:
        return "walking" in self.summary


def functions_of(run: Run) -> list[FunctionLine]:
    return [
        FunctionLine(row["key"], row["title"], row["band_min"], run.summary["functions"][row["key"]])
        for row in run.functions
    ]


def circle_of_community(place: Place) -> CommunityReach | None:
    """The community's circle in the newest finished run that the plans count."""
    found = CommunityReach.objects.filter(place=place, run__state=Run.State.DONE, run__counts=True)
    return found.select_related("run", "place").defer("run__inputs").order_by("-run__on", "-run_id").first()


def whole_of(run: Run, lines: Iterable[Line], group: str) -> District | None:
    """All lines added up; None where the function has no data. Only a whole area's people are told."""
    judged = [line for line in lines if line.state != "none"]
    if not judged:
        return None
    row = [len(judged), sum(line.state == "met" for line in judged)]
    row += [sum(line.total for line in judged), sum(line.inside for line in judged)]
    if len(judged) == 1:
        return District(judged[0].place, *row, judged[0].hidden)
    path = os.path.commonpath([line.place.path for line in judged]) + "/"
    hidden = not run.is_whole(path, len(judged)) or run.hides(path, group, judged[0].reach.function)
    return District(judged[0].place, *row, hidden)
