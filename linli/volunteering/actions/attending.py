"""Being there: signing in by the code and out again, the coordinator's list, also after time without a network."""

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from psycopg.types.range import Range

from linli.kernel import clock
from linli.kernel.clock import CHINA

from .. import rules
from ..models import Attendance, Joining
from ..refusals import VolunteeringRefused

State = Joining.State


@transaction.atomic
def check_in(shift, *, volunteer, code: str, by, at: datetime | None = None) -> Attendance:
    """The volunteer is there and types the code of the day: a record, still to be confirmed by another.

    `at`: when he pressed, as a telephone that was without a network says; the record tells that it came later.
    VolunteeringRefused: wrong code, too early or over, not joined. Asked twice, the same record.
    """
    if not (by.person_id == volunteer.pk or volunteer.pk in by.acts_for):
        raise PermissionDenied
    known = record_of(shift, volunteer)
    if known is not None:
        return known
    if not volunteer.is_serving:
        raise VolunteeringRefused("volunteer_is_active", _("还不能签到：在等监护人同意。"))
    if not secrets.compare_digest(shift.code.encode(), code.strip().upper().encode()):
        raise VolunteeringRefused("check_in_by_the_code", _("签到码不对，请看现场的签到码。"))
    limits, now = shift.activity.charter.rules.limits, clock.now()
    there = now if at is None else min(at, now)
    if not shift.during.lower - timedelta(minutes=limits.check_in_before_min) <= there < shift.during.upper:
        raise VolunteeringRefused("check_in_in_time", _("还没到签到时间，或者已经结束。"))
    if there < now - timedelta(days=limits.report_days):
        raise VolunteeringRefused("check_in_in_time", _("这次签到传来得太晚，请向协调员补报。"))
    begin = max(there, shift.during.lower)
    return record_present(
        shift, volunteer=volunteer, begin=begin, by=volunteer.person, source="code", came=(there, now)
    )


@transaction.atomic
def check_out(shift, *, volunteer, by, at: datetime | None = None) -> Attendance:
    """The volunteer goes before the end: his record ends now. After the end nothing changes; asked twice, the same.

    VolunteeringRefused: he did not sign in, or somebody has decided about his hours already.
    """
    if not (by.person_id == volunteer.pk or volunteer.pk in by.acts_for):
        raise PermissionDenied
    record = record_of(shift, volunteer)
    if record is None or record.state != Attendance.State.RECORDED:
        raise VolunteeringRefused("checked_in_before_out", _("还没有签到，或者时长已经有人核过。"))
    gone = clock.now() if at is None else min(at, clock.now())
    if record.during.lower < gone < record.during.upper:
        record.during = Range(record.during.lower, gone)
        record.minutes = max(1, round((gone - record.during.lower).total_seconds() / 60))
        record.save(update_fields=["during", "minutes"])
    return record


@transaction.atomic
def mark_present(shift, *, volunteers, by) -> list[Attendance]:
    """The coordinator's list, on paper or on screen: who was there; another person confirms the hours."""
    if not by.may(rules.ORGANISE, at=shift.activity.place):
        raise PermissionDenied
    begin = shift.during.lower
    return [
        record_of(shift, one)
        or record_present(shift, volunteer=one, begin=begin, by=by.person, source="list")
        for one in sorted(volunteers, key=lambda one: one.pk)
    ]


def record_of(shift, volunteer) -> Attendance | None:
    """What is recorded of somebody in a shift; his joining is locked, so two who tick at once make one."""
    list(shift.joinings.select_for_update().filter(volunteer=volunteer).order_by("pk"))
    return Attendance.objects.filter(shift=shift, volunteer=volunteer, corrects=None).first()


def record_present(shift, *, volunteer, begin, by, source, came=None) -> Attendance:
    """A record of somebody who joined; VolunteeringRefused when he did not.

    `came`: when he pressed and when it arrived, told to whoever confirms where the two lie apart.
    """
    if not shift.joinings.filter(volunteer=volunteer, state=State.JOINED).exists():
        raise VolunteeringRefused("joined_before_check_in", _("没有报名这个班次，请先报名。"))
    activity, end = shift.activity, shift.during.upper
    return Attendance.objects.create(
        volunteer=volunteer,
        source=source,
        charter=activity.charter,
        service=activity.service,
        content=activity.title,
        place=activity.place,
        during=Range(begin, end),
        minutes=max(1, round((end - begin).total_seconds() / 60)),
        shift=shift,
        recorded_by=by,
        recorded_at=clock.now(),
        why=words_of_delay(*came) if came else "",
    )


def words_of_delay(pressed: datetime, arrived: datetime) -> str:
    """What a late arrival says of itself; empty when it came at once."""
    if arrived - pressed < timedelta(minutes=1):
        return ""
    told = {"pressed": pressed.astimezone(CHINA), "arrived": arrived.astimezone(CHINA)}
    return _("没有网络：%(pressed)s 签到，%(arrived)s 传到") % {
        name: f"{moment:%m-%d %H:%M}" for name, moment in told.items()
    }
