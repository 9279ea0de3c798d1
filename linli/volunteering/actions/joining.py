"""Activities and their shifts: publishing, joining, waiting, leaving, reminding."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg.types.range import Range

from linli import audit
from linli.cases.actions import next_number
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.notices.actions import notify
from linli.search.actions import touch

from .. import rules
from ..charters import charter_at
from ..models import Activity, Joining, Shift, Volunteer
from ..refusals import VolunteeringRefused, refused

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that looks like something else on paper
State = Joining.State


@dataclass(frozen=True)
class ActivityDraft:
    """What an organiser says about an activity."""

    title: str
    service: str
    description: str
    place: Any
    address: str
    team: Any = None
    case: Any = None  # a request or visit it answers
    asked_by: Any = None  # an organisation that needs people
    lon: float | None = None
    lat: float | None = None
    risk: str = ""
    least_age: int = 0
    elder_friendly: bool = False
    requires: str = ""
    teaches: str = ""


@transaction.atomic
def publish_activity(draft: ActivityDraft, *, shifts, by, key=None) -> Activity:
    """An activity people may join; `shifts` are (begin, end, capacity). The same `key` twice, the same.

    LookupError: the charter knows no such service. With a risk, the insurance of the charter covers it.
    """
    if not by.may(rules.ORGANISE, at=draft.place):
        raise PermissionDenied
    known = Activity.objects.filter(key=key).first() if key else None
    if known is not None:
        return known
    charter = charter_at(draft.place)
    charter.rules.service(draft.service)
    activity = Activity.objects.create(
        **vars(draft),
        number=next_number("HD", clock.now()),
        charter=charter,
        coordinator=by,
        insurance=charter.rules.insurance if draft.risk else "",
        published_at=clock.now(),
        key=key,
    )
    for begin, end, capacity in shifts:
        add_shift(activity, begin=begin, end=end, capacity=capacity, by=by)
    touch(activity)
    audit.record("volunteering.publish", by=by, thing=activity, place=activity.place)
    return activity


@transaction.atomic
def add_shift(activity, *, begin: datetime, end: datetime, capacity: int, by) -> Shift:
    """A time of an activity; VolunteeringRefused when it ends before it begins or stands already."""
    if not by.may(rules.ORGANISE, at=activity.place):
        raise PermissionDenied
    if end <= begin:
        raise VolunteeringRefused("shift_begins_and_ends", _("结束时间要晚于开始时间。"))
    try:
        with transaction.atomic():
            return Shift.objects.create(
                activity=activity, during=Range(begin, end), capacity=capacity, code=_new_code()
            )
    except IntegrityError as error:
        raise refused(error) from error


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _turn in range(6))


@transaction.atomic
def restate_activity(activity, *, address: str, description: str, seen: str, by) -> Activity:
    """Put right where it is or what it says; who joined hears of another place.

    VolunteeringRefused: somebody changed it since `seen` (what `wording_of` gave) was read.
    """
    if not by.may(rules.ORGANISE, at=activity.place):
        raise PermissionDenied
    activity = Activity.objects.select_for_update(of=("self",)).select_related("place").get(pk=activity.pk)
    if seen != wording_of(activity):
        raise VolunteeringRefused("activity_as_it_was_read", _("刚才有别人改过，请看清现在的内容再改。"))
    moved = address != activity.address
    activity.address, activity.description = address, description
    activity.save(update_fields=["address", "description"])
    going = Joining.objects.filter(shift__activity=activity, during__endswith__gt=clock.now())
    if moved:
        for joining in going.exclude(state=State.LEFT).select_related("volunteer__person", "shift__activity"):
            _tell(joining, "volunteering-moved")
    touch(activity)
    audit.record("volunteering.restate", by=by, thing=activity, place=activity.place)
    return activity


def wording_of(activity) -> str:
    """What a form remembers of the words it showed."""
    return hashlib.sha256(f"{activity.address}|{activity.description}".encode()).hexdigest()[:16]


@transaction.atomic
def cancel_activity(activity, *, by, why: str) -> Activity:
    """An activity does not take place; everybody who joined is told why."""
    if not by.may(rules.ORGANISE, at=activity.place):
        raise PermissionDenied
    activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if activity.state == Activity.State.CANCELLED:
        return activity
    activity.state = Activity.State.CANCELLED
    activity.save(update_fields=["state"])
    going = Joining.objects.filter(shift__activity=activity, during__endswith__gt=clock.now())
    for joining in going.exclude(state=State.LEFT).select_related("volunteer__person", "shift__activity"):
        _tell(joining, "volunteering-cancelled", why=why[:100])
    going.update(state=State.LEFT)
    touch(activity)
    audit.record("volunteering.cancel", by=by, thing=activity, place=activity.place, purpose=why)
    return activity


@transaction.atomic
def join(shift, *, volunteers, by, risk_accepted: bool = False) -> list[Joining]:
    """The joinings of a party: all have places, or all wait; asked twice, the same.

    PermissionDenied: he may not speak for one of them. VolunteeringRefused: over, overlapping, too young,
    not trained, risk not accepted.
    """
    for volunteer in volunteers:
        if not speaks_for(by, volunteer, shift.activity.place):
            raise PermissionDenied
    shift = Shift.objects.select_for_update(of=("self",)).select_related("activity").get(pk=shift.pk)
    keys = [volunteer.pk for volunteer in volunteers]
    found = Volunteer.objects.filter(pk__in=keys).select_related("person", "consent")  # as they are now
    volunteers = found.order_by("pk")  # the order in which all parties are locked
    standing = list(shift.joinings.filter(volunteer__in=keys).exclude(state=State.LEFT))
    if len(standing) == len(keys):
        return standing
    new = [one for one in volunteers if one.pk not in {joining.volunteer_id for joining in standing}]
    for volunteer in new:
        _check(shift, volunteer, risk_accepted)
    state = State.JOINED if shift.free >= len(new) else State.WAITING
    party = uuid.uuid4()
    activity = shift.activity
    rows = [
        Joining(
            shift=shift,
            volunteer=volunteer,
            party=party,
            during=shift.during,
            state=state,
            at=clock.now(),
            by=by,
            risk_accepted_at=clock.now() if activity.risk else None,
            insurance=activity.insurance,
        )
        for volunteer in new
    ]
    try:
        with transaction.atomic():
            for row in rows:
                row.save()
    except IntegrityError as error:
        raise refused(error) from error
    return [*standing, *rows]


def speaks_for(by, volunteer, place) -> bool:
    """Whether somebody may join and leave for a volunteer: himself, his guardian, an organiser there."""
    return by.person_id == volunteer.pk or volunteer.pk in by.acts_for or by.may(rules.ORGANISE, at=place)


def _check(shift, volunteer, risk_accepted: bool) -> None:
    activity = shift.activity
    if activity.state != Activity.State.OPEN or shift.during.lower <= clock.now():
        raise VolunteeringRefused("shift_has_not_begun", _("已经开始或取消，不能再报名。"))
    if not volunteer.is_serving:
        raise VolunteeringRefused("volunteer_is_active", _("还不能报名：注册没有完成，或者在等监护人同意。"))
    age = volunteer.person.age_on(clock.today())
    if age is not None and age < activity.least_age:
        sentence = _("这项活动要满 %(age)s 岁。") % {"age": activity.least_age}
        raise VolunteeringRefused("volunteer_old_enough", sentence)
    if activity.requires and not is_trained(volunteer, activity.requires):
        raise VolunteeringRefused("volunteer_is_trained", _("请先参加培训，再报名这项活动。"))
    if activity.risk and not risk_accepted:
        raise VolunteeringRefused("risk_was_told", _("请先看风险提示并勾选“我知道了”。"))


def is_trained(volunteer, code: str) -> bool:
    """Whether a confirmed record says he took part in a training that teaches it."""
    return volunteer.attendances.confirmed().filter(shift__activity__teaches=code).exists()


@transaction.atomic
def leave(joining, *, by) -> Joining:
    """Somebody takes no part; who waits moves up. Asked twice, the same."""
    shift = Shift.objects.select_for_update(of=("self",)).select_related("activity").get(pk=joining.shift_id)
    joining = Joining.objects.select_related("volunteer").get(pk=joining.pk)
    if not speaks_for(by, joining.volunteer, shift.activity.place):
        raise PermissionDenied
    if joining.state == State.LEFT:
        return joining
    if shift.during.lower <= clock.now():
        raise VolunteeringRefused("shift_has_not_begun", _("已经开始，不能再退出，请联系协调员。"))
    joining.state = State.LEFT
    joining.save(update_fields=["state"])
    move_up(shift)
    return joining


def move_up(shift) -> int:
    """Give free places to those who wait: the earliest party that fits as a whole; how many moved up.

    The caller holds the shift. A party with somebody busy elsewhere meanwhile keeps waiting.
    """
    moved = 0
    shift.refresh_from_db(fields=["taken", "capacity"])
    waiting: dict = {}
    for joining in (
        shift.joinings.filter(state=State.WAITING).select_related("volunteer__person").order_by("pk")
    ):
        waiting.setdefault(joining.party, []).append(joining)
    for party in waiting.values():
        if len(party) > shift.free:
            continue
        try:
            with transaction.atomic():
                for joining in sorted(party, key=lambda one: one.volunteer_id):
                    joining.state = State.JOINED
                    joining.save(update_fields=["state"])
        except IntegrityError:
            continue
        for joining in party:
            joining.shift = shift
            _tell(joining, "volunteering-moved_up")
        moved += len(party)
        shift.refresh_from_db(fields=["taken"])
    return moved


@transaction.atomic
def widen(shift, *, capacity: int, by) -> Shift:
    """Another number of places; never fewer than are taken. Who waits moves up."""
    shift = Shift.objects.select_for_update(of=("self",)).select_related("activity").get(pk=shift.pk)
    if not by.may(rules.ORGANISE, at=shift.activity.place):
        raise PermissionDenied
    shift.capacity = capacity
    try:
        with transaction.atomic():
            shift.save(update_fields=["capacity"])
    except IntegrityError as error:
        raise refused(error) from error
    move_up(shift)
    return shift


def _tell(joining, kind: str, **more) -> None:
    activity, begin = joining.shift.activity, joining.during.lower.astimezone(CHINA)
    notify(
        joining.volunteer.person,
        kind,
        title=activity.title[:80],
        begin=f"{begin:%m月%d日 %H:%M}",
        address=activity.address[:100],
        path=f"/volunteering/activities/{activity.number}/",
        **more,
    )


def remind(now: datetime, *, within: timedelta = timedelta(hours=24)) -> int:
    """Tell those who joined of shifts that begin soon, each shift once; how many shifts."""
    soon = Shift.objects.filter(
        during__startswith__gt=now, during__startswith__lte=now + within, reminded_at=None
    ).exclude(activity__state=Activity.State.CANCELLED)
    done = 0
    for key in list(soon.values_list("pk", flat=True)):
        with transaction.atomic():
            if not Shift.objects.filter(pk=key, reminded_at=None).update(reminded_at=now):
                continue
            going = Joining.objects.filter(
                shift=key, state=State.JOINED, volunteer__in=Volunteer.objects.active()
            )
            for joining in going.select_related("volunteer__person", "shift__activity"):
                _tell(joining, "volunteering-reminder")
            done += 1
    return done
