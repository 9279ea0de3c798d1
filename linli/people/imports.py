"""Units in bulk: the list of offices, committees and organisations a street keeps anyway."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from linli.exchange.imports.spec import Field, ImportSpec, declare_import
from linli.exchange.owners import owners
from linli.exchange.tables.cells import WrongCell, code, text
from linli.places.models import Place
from linli.search.actions import touch

from .models import Unit
from .rules import UNITS

KINDS = {str(label): value for value, label in Unit.Kind.choices}


def _kind(cell) -> str:
    given = text(cell)
    if given not in KINDS:
        raise WrongCell("类别应为：" + "、".join(KINDS))
    return KINDS[given]


def _code(cell) -> str:
    given = code(cell).lower()
    if given and not all(part.isascii() and part.isalnum() for part in given.split("-")):
        raise WrongCell("代码只用字母、数字和短横线")
    return given


def check(rows: list[tuple[int, dict]]) -> Iterator[tuple[int, str, str]]:
    """Places must stand in the register, and a code names one unit."""
    known = set(
        Place.objects.current().filter(code__in={v["place"] for _n, v in rows}).values_list("code", flat=True)
    )
    first: dict[str, int] = {}
    for number, values in rows:
        if values["place"] not in known:
            yield number, "place", "没有登记这个区划"
        if first.setdefault(values["code"], number) != number:
            yield number, "code", f"与第 {first[values['code']]} 行重复"


def apply(rows: list[dict], *, by) -> int:
    """Add units and restate those that stand, by their code; only inside the posts of `by`."""
    places = {p.code: p for p in Place.objects.filter(code__in={values["place"] for values in rows})}
    standing = Unit.objects.select_related("place").in_bulk([v["code"] for v in rows], field_name="code")
    touched = [places[values["place"]] for values in rows] + [unit.place for unit in standing.values()]
    if not all(by.may(UNITS, at=place) for place in touched):
        raise PermissionDenied("只能导入您岗位所及区划内的单位。")
    units = [Unit(**{**values, "place": places[values["place"]]}) for values in rows]
    Unit.objects.bulk_create(
        units,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "kind", "place", "phone"],
        batch_size=1_000,
    )
    for unit in Unit.objects.filter(code__in=[unit.code for unit in units]):
        touch(unit)
    return len(units)


UNIT_IMPORT = declare_import(
    ImportSpec(
        name="units",
        title="单位",
        entry="import-units",
        fields=(
            Field("code", ("单位代码", "代码"), _code, required=True),
            Field("name", ("单位名称", "名称"), lambda cell: text(cell, longest=120), required=True),
            Field("kind", ("类别", "单位类别"), _kind, required=True),
            Field("place", ("所在区划代码", "区划代码"), code, required=True),
            Field("phone", ("公开电话", "电话"), lambda cell: text(cell, longest=40)),
        ),
        allowed=lambda user: user.may(UNITS),
        check=check,
        apply=apply,
    )
)


def correct_unit(subject: str, field: str, proposed: str, *, by) -> None:
    """Put one field of a unit right, read as the import reads it; ValidationError says why not."""
    unit = (
        Unit.objects.select_related("place")
        .select_for_update(of=("self",))
        .filter(code=subject.strip())
        .first()
    )
    column = next((one for one in UNIT_IMPORT.fields if field.strip() in one.titles), None)
    if unit is None or column is None or column.name in ("code", "place"):
        raise ValidationError(_("没有找到这个单位代码或这一项，请核对后再改。"))
    if not by.may(UNITS, at=unit.place):
        raise PermissionDenied
    try:
        setattr(unit, column.name, column.read(proposed))
    except WrongCell as wrong:
        raise ValidationError(str(wrong)) from None
    unit.full_clean(validate_unique=False)
    unit.save(update_fields=[column.name])
    touch(unit)


owners[UNIT_IMPORT.entry] = correct_unit
