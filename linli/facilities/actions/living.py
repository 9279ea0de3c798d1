"""The life of a facility: steps of its table, opening hours, closures, the opening log."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from psycopg.types.range import DateRange

from linli import audit
from linli.kernel import clock

from .. import rules
from ..models import Closure, Facility, OpenDay, OpeningPeriod
from ..standards import standards_at
from ..states import STEPS
from .recording import check_day, locked, written


class WrongState(Exception):
    """Somebody was faster: the facility is no longer in a state from which the step leads."""

    def __init__(self, facility: Facility):
        super().__init__(_("这处设施现在是“%s”，不能做这一步。") % facility.get_state_display())
        self.facility = facility


@transaction.atomic
def take_step(facility: Facility, step: str, *, by, on: date | None = None, note: str = "") -> Facility:
    """Take a step of the table as of the day `on` (today): the state changes everywhere at once.

    WrongState: the facility has moved on. ValidationError: the reason or a believable day is missing.
    """
    facility = locked(facility)
    row, on = STEPS[step], on or clock.today()
    if not by.may(row.permission, at=facility.place):
        raise PermissionDenied
    if facility.state not in row.from_states:
        raise WrongState(facility)
    check_day(on)
    if row.asks_why and not note.strip():
        raise ValidationError({"note": _("请写明原因，居民会看到。")})
    was, facility.state = facility.state, row.to_state
    EFFECTS.get(step, _nothing)(facility, on, note.strip())
    return written(facility, step, by=by, note=note.strip(), was=was)


def _nothing(facility: Facility, on: date, note: str) -> None:
    """Some steps change the state alone."""


def _open(facility: Facility, on: date, note: str) -> None:
    facility.opened_on = facility.opened_on or on


def _suspend(facility: Facility, on: date, note: str) -> None:
    if facility.opened_on and on < facility.opened_on:
        raise ValidationError({"on": _("不能早于启用日期 %s。") % facility.opened_on})
    facility.state_note = note[:200]
    overlapping = facility.closures.filter(suspends=True, during__overlap=DateRange(on, None))
    if overlapping.exists():
        raise ValidationError({"on": _("这一天已经登记过暂停开放。")})
    Closure.objects.create(facility=facility, during=DateRange(on, None), reason=note[:200], suspends=True)


def _reopen(facility: Facility, on: date, note: str) -> None:
    facility.state_note = ""
    _end_suspension(facility, on)


def _close(facility: Facility, on: date, note: str) -> None:
    if facility.opened_on and on < facility.opened_on:
        raise ValidationError({"on": _("不能早于启用日期 %s。") % facility.opened_on})
    facility.closed_on, facility.state_note = on, note[:200]
    _end_suspension(facility, on)


def _end_suspension(facility: Facility, on: date) -> None:
    """The suspension ends on the day `on`; one that began on or after it never was."""
    for closure in facility.closures.filter(suspends=True, during__endswith=None):
        if closure.during.lower < on:
            closure.during = DateRange(closure.during.lower, on)
            closure.save(update_fields=["during"])
        else:
            closure.delete()


EFFECTS = {"open": _open, "suspend": _suspend, "reopen": _reopen, "close": _close}


@transaction.atomic
def set_hours(facility: Facility, *, by, periods: Sequence[tuple[int, int, int]]) -> Facility:
    """State the weekly hours: (weekday 1–7, opens, closes) in minutes of the day; an empty list takes them down."""
    facility = locked(facility)
    if not rules.can_edit(by, facility):
        raise PermissionDenied
    rows = [
        OpeningPeriod(facility=facility, weekday=weekday, opens_min=opens, closes_min=closes)
        for weekday, opens, closes in sorted(set(periods))
    ]
    if twice := [row for row, after in pairwise(rows) if _overlap(row, after)]:
        raise ValidationError({"periods": _("星期%s的时间段重叠。") % "一二三四五六日"[twice[0].weekday - 1]})
    for row in rows:
        if not (1 <= row.weekday <= 7 and 0 <= row.opens_min < row.closes_min <= 24 * 60):
            raise ValidationError({"periods": _("开门要早于关门，过夜请分成两段。")})
    facility.periods.all().delete()
    OpeningPeriod.objects.bulk_create(rows)
    facility.hours_stated_on = clock.today() if rows else None
    return written(facility, "hours", by=by)


def _overlap(row: OpeningPeriod, after: OpeningPeriod) -> bool:
    return row.weekday == after.weekday and row.closes_min > after.opens_min


@transaction.atomic
def announce_closure(facility: Facility, *, by, first: date, last: date, reason: str) -> Closure:
    """Shut from `first` to `last` (both days included) although the week says open: holidays, training."""
    facility = locked(facility)
    if not rules.can_log(by, facility):
        raise PermissionDenied
    if last < first:
        raise ValidationError({"last": _("结束日期不能早于开始日期。")})
    if not reason.strip():
        raise ValidationError({"reason": _("请写明原因，居民会看到。")})
    closure = Closure(
        facility=facility, during=DateRange(first, last + timedelta(days=1)), reason=reason.strip()
    )
    closure.full_clean(exclude=["facility"], validate_constraints=False)
    closure.save()
    written(facility, "closure", by=by, note=f"{first} — {last} {reason.strip()}"[:300])
    return closure


@transaction.atomic
def log_day(facility: Facility, *, by, day: date, minutes: int, source: str = "desk") -> OpenDay:
    """Write how long the facility was open on a day; written again it replaces what was said before."""
    facility = locked(facility)
    if not rules.can_log(by, facility):
        raise PermissionDenied
    check_day(day, field="day")
    most_days = standards_at(facility.place).limits.log_back_days
    if day < clock.today() - timedelta(days=most_days):  # months later it would be a recollection
        raise ValidationError({"day": _("只能补登最近 %d 天。") % most_days})
    if not 0 <= minutes <= 24 * 60:
        raise ValidationError({"minutes": _("一天最多 24 小时。")})
    if facility.opened_on is None or day < facility.opened_on:
        raise ValidationError({"day": _("这一天设施还没有启用。")})
    row, _made = OpenDay.objects.update_or_create(
        facility=facility, day=day, defaults={"minutes": minutes, "source": source, "by": by}
    )
    audit.record("facility.log_day", by=by, thing=facility, place=facility.place, detail={"minutes": minutes})
    return row
