"""Standards and gaps as planners and communities read them."""

from dataclasses import dataclass
from decimal import Decimal
from math import cos, hypot, radians

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.places.models import Boundary, Place, PopulationFigure
from linli.ui.lists import Choice, Filter, read_filters
from linli.ui.maps import base_layer

from ..catalogue import FacilityStandardsPack
from ..facts import facts_of_communities
from ..gaps import Facts, Finding, Way, findings, ways
from ..guideline import Allotted, Guided, Site, allotted, guided
from ..models import Facility, Function, Kind, Room, StandardBook, Statement, UpgradeProject
from ..standards import standards_for
from ..states import State, UpgradeState
from .pages import METRES_A_DEGREE, distance_m

MOST_OUTLINES = 800


@dataclass(frozen=True)
class Reading:
    """A community read against its standards."""

    place: Place
    findings: tuple[Finding, ...]

    @property
    def short(self) -> list[Finding]:
        return [one for one in self.findings if one.met is False]

    @property
    def unknown(self) -> list[Finding]:
        return [one for one in self.findings if one.met is None]

    @property
    def largest_gap(self) -> Decimal:
        return max((one.gap_m2 for one in self.short), default=Decimal(0))


def readings_of(communities: QuerySet) -> list[Reading]:
    """Each community against the standards that hold there today; six queries, however many."""
    books, today = list(StandardBook.objects.all()), clock.today()
    facts = facts_of_communities(communities, today)
    return [
        Reading(place, tuple(findings(standards_for(books, place, today), facts[place.pk])))
        for place in communities
    ]


def gap_filters(query, readings: list[Reading]):
    """Which standard, and in which way it stands."""
    lines = {one.standard.code: one.standard.name for reading in readings for one in reading.findings}
    stands = [("short", _("未达标")), ("unknown", _("资料不全")), ("met", _("已达标"))]
    return read_filters(
        query,
        [
            Filter("standard", _("标准"), tuple(Choice(code, name) for code, name in lines.items())),
            Filter("stands", _("达标情况"), tuple(Choice(code, name) for code, name in stands)),
        ],
    )


def narrowed(readings: list[Reading], filters, words: str = "") -> list[Reading]:
    """The readings that fit the filters and whose community has the words in its name or begins its code."""
    chosen = {one.name: one.chosen.value for one in filters if one.chosen}
    met = {"short": False, "unknown": None, "met": True}

    def fits(one: Finding) -> bool:
        if "standard" in chosen and one.standard.code != chosen["standard"]:
            return False
        return "stands" not in chosen or one.met is met[chosen["stands"]]

    named = [r for r in readings if words in r.place.name or r.place.code.startswith(words)]
    kept = [Reading(r.place, tuple(filter(fits, r.findings))) for r in named]
    kept = [r for r in kept if r.findings or not chosen]
    return sorted(kept, key=lambda r: (-r.largest_gap, -len(r.short), r.place.path))


@dataclass(frozen=True)
class Total:
    """One standard over many communities."""

    title: str
    clause: str
    met: int
    short: int
    unknown: int
    gap_m2: Decimal

    @property
    def percent(self) -> Decimal | None:
        """Of those that are known; None when nobody is."""
        known = self.met + self.short
        return round(Decimal(100 * self.met) / known, 1) if known else None


def totals_of(readings: list[Reading]) -> list[Total]:
    """Each standard: how many communities reach it, how many do not, of how many nobody knows."""
    found: dict[str, list[Finding]] = {}
    for reading in readings:
        for one in reading.findings:
            found.setdefault(one.standard.code, []).append(one)
    return [
        Total(
            title=those[0].standard.name,
            clause=those[0].standard.clause,
            met=sum(one.met is True for one in those),
            short=sum(one.met is False for one in those),
            unknown=sum(one.met is None for one in those),
            gap_m2=sum((one.gap_m2 for one in those if one.gap_m2), Decimal(0)),
        )
        for those in found.values()
    ]


def map_of_gaps(readings: list[Reading], standard: str) -> dict:
    """Communities that meet all that is asked of them (or one standard), do not, or of which nobody knows."""
    outlines = {
        row.place_id: row.geometry
        for row in Boundary.objects.filter(place__in=[r.place.pk for r in readings[:MOST_OUTLINES]])
    }
    features = [
        {
            "type": "Feature",
            "geometry": outlines[reading.place.pk],
            "properties": {
                "id": reading.place.code,
                "title": reading.place.name,
                "url": f"/facilities/communities/{reading.place.code}/",
                **_standing(reading, standard),
            },
        }
        for reading in readings
        if reading.place.pk in outlines
    ]
    drawn = {"type": "FeatureCollection", "features": features}
    return {"base": base_layer(), "layers": [{"kind": "met", "title": _("设施达标"), "features": drawn}]}


def _standing(reading: Reading, standard: str) -> dict:
    those = [one for one in reading.findings if standard in ("", one.standard.code)]
    if any(one.met is False for one in those):
        gap = max(one.gap_m2 for one in those if one.met is False)
        return {"met": False, "text": _("缺 %s ㎡") % f"{gap:,.0f}" if gap else _("未达标")}
    if not those or any(one.met is None for one in those):
        return {"met": None, "text": _("资料不全")}
    return {"met": True, "text": _("已达标")}


@dataclass(frozen=True)
class Closing:
    """A gap with the ways that close it."""

    finding: Finding
    ways: tuple[Way, ...]
    project: UpgradeProject | None  # under way for it

    @property
    def coming_m2(self) -> Decimal:
        """Rooms the works will add: a square gives none, and rooms turned to activities are spoken for."""
        if self.project is None or self.project.way == "convert":
            return Decimal(0)
        outdoor = self.finding.standard.figure == "outdoor_m2"
        return Decimal(0) if outdoor else self.project.area_m2 or Decimal(0)


