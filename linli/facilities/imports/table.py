"""The table of facilities: its columns in and out. Export, change, import: only what was changed is changed."""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

import numpy as np

from linli.exchange.imports.spec import Field, ImportSpec, declare_import
from linli.exchange.tables.cells import WrongCell, code, day, flag, number, text, whole
from linli.kernel import clock
from linli.places.models import Place
from linli_compute.geometry import points

from ..actions.importing import import_facilities
from ..hours import WrongHours, parse_hours
from ..models import Facility, Kind, Mark, Origin, Tenure
from ..models.facilities import Condition
from ..rules import IMPORT
from ..states import State


def _choice(choices, *, what: str):
    """A reader of one of the labels of `choices` (or its code)."""
    by_label = {str(label): value for value, label in choices} | {value: value for value, _label in choices}

    def read(cell) -> str:
        given = text(cell)
        if given and given not in by_label:
            raise WrongCell(f"{what}应为：" + "、".join(str(label) for _value, label in choices))
        return by_label.get(given, "")

    return read


def _code(cell) -> str:
    given = code(cell, longest=40)
    if given and not all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in given):
        raise WrongCell("编号只用字母、数字和短横线")
    return given


def _area(cell) -> Decimal | None:
    found = number(cell)
    if found is not None and not 0 < found < 10**8:
        raise WrongCell("面积应大于 0")
    return None if found is None else round(found, 2)


def _money(cell) -> Decimal | None:
    found = number(cell)
    if found is not None and not 0 <= found < 10**10:
        raise WrongCell("金额不可信")
    return None if found is None else round(found, 2)


def _degrees(cell) -> float | None:
    found = number(cell)
    return None if found is None else float(found)


def _hours(cell) -> list:
    try:
        return list(_week(text(cell, longest=300)))
    except WrongHours as wrong:
        raise WrongCell(str(wrong)) from None


@lru_cache(maxsize=2_000)
def _week(words: str) -> tuple:
    """Most outlets of a table keep one of a few weeks."""
    return tuple(parse_hours(words))


def _names(cell) -> list[str]:
    return [part.strip() for part in text(cell, longest=300).replace(",", "、").split("、") if part.strip()]


FIELDS = (
    Field("code", ("设施编号", "编号"), _code),
    Field("name", ("设施名称", "名称", "网点名称"), lambda cell: text(cell, longest=120), required=True),
    Field(
        "kind",
        ("类别", "设施类别", "设施类型", "网点类型"),
        lambda cell: text(cell, longest=60),
        required=True,
    ),
    Field("place", ("社区代码", "所在社区代码", "区划代码"), code, required=True),
    Field("state", ("状态", "使用状态"), _choice(State.choices, what="状态")),
    Field("address", ("地址", "详细地址"), lambda cell: text(cell, longest=200)),
    Field("lon", ("经度",), _degrees),
    Field("lat", ("纬度",), _degrees),
    Field("point_origin", ("坐标系", "坐标来源"), _choice(Origin.choices, what="坐标系")),
    Field("area_m2", ("建筑面积", "面积", "用房面积"), _area),
    Field("tenure", ("用房性质", "产权性质"), _choice(Tenure.choices, what="用房性质")),
    Field("rent_yuan", ("年租金",), _money),
    Field("agreement_from", ("协议开始", "租期开始"), day),
    Field("agreement_until", ("协议到期", "租期结束"), day),
    Field("step_free", ("无障碍进出", "无障碍"), flag),
    Field("surveyed_on", ("无障碍查看日期",), day),
    Field("phone", ("服务电话", "联系电话", "电话"), lambda cell: text(cell, longest=40)),
    Field("opened_on", ("启用日期", "开业日期", "启用时间"), day),
    Field("condition", ("设施状况",), _choice(Condition.choices, what="设施状况")),
    Field("capacity", ("可容纳人数",), whole),
    Field("hours", ("开放时间", "营业时间"), _hours),
    Field("marks", ("标记",), _names),
)


def check(rows: list[tuple[int, dict]]) -> Iterator[tuple[int, str, str]]:
    """Names become codes, points WGS 84; then what the rows say together and against the register."""
    kinds, marks, places = _catalogue(rows)
    standing = {
        f.code: f
        for f in Facility.objects.filter(code__in=[v["code"] for _n, v in rows if v["code"]]).select_related(
            "place"
        )
    }
    _to_wgs84([values for _line, values in rows])
    first: dict[tuple, int] = {}
    for line, values in rows:
        yield from ((line, *wrong) for wrong in _unknown(values, kinds, marks, places))
        yield from ((line, *wrong) for wrong in _untrue(values))
        yield from ((line, *wrong) for wrong in _against(values, standing.get(values["code"])))
        key = (values["code"],) if values["code"] else (values["place"], values["kind"], values["name"])
        if first.setdefault(key, line) != line:
            yield line, "code" if values["code"] else "name", f"与第 {first[key]} 行重复"


