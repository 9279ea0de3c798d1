"""The care list: who stands on it, why, how much at risk, who comes by, who keeps company."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg.types.range import DateRange

from linli import audit
from linli.cases.actions import take_step
from linli.kernel import clock
from linli.people.models import Person, Reading

from .. import rules
from ..models import Assessment, CareContact, CareEntry, CarePerson, ChildAccess, Pairing, Pause
from ..queries import rules_at
from .planning import plan_ahead, plan_of, replan, stop_visits


def months_after(day: date, months: int) -> date:
    """The same day some months later, the last of a shorter month.

    >>> months_after(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (first_of_next - timedelta(days=1)).day))


def _allow(user, permission: str, person: Person) -> None:
    if person.home_id is None or not user.may(permission, at=person.home):
        raise PermissionDenied


@transaction.atomic
def enrol(person: Person, *, by, category, basis, source, risk, reason, since=None) -> CarePerson:
    """Put somebody on the care list in one category, with the level of risk found and why.

    PermissionDenied; ValidationError: no home is known, he is on the list, or the category is one for children.
    """
    if person.home_id is None:
        raise ValidationError(_("请先登记住处，才能列入关爱名单。"))
    _allow(by, rules.ENROL, person)
    since = since or clock.today()
    cared = CarePerson.objects.filter(person=person).first()
    if cared is not None and cared.ended_on is None:
        raise ValidationError(_("已经在关爱名单上，可以增加类别。"))
    cared = cared or CarePerson(person=person)
    cared.risk, cared.since, cared.ended_on, cared.end_reason = risk, since, None, ""
    cared.rhythm = rules_at(person.home).rules.rhythm_for(risk, [category])
    cared.save()
    _add_entry(cared, by=by, category=category, basis=basis, source=source, since=since)
    Assessment.objects.create(care_person=cared, risk=risk, reason=reason, on=since, by=by)
    audit.record("care.enrol", by=by, thing=cared, place=person.home)
    plan = plan_of(cared)
    if plan is not None:
        plan_ahead(plan, people=CarePerson.objects.filter(pk=cared.pk))
    return cared


def _add_entry(cared, *, by, category, basis, source, since) -> CareEntry:
    line = rules_at(cared.person.home).rules.category(category)
    if line.child and not cared.is_child():
        raise ValidationError({"category": _("这一类别只适用于未成年人。")})
    try:
        with transaction.atomic():
            return CareEntry.objects.create(
                care_person=cared,
                category=category,
                during=DateRange(since, None),
                basis=basis,
                source=source,
                review_on=months_after(since, line.review_months),
                entered_by=by,
            )
    except IntegrityError:
        raise ValidationError({"category": _("已经登记过这个类别。")}) from None


@transaction.atomic
def add_category(cared: CarePerson, *, by, category, basis, source, since=None) -> CareEntry:
    """One more category; visits to come follow the tightest rhythm."""
    _allow(by, rules.ENROL, cared.person)
    entry = _add_entry(
        cared, by=by, category=category, basis=basis, source=source, since=since or clock.today()
    )
    _follow_rhythm(cared)
    audit.record("care.add_category", by=by, thing=cared, place=cared.person.home)
    return entry


@transaction.atomic
def end_category(cared: CarePerson, *, by, category) -> None:
    """The category holds up to today; the last one cannot end, the person leaves the list then."""
    _allow(by, rules.ENROL, cared.person)
    standing = cared.entries.filter(during__contains=clock.today())
    entry = standing.filter(category=category).first()
    if entry is None or standing.count() == 1:
        raise ValidationError(_("这是最后一个类别，请办理退出关爱名单。"))
    if entry.during.lower == clock.today():
        entry.delete()
    else:
        entry.during = DateRange(entry.during.lower, clock.today())
        entry.save(update_fields=["during"])
    _follow_rhythm(cared)
    audit.record("care.end_category", by=by, thing=cared, place=cared.person.home)


