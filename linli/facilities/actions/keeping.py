"""Keeping the register: enter, edit, confirm, survey, merge what stands twice, archive."""

from collections.abc import Iterator
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock
from linli.places.models import Place
from linli.registers.actions import follow_thing
from linli.registers.correcting import follow_merge

from .. import rules
from ..models import Facility, Mark, OpenDay, Photo, Service, Statement
from ..models.catalogue import Function
from ..rules import after_months
from ..standards import standards_at
from ..states import State
from .recording import check_day, facts_of, locked, written

EDITED = (
    "name",
    "kind",
    "level",
    "address",
    "lon",
    "lat",
    "point_origin",
    "area_m2",
    "tenure",
    "rent_yuan",
    "agreement_from",
    "agreement_until",
    "functions",
    "marks",
    "condition",
    "phone",
    "operator",
    "capacity",
    "opened_on",
)
FILLED = tuple(name for name in EDITED if name not in ("name", "kind", "level", "functions", "marks"))
PLACE_LEVELS = ("community", "street", "county")
ANYTIME = (State.PLANNED, State.BUILT, State.ACCEPTED, State.OPEN)  # where a record may begin


@transaction.atomic
def register_facility(*, by, place: Place, state: str, code: str = "", **facts) -> Facility:
    """Enter a facility of the community `place`; one that is planned, built, accepted or open already.

    ValidationError tells by field what is wrong, PermissionDenied that the post does not reach the place.
    """
    if not rules.can_add(by, place):
        raise PermissionDenied
    if place.level not in PLACE_LEVELS or place.valid_to is not None:
        raise ValidationError({"place": _("请选择在用的社区（村）、街道（镇）或区县。")})
    if state not in ANYTIME:
        raise ValidationError({"state": _("新登记的设施应为规划中、已建成、已验收或在用。")})
    Place.objects.select_for_update().get(pk=place.pk)  # the queue of numbers of this community
    facility = Facility(place=place, state=state, code=code or free_codes(place, 1)[0], version=0)
    _set(facility, facts)
    check_facts(facility)
    _confirm(facility, by)
    facility.validate_unique()
    return written(facility, "register", by=by)


def free_codes(place: Place, count: int) -> list[str]:
    """The next numbers of a community, such as 990101001001F007; its row is locked by the caller."""
    prefix = f"{place.code}F"
    taken = Facility.objects.filter(code__startswith=prefix).values_list("code", flat=True)
    last = max((int(code[len(prefix) :]) for code in taken if code[len(prefix) :].isdecimal()), default=0)
    return [f"{prefix}{last + n:03}" for n in range(1, count + 1)]


@transaction.atomic
def edit_facility(facility: Facility, *, by, version: int, note: str = "", **facts) -> Facility:
    """Change facts; what was before stays in the history, and the rest counts as confirmed. Stale: L6."""
    facility = locked(facility, version=version)
    if not rules.can_edit(by, facility):
        raise PermissionDenied
    before = facts_of(facility, EDITED)
    _set(facility, facts)
    check_facts(facility)
    _confirm(facility, by)
    return written(facility, "edit", by=by, before=before, note=note)


@transaction.atomic
def confirm_facility(facility: Facility, *, by) -> Facility:
    """Say that what is written is still true today."""
    facility = locked(facility)
    if not rules.can_edit(by, facility):
        raise PermissionDenied
    _confirm(facility, by)
    return written(facility, "confirm", by=by)


@transaction.atomic
def survey_access(facility: Facility, *, by, step_free: bool, on: date, access_note: str = "") -> Facility:
    """Somebody went there and looked whether one gets in without a step."""
    facility = locked(facility)
    if not rules.can_edit(by, facility):
        raise PermissionDenied
    check_day(on)
    before = facts_of(facility, ("step_free", "surveyed_on", "access_note"))
    facility.step_free, facility.surveyed_on, facility.access_note = step_free, on, access_note
    return written(facility, "survey", by=by, before=before)


@transaction.atomic
def merge_facilities(keep: Facility, duplicate: Facility, *, by, note: str) -> Facility:
    """Two records of one facility become one: what `keep` does not know it takes from the duplicate."""
    if keep.pk == duplicate.pk:
        raise ValidationError(_("请选择另一条记录。"))
    first, second = sorted((keep, duplicate), key=lambda one: one.pk)  # one order for all: no deadlock
    both = {one.pk: one for one in (locked(first), locked(second))}
    keep, duplicate = both[keep.pk], both[duplicate.pk]
    if not (rules.can_approve(by, keep) and rules.can_approve(by, duplicate)):
        raise PermissionDenied
    if not note.strip():
        raise ValidationError({"note": _("请写明为什么是同一处设施。")})
    before = facts_of(keep, EDITED)
    _take_over(keep, duplicate)
    duplicate.merged_into, duplicate.archived_at = keep, clock.now()
    written(duplicate, "merged", by=by, note=f"{keep.code} {note}"[:300])
    return written(keep, "merge", by=by, before=before, note=f"{duplicate.code} {note}"[:300])


