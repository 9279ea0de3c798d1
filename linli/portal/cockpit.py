"""What planners see first: the tree of places with its people, and where the elderly live."""

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Substr
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.places.levels import DIVISIONS, Level
from linli.places.models import Boundary, Place, PopulationFigure
from linli.ui.maps import base_layer

from .doors import route_or_none
from .planning import plans_of
from .rules import COCKPIT

CODE = 13  # characters of one code in a path, its slash included
DEPTHS = {level: depth * CODE for depth, level in enumerate(DIVISIONS, 1)}
MOST_AREAS = 600  # that a map can show apart; beyond it the level above is drawn
BREAKS = [10, 15, 20, 25]  # per cent; the country stood at 22 in 2024


@dataclass(frozen=True)
class AgedShare:
    """People of 60 and over among all whose age is known, over the communities of a place."""

    people: int
    aged_60: int
    communities: int

    @property
    def percent(self) -> float | None:
        return round(100 * self.aged_60 / self.people, 1) if self.people else None


def places_of(user) -> list[Place]:
    """The places over which a post lets the user plan, the widest first."""
    return sorted(
        (grant.place for grant in user.grants if COCKPIT in grant.permissions), key=lambda place: place.path
    )


def place_asked(user, code: str) -> Place | None:
    """The place `code` when it lies in the user's reach, else the widest of his own; None for a foreign one."""
    if not code:
        return Place.objects.get(pk=places_of(user)[0].pk)
    return Place.objects.current().divisions().filter(user.scope(COCKPIT), code=code).first()


def newest() -> QuerySet:
    """The newest figures of usual residents of the place outside."""
    figures = PopulationFigure.objects.filter(place=OuterRef("pk"), definition="resident")
    return figures.order_by("-year")


def communities_with_age(place: Place) -> QuerySet:
    """Standing communities within the place with `people` and `aged_60` of the newest year, where both are known."""
    found = Place.objects.current().communities().within(place)
    found = found.annotate(people=Subquery(newest().values("people")[:1]))
    return found.annotate(aged_60=Subquery(newest().values("aged_60")[:1]))


def aged_shares(place: Place, level: str) -> dict[str, AgedShare]:
    """{path: share} of the places of one level within `place`, added up from their communities. One query."""
    known = communities_with_age(place).filter(people__isnull=False, aged_60__isnull=False).order_by()
    rows = known.annotate(above=Substr("path", 1, DEPTHS[level])).values_list("above")
    return {
        above: AgedShare(people, aged, count)
        for above, people, aged, count in rows.annotate(Sum("people"), Sum("aged_60"), Count("pk"))
    }


def level_below(place: Place) -> str:
    """The level of divisions right below the place; its own when there is none."""
    return DIVISIONS[min(DIVISIONS.index(Level(place.level)) + 1, len(DIVISIONS) - 1)]


def level_drawn(place: Place) -> str:
    """The finest level whose places within `place` a map can still show apart."""
    below = Place.objects.current().within(place)
    counts = below.aggregate(
        communities=Count("pk", filter=Q(level=Level.COMMUNITY)),
        streets=Count("pk", filter=Q(level=Level.STREET)),
    )
    if counts["communities"] <= MOST_AREAS:
        return Level.COMMUNITY
    return Level.STREET if counts["streets"] <= MOST_AREAS else Level.COUNTY


def aged_map(place: Place) -> dict:
    """The layers of `<linli-map>`: the share of people of 60 and over; what is not known stays without a value."""
    level = level_drawn(place)
    shares = aged_shares(place, level)
    rows = Boundary.objects.filter(
        place__path__startswith=place.path, place__level=level, place__valid_to=None
    )
    features = [
        {
            "type": "Feature",
            "geometry": row.geometry,
            "properties": _said(row.place, shares.get(row.place.path)),
        }
        for row in rows.select_related("place").order_by("place__path")
    ]
    layer = {"kind": "areas", "title": _("60岁及以上人口占比"), "unit": "%", "breaks": BREAKS}
    return {
        "base": base_layer(),
        "layers": [layer | {"features": {"type": "FeatureCollection", "features": features}}],
    }


def _said(place: Place, share: AgedShare | None) -> dict:
    url = reverse("place-detail", args=[place.code])
    return {"id": place.code, "title": place.name, "value": share.percent if share else None, "url": url}


@dataclass(frozen=True)
class Cockpit:
    """Everything the first page of the planners draws."""

    place: Place
    crumbs: list[Place]
    share: AgedShare
    total: dict
    rows: list


def cockpit_of(user, place: Place) -> Cockpit:
    """The page for a place in the user's reach, in a fixed number of queries."""
    shares = aged_shares(place, level_below(place))
    above = Place.objects.filter(code__in=place.ancestor_codes[:-1]).filter(user.scope(COCKPIT))
    below = Place.objects.current().divisions().filter(parent=place).order_by("code")
    below = below.annotate(people=Subquery(newest().values("people")[:1]))
    below = below.annotate(homes=Subquery(newest().values("households")[:1]))
    return Cockpit(
        place=place,
        crumbs=list(above.order_by("path")),
        share=_sum(shares.values()),
        total=_total(place),
        rows=[_row(child, shares) for child in below[:200]],
    )


def _sum(shares) -> AgedShare:
    shares = list(shares)
    return AgedShare(
        sum(one.people for one in shares),
        sum(one.aged_60 for one in shares),
        sum(one.communities for one in shares),
    )


def _total(place: Place) -> dict:
    """Newest people and households of the place itself with their year, and how many communities stand in it."""
    figures = place.population_figures.filter(definition="resident").order_by("-year")
    total = figures.values("people", "households", "year").first()
    total = total or {"people": None, "households": None, "year": None}
    return total | {"communities": Place.objects.current().communities().within(place).count()}


def _row(child: Place, shares: dict) -> list:
    """One line of the table beside the map: a place below with its people."""
    own = shares.get(child.path, AgedShare(0, 0, 0))
    leads = child.level != Level.COMMUNITY
    url = f"{reverse('cockpit')}?at={child.code}" if leads else reverse("place-detail", args=[child.code])
    unknown = _("暂无数据")
    return [
        {"title": child.name, "url": url},
        unknown if child.people is None else f"{child.people:,}",
        unknown if child.homes is None else f"{child.homes:,}",
        unknown if own.percent is None else f"{own.percent}%",
    ]


def page_of(user, place: Place, show: str = "") -> dict:
    """The context of the planners' first page: plans, figures, map frame, table; `show` names a driver."""
    seen = cockpit_of(user, place)
    address = reverse("cockpit")
    columns = [
        {"title": _("区划")},
        {"title": _("常住人口"), "numeric": True},
        {"title": _("户数"), "numeric": True},
        {"title": _("60岁及以上"), "numeric": True},
    ]
    crumbs = [{"title": one.name, "url": f"{address}?at={one.code}"} for one in seen.crumbs]
    return {
        "cockpit": seen,
        "columns": columns,
        "crumbs": [*crumbs, {"title": place.name, "url": ""}] if crumbs else [],
        "map": {
            "title": _("60岁及以上人口占比（常住人口，最近一年）"),
            "src": f"{reverse('cockpit-map')}?at={place.code}",
            "unit": "%",
            "as_of": clock.today(),
            "list_url": reverse("place-detail", args=[place.code]),
        },
        "plans_url": route_or_none("plan-list"),
        **plans_of(user, place, show),
        "others": [own for own in places_of(user) if own.path != place.path],
    }