@dataclass(frozen=True)
class Community:
    """The facilities of one community: what it has, what it lacks, what would help."""

    place: Place
    facts: Facts
    pack: FacilityStandardsPack
    closings: tuple[Closing, ...]
    functions: list[dict]
    groups: list[dict]
    missing_basics: list[str]
    statement: Statement | None
    backing: list[Facility]  # of its street and county, and of others that serve it
    care_and_clinics: list[tuple[Facility, Facility, int]]  # elder care, the nearest clinic, metres in a line
    guided: list[Guided]  # the guideline for living services, what is short first
    coming_m2: Decimal  # of upgrade projects whose way is chosen and that are not accepted yet
    allotted: list[Allotted]  # whom that area could serve, in the order of priority


def community_reading(place: Place) -> Community:
    """Everything the page of a community shows of its facilities."""
    today = clock.today()
    facts = facts_of_communities(Place.objects.filter(pk=place.pk), today)[place.pk]
    pack = standards_for(list(StandardBook.objects.all()), place, today)
    under_way = place.upgrade_projects.exclude(state__in=[UpgradeState.ACCEPTED, UpgradeState.DROPPED])
    projects = {project.standard: project for project in under_way}
    closings = tuple(
        Closing(one, tuple(ways(one, facts, pack.levers)), projects.get(one.standard.code))
        for one in findings(pack, facts)
    )
    rows = list(Facility.objects.standing().filter(place=place).select_related("kind", "place"))
    statement = place.facility_statements.filter(until__gt=today).order_by("-on").first()
    lines = _guided(place, pack, rows)
    coming = sum((one.coming_m2 for one in closings), Decimal(0))
    return Community(
        place, facts, pack, closings, _functions(rows), _grouped(rows), _missing_basics(rows), statement,
        _backing(place), _care_and_clinics(place, rows), lines, coming,
        allotted(lines, coming),
    )  # fmt: skip


def _backing(place: Place) -> list[Facility]:
    """What the street, the county and neighbours keep for this community: the tiers above its own sites."""
    above = Q(place__code__in=place.ancestor_codes[:-1]) | Q(services__place=place)
    found = Facility.objects.in_use().filter(above).exclude(place=place).select_related("kind", "place")
    return list(found.order_by("place__path", "kind__order", "code").distinct())


def _care_and_clinics(place: Place, rows: list[Facility]) -> list[tuple[Facility, Facility, int]]:
    """Each site of elder care with a point, and the clinic of the street or community that stands nearest."""
    sites = [one for one in rows if "elder_care" in one.kind.functions and one.lon is not None]
    clinics = (
        Facility.objects.in_use()
        .filter(place__path__startswith=place.parent.path, kind__functions__contains=["medical"])
        .exclude(lon=None)
        .select_related("kind", "place")
    )
    near = list(clinics) if sites else []
    return [
        (site, *min(((one, metres_between(site, one)) for one in near), key=lambda pair: pair[1]))
        for site in sites
        if near
    ]


def _guided(place: Place, pack: FacilityStandardsPack, rows: list[Facility]) -> list[Guided]:
    """The community against the guideline: its own sites and, for the distance, those near by."""
    kinds = {code for line in pack.guideline for code in line.kinds}
    figure = PopulationFigure.objects.filter(place=place, definition="resident").order_by("-year").first()
    own = [one for one in rows if one.state == State.OPEN and one.kind.code in kinds]
    near = []
    if place.lon is not None:
        box = Q(
            lon__range=(place.lon - 0.02, place.lon + 0.02), lat__range=(place.lat - 0.02, place.lat + 0.02)
        )
        found = Facility.objects.in_use().filter(box, kind__code__in=kinds).exclude(place=place)
        near = list(found.select_related("kind"))
    sites = [
        Site(one.kind.code, one.area_m2, distance_m(place, one), one.place_id == place.pk)
        for one in [*own, *near]
    ]
    return guided(pack, sites, people=figure.people if figure else None, urban=place.is_urban)


def metres_between(one: Facility, other: Facility) -> int:
    """In a straight line, to the nearest ten."""
    east = (one.lon - other.lon) * cos(radians(one.lat))
    return round(hypot(east, one.lat - other.lat) * METRES_A_DEGREE, -1)


def _functions(rows: list[Facility]) -> list[dict]:
    """一部三室三站一场: present in a room, shared with somebody, or missing."""
    centres = [one for one in rows if "integrated" in one.kind.counts and one.state == "open"]
    present = set(
        Room.objects.filter(facility__in=centres, function__isnull=False).values_list(
            "function__code", flat=True
        )
    )
    if any("outdoor-ground" in one.kind.counts and one.state == "open" for one in rows):
        present.add("ground")
    shared = {code for one in centres for code in one.functions}
    return [
        {"name": one.name, "state": _("已有"), "tone": "done"}
        if one.code in present
        else {"name": one.name, "state": _("共享"), "tone": "active"}
        if one.code in shared
        else {"name": one.name, "state": _("缺"), "tone": "soon"}
        for one in Function.objects.filter(retired_on=None)
    ]


def _grouped(rows: list[Facility]) -> list[dict]:
    found: dict[str, list[Facility]] = {}
    for one in sorted(rows, key=lambda one: one.kind.order):
        found.setdefault(one.kind.group_name, []).append(one)
    return [{"title": title, "rows": those} for title, those in found.items()]


def _missing_basics(rows: list[Facility]) -> list[str]:
    """Basic classes of outlets of which the community has none on record."""
    have = {one.kind_id for one in rows if one.state == "open"}
    return [kind.name for kind in Kind.objects.filter(basic=True, retired_on=None) if kind.pk not in have]