@transaction.atomic
def assess(cared: CarePerson, *, by, risk, reason) -> None:
    """A new level of risk with its reason; only the visits to come are planned anew."""
    _allow(by, rules.ENROL, cared.person)
    Assessment.objects.create(care_person=cared, risk=risk, reason=reason, on=clock.today(), by=by)
    cared.risk = risk
    cared.version += 1
    cared.save(update_fields=["risk", "version"])
    _follow_rhythm(cared)
    audit.record("care.assess", by=by, thing=cared, place=cared.person.home)


def _follow_rhythm(cared: CarePerson) -> None:
    today = clock.today()
    codes = list(cared.entries.filter(during__contains=today).values_list("category", flat=True))
    rhythm = rules_at(cared.person.home).rules.rhythm_for(cared.risk, codes)
    if rhythm != cared.rhythm:
        cared.rhythm = rhythm
        cared.save(update_fields=["rhythm"])
        replan(cared)


@transaction.atomic
def leave(cared: CarePerson, *, by, reason) -> None:
    """Off the list: categories end, what was planned falls away, what was done stays."""
    _allow(by, rules.ENROL, cared.person)
    today = clock.today()
    cared.ended_on, cared.end_reason, cared.visitor = today, reason, None
    cared.save(update_fields=["ended_on", "end_reason", "visitor"])
    for entry in cared.entries.filter(during__contains=today):
        entry.during = DateRange(
            min(entry.during.lower, today), max(today, entry.during.lower + timedelta(days=1))
        )
        entry.save(update_fields=["during"])
    stop_visits(cared, by=by, note=_("已退出关爱名单"))
    replan(cared)
    audit.record("care.leave", by=by, thing=cared, place=cared.person.home)


@transaction.atomic
def pause(cared: CarePerson, *, by, reason, until=None) -> Pause:
    """Nobody comes by for a while. That somebody does not want it is decided by a supervisor, not by his visitor."""
    _allow(by, rules.APPROVE if reason == Pause.Reason.REFUSED else rules.ENROL, cared.person)
    if reason == Pause.Reason.REFUSED and by.pk == cared.visitor_id:
        raise PermissionDenied(_("本人拒绝探访，须由探访人以外的负责人确认。"))
    today = clock.today()
    if until is not None and until <= today:
        raise ValidationError({"until": _("请填写今天以后的日期。")})
    try:
        with transaction.atomic():
            made = Pause.objects.create(
                care_person=cared, reason=reason, during=DateRange(today, until), by=by
            )
    except IntegrityError:
        raise ValidationError(_("已经暂停探访。")) from None
    stop_visits(cared, by=by, note=made.get_reason_display())
    audit.record("care.pause", by=by, thing=cared, place=cared.person.home)
    return made


@transaction.atomic
def resume(cared: CarePerson, *, by) -> None:
    """Somebody comes by again from today on."""
    _allow(by, rules.ENROL, cared.person)
    standing = cared.pauses.filter(during__contains=clock.today()).first()
    if standing is None:
        raise ValidationError(_("没有暂停探访。"))
    if standing.during.lower == clock.today():
        standing.delete()
    else:
        standing.during = DateRange(standing.during.lower, clock.today())
        standing.save(update_fields=["during"])
    audit.record("care.resume", by=by, thing=cared, place=cared.person.home)


@transaction.atomic
def give_visitor(cared: CarePerson, *, by, visitor) -> None:
    """Who comes by from now on, also for the visits that are open."""
    _allow(by, rules.PLAN, cared.person)
    if not visitor.may(rules.VISIT, at=cared.person.home):
        raise ValidationError({"visitor": _("这位工作人员没有在当地探访的岗位。")})
    if not rules.reads_children(visitor, cared):
        raise ValidationError({"visitor": _("这是未成年人，请先为探访人申请查阅审批。")})
    cared.visitor = visitor
    cared.save(update_fields=["visitor"])
    for visit in cared.visits.filter(case__state__in=["due", "unanswered"]).select_related("case"):
        take_step(visit.case, "assign", by=by, assignee=visitor)
    audit.record("care.give_visitor", by=by, thing=cared, place=cared.person.home)


