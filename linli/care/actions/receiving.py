"""What a device sends after its round: taken in exactly once, and never over what somebody else wrote."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.cases.actions import WrongState, take_step
from linli.cases.models import Case
from linli.kernel import clock

from .. import rules
from ..models import Supplement, Visit

TAKEN, AGAIN, CONFLICT = "taken", "again", "conflict"


class KeyReused(ValueError):
    """The key of one sending came back with other contents; nothing was stored (L3)."""


@dataclass(frozen=True)
class Answer:
    """What became of one line of the outbox; on a conflict, what stands there already."""

    status: str
    number: str
    state: str = ""
    standing: dict[str, Any] | None = None


def digest_of(step: str, told: dict) -> str:
    body = json.dumps([step, told], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(body.encode()).hexdigest()


def take_in(case: Case, *, by, step: str, told: dict, key: UUID, note="", beside=False) -> Answer:
    """Do what was written on the round: once for each key, whatever the line does in between.

    `beside`: the sender has seen what stands there and wants his words kept as a supplement. PermissionDenied,
    KeyReused, WrongState for a step that is refused for what it says, not for what happened meanwhile.
    """
    digest = digest_of(step, {**told, "note": note})
    known = _known(case, key, digest)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _take(case, by=by, step=step, told=told, key=key, digest=digest, note=note, beside=beside)
    except IntegrityError:
        known = _known(case, key, digest)  # the other of two sendings at once was faster
        if known is None:
            raise
        return known


def _known(case, key, digest) -> Answer | None:
    visit = Visit.objects.filter(key=key).select_related("case").first()
    if visit is not None:
        if visit.key_digest != digest or visit.case_id != case.pk:
            raise KeyReused(_("这份记录和上次发送的不一样，请重新填写。"))
        return Answer(AGAIN, visit.case.number, visit.case.state_label)
    kept = Supplement.objects.filter(key=key).select_related("visit__case").first()
    return Answer(AGAIN, kept.visit.case.number, kept.visit.case.state_label) if kept else None


def _take(case, *, by, step, told, key, digest, note, beside) -> Answer:
    case = Case.objects.select_for_update(of=("self",)).select_related("place").get(pk=case.pk)
    known = _known(case, key, digest)  # the other of two sendings at once held the lock until now
    if known is not None:
        return known
    visit = Visit.objects.select_related("care_person__person", "rules").get(case=case)
    if not beside and (visit.recorded_by_id is not None or case.closed_at is not None):
        return Answer(CONFLICT, case.number, case.state_label, standing_of(visit, by))
    if beside:
        return _keep_beside(case, visit, by=by, told=told, key=key, note=note)
    if step not in ("record", "no_answer", "decline"):
        raise WrongState(_("这一步不能离线登记。"))
    fields = {**told, "key": key, "key_digest": digest} if step == "record" else {}
    case = take_step(case, step, by=by, note=note, **fields)
    if step != "record":
        Visit.objects.filter(pk=visit.pk).update(key=key, key_digest=digest)
    return Answer(TAKEN, case.number, case.state_label)


def _keep_beside(case, visit, *, by, told, key, note) -> Answer:
    if not by.may(rules.VISIT, at=case.place):
        raise PermissionDenied
    body = json.dumps({**told, "note": note}, ensure_ascii=False, default=str)
    Supplement.objects.create(visit=visit, key=key, body=body, by=by, at=clock.now())
    return Answer(TAKEN, case.number, case.state_label)


def standing_of(visit: Visit, reader) -> dict[str, Any]:
    """What is written of the visit already, as far as the reader may see it."""
    if not rules.reads_children(reader, visit.care_person):
        return {}
    return {
        "way": visit.get_way_display(),
        "at": visit.happened_at.isoformat() if visit.happened_at else "",
        "by": str(visit.recorded_by) if visit.recorded_by_id else "",
        "words": visit.words or "",
        "promised": visit.promised or "",
        "checks": json.loads(visit.checks or "{}"),
    }
