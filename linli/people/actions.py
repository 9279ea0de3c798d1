"""Changes about people: registering, appointing, verifying. Privacy acts stand in people/privacy."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg.types.range import DateRange

from linli import audit
from linli.kernel import clock
from linli.search.actions import touch

from . import rules
from .models import Person, Post, Proxy, Residence
from .numbers import check_id_number


@transaction.atomic
def register_person(*, by, name, home=None, id_kind="", id_number="", **fields) -> Person:
    """Register somebody; a worker registers only where a post lets him, a resident only himself."""
    person = Person(name=name.strip(), home=home, id_kind=id_kind, id_number=id_number or None, **fields)
    if by is not None and not rules.can_edit(by, person):
        raise PermissionDenied
    if id_kind == "resident" and id_number:
        born, sex = check_id_number(id_number)
        person.birth_on, person.sex = person.birth_on or born, sex
    person.full_clean(exclude=["id_number", "phone", "name_key", "name_initials"], validate_unique=False)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        raise ValidationError({"id_number": _("这个证件号码已经登记过，请查找原有记录。")}) from None
    touch(person)
    return person


@transaction.atomic
def appoint(
    person, *, by, role, place, unit=None, start: date | None = None, end: date | None = None, reason=""
):
    """Give somebody a post; nobody appoints himself, and none beyond the ground of his own post."""
    if by is not None and (person.pk == by.person_id or not rules.can_appoint(by, place)):
        raise PermissionDenied
    try:
        with transaction.atomic():
            post = Post.objects.create(
                person=person,
                role=role,
                place=place,
                unit=unit,
                during=DateRange(start or clock.today(), end),
                apart_from=role.apart_from,
                granted_by=by,
                reason=reason,
            )
            audit.record("people.appoint", by=by, thing=post, place=place, detail={"role": role.code})
            return post
    except IntegrityError as clash:
        if "never_meet" in str(clash):
            raise ValidationError(_("系统、安全、审计三类管理员不能由同一人担任。")) from None
        raise ValidationError(_("此人在该区划的这一岗位任期重叠。")) from None


@transaction.atomic
def end_post(post, *, by, on: date | None = None) -> Post:
    """End a post from the day `on`; its rights end at once when that is today (A4)."""
    if not rules.can_appoint(by, post.place):
        raise PermissionDenied
    day = on or clock.today()
    post = Post.objects.select_for_update().get(pk=post.pk)
    if post.during.upper is not None and post.during.upper <= day:
        raise ValidationError(_("这个岗位已经结束。"))
    if day <= post.during.lower:
        raise ValidationError(_("结束日期应晚于任职日期 %(day)s。") % {"day": post.during.lower})
    post.during = DateRange(post.during.lower, day)
    post.save(update_fields=["during"])
    audit.record("people.end_post", by=by, thing=post, place=post.place)
    return post


@transaction.atomic
def claim_residence(person, *, community, kind="resident") -> Residence:
    """Somebody says where they belong; the community verifies it."""
    return Residence.objects.get_or_create(
        person=person, community=community, kind=kind, defaults={"claimed_at": clock.now()}
    )[0]


@transaction.atomic
def verify_residence(residence, *, by, accept: bool = True, reason: str = "") -> Residence:
    """Say whether somebody belongs to the community; a refusal gives its reason."""
    residence = Residence.objects.select_for_update().get(pk=residence.pk)
    if not rules.can_verify(by, residence):
        raise PermissionDenied
    if not accept and not reason.strip():
        raise ValidationError({"reason": _("请写明未通过的原因。")})
    residence.verified_at = clock.now() if accept else None
    residence.verified_by = by if accept else None
    residence.refused_reason = "" if accept else reason.strip()
    residence.save()
    return residence


@transaction.atomic
def entrust(
    principal, *, proxy, kind, basis, by, start: date | None = None, end: date | None = None
) -> Proxy:
    """Let `proxy` act for `principal`; somebody other than the proxy confirms it."""
    if by.person_id == proxy.pk or not (by.person_id == principal.pk or rules.can_edit(by, principal)):
        raise PermissionDenied
    try:
        with transaction.atomic():
            return Proxy.objects.create(
                principal=principal,
                proxy=proxy,
                kind=kind,
                basis=basis,
                during=DateRange(start or clock.today(), end),
                confirmed_by=by,
            )
    except IntegrityError:
        raise ValidationError(_("代办关系在这段时间已经登记，且不能由本人代办本人。")) from None