def _take_over(keep: Facility, duplicate: Facility) -> None:
    point = ("lon", "lat", "point_origin")
    for name in FILLED:
        if name not in point and getattr(keep, name) in (None, ""):
            setattr(keep, name, getattr(duplicate, name))
    if keep.lon is None:
        for name in point:
            setattr(keep, name, getattr(duplicate, name))
    keep.functions = sorted({*keep.functions, *duplicate.functions})
    keep.marks = sorted({*keep.marks, *duplicate.marks})
    if not keep.rooms.exists():
        duplicate.rooms.update(facility=keep)
    if not keep.periods.exists():
        duplicate.periods.update(facility=keep)
    Photo.objects.filter(facility=duplicate).update(facility=keep)
    logged = keep.open_days.values("day")
    OpenDay.objects.filter(facility=duplicate).exclude(day__in=logged).update(facility=keep)
    served = keep.services.values("place")
    Service.objects.filter(facility=duplicate).exclude(place__in=served).update(facility=keep)
    follow_thing(duplicate, keep)
    follow_merge("facilities", duplicate.pk, into=keep.pk)


@transaction.atomic
def archive_facility(facility: Facility, *, by, note: str) -> Facility:
    """Take a closed or never opened facility out of lists; its history stays."""
    facility = locked(facility)
    if not rules.can_approve(by, facility):
        raise PermissionDenied
    if facility.state in (State.OPEN, State.SUSPENDED):
        raise ValidationError(_("在用的设施不能归档，请先关停。"))
    if not note.strip():
        raise ValidationError({"note": _("请写明归档原因。")})
    facility.archived_at = clock.now()
    return written(facility, "archive", by=by, note=note)


@transaction.atomic
def state_complete(place: Place, *, by) -> Statement:
    """The community says that all its facilities stand in the register: from now on none is zero."""
    if not rules.can_add(by, place):
        raise PermissionDenied
    today = clock.today()
    statement, made = Statement.objects.get_or_create(
        place=place,
        on=today,
        defaults={"until": after_months(today, standards_at(place).limits.statement_months), "by": by},
    )
    if made:
        audit.record("facility.state_complete", by=by, place=place)
    return statement


def _set(facility: Facility, facts: dict) -> None:
    for name, value in facts.items():
        if name not in EDITED:
            raise ValueError(f"{name} is not changed by editing")
        setattr(facility, name, value)


def check_facts(facility: Facility) -> None:
    """What the fields alone do not show, and the database would refuse; ValidationError by field."""
    wrong = {name: why for check in CHECKS for name, why in check(facility)}
    if wrong:
        raise ValidationError(wrong)


def _days_contradict(facility: Facility) -> Iterator[tuple[str, str]]:
    if facility.opened_on is not None and facility.opened_on > clock.today():
        yield "opened_on", _("启用日期不能晚于今天。")
    if facility.state in (State.OPEN, State.SUSPENDED) and facility.opened_on is None:
        yield "opened_on", _("在用的设施要填启用日期。")
    if facility.closed_on and facility.opened_on and facility.closed_on < facility.opened_on:
        yield "opened_on", _("启用日期晚于关停日期。")
    begins, ends = facility.agreement_from, facility.agreement_until
    if begins and ends and ends < begins:
        yield "agreement_until", _("协议到期早于协议开始。")


def _figures_contradict(facility: Facility) -> Iterator[tuple[str, str]]:
    if facility.area_m2 is not None:
        rooms = facility.rooms.aggregate(all=Sum("area_m2"))["all"] if facility.pk else None
        if facility.area_m2 <= 0:
            yield "area_m2", _("面积应大于 0；不知道就不填。")
        elif rooms is not None and rooms > facility.area_m2:
            yield "area_m2", _("小于房间面积合计 %s ㎡，请先核对房间。") % rooms
    if (facility.lon is None) != (facility.lat is None):
        yield "lat", _("经度和纬度要一起填写。")
    elif facility.lon is not None and not (73 <= facility.lon <= 136 and 3 <= facility.lat <= 54):
        yield "lon", _("不在中国范围内，经纬度可能写反了。")
    elif (facility.lon is None) != (facility.point_origin == ""):
        yield "point_origin", _("请说明坐标来源。")


def _catalogue_lacks(facility: Facility) -> Iterator[tuple[str, str]]:
    if facility.kind.retired_on is not None:
        yield "kind", _("这个类别已停用，请另选。")
    for name, model, why in (
        ("functions", Function, _("没有这样的功能：%s")),
        ("marks", Mark, _("没有这样的标记：%s")),
    ):
        given = set(getattr(facility, name))
        known = model.objects.filter(code__in=given).values_list("code", flat=True) if given else ()
        if unknown := given - set(known):
            yield name, why % "、".join(sorted(unknown))


CHECKS = (_days_contradict, _figures_contradict, _catalogue_lacks)


def _confirm(facility: Facility, by) -> None:
    facility.confirmed_on, facility.confirmed_by = clock.today(), by
    facility.stale_on = after_months(clock.today(), facility.kind.confirm_months)
