"""One act, one effect: a request repeated with the same Idempotency-Key gets the first answer again (L3).

The answer is written in the transaction of the effect, so either both stand or neither; a killed worker
leaves nothing behind, and the retry simply does it. While one runs, an advisory lock makes others wait
for nothing: they are told 409. A refusal (4xx) has no effect and is not remembered.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial, wraps

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from ninja.responses import Status
from ninja.utils import contribute_operation_callback

from linli.kernel import clock

from .addresses import client_address
from .models import RememberedAnswer
from .problems import Problem

HEADER = "Idempotency-Key"
KEY = re.compile(r"[A-Za-z0-9_.:-]{8,64}")
KEPT_FOR = timedelta(hours=48)  # at least 24; two days let a phone come back from a weekend trip


def idempotent(view: Callable) -> Callable:
    """The view answers Status(code, schema); below `@router.post`, it then runs once for each key."""

    @wraps(view)
    def once(request: HttpRequest, *args, **kwargs):
        key = request.headers.get(HEADER)
        if key is None:
            return view(request, *args, **kwargs)
        if not KEY.fullmatch(key):
            raise Problem(422, f"{HEADER} 应为 8 到 64 个字母、数字或 _ . : -。")
        return _answer_once(request, key, partial(view, request, *args, **kwargs))

    contribute_operation_callback(once, _describe)
    return once


def _answer_once(request: HttpRequest, key: str, run: Callable[[], Status]) -> HttpResponse:
    whose = {"caller": _caller(request), "route": f"{request.method} {request.path}"[:200], "key": key}
    digest = _digest(request)
    with transaction.atomic():
        if not _try_lock("\n".join(whose.values())):
            raise Problem(409, "同一个请求正在办理，请稍后再问结果。", headers={"Retry-After": "1"})
        known = RememberedAnswer.objects.filter(**whose).first()
        if known is not None:
            return _again(known, digest)
        done = run()
        body = json.dumps(done.value.model_dump(mode="json"), ensure_ascii=False)
        RememberedAnswer.objects.create(
            **whose, body_digest=digest, status=done.status_code, answer=body, answered_at=clock.now()
        )
    return HttpResponse(body, status=done.status_code, content_type="application/json; charset=utf-8")


def _again(known: RememberedAnswer, digest: str) -> HttpResponse:
    if known.body_digest != digest:
        raise Problem(422, f"这个 {HEADER} 已经用于内容不同的请求。")
    answer = HttpResponse(known.answer, status=known.status, content_type="application/json; charset=utf-8")
    answer["Idempotency-Replayed"] = "true"
    return answer


def _caller(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return f"user-{request.user.pk}"
    digest = salted_hmac("linli.api.idempotency", client_address(request), algorithm="sha256").hexdigest()
    return f"address-{digest}"


def _digest(request: HttpRequest) -> str:
    asked = request.META.get("QUERY_STRING", "").encode() + b"\n" + request.body
    return hashlib.sha256(asked).hexdigest()


def _try_lock(text: str) -> bool:
    """Held until the transaction ends; two texts share a lock once in 2^64 pairs, and then one waits."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return cursor.fetchone()[0]


def _describe(operation) -> None:
    said = {"name": HEADER, "in": "header", "required": False, "schema": {"type": "string"}}
    said["schema"] |= {"pattern": f"^{KEY.pattern}$", "description": "同一个键在 48 小时内只办一次"}
    operation.openapi_extra = {**(operation.openapi_extra or {}), "parameters": [said]}
    operation.is_idempotent = True


def forget_old_answers() -> int:
    """Delete answers older than they are promised to be kept; return how many went."""
    return RememberedAnswer.objects.filter(answered_at__lt=clock.now() - KEPT_FOR).delete()[0]
