"""One form of one period over many communities: who filled it, how far, and every cell beside the others'."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from linli.cases.models import Case
from linli.exchange.tables import Column, Sheet, write_xlsx
from linli.exchange.tables.cells import WrongCell, number
from linli.kernel import clock
from linli.places.models import Place

from .. import rules
from ..models import Cell, Filling, FormDefinition


@dataclass(frozen=True)
class WideRow:
    """A line of one community; `filling` None where it has not opened the form."""

    place: Place
    filling: Filling | None
    cells: tuple[str, ...]

    @property
    def state(self) -> str:
        return str(self.filling.case.state_label) if self.filling else _("没有填")


@dataclass(frozen=True)
class Total:
    """The sum of a column over what is known; None for columns that are no numbers."""

    value: Decimal | None
    missing: int


def communities_reviewed(user, definition: FormDefinition):
    """Communities in the user's reach of whom the form is asked."""
    reach = Place.objects.current().communities().filter(user.scope(rules.VIEW))
    if not definition.area.startswith("000000"):
        reach = reach.filter(path__contains=f"{definition.area}/")
    return reach.order_by("path")


def periods_of(definition: FormDefinition, user) -> list[str]:
    """Periods for which somebody in reach opened the form, the newest first."""
    seen = _fillings(definition, user)
    return sorted(set(seen.order_by().values_list("period", flat=True)), reverse=True)


def _fillings(definition: FormDefinition, user):
    cases = Case.objects.filter(kind="form").visible_to(user).exclude(state="cancelled")
    return Filling.objects.filter(definition=definition, case__in=cases)


def wide_rows(definition: FormDefinition, period: str, places: Sequence[Place], user) -> list[WideRow]:
    """The lines of each community in the order of `places`; three queries, however many."""
    fillings = _fillings(definition, user).filter(period=period, case__place__in=places)
    of = {one.case.place_id: one for one in fillings.select_related("case")}
    lines: dict[int, dict[int, dict[int, Cell]]] = {}
    for cell in Cell.objects.filter(filling__in=of.values()):
        lines.setdefault(cell.filling_id, {}).setdefault(cell.line, {})[cell.column] = cell
    found = []
    for place in places:
        filling = of.get(place.pk)
        those = lines.get(filling.pk, {}) if filling else {}
        found += [_row(definition, place, filling, those[n]) for n in sorted(those)]
        if not those:
            found.append(_row(definition, place, filling, {}))
    return found


def _row(definition: FormDefinition, place: Place, filling: Filling | None, cells: dict) -> WideRow:
    shown = (cells[at].shown if at in cells else "" for at in range(len(definition.columns)))
    return WideRow(place, filling, tuple(shown))


def totals_of(definition: FormDefinition, rows: Sequence[WideRow]) -> list[Total]:
    """Sums of measures and number gaps, each with how many lines said nothing: silence is not zero."""
    return [
        _total([row.cells[at] for row in rows]) if _is_number(column) else Total(None, 0)
        for at, column in enumerate(definition.columns)
    ]


def _is_number(column: dict) -> bool:
    return bool(column["measure"]) or column["gap"] == "number"


def _total(texts: Sequence[str]) -> Total:
    known = [value for text in texts if (value := _number(text)) is not None]
    return Total(sum(known, Decimal(0)) if known else None, len(texts) - len(known))


def _number(text: str) -> Decimal | None:
    try:
        return number(text)
    except WrongCell:
        return None


def wide_workbook(definition: FormDefinition, period: str, rows: Sequence[WideRow]) -> bytes:
    """The wide table in official style."""
    columns = [Column("序号"), Column("社区"), Column("社区代码"), Column("进度")]
    columns += [
        Column(column["title"], group="本次填报" if column["gap"] else "台账和计数")
        for column in definition.columns
    ]
    note = f"期间 {period}；下发单位：{definition.issuer}；空白表示没有填报，不是 0。"
    sheet = Sheet(f"{definition.title}汇总", [*columns, Column("备注")], as_of=clock.today(), note=note)
    numeric = [_is_number(column) for column in definition.columns]
    out = io.BytesIO()
    write_xlsx(
        out,
        sheet,
        (
            [n, row.place.name, row.place.code, row.state, *_typed(row, numeric), None]
            for n, row in enumerate(rows, 1)
        ),
    )
    return out.getvalue()


def _typed(row: WideRow, numeric: Sequence[bool]):
    for text, is_number in zip(row.cells, numeric, strict=True):
        value = _number(text) if is_number else None
        yield value if value is not None else text or None
