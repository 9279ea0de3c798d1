"""The JSON between the server and the device of a visitor: today's round out, one written line in."""

import json
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field
from pydantic import ValidationError as NotThatShape

from linli.cases.actions import WrongState
from linli.cases.models import Case
from linli.kernel import clock
from linli.kernel.text import refuse_hidden_characters

from .actions.receiving import CONFLICT, KeyReused, take_in
from .forms import receiving_kinds
from .queries import round_of

LONGEST = 64_000
Text = Annotated[str, Field(max_length=2000)]


class Line(BaseModel):
    """One line of the outbox; other fields are refused."""

    model_config = ConfigDict(extra="forbid")

    key: UUID
    number: Annotated[str, Field(max_length=30)]
    step: Literal["record", "no_answer", "decline"]
    at: datetime
    way: Literal["door", "phone", "video", ""] = ""
    checks: dict[Annotated[str, Field(max_length=60)], Literal["ok", "watch", "urgent"]] = {}
    words: Text = ""
    promised: Text = ""
    note: Text = ""
    needs: Annotated[list[tuple[Annotated[str, Field(max_length=30)], Text]], Field(max_length=5)] = []
    beside: bool = False


def answer(told: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})


def round_as_json(request) -> dict[str, Any]:
    """What the device seals: the doors of today, the checklist, the days after which it forgets them."""
    doors = round_of(request.user)
    rules = doors[0].visit.rules.rules if doors else None
    return {
        "token": get_token(request),
        "user": request.user.pk,
        "as_of": clock.now().isoformat(),
        "keep_days": rules.limits.offline_days if rules else 1,
        "checks": [[line.code, line.name] for line in rules.checks] if rules else [],
        "kinds": [[kind, str(label)] for kind, label in receiving_kinds()],
        "doors": [_door(door) for door in doors],
    }


def _door(door) -> dict[str, Any]:
    return {
        "number": door.case.number,
        "state": door.case.state,
        "name": door.name,
        "age": door.age,
        "address": door.address,
        "phone": door.phone,
        "categories": list(door.categories),
        "risk": door.risk,
        "due": door.case.due_at.isoformat() if door.case.due_at else "",
        "last": door.last_on.isoformat() if door.last_on else "",
        "words": door.last_words,
        "promised": door.promised,
        "ways": list(door.ways),
        "withheld": door.withheld,
    }


def take_line(request) -> tuple[dict[str, Any], int]:
    """What became of one line: 200 taken (also when it came before), 409 conflict, 404, 403, 422 with a sentence."""
    try:
        line = read_line(request)
    except (NotThatShape, ValidationError, ValueError):
        return {"status": "refused", "why": _("这条记录不完整，请打开核对后再发送。")}, 422
    case = Case.objects.visible_to(request.user).filter(number=line.number, kind="visit").first()
    if case is None:
        return {"status": "refused", "why": _("这次探访已经不归您，记录仍在这台设备上，请抄给同事。")}, 404
    try:
        done = take_in(
            case,
            by=request.user,
            step=line.step,
            told=told_of(line),
            key=line.key,
            note=line.note,
            beside=line.beside,
        )
    except PermissionDenied:
        return {"status": "refused", "why": _("这次探访已经交给别人，记录仍在这台设备上，请抄给同事。")}, 403
    except (KeyReused, WrongState) as trouble:
        return {"status": "refused", "why": str(trouble)}, 422
    told = {"status": done.status, "number": done.number, "state": done.state}
    return (told | {"standing": done.standing}, 409) if done.status == CONFLICT else (told, 200)


def read_line(request) -> Line:
    if request.content_type != "application/json" or len(request.body) > LONGEST:
        raise ValueError("not a line")
    line = Line.model_validate(json.loads(request.body))
    for text in (line.words, line.promised, line.note, *(text for _kind, text in line.needs)):
        refuse_hidden_characters(text)
    known = {kind for kind, _label in receiving_kinds()}
    if line.step == "record" and (not line.way or any(kind not in known for kind, _text in line.needs)):
        raise ValueError("a visit has a way, and needs go where they are received")
    if line.at.tzinfo is None or not timedelta(0) <= clock.now() - line.at + timedelta(minutes=5) < timedelta(
        31
    ):
        raise ValueError("a visit lies in the days before it is sent")
    return line


def told_of(line: Line) -> dict[str, Any]:
    """What the step is told; steps without a visit have their note alone."""
    if line.step != "record":
        return {}
    return {
        "way": line.way,
        "checks": line.checks,
        "words": line.words,
        "promised": line.promised,
        "needs": [tuple(need) for need in line.needs],
        "happened_at": min(line.at, clock.now()),
    }