def _catalogue(rows) -> tuple[dict, dict, set]:
    current = Kind.objects.filter(retired_on=None)
    kinds = {title: kind.code for kind in current for title in (kind.name, kind.code, *kind.also)}
    marks = {
        title: mark.code for mark in Mark.objects.filter(retired_on=None) for title in (mark.name, mark.code)
    }
    codes = {values["place"] for _n, values in rows}
    communities = Place.objects.current().communities().filter(code__in=codes)
    return kinds, marks, set(communities.values_list("code", flat=True))


def _unknown(values: dict, kinds: dict, marks: dict, places: set) -> Iterator[tuple[str, str]]:
    if values["kind"] in kinds:
        values["kind"] = kinds[values["kind"]]
    else:
        yield "kind", f"没有“{values['kind'][:20]}”这个类别"
    if values["place"] not in places:
        yield "place", "没有登记这个社区（村），或已经停用"
    if strange := [name for name in values["marks"] if name not in marks]:
        yield "marks", f"没有“{strange[0][:20]}”这个标记"
    values["marks"] = sorted({marks[name] for name in values["marks"] if name in marks})


def _untrue(values: dict) -> Iterator[tuple[str, str]]:
    """Facts that contradict each other."""
    if (values["lon"] is None) != (values["lat"] is None):
        yield "lat", "经度和纬度要一起填写"
    elif values["lon"] is not None and not _is_in_china(values):
        yield "lon", "不在中国范围内，经纬度可能写反了"
    if values["opened_on"] and values["opened_on"] > clock.today():
        yield "opened_on", "启用日期晚于今天"
    if values["step_free"] is not None and values["surveyed_on"] is None:
        yield "surveyed_on", "填了无障碍进出，就要填查看日期"
    begins, ends = values["agreement_from"], values["agreement_until"]
    if begins and ends and ends < begins:
        yield "agreement_until", "协议到期早于协议开始"
    if values["state"] in (State.SUSPENDED, State.CLOSED) and not values["code"]:
        yield "state", "新登记的设施应为规划中、已建成、已验收或在用"


def _is_in_china(values: dict) -> bool:
    return 73 <= values["lon"] <= 136 and 3 <= values["lat"] <= 54


def _to_wgs84(rows: list[dict]) -> None:
    """Points of other datums are turned to WGS 84, all of one datum at once; where they came from stays."""
    waiting: dict[str, list[dict]] = {}
    for values in rows:
        if values["lon"] is None or values["lat"] is None:
            values["point_origin"] = ""
        else:
            values["point_origin"] = origin = values["point_origin"] or Origin.WGS84
            if origin != Origin.WGS84 and _is_in_china(values):
                waiting.setdefault(origin, []).append(values)
    for origin, those in waiting.items():
        given = (np.array([values[name] for values in those]) for name in ("lon", "lat"))
        there = points(*given, datum=origin)
        for values, lon, lat in zip(those, there.lon.round(7), there.lat.round(7), strict=True):
            values["lon"], values["lat"] = float(lon), float(lat)


def _against(values: dict, standing: Facility | None) -> Iterator[tuple[str, str]]:
    """What a table does not do: change a state, move a facility, wake the archived."""
    if standing is None:
        if (values["state"] or State.OPEN) == State.OPEN and values["opened_on"] is None:
            yield "opened_on", "在用的设施要填启用日期"
        return
    if standing.archived_at is not None:
        yield "code", "这条设施已经归档"
    elif standing.place.code != values["place"]:
        yield "place", f"这个编号登记在 {standing.place.name}"
    elif values["state"] and values["state"] != standing.state:
        yield "state", f"现在是“{standing.get_state_display()}”，状态要在设施页面上办理"


FACILITY_IMPORT = declare_import(
    ImportSpec(
        name="facilities",
        title="设施和便民网点",
        entry="import-facilities",
        fields=FIELDS,
        allowed=lambda user: user.may(IMPORT),
        check=check,
        apply=import_facilities,
    )
)
