"""Hours: reported, confirmed by a second person, disputed, corrected; never credited by silence (L2)."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg.types.range import Range

from linli import audit
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.notices.actions import notify
from linli.people.models import Person, Post

from .. import rules
from ..charters import charter_at
from ..models import Attendance, Volunteer
from ..refusals import VolunteeringRefused, refused
from .banking import mint_for
from .daily import add_to_day

State = Attendance.State
KEPT = ("volunteer", "source", "charter", "service", "content", "place", "shift", "case", "receiver")


def may_confirm(by, record) -> bool:
    """Whoever was served, or a post that confirms there; never the volunteer, nor who entered it."""
    if by.person_id is None or by.person_id in (record.volunteer_id, record.recorded_by_id):
        return False
    received = record.receiver_id is not None and (
        by.person_id == record.receiver_id or record.receiver_id in by.acts_for
    )
    return received or by.may(rules.CONFIRM, at=record.place)


@transaction.atomic
def report_hours(
    volunteer,
    *,
    begin: datetime,
    end: datetime,
    service,
    content,
    place,
    evidence,
    by,
    receiver=None,
    photo=None,
    key=None,
) -> Attendance:
    """One's own report of a service nobody listed; it counts after somebody else has looked at it.

    `receiver`, where he is named, is asked to confirm it; a coordinator may as well.

    VolunteeringRefused: in the future, too long ago, longer than a day. The same `key` twice, the same record.
    """
    if not (by.person_id == volunteer.pk or volunteer.pk in by.acts_for or by.may(rules.ENTER, at=place)):
        raise PermissionDenied
    Volunteer.objects.select_for_update(of=("self",)).get(
        pk=volunteer.pk
    )  # two clicks come one after the other
    known = Attendance.objects.filter(key=key).first() if key else None
    if known is not None:
        return known
    charter = charter_at(place)
    charter.rules.service(service)
    limits = charter.rules.limits
    minutes = round((end - begin).total_seconds() / 60)
    if end > clock.now() or begin < clock.now() - timedelta(days=limits.report_days):
        sentence = _("只能申报最近 %(days)s 天里已经完成的服务。") % {"days": limits.report_days}
        raise VolunteeringRefused("reported_in_time", sentence)
    if not volunteer.is_serving:
        raise VolunteeringRefused("volunteer_is_active", _("还不能申报：注册没有完成，或者在等监护人同意。"))
    if not 0 < minutes <= limits.day_minutes:
        raise VolunteeringRefused("day_total_within_the_limit")
    if receiver is not None and receiver.pk in (volunteer.pk, by.person_id):
        receiver = None  # nobody confirms what he entered himself
    record = Attendance.objects.create(
        volunteer=volunteer,
        source=Attendance.Source.SELF,
        charter=charter,
        service=service,
        content=content,
        place=place,
        during=Range(begin, end),
        minutes=minutes,
        receiver=receiver,
        evidence=evidence,
        photo=photo,
        recorded_by=by.person,
        recorded_at=clock.now(),
        key=key,
    )
    if receiver is not None:
        _ask_receiver(record)
    return record


def _ask_receiver(record) -> None:
    told = {"number": record.volunteer.number, "minutes": record.minutes, "path": "/volunteering/me/"}
    notify(record.receiver, "volunteering-received", **told)


@transaction.atomic
def confirm_attendance(
    record, *, by, evidence: str = "", minutes: int | None = None, photo=None
) -> Attendance:
    """Somebody else says it was so: the hours count, and coins come with them where the charter says so.

    Asked twice, the same. VolunteeringRefused: own record, over the limit of the day, overlapping, not over.
    """
    record = Attendance.objects.select_for_update(of=("self",)).select_related("charter").get(pk=record.pk)
    if not may_confirm(by, record):
        raise PermissionDenied(_("时长要由受助人或者第二个人确认。"))
    if record.state == State.CONFIRMED:
        return record
    _still_open(record)
    if record.during.upper > clock.now():
        raise VolunteeringRefused("attendance_is_over", _("服务还没有结束，结束后再确认。"))
    if minutes is not None:
        if not 0 < minutes <= _span(record):
            raise VolunteeringRefused("attendance_fits_its_time", _("分钟数要在服务时间以内。"))
        record.minutes = minutes
    record.evidence = evidence.strip() or record.evidence
    record.photo = photo or record.photo
    record.confirmed_by, record.decided_at, record.state = by.person, clock.now(), State.CONFIRMED
    credit(record, by=by)
    audit.record("volunteering.confirm", by=by, thing=record, place=record.place)
    return record


def _span(record) -> int:
    """The minutes between begin and end, rounded up."""
    return -(-int((record.during.upper - record.during.lower).total_seconds()) // 60)


def _still_open(record) -> None:
    if record.state not in (State.RECORDED, State.DISPUTED):
        raise VolunteeringRefused("attendance_decided_is_never_edited")


def credit(record, *, by) -> None:
    """Write a confirmed record, its day total and its coins, or none of them. The caller holds the record."""
    old = record.corrects
    difference = record.minutes
    try:
        with transaction.atomic():
            if old is not None:
                same_day = day_of(old) == day_of(record)
                difference = record.minutes - old.minutes if same_day else record.minutes
                Attendance.objects.filter(pk=old.pk).update(state=State.SUPERSEDED)
                if not same_day:
                    add_to_day(old.volunteer_id, day_of(old), "served", -old.minutes, most=1440)
            record.save()
            most = record.charter.rules.limits.day_minutes
            add_to_day(record.volunteer_id, day_of(record), "served", difference, most=most)
    except IntegrityError as error:
        raise refused(error) from error
    if record.case_id is None and record.charter.rules.service(record.service).coins:
        mint_for(record, by=by)


def day_of(record):
    return record.during.lower.astimezone(CHINA).date()


@transaction.atomic
def dispute_attendance(record, *, by, why: str) -> Attendance:
    """The volunteer or whoever was served says it was not so; a coordinator decides."""
    record = Attendance.objects.select_for_update(of=("self",)).get(pk=record.pk)
    concerned = {record.volunteer_id, record.receiver_id} - {None}
    if not (concerned & ({by.person_id} | by.acts_for)):
        raise PermissionDenied
    _still_open(record)
    record.state, record.why = State.DISPUTED, why
    record.save(update_fields=["state", "why"])
    audit.record("volunteering.dispute", by=by, thing=record, place=record.place)
    _tell_deciders(record)
    return record


@transaction.atomic
def refuse_attendance(record, *, by, why: str) -> Attendance:
    """A second person says it does not count, and why; the volunteer hears it."""
    record = Attendance.objects.select_for_update(of=("self",)).select_related("volunteer__person").get(
        pk=record.pk
    )  # fmt: skip
    if not may_confirm(by, record):
        raise PermissionDenied
    if record.state == State.REFUSED:
        return record
    _still_open(record)
    record.state, record.why, record.decided_at = State.REFUSED, why, clock.now()
    record.save(update_fields=["state", "why", "decided_at"])
    audit.record("volunteering.refuse", by=by, thing=record, place=record.place)
    notify(
        record.volunteer.person, "volunteering-refused", content=record.content[:80], path="/volunteering/me/"
    )
    return record


@transaction.atomic
def correct_attendance(record, *, minutes: int, by, why: str) -> Attendance:
    """A new version of a confirmed record, to be confirmed by another person; the old one stays as it was."""
    record = Attendance.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if record.state != State.CONFIRMED or not 0 < minutes <= _span(record):
        raise VolunteeringRefused(
            "attendance_fits_its_time", _("只能更正已确认的记录，分钟数要在服务时间以内。")
        )
    own = by.person_id == record.volunteer_id
    if not (own or by.may(rules.CONFIRM, at=record.place)):
        raise PermissionDenied
    try:
        with transaction.atomic():
            new = Attendance.objects.create(
                **{name: getattr(record, name) for name in KEPT},
                during=record.during,
                minutes=minutes,
                recorded_by=by.person,
                recorded_at=clock.now(),
                evidence=record.evidence,
                why=why,
                corrects=record,
            )
    except IntegrityError as error:
        raise VolunteeringRefused("corrected_once", _("这条记录正在更正。")) from error
    audit.record("volunteering.correct", by=by, thing=record, place=record.place, purpose=why)
    return new


def escalate_unconfirmed(now: datetime) -> int:
    """Hand records nobody answered to the coordinators, once; silence credits nothing. How many."""
    count = 0
    rows = Attendance.objects.filter(state=State.RECORDED, escalated_at=None).select_related(
        "charter", "place"
    )
    for record in rows.order_by("pk").iterator(500):
        days = record.charter.rules.limits.confirm_days
        if record.recorded_at > now - timedelta(days=days):
            continue
        with transaction.atomic():
            if Attendance.objects.filter(pk=record.pk, escalated_at=None).update(escalated_at=now):
                _tell_deciders(record)
                count += 1
    return count


def _tell_deciders(record) -> None:
    for person in holders_of(rules.CONFIRM, record.place):
        if person.pk not in (record.volunteer_id, record.recorded_by_id):
            notify(
                person,
                "volunteering-to_confirm",
                needs=rules.CONFIRM,
                at=record.place,
                content=record.content[:80],
                path="/volunteering/desk/",
            )


def holders_of(permission: str, place) -> list[Person]:
    """Persons with a post right at the place, else at the nearest one above, that grants the permission."""
    posts = Post.objects.filter(
        place__code__in=place.ancestor_codes,
        during__contains=clock.today(),
        role__retired_on=None,
        role__permissions__contains=[permission],
    ).select_related("person", "place")
    found: dict[int, dict] = {}
    for post in posts.order_by("pk"):
        found.setdefault(len(post.place.path), {})[post.person_id] = post.person
    return list(found[max(found)].values()) if found else []
