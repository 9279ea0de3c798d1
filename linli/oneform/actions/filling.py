"""Opening a form with everything that is known, answering its gaps, letting corrections flow back."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli.cases.actions import WrongState, open_case
from linli.cases.models import Case
from linli.exchange.tables.cells import WrongCell, number
from linli.kernel import clock
from linli.kernel.text import refuse_hidden_characters
from linli.measures import Period, measures
from linli.places.models import inside
from linli.registers.actions import change_record
from linli.registers.cells import reader_of
from linli.registers.declaring import Register, registers
from linli.registers.queries import written

from .. import rules
from ..definitions import titles_of_measures
from ..models import Cell, Filling, FormDefinition

MOST_LINES = 2_000


class FormRefused(ValidationError):
    """The form need not be filled; the text says by which rule."""


@transaction.atomic
def open_filling(definition: FormDefinition, *, place, period: str, by) -> Filling:
    """A filling with every known cell prefilled and its source; FormRefused for an unapproved or expired form.

    The same form for the same community and period is opened once: then the standing filling is given.
    """
    if not by.may(rules.FILL, at=place):
        raise PermissionDenied
    definition = FormDefinition.objects.select_for_update().get(pk=definition.pk)
    if definition.refused:
        raise FormRefused(definition.refused)
    span = _period(definition, period)
    known = Filling.objects.filter(definition=definition, case__place=place, period=period)
    if standing := known.exclude(case__state="cancelled").first():
        return standing
    case = open_case(
        kind="form",
        title=f"{definition.title}（{place.name}，{period}）",
        place=place,
        reporter=None,
        assignee=by,
        term=definition.term_workdays,
        by=by,
    )
    as_of = min(span.last_day, clock.today())
    filling = Filling.objects.create(case=case, definition=definition, period=period, as_of=as_of)
    Cell.objects.bulk_create(_cells(filling, place, span))
    return filling


def _period(definition: FormDefinition, period: str) -> Period:
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}.get(definition.frequency)
    try:
        span = Period.parse(period)
    except ValueError:
        raise ValidationError(_("期间请写成 2026、2026H1、2026Q1 或 2026-03。")) from None
    if months is not None and span.months != months:
        raise ValidationError(_("这张报表按“%s”填报，期间不符。") % definition.get_frequency_display())
    if span.start > clock.today():
        raise ValidationError(_("还没有到这个期间。"))
    return span


def _cells(filling: Filling, place, span: Period) -> list[Cell]:
    definition = filling.definition
    register = registers[definition.rows] if definition.rows else None
    records = _records(register, place) if register else [None]
    counted = {c["measure"]: _counted(c["measure"], place, span) for c in definition.columns if c["measure"]}
    before = _answers_before(filling, place)
    return [
        _cell(filling, line=line, at=at, record=record, counted=counted, before=before)
        for line, record in enumerate(records)
        for at, column in enumerate(definition.columns)
    ]


def _records(register: Register, place) -> list:
    rows = register.model._default_manager.filter(inside(place, register.path), archived_on=None)
    found = list(rows.select_related(*register.related).order_by(*register.order)[: MOST_LINES + 1])
    if len(found) > MOST_LINES:
        raise ValidationError(_("台账超过 %d 条，请上级直接读取台账。") % MOST_LINES)
    return found


def _counted(title: str, place, span: Period) -> tuple[str, str]:
    """(value, source) of a measure for the place; ("", …) when it said nothing: never 0 for silence."""
    measure = measures[titles_of_measures()[title]]
    value = measure.count(span).get(place.code)
    text = "" if value is None else f"{value / measure.scale:g}" if measure.scale > 1 else str(value)
    return text, _("计数项：%s") % title


def _answers_before(filling: Filling, place) -> dict[tuple, tuple[str, str]]:
    """What this community already answered in this form, by column title and row: asked once, shown again."""
    found: dict[tuple, tuple[str, str]] = {}
    earlier = (
        Filling.objects.filter(definition=filling.definition, case__place=place, case__state="approved")
        .select_related("case")
        .order_by("case__closed_at")
    )
    for one in earlier:
        for cell in one.cells.filter(asked=True):
            title = one.definition.columns[cell.column]["title"]
            found[title, cell.record] = (cell.value, _("%s 已填报") % one.case.number)
    return found


def _cell(filling, *, line, at, record, counted, before) -> Cell:
    definition = filling.definition
    column = definition.columns[at]
    cell = Cell(filling=filling, line=line, column=at, record=record.pk if record else None)
    if column["field"]:
        register = registers[definition.rows]
        cell.value = written(register, record, column["field"])[:200]
        cell.source = _("台账：%s") % register.title
    elif column["measure"]:
        cell.value, cell.source = counted[column["measure"]]
    else:
        cell.asked = True
        cell.value, cell.source = before.get((column["title"], cell.record), ("", ""))
    return cell


@transaction.atomic
def answer(filling: Filling, *, by, values: dict[int, str]) -> Filling:
    """Write answers to gaps and corrections of register cells, by the key of the cell.

    ValidationError names every cell that is wrong; then nothing is written. Only while it is being filled.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("place").get(pk=filling.pk)
    if not rules.can_fill(by, case):
        raise PermissionDenied
    if case.state != "filling":
        raise ValidationError(_("已经提交，不能再改；需要改请审核人退回。"))
    cells = {cell.pk: cell for cell in filling.cells.select_related("filling__definition")}
    wrong: dict[str, list[str]] = {}
    for key, text in values.items():
        try:
            _write(cells[key], text.strip(), filling.definition)
        except (ValidationError, WrongCell) as reason:
            wrong[f"cell-{key}"] = list(getattr(reason, "messages", [str(reason)]))
    if wrong:
        raise ValidationError(wrong)
    Cell.objects.bulk_update([cells[key] for key in values], ["value", "proposed", "source"])
    return filling


