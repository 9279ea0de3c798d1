"""What goes on inside a facility, as residents and the front desk read it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from linli.organisations.models import Organisation

from ..models import (
    AidService,
    CareClass,
    ChildcareSite,
    ElderSite,
    Facility,
    MealDay,
    ResidentService,
    SiteSession,
    SiteVisits,
)
from ..standards import NoStandards, standards_at

AHEAD = timedelta(days=14)  # of the calendar of activities
WEEK = timedelta(days=7)


def standing_on(rows: QuerySet, day: date) -> QuerySet:
    """Rows in use on a day, begun and not ended."""
    return rows.filter(Q(until=None) | Q(until__gt=day), archived_on=None, since__lte=day)


def services_in(facility: Facility, day: date, words: str = "") -> list[ResidentService]:
    """The services that sit in a facility, by desk; words find what is handled where."""
    rows = standing_on(ResidentService.objects.filter(facility=facility), day).select_related("operator")
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(handles__icontains=word) | Q(provider__icontains=word))
    return list(rows.order_by("desk", "pk"))


def told_to_residents(facility: Facility, day: date) -> dict:
    """What the page of a facility says beside its address: services, calendar, places, prices, today's meal."""
    return {
        "services": services_in(facility, day),
        "sessions": sessions_of(facility, day, day + AHEAD),
        "childcare": list(ChildcareSite.objects.filter(facility=facility, archived_on=None)),
        "classes": list(CareClass.objects.filter(facility=facility, archived_on=None, ends_on__gte=day)),
        "aids": list(standing_on(AidService.objects.filter(facility=facility), day).order_by("kind", "pk")),
        "elder": ElderSite.objects.filter(facility=facility, archived_on=None)
        .select_related("centre")
        .first(),
        "meal": MealDay.objects.filter(facility=facility, archived_on=None, day=day).first(),
    }


def sessions_of(facility: Facility, first: date, last: date) -> list[SiteSession]:
    rows = SiteSession.objects.filter(facility=facility, archived_on=None, held_on__range=(first, last))
    return list(rows.order_by("held_on", "hours", "pk"))


@dataclass(frozen=True)
class Complex:
    """How a house of several services stands to what such a house should hold."""

    least_m2: Decimal
    area_m2: Decimal | None
    present: list[str]
    missing: list[str]
    operators: int
    clause: str

    @property
    def is_large_enough(self) -> bool | None:
        return None if self.area_m2 is None else self.area_m2 >= self.least_m2


def complex_of(facility: Facility, services: list[ResidentService]) -> Complex | None:
    """None for what is no house of several services, or where the standards say nothing of one."""
    try:
        line = standards_at(facility.place).complex if facility.kind.code == "complex" else None
    except NoStandards:
        return None
    if line is None:
        return None
    labels = dict(ResidentService.Function.choices)
    have = {one.function for one in services}
    return Complex(
        line.least_m2,
        facility.area_m2,
        [str(labels[code]) for code in line.functions if code in have],
        [str(labels[code]) for code in line.functions if code not in have],
        len({one.operator_id or one.provider for one in services}),
        line.clause,
    )


def hub_of(facility: Facility, day: date, words: str) -> dict:
    """What a hub shows at its door: where to go for what, who is based here, today, and who came."""
    services = services_in(facility, day)
    week = SiteVisits.objects.filter(facility=facility, archived_on=None, day__range=(day - WEEK, day))
    return {
        "found": services_in(facility, day, words) if words else services,
        "complex": complex_of(facility, services),
        "today": sessions_of(facility, day, day),
        "later": sessions_of(facility, day + timedelta(days=1), day + AHEAD),
        "based": based_in(facility, services),
        "visits": week.aggregate(all=Sum("visits"), booked=Sum("booked")),
        "visits_since": day - WEEK,
    }


def based_in(facility: Facility, services: list[ResidentService]) -> list[Organisation]:
    """Organisations that run something here, or have their seat in the community of the facility."""
    running = {one.operator_id for one in services if one.operator_id}
    here = Q(pk__in=running) | Q(place=facility.place, state="active", able=True)
    return list(Organisation.objects.filter(here, archived_on=None).order_by("name")[:20])