@transaction.atomic
def add_contact(cared: CarePerson, *, by, kind, relation, name="", phone="", person=None) -> CareContact:
    """Somebody to ask when nobody answers; without an entry of his own he gets one with name and phone."""
    _allow(by, rules.ENROL, cared.person)
    person = person or Person.objects.create(name=name, phone=phone or None)
    if person.pk == cared.person_id:
        raise ValidationError({"name": _("联系人不能是本人。")})
    rank = cared.contacts.filter(kind=kind).count() + 1
    return CareContact.objects.create(
        care_person=cared, person=person, kind=kind, relation=relation, rank=rank
    )


@transaction.atomic
def pair(cared: CarePerson, *, by, volunteer: Person, promise: str) -> Pairing:
    """A volunteer keeps company from today on; both agreed (结对)."""
    _allow(by, rules.ENROL, cared.person)
    if volunteer.pk == cared.person_id:
        raise ValidationError({"volunteer": _("不能与本人结对。")})
    if cared.is_child():
        raise ValidationError(_("未成年人的陪伴由儿童主任安排，不在这里结对。"))
    try:
        with transaction.atomic():
            made = Pairing.objects.create(
                care_person=cared,
                volunteer=volunteer,
                during=DateRange(clock.today(), None),
                promise=promise,
                by=by,
            )
    except IntegrityError:
        raise ValidationError({"volunteer": _("这位志愿者已经结对。")}) from None
    audit.record("care.pair", by=by, thing=cared, place=cared.person.home)
    return made


@transaction.atomic
def unpair(pairing: Pairing, *, by) -> None:
    """The pairing ends today: a worker of the list enters it, or one of the two says so."""
    if not {pairing.volunteer_id, pairing.care_person.person_id} & {by.person_id, *by.acts_for}:
        _allow(by, rules.ENROL, pairing.care_person.person)
    end = max(clock.today(), pairing.during.lower + timedelta(days=1))
    pairing.during = DateRange(pairing.during.lower, end)
    pairing.save(update_fields=["during"])


# --- The files of minors -----------------------------------------------------------------------------


@transaction.atomic
def ask_access(cared: CarePerson, *, by, reason) -> ChildAccess:
    """Ask to read the file of a minor; whoever decides is somebody else."""
    if not (by.may(rules.VIEW, at=cared.person.home) or by.may(rules.VISIT, at=cared.person.home)):
        raise PermissionDenied
    access, _made = ChildAccess.objects.get_or_create(
        care_person=cared, worker=by, granted_at=None, defaults={"reason": reason, "asked_at": clock.now()}
    )
    return access


@transaction.atomic
def grant_access(access: ChildAccess, *, by) -> None:
    """The worker may read the file for the days of the rules; nobody grants it to himself."""
    _allow(by, rules.APPROVE, access.care_person.person)
    if access.worker_id == by.pk:
        raise PermissionDenied(_("不能审批自己的申请。"))
    days = rules_at(access.care_person.person.home).rules.limits.child_access_days
    access.granted_by, access.granted_at = by, clock.now()
    access.until = clock.today() + timedelta(days=days)
    access.save(update_fields=["granted_by", "granted_at", "until"])
    audit.record("care.grant_access", by=by, thing=access, place=access.care_person.person.home)


@transaction.atomic
def read_file(cared: CarePerson, *, by) -> bool:
    """Whether `by` may read what is written; reading the file of a minor is recorded, for him to see."""
    if not rules.reads_children(by, cared):
        return False
    if cared.is_child() and cared.person_id != by.person_id:
        Reading.objects.create(reader=by, person=cared.person, fields=["care"], purpose=_("查阅关爱档案"))
        audit.record("care.read_child", by=by, thing=cared, place=cared.person.home)
    return True