def _write(cell: Cell, text: str, definition: FormDefinition) -> None:
    column = definition.columns[cell.column]
    refuse_hidden_characters(text)
    if len(text) > 200:
        raise WrongCell(_("超过 200 个字"))
    if cell.asked:
        if column["gap"] == "number":
            number(text)
        cell.source = _("本次填报") if text != cell.value or not cell.source else cell.source
        cell.value = text
    elif column["field"]:
        field = registers[definition.rows].columns[column["field"]]
        if text in (cell.value, ""):
            cell.proposed = ""
            return
        if field.is_relation:
            raise WrongCell(_("这一列请到台账里修改"))
        reader_of(field)(text)
        cell.proposed = text
    else:
        raise WrongCell(_("由平台计数，不能改；有误请改台账"))


def require_whole(case, *, by, **data) -> None:
    """Effect of submitting: every gap has its answer."""
    left = case.form.open_gaps
    if left:
        raise WrongState(_("还有 %d 格没有填。") % left)


def return_corrections(case, *, by, **data) -> None:
    """Effect of the last approval: corrections enter the register in the name of whoever proposed them."""
    filling = case.form
    definition = filling.definition
    if not definition.rows:
        return
    register = registers[definition.rows]
    changes: dict[int, dict] = {}
    for cell in filling.cells.exclude(proposed=""):
        name = definition.columns[cell.column]["field"]
        changes.setdefault(cell.record, {})[name] = reader_of(register.columns[name])(cell.proposed)
    for key, values in changes.items():
        record = register.model._default_manager.get(pk=key)
        try:
            change_record(register, record, by=case.assignee, why=_("报表更正 %s") % case.number, **values)
        except (ValidationError, PermissionDenied) as refused:
            told = "；".join(getattr(refused, "messages", [str(refused)]))
            raise WrongState(
                _("“%(row)s”的更正不能写回台账：%(why)s") % {"row": record, "why": told}
            ) from None
