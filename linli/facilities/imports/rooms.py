"""The table of rooms: many facilities' rooms at once, known again by facility and name; none is taken away."""

from collections.abc import Iterator
from decimal import Decimal

from linli.exchange.imports.spec import Field, ImportSpec, declare_import
from linli.exchange.tables.cells import WrongCell, code, flag, number, text

from ..actions.furnishing import RoomLine, add_rooms
from ..models import Facility, Function, Room, RoomUse
from ..rules import IMPORT


def _area(cell) -> Decimal | None:
    found = number(cell)
    if found is not None and not 0 < found < 10**6:
        raise WrongCell("面积应大于 0")
    return None if found is None else round(found, 2)


FIELDS = (
    Field("facility", ("设施编号", "编号"), lambda cell: code(cell, longest=40), required=True),
    Field("name", ("房间", "房间名称", "名称"), lambda cell: text(cell, longest=60), required=True),
    Field("use", ("用途", "房间用途"), lambda cell: text(cell, longest=60), required=True),
    Field("area_m2", ("房间面积", "面积", "使用面积"), _area, required=True),
    Field("function", ("功能",), lambda cell: text(cell, longest=60)),
    Field("shared", ("一室多用",), flag),
)


def check(rows: list[tuple[int, dict]]) -> Iterator[tuple[int, str, str]]:
    """Names become codes; rooms named twice, and rooms that together do not fit into their building."""
    uses = {
        t: one.code
        for one in RoomUse.objects.filter(retired_on=None)
        for t in (one.name, one.code, *one.also)
    }
    functions = {
        t: one.code for one in Function.objects.filter(retired_on=None) for t in (one.name, one.code)
    }
    codes = {values["facility"] for _n, values in rows}
    standing = {one.code: one for one in Facility.objects.standing().filter(code__in=codes)}
    seen: dict[tuple, int] = {}
    for line, values in rows:
        yield from ((line, *wrong) for wrong in _unknown(values, uses, functions, standing))
        key = (values["facility"], values["name"])
        if seen.setdefault(key, line) != line:
            yield line, "name", f"与第 {seen[key]} 行重复"
    yield from _too_large(rows, standing)


def _unknown(values: dict, uses: dict, functions: dict, standing: dict) -> Iterator[tuple[str, str]]:
    if values["facility"] not in standing:
        yield "facility", f"台账里没有编号 {values['facility'][:40]}，或已经归档"
    for name, known, word in (("use", uses, "用途"), ("function", functions, "功能")):
        if not values[name]:
            continue
        if values[name] in known:
            values[name] = known[values[name]]
        else:
            yield name, f"没有“{values[name][:20]}”这种{word}"


def _too_large(rows, standing: dict) -> Iterator[tuple[int, str, str]]:
    """Each facility's rooms as they would stand, against its floor area; told at its last row."""
    stands: dict[str, dict[str, Decimal]] = {}
    for owner, name, area in Room.objects.filter(facility__in=standing.values()).values_list(
        "facility__code", "name", "area_m2"
    ):
        stands.setdefault(owner, {})[name] = area
    last: dict[str, int] = {}
    for line, values in rows:
        stands.setdefault(values["facility"], {})[values["name"]] = values["area_m2"]
        last[values["facility"]] = line
    for owner, line in last.items():
        whole, total = standing[owner].area_m2 if owner in standing else None, sum(stands[owner].values())
        if whole is not None and total > whole:
            yield line, "area_m2", f"房间面积合计 {total} ㎡，超过建筑面积 {whole} ㎡"


def apply(rows: list[dict], *, by) -> int:
    """Add the rooms and restate those that stand."""
    of: dict[str, list[RoomLine]] = {}
    for row in rows:
        line = RoomLine(row["name"], row["use"], row["area_m2"], row["function"], bool(row["shared"]))
        of.setdefault(row["facility"], []).append(line)
    add_rooms(of, by=by)
    return len(rows)


ROOM_IMPORT = declare_import(
    ImportSpec(
        name="facility-rooms",
        title="设施房间",
        entry="import-facilities",
        fields=FIELDS,
        allowed=lambda user: user.may(IMPORT),
        check=check,
        apply=apply,
    )
)
