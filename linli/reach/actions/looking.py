"""走查: what a worker found at an outlet, perhaps written without a network and sent later."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.facilities.actions.keeping import confirm_facility, survey_access
from linli.facilities.models import Facility
from linli.kernel import clock

from .. import rules
from ..models import Look, Report

FOUND_AS_REPORT = {
    Look.Found.CLOSED: Report.Kind.CLOSED,
    Look.Found.MOVED: Report.Kind.MOVED,
    Look.Found.NOT_FOUND: Report.Kind.MOVED,
}


@transaction.atomic
def take_look(
    facility: Facility,
    *,
    by,
    key: UUID,
    found: str,
    seen_at: datetime,
    step_free: bool | None = None,
    note: str = "",
) -> Look:
    """Keep what was found; the same key again gives the line that is there.

    As said: the record counts as confirmed (and its access as surveyed). Closed or elsewhere: a report that
    a second person settles, for the register is not changed by one look. ValidationError: no such finding,
    or seen after now.
    """
    known = Look.objects.filter(key=key).first()
    if known is not None:
        if known.seen_by_id != by.pk or known.facility_id != facility.pk:
            raise ValidationError(_("这条记录的编号已经用过了。"))
        return known
    if not rules.can_look(by, facility):
        raise PermissionDenied
    now = clock.now()
    look = Look(
        key=key, facility=facility, found=found, step_free=step_free, note=note.strip(), seen_at=seen_at,
        taken_in_at=now, seen_by=by,
    )  # fmt: skip
    if seen_at > now:
        raise ValidationError({"seen_at": _("看的时间不能晚于现在。")})
    look.full_clean(exclude=["facility", "seen_by"])
    look.save(force_insert=True)
    _follow(look, by)
    audit.record("reach.outlet_looked_at", by=by, thing=look, place=facility.place, detail={"found": found})
    return look


def _follow(look: Look, by) -> None:
    facility = look.facility
    kind = FOUND_AS_REPORT.get(look.found)
    if kind is not None:
        Report.objects.create(
            facility=facility, place=facility.place, kind=kind, said=look.note, reported_by=by,
            reported_at=look.taken_in_at,
        )  # fmt: skip
        return
    if look.step_free is not None:
        survey_access(
            facility, by=by, step_free=look.step_free, on=look.seen_at.astimezone(clock.CHINA).date()
        )
    confirm_facility(facility, by=by)
