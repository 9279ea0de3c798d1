"""Requests for frozen data by people outside: asked, decided by somebody else, each taking away kept."""

import hashlib
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from linli import audit
from linli.exchange.actions import log_use
from linli.kernel import clock
from linli.notices.actions import notify
from linli.plans import rules
from linli.plans.models import DataRequest, DataUse, Edition
from linli.plans.queries.releasing import released_tables

ENTRY = "export-research-data"  # of the register of exchange


@transaction.atomic
def ask_for_data(edition: Edition, *, by, institution: str, purpose: str, outcome: str) -> DataRequest:
    """Ask for the tables of an edition; ValidationError while an earlier request of the same person waits."""
    made = DataRequest(
        edition=edition, asked_by=by, institution=institution, purpose=purpose, outcome=outcome
    )
    made.full_clean(exclude=["edition", "asked_by"], validate_constraints=False)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise ValidationError(_("您对这一期的申请还在审批，请等答复。")) from None
    audit.record("plans.data_asked", by=by, thing=made, place=edition.place)
    return made


@transaction.atomic
def decide_request(request: DataRequest, *, by, allow: bool, until: date | None, answer: str) -> DataRequest:
    """Allow or refuse, once; whoever asked is told. PermissionDenied for the one who asked."""
    held = (
        DataRequest.objects.select_for_update(of=("self",))
        .select_related("edition__place")
        .get(pk=request.pk)
    )
    if not rules.can_decide_request(by, held):
        raise PermissionDenied
    if held.decision != DataRequest.Decision.WAITING:
        raise ValidationError(_("这份申请已经审批过了。"))
    if allow and (until is None or until < clock.today()):
        raise ValidationError({"until": _("批准要写明可以使用到哪一天。")})
    if not allow and not answer.strip():
        raise ValidationError({"answer": _("不批准要说明原因。")})
    held.decision = DataRequest.Decision.ALLOWED if allow else DataRequest.Decision.REFUSED
    held.decided_by, held.decided_at, held.answer = by, clock.now(), answer.strip()
    held.until = until if allow else None
    held.full_clean(exclude=["edition", "asked_by", "decided_by"])
    held.save()
    audit.record("plans.data_decided", by=by, thing=held, place=held.edition.place, detail={"allowed": allow})
    told = {"title": str(held.edition.plan), "allowed": allow, "answer": held.answer}
    notify(held.asked_by, "data-decided", path=reverse("data-request", args=[held.pk]), **told)
    return held


@transaction.atomic
def take_data(request: DataRequest, *, by, write) -> bytes:
    """The package that `write(edition, tables)` makes, kept as used; PermissionDenied for anybody else or too late."""
    if request.asked_by_id != by.pk or not request.open:
        raise PermissionDenied
    tables = released_tables(request.edition)
    packed = write(request.edition, tables)
    DataUse.objects.create(request=request, digest=hashlib.sha256(packed).hexdigest())
    log_use(ENTRY, "exported", by=by, row_count=sum(map(len, tables.values())), purpose=request.institution)
    audit.record("plans.data_taken", by=by, thing=request, place=request.edition.place)
    return packed
