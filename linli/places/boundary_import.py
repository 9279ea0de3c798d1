"""Outlines in bulk: a GeoJSON FeatureCollection, each feature named by the code of its place."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from .actions import draw_boundary
from .codes import DIGITS
from .models import Place
from .outlines import outline_of

MOST_BYTES = 500_000_000


@dataclass(frozen=True)
class BoundaryImport:
    """What an import of outlines did, or would do; a problem is (number of the feature from 1, sentence)."""

    drawn: int
    problems: tuple[tuple[int, str], ...]
    applied: bool


@transaction.atomic
def import_boundaries(
    path: Path, *, key: str, source: str, as_of: date, by=None, apply: bool = False, skip_bad: bool = False
) -> BoundaryImport:
    """Check every feature and, if asked, draw them all; with problems nothing is drawn unless `skip_bad`.

    `key` names the property that holds the code; one cut short at its level (420106) is filled up with zeros.
    ValidationError when the file is no collection of features.
    """
    features = _features(path)
    codes = [_code((feature.get("properties") or {}).get(key)) for feature in features]
    places = {place.code: place for place in Place.objects.current().filter(code__in=codes)}
    problems, good = [], []
    for number, (feature, code) in enumerate(zip(features, codes, strict=True), start=1):
        try:
            if code not in places:
                raise ValidationError(f"没有登记代码为 {code or '（空）'} 的区划")
            outline_of(feature)
            good.append((places[code], feature))
        except ValidationError as wrong:
            problems.append((number, " ".join(wrong.messages)))
    applied = apply and (skip_bad or not problems)
    for place, feature in good if applied else ():
        draw_boundary(place, by=by, geometry=feature, source=source, as_of=as_of)
    return BoundaryImport(len(good), tuple(problems), applied)


def _features(path: Path) -> list[dict]:
    if path.stat().st_size > MOST_BYTES:
        raise ValidationError("文件太大。")
    try:
        given = json.loads(path.read_bytes())
    except ValueError:
        raise ValidationError("不是 JSON 文件。") from None
    features = given.get("features") if isinstance(given, dict) else None
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise ValidationError("不是 GeoJSON 的要素集合（FeatureCollection）。")
    return features


def _code(given: object) -> str:
    text = str(given if given is not None else "").strip()
    return text.ljust(12, "0") if text.isdecimal() and len(text) in DIGITS.values() else text
