"""Profiles and functions as a locality states them: parsed YAML in, frozen rows or one complaint out."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from linli_compute.errors import InputError
from linli_compute.streets import Profile


@dataclass(frozen=True)
class Function:
    """A service people must reach: its band in minutes and the words for its places in the files at hand."""

    key: str
    title: str
    band_min: float
    categories: frozenset[str]
    group: str = ""  # whose reach counts ("age60plus"); empty for everybody in the file

    def __post_init__(self) -> None:
        if self.band_min <= 0.0:
            raise InputError(f"功能“{self.key}”的步行时限必须大于 0 分钟。")


@dataclass(frozen=True)
class Circle:
    """What the plan asks of a life circle: functions, bands for counting choices, the radius on paper."""

    functions: tuple[Function, ...]
    bands_min: tuple[float, ...]
    radius_m: float
    source: str


def profiles_of(pack: Any, *, where: str) -> dict[str, Profile]:
    """Profiles by key from a parsed pack; InputError names `where` and the key at fault."""
    found = {}
    for row in _rows(pack, "profiles", where):
        shape = dict(row)
        shape["kinds"] = frozenset(shape.get("kinds") or ())
        profile = shaped(Profile, shape, where)
        if profile.key in found:
            raise InputError(f"{where}：步行类型“{profile.key}”出现了两次。")
        found[profile.key] = profile
    return found


def circle_of(pack: Any, *, where: str) -> Circle:
    """The life circle from a parsed pack; InputError names `where` and the key at fault."""
    listed = _rows(pack, "functions", where)
    rows = [dict(row, categories=frozenset(row.get("categories") or ())) for row in listed]
    functions = tuple(shaped(Function, row, where) for row in rows)
    if len({f.key for f in functions}) < len(functions):
        raise InputError(f"{where}：有功能出现了两次。")
    seen: dict[str, str] = {}
    for function in functions:
        for word in sorted(function.categories):
            if word in seen:
                raise InputError(f"{where}：类别“{word}”同时属于“{seen[word]}”和“{function.title}”。")
            seen[word] = function.title
    try:
        bands = tuple(float(band) for band in pack["bands_min"])
        return Circle(functions, bands, float(pack["radius_m"]), str(pack["source"]))
    except (KeyError, TypeError, ValueError) as wrong:
        raise InputError(f"{where}：bands_min、radius_m 或 source 缺失或不是数字（{wrong}）。") from wrong


def _rows(pack: Any, name: str, where: str) -> list[Mapping[str, Any]]:
    rows = pack.get(name) if isinstance(pack, Mapping) else None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        raise InputError(f"{where}：缺少“{name}”列表。")
    return rows


def shaped(kind: type, row: Mapping[str, Any], where: str) -> Any:
    """A frozen row of this kind; InputError names `where`, the row's key and what is unknown or missing."""
    known = {field.name for field in fields(kind)}
    if unknown := sorted(set(row) - known):
        raise InputError(f"{where}：“{row.get('key', '?')}”里有不认识的项 {'、'.join(unknown)}。")
    try:
        return kind(**row)
    except TypeError as wrong:
        raise InputError(f"{where}：“{row.get('key', '?')}”缺少必填项或类型不对（{wrong}）。") from wrong
