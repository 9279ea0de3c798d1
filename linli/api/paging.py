"""Pages of a list by the last row seen: as fast on the thousandth page as on the first, and never a gap."""

import base64
import binascii
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from .problems import Problem
from .schemas import PageQuery


def page_of(rows: QuerySet, query: PageQuery, *, key: str = "pk") -> dict:
    """The rows after the cursor as {"items": […], "next": cursor or None}.

    `key` names a unique field of the rows; they come in its order. Problem 422 for a cursor we never gave.
    """
    rows = rows.order_by(key)
    after = read_cursor(rows.model, key, query.cursor)
    if after is not None:
        rows = rows.filter(**{f"{key}__gt": after})
    return cut_page(list(rows[: query.limit + 1]), query, key=key)


def cut_page(found: list, query: PageQuery, *, key: str) -> dict:
    """The page of rows that were read with one more than asked for: that one says whether there is another page."""
    more = len(found) > query.limit
    found = found[: query.limit]
    return {"items": found, "next": _write(getattr(found[-1], key)) if more else None}


def _write(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(str(value)).encode()).decode().rstrip("=")


def read_cursor(model: type[Model], key: str, cursor: str | None) -> Any:
    """What the last page ended with, None for the first page; Problem 422 for a cursor we never gave."""
    if cursor is None:
        return None
    field = model._meta.pk if key == "pk" else model._meta.get_field(key)
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True))
        if not isinstance(text, str) or not text.isprintable():
            raise ValueError
        value = field.to_python(text)
        field.run_validators(value)  # a whole number may be too large for its column
    except (ValueError, binascii.Error, RecursionError, ValidationError):
        raise Problem(422, "cursor 不是本接口给出的值。", errors=[_wrong_cursor()]) from None
    return value


def _wrong_cursor() -> dict[str, str]:
    return {"where": "query.cursor", "reason": "请使用上一页答复中的 next"}
