"""Asking that something kept about a person be put right, and the answer (D7)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.calendar.queries import due_after
from linli.kernel import clock
from linli.search.actions import touch

from .. import rules
from ..models import Person
from ..numbers import check_id_number, check_phone
from .models import Correction
from .rights import refuse_stranger

CORRECTION_WORKDAYS = 10  # 政务数据共享条例: answered within ten working days


@transaction.atomic
def request_correction(person, *, field: str, proposed: str, by, reason: str = "") -> Correction:
    """Ask that a field of a person be put right; due in ten working days. One open request for a field."""
    refuse_stranger(person, by)
    if field not in correctable_fields():
        raise ValidationError({"field": _("这一项不能申请更正。")})
    _clean(person, field, proposed)
    try:
        with transaction.atomic():
            asked = Correction.objects.create(
                person=person,
                field=field,
                proposed=proposed.strip(),
                reason=reason.strip(),
                asked_at=clock.now(),
                due_on=due_after(clock.now(), CORRECTION_WORKDAYS).astimezone(clock.CHINA).date(),
            )
    except IntegrityError:
        raise ValidationError({"field": _("这一项已有待处理的更正申请。")}) from None
    audit.record("people.ask_correction", by=by, thing=asked, place=person.home, detail={"field": field})
    return asked


@transaction.atomic
def answer_correction(correction, *, accept: bool, by, answer: str = "") -> Correction:
    """Put the field right, or say why not; nobody answers what he asked himself (P11)."""
    correction = Correction.objects.select_for_update().select_related("person").get(pk=correction.pk)
    person = Person.objects.select_for_update().get(pk=correction.person_id)
    if by.person_id == person.pk or not rules.can_edit(by, person):
        raise PermissionDenied
    if correction.state != Correction.State.ASKED:
        raise ValidationError(_("这份申请已经处理。"))
    if not accept and not answer.strip():
        raise ValidationError({"answer": _("请写明未更正的原因。")})
    if accept:
        setattr(person, correction.field, _clean(person, correction.field, correction.proposed or ""))
        person.version += 1
        person.save()
        touch(person)
    correction.state = Correction.State.ACCEPTED if accept else Correction.State.REFUSED
    correction.answer, correction.answered_at, correction.answered_by = answer.strip(), clock.now(), by
    correction.save()
    audit.record(
        "people.answer_correction",
        by=by,
        thing=correction,
        place=person.home,
        detail={"field": correction.field, "accepted": accept},
    )
    return correction


def correctable_fields() -> dict[str, str]:
    """Fields of a person that can be asked to be put right as text, with their names in Chinese."""
    return {
        name: str(Person._meta.get_field(name).verbose_name)
        for name in ("name", "sex", "birth_on", "id_number", "phone", "room", "died_on")
    }


def _clean(person, field: str, proposed: str):
    """The proposed text as the field's value; ValidationError under the name `proposed` when it is none."""
    try:
        if field == "phone":
            return check_phone(proposed)
        if field == "id_number" and person.id_kind == "resident":
            check_id_number(proposed)
        return Person._meta.get_field(field).clean(proposed.strip(), person)
    except ValidationError as invalid:
        raise ValidationError({"proposed": invalid.messages}) from None
