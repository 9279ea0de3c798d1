"""Tables of candidates for building and of entrances, known again by their place and name."""

from collections.abc import Iterator
from decimal import Decimal

import numpy as np

from linli.exchange.imports.spec import Field, ImportSpec, declare_import
from linli.exchange.tables.cells import WrongCell, code, day, number, text
from linli.facilities.models import Origin
from linli.places.levels import Level
from linli.places.models import Place
from linli_compute.errors import InputError
from linli_compute.geometry import local_plane, points

from .actions.candidates import enter_candidates
from .actions.entrances import state_entrances
from .models import Candidate
from .rules import PLAN, VERIFY

WIDEST_M = 2000.0  # from the middle of a compound to its farthest gate


def _choice(choices, *, what: str, default: str = ""):
    by_label = {str(label): value for value, label in choices} | {value: value for value, _label in choices}

    def read(cell) -> str:
        given = text(cell)
        if given and given not in by_label:
            raise WrongCell(f"{what}应为：" + "、".join(str(label) for _value, label in choices))
        return by_label.get(given, default)

    return read


def _amount(what: str, *, least: str):
    def read(cell) -> Decimal | None:
        found = number(cell)
        if found is not None and not Decimal(least) <= Decimal(str(found)) < 10**7:
            raise WrongCell(f"{what}不能小于 {least}")
        return None if found is None else round(Decimal(str(found)), 2)

    return read


FIELDS = (
    Field("place", ("社区代码", "所在社区"), lambda cell: code(cell, longest=40), required=True),
    Field("name", ("名称",), lambda cell: text(cell, longest=120), required=True),
    Field("kind", ("性质",), _choice(Candidate.Kind.choices, what="性质"), required=True),
    Field("lon", ("经度",), number, required=True),
    Field("lat", ("纬度",), number, required=True),
    Field("origin", ("坐标系",), _choice(Origin.choices, what="坐标系", default=Origin.WGS84)),
    Field("area_m2", ("可用建筑面积", "面积"), _amount("面积", least="0.01"), required=True),
    Field("cost_10k", ("费用（万元）", "费用"), _amount("费用", least="0")),
    Field("note", ("说明",), lambda cell: text(cell, longest=200)),
)


def check(rows: list[tuple[int, dict]]) -> Iterator[tuple[int, str, str]]:
    """Communities that there are, points in China (converted to WGS 84), each name once in a community."""
    codes = [values["place"] for _line, values in rows]
    known = {place.code: place for place in Place.objects.current().communities().filter(code__in=codes)}
    seen: dict[tuple, int] = {}
    for line, values in rows:
        values["place"], given = known.get(values["place"]), values["place"]
        if values["place"] is None:
            yield line, "place", f"没有在用的社区 {given[:40]}"
        first = seen.setdefault((given, values["name"]), line)
        if first != line:
            yield line, "name", f"与第 {first} 行重复"
        if wrong := _into_wgs84(values):
            yield line, "lon", wrong


def _into_wgs84(values: dict) -> str:
    """Converts the row's point in place; what is wrong with it, or nothing."""
    try:
        there = points(
            np.array([float(values["lon"])]), np.array([float(values["lat"])]), datum=values.pop("origin")
        )
    except InputError as wrong:
        return str(wrong)
    values["lon"], values["lat"] = round(float(there.lon[0]), 7), round(float(there.lat[0]), 7)
    if not (73 <= values["lon"] <= 136 and 3 <= values["lat"] <= 54):
        return "坐标不在中国境内；经度在前，纬度在后"
    return ""


def apply(rows: list[dict], *, by) -> int:
    """Enter the candidates and restate those that stand."""
    told = [(row["place"], {name: value for name, value in row.items() if name != "place"}) for row in rows]
    return sum(enter_candidates(told, by=by))


CANDIDATE_IMPORT = declare_import(
    ImportSpec(
        name="reach-candidates",
        title="候选用地用房",
        entry="import-candidates",
        fields=FIELDS,
        allowed=lambda user: user.may(PLAN),
        check=check,
        apply=apply,
    )
)


ENTRANCE_FIELDS = (
    Field("place", ("小区或楼栋代码", "小区代码"), lambda cell: code(cell, longest=40), required=True),
    Field("name", ("出入口名称", "名称"), lambda cell: text(cell, longest=60), required=True),
    Field("lon", ("经度",), number, required=True),
    Field("lat", ("纬度",), number, required=True),
    Field("origin", ("坐标系",), _choice(Origin.choices, what="坐标系", default=Origin.WGS84)),
    Field("opened_on", ("启用日期",), day),
    Field("closed_on", ("封闭日期",), day),
)


def check_entrances(rows: list[tuple[int, dict]]) -> Iterator[tuple[int, str, str]]:
    """Compounds and buildings that there are, points in China near them, each name once in a compound."""
    codes = [values["place"] for _line, values in rows]
    standing = Place.objects.current().filter(level__in=[Level.COMPOUND, Level.BUILDING], code__in=codes)
    known = {place.code: place for place in standing}
    seen: dict[tuple, int] = {}
    for line, values in rows:
        values["place"], given = known.get(values["place"]), values["place"]
        if values["place"] is None:
            yield line, "place", f"没有在用的小区或楼栋 {given[:40]}"
        first = seen.setdefault((given, values["name"]), line)
        if first != line:
            yield line, "name", f"与第 {first} 行重复"
        if wrong := _into_wgs84(values):
            yield line, "lon", wrong
        elif far := _metres_off(values):
            yield line, "lon", f"离这个小区登记的位置 {far / 1000:.1f} 公里；请核对代码、坐标和坐标系"
        if values["opened_on"] and values["closed_on"] and values["closed_on"] < values["opened_on"]:
            yield line, "closed_on", "封闭日期早于启用日期"


def _metres_off(values: dict) -> float | None:
    """How far an entrance lies from the middle of its compound, where that is more than a compound is wide."""
    place = values["place"]
    if place is None or place.lon is None:
        return None
    plane = local_plane(np.array([place.lon]), np.array([place.lat]))
    x, y = plane.to_metres(np.array([values["lon"]]), np.array([values["lat"]]))
    metres = float(np.hypot(x[0], y[0]))
    return metres if metres > WIDEST_M else None


def apply_entrances(rows: list[dict], *, by) -> int:
    """State the entrances of the table."""
    return state_entrances(
        ((row["place"], {name: value for name, value in row.items() if name != "place"}) for row in rows),
        by=by,
    )


ENTRANCE_IMPORT = declare_import(
    ImportSpec(
        name="reach-entrances",
        title="小区出入口",
        entry="import-entrances",
        fields=ENTRANCE_FIELDS,
        allowed=lambda user: user.may(VERIFY),
        check=check_entrances,
        apply=apply_entrances,
    )
)
