"""The JSON between the server and a worker's phone on a walk-through: outlets out, one line in."""

import json
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field
from pydantic import ValidationError as NotThatShape

from linli.facilities.models import Facility
from linli.kernel import clock

from . import rules
from .actions.looking import take_look
from .queries.circles import to_verify

LONGEST = 8_000
OLDEST = timedelta(days=31)


class Line(BaseModel):
    """One line of the phone's outbox; other fields are refused."""

    model_config = ConfigDict(extra="forbid")

    key: UUID
    outlet: Annotated[str, Field(max_length=40)]
    found: Literal["as-said", "closed", "moved", "not-found"]
    at: datetime
    step_free: bool | None = None
    note: Annotated[str, Field(max_length=200)] = ""


def walk_as_json(request) -> dict[str, Any]:
    """What the phone keeps: outlets that want a look (public facts, no people), and the token to send with."""
    outlets = [
        {
            "code": row.code, "name": row.name, "kind": str(row.kind), "place": row.place.name,
            "address": row.address, "confirmed": str(row.confirmed_on or ""),
        }
        for row in to_verify(request.user)
    ]  # fmt: skip
    return {"token": get_token(request), "user": request.user.pk, "outlets": outlets}


def take_line(request) -> tuple[dict[str, Any], int]:
    """What became of one line: 200 taken (also when it came before), 403, 404, 422 with a sentence."""
    try:
        line = _read(request)
    except (NotThatShape, ValueError):
        return {"why": _("这条记录不完整，请打开核对后再发送。")}, 422
    outlets = Facility.objects.filter(request.user.scope(rules.VERIFY, "place")).select_related("place")
    facility = outlets.filter(code=line.outlet).first()
    if facility is None:
        return {"why": _("这个网点已经不归您核实，记录仍在这台手机上。")}, 404
    told = line.model_dump(exclude={"outlet", "at"})
    try:
        look = take_look(facility, by=request.user, seen_at=min(line.at, clock.now()), **told)
    except PermissionDenied:
        return {"why": _("您没有修改这个网点的权限，记录仍在这台手机上，请告诉同事。")}, 403
    except ValidationError as refused:
        return {"why": " ".join(refused.messages)}, 422
    return {"key": str(look.key), "found": look.found}, 200


def _read(request) -> Line:
    if request.content_type != "application/json" or len(request.body) > LONGEST:
        raise ValueError("not a line")
    line = Line.model_validate(json.loads(request.body))
    if line.at.tzinfo is None or not timedelta(minutes=-5) <= clock.now() - line.at < OLDEST:
        raise ValueError("seen in the days before it is sent")
    return line
