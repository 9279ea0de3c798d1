"""What holds for hours or days is told: outages and works, free spaces of a car park, scenes of a community."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from psycopg.types.range import TimestamptzRange

from linli import audit
from linli.facilities.models import Facility
from linli.kernel import clock
from linli.places.models import Place

from .. import rules
from ..models import FreeSpaces, Outage, Scene
from ..outlet_rules import outlet_rules_at, titles


@transaction.atomic
def state_outage(
    place: Place, *, by, utility: str, begins_at: datetime, ends_at: datetime | None, **facts
) -> Outage:
    """Tell a community (or all below a street or county) what fails, from when to when (None: nobody knows yet).

    ValidationError: no such utility in the pack, over already, or it ends before it begins.
    """
    if not rules.can_state_outage(by, place):
        raise PermissionDenied
    if utility not in titles(outlet_rules_at(place).utilities):
        raise ValidationError({"utility": _("没有这一项。")})
    if ends_at is not None and ends_at <= max(begins_at, clock.now()):
        raise ValidationError({"ends_at": _("结束时间要晚于开始时间，也要晚于现在。")})
    row = Outage(
        place=place, utility=utility, during=TimestamptzRange(begins_at, ends_at), stated_by=by,
        stated_at=clock.now(), **facts,
    )  # fmt: skip
    row.full_clean(exclude=["place", "stated_by"])
    row.save()
    audit.record("reach.outage_stated", by=by, thing=row, place=place)
    return row


@transaction.atomic
def withdraw_outage(outage: Outage, *, by) -> Outage:
    """It is over, or was said by mistake: residents read it no more."""
    outage = Outage.objects.select_for_update(of=("self",)).select_related("place").get(pk=outage.pk)
    if not rules.can_state_outage(by, outage.place):
        raise PermissionDenied
    if outage.withdrawn_at is None:
        outage.withdrawn_at = clock.now()
        outage.save(update_fields=["withdrawn_at"])
        audit.record("reach.outage_withdrawn", by=by, thing=outage, place=outage.place)
    return outage


@transaction.atomic
def tell_free_spaces(facility: Facility, *, by, free: int, spaces: int) -> FreeSpaces:
    """Say how many spaces of a car park are free now; the newest word replaces the one before.

    ValidationError: no car park, or more free than there are.
    """
    facility = (
        Facility.objects.select_for_update(of=("self",)).select_related("kind", "place").get(pk=facility.pk)
    )
    if not rules.can_look(by, facility):
        raise PermissionDenied
    if facility.kind.code != rules.PARKING:
        raise ValidationError(_("这里不是停车场。"))
    row = FreeSpaces.objects.filter(facility=facility).first() or FreeSpaces(facility=facility)
    row.free, row.spaces, row.told_by, row.told_at = free, spaces, by, clock.now()
    row.full_clean(exclude=["facility", "told_by"], validate_constraints=False)
    if free > spaces:
        raise ValidationError({"free": _("空余车位不能多于全部车位。")})
    row.save()
    return row


@transaction.atomic
def state_scene(
    place: Place, *, by, title: str, chain: str, state: str, as_of: date, uses: int | None = None
) -> Scene:
    """A scene of a community as it is now; one of the same title gets the new facts."""
    if by is not None and not rules.can_state_scene(by, place):
        raise PermissionDenied
    if chain not in titles(outlet_rules_at(place).scenes):
        raise ValidationError({"chain": _("没有这个环节。")})
    if as_of > clock.today():
        raise ValidationError({"as_of": _("不能晚于今天。")})
    Place.objects.select_for_update(no_key=True).get(pk=place.pk)  # two at once make one scene
    row = Scene.objects.filter(place=place, title=title.strip()).first()
    row = row or Scene(place=place, title=title.strip())
    row.chain, row.state, row.uses, row.as_of = chain, state, uses, as_of
    row.entered_by, row.entered_at = by, clock.now()
    if uses is not None and state in (Scene.State.PLANNED, Scene.State.BUILDING):
        raise ValidationError({"uses": _("还没有投入使用，不填使用人次。")})
    row.full_clean(exclude=["place", "entered_by"], validate_unique=False, validate_constraints=False)
    row.save()
    audit.record("reach.scene_stated", by=by, thing=row, place=place)
    return row
