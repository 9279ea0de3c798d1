"""What is read of ordinary households: who has not been visited for long, building by building."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.urls import reverse

from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.people.models import Household
from linli.places.levels import Level
from linli.places.models import Place, inside

from . import rules
from .models import HouseholdVisit, UnwillingHousehold
from .queries import rules_at

RESIDENT = Household.Kind.RESIDENT


def months_before(day: date, months: int) -> datetime:
    """The beginning, in China, of the same day some months earlier; of the last day of a shorter month.

    >>> months_before(date(2026, 3, 31), 1).date()
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    after = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = (after - timedelta(days=1)).day
    return datetime.combine(date(year, month + 1, min(day.day, last)), time(0), tzinfo=CHINA)


def households_at(place):
    """Resident households at the place and below it."""
    return Household.objects.filter(inside(place, "place"), kind=RESIDENT)


def unvisited_at(place, *, months: int):
    """Households nobody came by at in the last months, where it is wished and nothing waits; in order of the doors."""
    recent = HouseholdVisit.objects.filter(
        household=OuterRef("pk"), happened_at__gte=months_before(clock.today(), months)
    )
    waiting = HouseholdVisit.objects.filter(household=OuterRef("pk"), settled_at=None)
    unwilling = UnwillingHousehold.objects.filter(household=OuterRef("pk"))
    found = households_at(place).exclude(Exists(recent)).exclude(Exists(waiting)).exclude(Exists(unwilling))
    return found.order_by("place__path", "room", "pk")


def communities_to_walk(user):
    """Communities in which a post of the user covers visits of households, or lies (a grid)."""
    below = [
        grant.place.ancestor_codes[4]
        for grant in user.grants
        if rules.WALK_VIEW in grant.permissions and len(grant.place.ancestor_codes) > 4
    ]
    seen = user.scope(rules.WALK_VIEW) | Q(code__in=below)
    return Place.objects.current().communities().filter(seen).order_by("path")


@dataclass(frozen=True)
class BuildingRow:
    """One building (or group of a village): its households, those visited in the months of the rules, the rest."""

    code: str
    name: str
    households: int
    visited: int
    waiting: int
    unwilling: int
    last_at: datetime | None

    @property
    def long_unvisited(self) -> int:
        return self.households - self.visited - self.unwilling


def buildings_of(user, place: Place, *, months: int) -> list[BuildingRow]:
    """The buildings of a community or grid as far as the user sees; `months` as in the rules; one query."""
    since = months_before(clock.today(), months)
    seen = households_at(place).filter(user.scope(rules.WALK_VIEW, "place"))
    rows = (
        seen.values_list("place__code", "place__parent__name", "place__name")
        .annotate(
            households=Count("pk", distinct=True),
            visited=Count("pk", distinct=True, filter=Q(visits__happened_at__gte=since)),
            waiting=Count("pk", distinct=True, filter=Q(visits__case__isnull=False, visits__settled_at=None)),
            unwilling=Count(
                "pk",
                distinct=True,
                filter=Q(unwilling__isnull=False)
                & ~Exists(HouseholdVisit.objects.filter(household=OuterRef("pk"), happened_at__gte=since)),
            ),
            last_at=Max("visits__happened_at"),
        )
        .order_by("place__path")
    )
    return [
        BuildingRow(code, f"{parent or ''} {name}".strip(), *counts) for code, parent, name, *counts in rows
    ]


def grids_of(community: Place):
    return Place.objects.current().filter(parent=community, level=Level.GRID).order_by("path")


@dataclass(frozen=True)
class DoorRow:
    """One household: behind which door, visited when, what waits or that it is left alone."""

    pk: int
    room: str
    last_at: datetime | None
    case: str
    unwilling_since: date | None
    long: bool


def doors_of(user, building: Place) -> list[DoorRow]:
    """The households at one place, those unvisited for longest first; one query."""
    since = months_before(clock.today(), rules_at(building).rules.households.months)
    seen = Household.objects.filter(user.scope(rules.WALK_VIEW, "place"), place=building, kind=RESIDENT)
    rows = seen.annotate(
        last_at=Max("visits__happened_at"),
        waits=Max("visits__case__number", filter=Q(visits__settled_at=None)),
    ).values_list("pk", "room", "last_at", "waits", "unwilling__since")
    found = [
        DoorRow(pk, room, last_at, waits or "", unwilling, last_at is None or last_at < since)
        for pk, room, last_at, waits, unwilling in rows
    ]
    return sorted(found, key=lambda row: (row.last_at is not None, row.last_at, row.room))


# --- The pages ---------------------------------------------------------------------------------------


def buildings_seen(user):
    """Places with resident households that the user sees."""
    seen = Household.objects.filter(user.scope(rules.WALK_VIEW, "place"), kind=RESIDENT)
    return Place.objects.filter(pk__in=seen.values("place"))


def address_of(place: Place) -> str:
    """The page of the register on which the households of a place stand."""
    community, below = place.ancestor_codes[4], place.ancestor_codes[5:]
    if place.level == Level.GRID:
        return f"{reverse('household-list')}?community={community}&grid={place.code}"
    if below:
        return reverse("household-building", args=[place.code])
    return f"{reverse('household-list')}?community={community}"


def households_page(user, query) -> dict:
    """The register of a community the user sees: chosen by the address, else the first."""
    communities = list(communities_to_walk(user))
    chosen = next((one for one in communities if one.code == query.get("community")), None)
    community = chosen or (communities[0] if communities else None)
    if community is None:
        return {"communities": [], "community": None, "rows": []}
    grids = list(grids_of(community))
    grid = next((one for one in grids if one.code == query.get("grid")), None)
    months = rules_at(community).rules.households.months
    rows = buildings_of(user, grid or community, months=months)
    return {
        "communities": communities,
        "community": community,
        "grids": grids,
        "grid": grid,
        "rows": rows,
        "households": sum(row.households for row in rows),
        "long": sum(row.long_unvisited for row in rows),
        "months": months,
        "may_plan": user.may(rules.PLAN, at=grid or community),
        "place": grid or community,
    }


def plan_page(place: Place) -> dict:
    """How many households a plan at the place would send somebody to."""
    line = rules_at(place).rules.households
    count = unvisited_at(place, months=line.months).count()
    return {"place": place, "count": count, "line": line, "back": address_of(place)}
