"""Population figures in bulk: one row for a place, year and definition; the same table twice changes nothing."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied

from linli import audit
from linli.exchange.imports.spec import Field, ImportSpec, declare_import
from linli.exchange.tables.cells import WrongCell, code, text, whole
from linli.kernel import clock

from .models import Place, PopulationFigure
from .rules import IMPORT

DEFINITIONS = {str(label): value for value, label in PopulationFigure.Definition.choices}
FIRST_YEAR = 1949
COUNTS = ("people", "households", "aged_60", "aged_80")


def _definition(cell) -> str:
    given = text(cell)
    if given not in DEFINITIONS:
        raise WrongCell("口径应为：" + "、".join(DEFINITIONS))
    return DEFINITIONS[given]


def _year(cell) -> int | None:
    return whole(text(cell).removesuffix("年"), least=FIRST_YEAR, most=clock.today().year)


def _key(values: dict) -> tuple:
    return values["place"], values["year"], values["definition"]


def check(rows: list[tuple[int, dict]]) -> Iterator[tuple[int, str, str]]:
    """Places must stand in the register, a figure comes once, and a part is no larger than its whole."""
    codes = {values["place"] for _number, values in rows}
    known = set(Place.objects.filter(code__in=codes).values_list("code", flat=True))
    first: dict[tuple, int] = {}
    for number, values in rows:
        if values["place"] not in known:
            yield number, "place", "没有登记这个区划"
        if first.setdefault(_key(values), number) != number:
            yield number, "year", f"与第 {first[_key(values)]} 行重复"
        for whole_name, part in (("people", "aged_60"), ("aged_60", "aged_80")):
            if None not in (values[whole_name], values[part]) and values[part] > values[whole_name]:
                yield number, part, "不能比前面的数大"


def apply(rows: list[dict], *, by) -> int:
    """Enter the figures, or restate those that stand; only inside the posts of `by`."""
    places = {place.code: place for place in Place.objects.filter(code__in={row["place"] for row in rows})}
    if not all(by.may(IMPORT, at=place) for place in places.values()):
        raise PermissionDenied("只能导入您岗位所及区划内的人口数据。")
    figures = [PopulationFigure(**{**row, "place": places[row["place"]]}) for row in rows]
    PopulationFigure.objects.bulk_create(
        figures,
        update_conflicts=True,
        unique_fields=["place", "year", "definition"],
        update_fields=[*COUNTS, "source"],
        batch_size=5_000,
    )
    audit.record("places.figures_imported", by=by, detail={"rows": len(rows)})
    return len(figures)


FIGURE_IMPORT = declare_import(
    ImportSpec(
        name="population",
        title="人口数据",
        entry="import-population",
        fields=(
            Field("place", ("区划代码", "代码"), code, required=True),
            Field("year", ("年份", "年度"), _year, required=True),
            Field("definition", ("口径", "人口口径"), _definition, required=True),
            Field("people", ("人口", "人口数"), whole, required=True),
            Field("households", ("户数", "家庭户数"), whole),
            Field("aged_60", ("60岁及以上", "60 岁及以上"), whole),
            Field("aged_80", ("80岁及以上", "80 岁及以上"), whole),
            Field("source", ("来源", "数据来源"), lambda cell: text(cell, longest=200), required=True),
        ),
        allowed=lambda user: user.may(IMPORT),
        check=check,
        apply=apply,
    )
)
