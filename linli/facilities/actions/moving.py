"""What stands in a community that ends goes over to the community that carries it on."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.places.models import Place

from ..models import Facility, HousingProject, Service, Statement, UpgradeProject
from ..states import UpgradeState
from .recording import facts_of, locked, written


@transaction.atomic
def move_all(place: Place, successor: Place, *, by, on: date, why: str) -> int:
    """Facilities, what is served, projects; each facility keeps its number and wants confirming again.

    The act on the tree asked for the permission. A statement that all is entered outlives the merge only
    where both places had one.
    """
    moved = 0
    for facility in Facility.objects.standing().filter(place=place).order_by("pk"):
        _move_facility(locked(facility), successor, by=by, why=why)
        moved += 1
    _move_services(place, successor)
    moved += HousingProject.objects.filter(place=place).update(place=successor)
    moved += _move_upgrades(place, successor, on=on, why=why, by=by)
    _end_statements(place, successor, on)
    audit.record("facility.follow", by=by, place=successor, detail={"from": place.code, "rows": moved})
    return moved


def _move_facility(facility: Facility, successor: Place, *, by, why: str) -> None:
    before = facts_of(facility, ("place",))
    facility.place = successor
    facility.confirmed_on = facility.confirmed_by = facility.stale_on = None
    written(facility, "moved", by=by, before=before, note=why)


def _move_services(place: Place, successor: Place) -> None:
    """What served the old place serves the new one; a facility that stands there needs no line."""
    stands = Facility.objects.filter(place=successor).values("pk")
    there = Service.objects.filter(place=successor).values("facility")
    old = Service.objects.filter(place=place)
    old.exclude(facility__in=stands).exclude(facility__in=there).update(place=successor)
    Service.objects.filter(place=place).delete()
    Service.objects.filter(place=successor, facility__in=stands).delete()


def _move_upgrades(place: Place, successor: Place, *, on: date, why: str, by) -> int:
    """Projects under way go over, but where the successor closes the same gap already, this one ends."""
    moved = 0
    closed = [UpgradeState.ACCEPTED, UpgradeState.DROPPED]
    busy = set(
        UpgradeProject.objects.filter(place=successor)
        .exclude(state__in=closed)
        .values_list("standard", flat=True)
    )
    for project in UpgradeProject.objects.select_for_update().filter(place=place).order_by("pk"):
        twice = project.standard in busy and project.state not in closed
        if twice:
            project.state = UpgradeState.DROPPED
        project.place = successor
        project.save()
        told = _("%s；那里已有同一条缺口的项目，本项目终止") % why if twice else why
        project.events.create(act="moved", on=on, note=told[:300], by=by)
        moved += 1
    return moved


def _end_statements(place: Place, successor: Place, on: date) -> None:
    holding = Statement.objects.filter(on__lte=on, until__gt=on)
    if holding.filter(place=place).exists():
        return
    for statement in holding.filter(place=successor):
        if statement.on == on:
            statement.delete()
        else:
            statement.until = max(on, statement.on + timedelta(days=1))
            statement.save()
