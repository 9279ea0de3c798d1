"""The profile of a place: what other apps say on its page, and how it stands against the rules of its area."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.kernel.registry import Registry
from linli.packs.schema import nearest

from .catalogue import PlacesPack, ServiceLine, SizeLine
from .levels import Level
from .models import Place, ProfileRules, ServiceState

NATION = "000000000000"


@dataclass(frozen=True)
class Panel:
    """What an app says about a place: its template gets `panel.told`."""

    template: str
    told: Any


# An app declares its panel in `profile.py`: (place, user) → Panel, or None when it has nothing to say.
panels: Registry[Callable[[Place, Any], Panel | None]] = Registry("panel of a place")


def panels_of(place: Place, user) -> list[Panel]:
    return [panel for make in panels.values() if (panel := make(place, user)) is not None]


@dataclass(frozen=True)
class Size:
    """Households against the band of the area: `verdict` is small, large or right."""

    households: int
    line: SizeLine

    @property
    def verdict(self) -> str:
        if self.households < self.line.least:
            return "small"
        return "large" if self.households > self.line.most else "right"


@dataclass(frozen=True)
class Service:
    """One service that must be there, and what was said of it; `state` None: nobody has looked."""

    line: ServiceLine
    state: ServiceState | None

    @property
    def is_met(self) -> bool:
        return self.state is not None and self.state.state == ServiceState.State.MET


def rules_of(place: Place) -> PlacesPack | None:
    """The rules of the nearest area that hold today; None where none are installed."""
    found = nearest(ProfileRules.objects.all(), place.ancestor_codes, clock.today())
    return found.rules if found is not None else None


def size_of(place: Place, households: int | None, rules: PlacesPack | None) -> Size | None:
    """None where nothing is asked of a community of this kind, or its households are not known."""
    if place.level != Level.COMMUNITY or not place.urban_rural or rules is None or households is None:
        return None
    line = rules.size_for(urban=place.is_urban)
    return Size(households, line) if line is not None else None


def services_of(place: Place, rules: PlacesPack | None) -> list[Service]:
    """What a place that is to be helped first must have; nothing for others."""
    if rules is None or not set(rules.priority_tags) & set(place.tags):
        return []
    known = {state.kind: state for state in place.service_states.select_related("by__person")}
    return [Service(line, known.get(line.code)) for line in rules.services]


def check_tags(place: Place, tags: list[str], rules: PlacesPack | None) -> None:
    """Refuse with ValidationError marks that the area does not know, and two of one group."""
    if rules is None:
        return
    known = {tag.name: tag for tag in rules.tags}
    if unknown := [tag for tag in tags if tag not in known and tag not in place.tags]:
        raise ValidationError({"tags": _("没有“%s”这个标签。") % unknown[0]})
    groups: dict[str, str] = {}
    for tag in tags:
        group = known[tag].group if tag in known else ""
        if group and group in groups:
            raise ValidationError(
                {"tags": _("“%(one)s”和“%(two)s”只能选一个。") % {"one": groups[group], "two": tag}}
            )
        groups[group] = tag


@dataclass(frozen=True)
class Ruled:
    """The rules of an area and the condition that they are the nearest of a place."""

    rules: PlacesPack
    here: Q


def areas() -> list[Ruled]:
    """Every set of rules that holds today, with where it holds: nearer ones take their ground away."""
    today = clock.today()
    holding: dict[str, ProfileRules] = {}
    for row in ProfileRules.objects.order_by("valid_from"):
        if row.valid_from <= today and (row.valid_to is None or today <= row.valid_to):
            holding[row.area] = row
    found = []
    for area, row in holding.items():
        here = ground(area)
        for other in holding:
            if other != area and (area == NATION or other.startswith(area.rstrip("0"))):
                here &= ~ground(other)
        found.append(Ruled(row.rules, here))
    return found


def ground(area: str) -> Q:
    """The condition that a place lies in an area."""
    if area == NATION:
        return Q(pk__isnull=False)
    return Q(path__startswith=f"{area}/") | Q(path__contains=f"/{area}/")


def to_look_at(places: QuerySet, what: str) -> QuerySet:
    """Of communities with `households_count`: those too small, too large, without a type, or short of services."""
    condition = Q(pk=None)
    for ruled in areas():
        condition |= ruled.here & _wanting(ruled.rules, what)
    if what == "services":
        places = places.annotate(
            met=Count("service_states", filter=Q(service_states__state="met"), distinct=True)
        )
    return places.filter(condition)


def _wanting(rules: PlacesPack, what: str) -> Q:
    if what == "services":
        return Q(tags__has_any_keys=rules.priority_tags, met__lt=len(rules.services))
    if what == "untyped":
        return ~Q(tags__has_any_keys=[tag.name for tag in rules.tags if tag.group]) | Q(urban_rural="")
    found = Q(pk=None)
    for size in rules.sizes:
        kind = Q(urban_rural__startswith="1" if size.urban else "2")
        found |= kind & (
            Q(households_count__lt=size.least) if what == "small" else Q(households_count__gt=size.most)
        )
    return found
