"""Proposed corrections: residents and staff say what is wrong, whoever keeps the register answers."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock

from .. import rules
from ..models import ChangeRequest, Facility
from ..standards import standards_at
from .recording import locked, written


@transaction.atomic
def ask_change(facility: Facility, *, by, field: str, proposed: str) -> ChangeRequest:
    """Say that a fact is wrong and what it should be; somebody of the community looks into it."""
    facility = locked(facility)
    if not Facility.objects.visible_to(by).filter(pk=facility.pk).exists():
        raise PermissionDenied
    waiting = facility.change_requests.filter(asked_by=by, decided_at=None)
    if waiting.count() >= standards_at(facility.place).limits.waiting_changes:
        raise ValidationError(_("您对这处设施提出的更正还在核实，请等答复后再提。"))
    request = ChangeRequest(
        facility=facility, field=field, proposed=proposed.strip(), asked_by=by, asked_at=clock.now()
    )
    request.full_clean(exclude=["facility", "asked_by"])
    request.save()
    return request


@transaction.atomic
def answer_change(request: ChangeRequest, *, by, accepted: bool, answer: str = "") -> ChangeRequest:
    """Answer once; what was accepted is then corrected by the ordinary acts. A refusal says why."""
    request = (
        ChangeRequest.objects.select_for_update(of=("self",))
        .select_related("facility__place", "facility__kind")
        .get(pk=request.pk)
    )
    if not rules.can_decide(by, request):
        raise PermissionDenied
    if request.decided_at is not None:
        raise ValidationError(_("这条更正已经答复过了。"))
    if not accepted and not answer.strip():
        raise ValidationError({"answer": _("不采纳要说明原因。")})
    request.accepted, request.answer = accepted, answer.strip()
    request.decided_by, request.decided_at = by, clock.now()
    request.full_clean(exclude=["facility", "asked_by", "decided_by"])
    request.save()
    act = "correction_accepted" if accepted else "correction_refused"
    audit.record(f"facility.{act}", by=by, thing=request.facility, place=request.facility.place)
    if accepted and request.facility.archived_at is None:
        written(locked(request.facility), act, by=by, note=request.get_field_display())
    return request
