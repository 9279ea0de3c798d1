"""What holds for hours or days, as residents and workers read it."""

from datetime import timedelta

from django.db.models import Q, QuerySet

from linli.facilities.models import Facility
from linli.kernel import clock
from linli.places.models import Place

from ..models import FreeSpaces, Outage, Scene
from ..outlet_rules import NoOutletRules, outlet_rules_at, titles
from ..rules import PARKING, VERIFY


def outages_of(place: Place) -> list[Outage]:
    """Outages and works that touch the place, now or in the coming days of the pack; none where no pack holds."""
    try:
        book = outlet_rules_at(place)
    except NoOutletRules:
        return []
    until = clock.now() + timedelta(days=book.limits.notice_ahead_days)
    rows = Outage.objects.coming(until).filter(place__code__in=[*place.ancestor_codes, place.code])
    names = titles(book.utilities)
    found = list(rows.order_by("during", "pk"))
    for row in found:
        row.utility_name = names.get(row.utility, row.utility)
    return found


def contacts_of(place: Place) -> QuerySet:
    """各单位联系名录: outlets of the pack's kinds (utilities, post) around the place that have a phone."""
    kinds = outlet_rules_at(place).contacts
    near = Facility.objects.in_use().within(place.parent or place)
    return (
        near.filter(kind__code__in=kinds)
        .exclude(phone="")
        .select_related("kind")
        .order_by("kind__order", "code")
    )


def outages_kept(user) -> QuerySet:
    """Notices of the account's places that are not over, the soonest first."""
    mine = Outage.objects.filter(user.scope(VERIFY, "place"), withdrawn_at=None)
    going_on = Q(during__endswith=None) | Q(during__endswith__gt=clock.now())
    return mine.filter(going_on).select_related("place").order_by("during", "pk")


def car_parks(user) -> QuerySet:
    mine = Facility.objects.in_use().filter(user.scope(VERIFY, "place"), kind__code=PARKING)
    return mine.select_related("place", "free_spaces").order_by("place__path", "code")


def fresh_spaces(facilities: list[Facility]) -> dict[int, FreeSpaces]:
    """Free spaces of car parks, where somebody said so lately enough (a pack's minutes)."""
    parks = {row.pk: row for row in facilities if row.kind.code == PARKING}
    if not parks:
        return {}
    told = {}
    for row in FreeSpaces.objects.filter(facility__in=parks):
        minutes = outlet_rules_at(parks[row.pk].place).limits.spaces_fresh_min
        if clock.now() - row.told_at <= timedelta(minutes=minutes):
            told[row.pk] = row
    return told


def scenes_of(place: Place) -> list[Scene]:
    """Scenes of a community with the title of their part of the chain of life."""
    found = list(Scene.objects.filter(place=place))
    names = titles(outlet_rules_at(place).scenes) if found else {}
    for row in found:
        row.chain_name = names.get(row.chain, row.chain)
    return found
