"""Answers of GeoReport v2 in XML and JSON, and its errors, as the specification words them."""

import json
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as Xml

from django.http import HttpResponse

TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}


@dataclass
class Refusal(Exception):
    """What a client did wrong: the status, and the sentence in its answer."""

    status: int
    description: str


def answer(form: str, root: str, item: str, rows: list[dict[str, Any]], *, status: int = 200) -> HttpResponse:
    """Rows as a JSON array, or as `<root><item>…</item></root>`."""
    if form == "json":
        body = json.dumps(rows, ensure_ascii=False)
    else:
        top = Xml.Element(root)
        for row in rows:
            _fill(Xml.SubElement(top, item), row)
        body = _written(top)
    told = HttpResponse(body, status=status, content_type=TYPES[form])
    told.row_count = len(rows)
    return told


def single(form: str, root: str, row: dict[str, Any]) -> HttpResponse:
    """One thing: a JSON object, or its own element."""
    if form == "json":
        return HttpResponse(json.dumps(row, ensure_ascii=False), content_type=TYPES[form])
    top = Xml.Element(root)
    _fill(top, row)
    return HttpResponse(_written(top), content_type=TYPES[form])


def refuse(form: str, refusal: Refusal) -> HttpResponse:
    rows = [{"code": refusal.status, "description": refusal.description}]
    return answer(form, "errors", "error", rows, status=refusal.status)


def _fill(element, row: dict[str, Any]) -> None:
    for name, value in row.items():
        child = Xml.SubElement(element, name)
        if isinstance(value, list):
            for one in value:
                _fill(Xml.SubElement(child, name.removesuffix("s")), one)
        elif isinstance(value, bool):
            child.text = str(value).lower()
        elif value is not None:
            child.text = str(value)


def _written(top) -> str:
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(top, encoding="unicode")
