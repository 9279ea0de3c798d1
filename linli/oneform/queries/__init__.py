"""What the pages of forms read: what is asked of a place, what is refused, and what it costs."""

import io
from collections import defaultdict
from dataclasses import dataclass

from linli.cases.models import Case
from linli.exchange.tables import Column, Sheet, write_xlsx
from linli.exchange.tables.cells import WrongCell, number
from linli.places.models import Place

from .. import rules
from ..models import Filling, FormDefinition


@dataclass(frozen=True)
class Burden:
    """What one issuer asks of one community in a year."""

    issuer: str
    form_count: int
    column_count: int
    known_count: int
    gap_count: int
    hours_a_year: float
    refused_count: int


def definitions_for(user) -> list[FormDefinition]:
    """Forms asked somewhere in the user's reach: in force first, the refused ones after them."""
    codes = {"000000000000"}
    for grant in user.grants:
        if rules.FILL in grant.permissions or rules.VIEW in grant.permissions:
            codes |= set(grant.place.ancestor_codes)
    rows = FormDefinition.objects.standing().filter(area__in=codes)
    return sorted(rows, key=lambda one: (bool(one.refused), one.issuer, one.code))


def communities_to_fill(user):
    """Communities in which the user may fill forms."""
    return Place.objects.current().communities().filter(user.scope(rules.FILL)).order_by("path")


def fillings_of(user):
    """Fillings the user may see, newest first."""
    seen = Case.objects.filter(kind="form").visible_to(user)
    return (
        Filling.objects.filter(case__in=seen)
        .select_related("case__place", "definition")
        .order_by("-case__opened_at", "-pk")
    )


def burden() -> list[Burden]:
    """Who asks how much of each community in a year; refused forms cost nothing and are counted apart."""
    by_issuer: dict[str, list[FormDefinition]] = defaultdict(list)
    for one in FormDefinition.objects.standing():
        by_issuer[one.issuer].append(one)
    found = [_burden(issuer, forms) for issuer, forms in by_issuer.items()]
    return sorted(found, key=lambda one: (-one.hours_a_year, one.issuer))


def _burden(issuer: str, forms: list[FormDefinition]) -> Burden:
    standing = [one for one in forms if not one.refused]
    columns = [column for one in standing for column in one.columns]
    gaps = sum(bool(column["gap"]) for column in columns)
    return Burden(
        issuer,
        len(standing),
        len(columns),
        len(columns) - gaps,
        gaps,
        round(sum(one.hours_a_year for one in standing), 1),
        len(forms) - len(standing),
    )


def workbook(filling: Filling) -> bytes:
    """The filling as an official table: title, as-of date, register columns and asked columns in two groups."""
    definition = filling.definition
    columns = [Column("序号")]
    for column in definition.columns:
        columns.append(Column(column["title"], group="本次填报" if column["gap"] else "台账和计数"))
    columns.append(Column("备注"))
    sheet = Sheet(
        definition.title,
        columns,
        as_of=filling.as_of,
        note=f"下发单位：{definition.issuer}；依据：{definition.basis}；批准文号：{definition.approval}",
    )
    out = io.BytesIO()
    lines = (
        [at, *(_typed(definition, cell) for cell in line), None] for at, line in enumerate(filling.lines, 1)
    )
    write_xlsx(out, sheet, lines)
    return out.getvalue()


def _typed(definition: FormDefinition, cell):
    """Numbers as numbers, codes as text."""
    column = definition.columns[cell.column]
    if column["measure"] or column["gap"] == "number":
        try:
            return number(cell.shown)
        except WrongCell:
            return cell.shown
    return cell.shown or None
