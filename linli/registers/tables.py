"""Registers as tables: imported by key, the same table twice changes nothing; exported in the official style.

An empty cell of an import leaves what stands: whoever wants a column empty empties it on the page.
"""

import io
from collections.abc import Iterator
from copy import copy
from typing import Literal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import translation

from linli import audit
from linli.exchange.actions import log_use
from linli.exchange.imports.spec import ImportSpec, declare_import
from linli.exchange.tables import Column, Sheet, write_csv, write_xlsx
from linli.kernel import clock
from linli.kernel.bulk import add_records, restate_records
from linli.search.actions import touch_keys
from linli.search.declaring import of_model

from . import queries, rules
from .cells import Names, import_fields, key_of, problems_of, reference_to, shared_names, standing_rows
from .declaring import Register, links, register_of
from .models import Record


def declare_table(register: Register) -> ImportSpec:
    """The import of a register."""
    return declare_import(
        ImportSpec(
            name=register.name,
            title=str(register.title),
            entry=f"import-{register.name}",
            fields=import_fields(register),
            allowed=lambda user: rules.can_edit(user, register),
            check=lambda rows: check(register, rows),
            apply=lambda rows, *, by: apply(register, rows, by=by),
        )
    )


def check(register: Register, rows: list[tuple[int, dict]]) -> Iterator[tuple[int, str, str]]:
    """What one cell cannot show: names that lead nowhere, keys given twice, what the model refuses."""
    names = Names(register, (values for _number, values in rows))
    good, first = [], {}
    for number, values in rows:
        wrong = list(names.missing(values))
        yield from ((number, column, reason) for column, reason in wrong)
        if not wrong:
            good.append((number, names.values(values)))
    standing = standing_rows(register, [values for _number, values in good])
    trial = []
    for number, values in good:
        key = key_of(register, values)
        if first.setdefault(key, number) != number:
            yield number, register.key[-1], f"与第 {first[key]} 行重复"
            continue
        record = _restated(register, standing.get(key), values)
        wrong = _required(register, record) or list(problems_of(register, record, standing.get(key)))
        yield from ((number, column, reason) for column, reason in wrong)
        if not wrong:
            record.settle()
            trial.append((number, record))
    yield from _refused(register, trial)


class _TrialOver(Exception):
    """The database has said what it would refuse; nothing of it stays."""


def _refused(register: Register, trial: list[tuple[int, Record]]) -> list[tuple[int, str, str]]:
    """What constraints of the database refuse: all rows are stored for a trial and taken back."""
    wrong: list[tuple[int, str, str]] = []
    try:
        with transaction.atomic():
            _try(register, trial, wrong)
            raise _TrialOver
    except _TrialOver:
        return wrong


def _try(register: Register, trial: list[tuple[int, Record]], wrong: list) -> None:
    """Store the rows; where that fails, halve until the row is found that cannot stand beside the others."""
    try:
        with transaction.atomic():
            _store(register, [copy(record) for _number, record in trial])
    except (IntegrityError, ValidationError) as refused:
        if len(trial) == 1:
            wrong.append((trial[0][0], "", _reason(register, refused)))
            return
        middle = len(trial) // 2
        _try(register, trial[:middle], wrong)
        _try(register, trial[middle:], wrong)


def _reason(register: Register, refused: IntegrityError | ValidationError) -> str:
    if isinstance(refused, ValidationError):
        return "；".join(refused.messages)
    name = getattr(getattr(refused.__cause__, "diag", None), "constraint_name", "") or ""
    for constraint in register.model._meta.constraints:
        if constraint.name == name:
            return str(constraint.get_violation_error_message())
    return "与已登记的内容冲突，可能重复"


def _store(register: Register, records: list[Record]) -> None:
    new = [record for record in records if record._state.adding]
    changed = [record for record in records if not record._state.adding]
    add_records(new)
    fields = [field.name for field in register.model._meta.concrete_fields if not field.primary_key]
    restate_records(changed, fields)  # all of them: what settles follows from what was changed
    if register.model.check_stored is not Record.check_stored:
        for record in records:
            record.check_stored()


def _required(register: Register, record: Record) -> list[tuple[str, str]]:
    """Links a row cannot do without, and a place of the wrong level."""
    bare = [
        (name, "必填")
        for name, field in register.columns.items()
        if field.is_relation and not field.null and getattr(record, field.attname) is None
    ]
    if not bare and register.place_of(record).level not in register.levels:
        return [("", f"“{register.title}”不登记在这一级区划")]
    return bare


def _restated(register: Register, standing: Record | None, values: dict) -> Record:
    """The row as it would stand after the import; nothing is written."""
    record = register.model() if standing is None else copy(standing)
    for name, value in values.items():
        setattr(record, name, value)
    return record


@transaction.atomic
def apply(register: Register, rows: list[dict], *, by) -> int:
    """Store the rows by their key: new ones are entered, changed ones changed, equal ones left alone."""
    names = Names(register, rows)
    given = [names.values(row) for row in rows]
    standing = standing_rows(register, given)
    changed = []
    for values in given:
        known = standing.get(key_of(register, values))
        record = _restated(register, known, values)
        if known is None or any(getattr(known, name) != value for name, value in values.items()):
            record.check_change(known, by=by)
            changed.append(_stamped(record, by))
        for one in filter(None, (known, record)):
            _allow(register, one, by)
    new_count = sum(record._state.adding for record in changed)
    _store(register, changed)
    if of_model(register.model) is not None:
        touch_keys(register.model, [record.pk for record in changed])
    audit.record(
        f"{register.name}.import", by=by, detail={"new": new_count, "changed": len(changed) - new_count}
    )
    return len(given)


def _allow(register: Register, record: Record, by) -> None:
    if by is not None and not rules.can_change(by, register, record):
        raise PermissionDenied("只能导入您岗位所及区划内的内容。")


def _stamped(record: Record, by) -> Record:
    record.settle()
    record.version += 0 if record._state.adding else 1
    record.changed_by, record.changed_at, record.changed_why = by, clock.now(), "表格导入"
    record.confirmed_on, record.confirmed_by = clock.today(), by
    return record


@transaction.atomic
def export(
    register: Register, rows: models.QuerySet, *, by, form: Literal["xlsx", "csv", "gb18030"], why: str = ""
) -> bytes:
    """The rows as a table of official style, or as csv; the use is logged with the rows' number.

    Hidden columns never leave in a table: who needs one looks at the row, with a reason.
    """
    with translation.override("zh-hans"):  # the titles and labels by which an import knows them again
        return _export(register, rows, by=by, form=form, why=why)


def _export(register: Register, rows: models.QuerySet, *, by, form: str, why: str) -> bytes:
    names = [name for name in register.fields if name not in register.hidden]
    shared = _shared(register)
    lines = [([cell_of(register, record, name, shared) for name in names], record) for record in rows]
    out = io.BytesIO()
    if form == "xlsx":
        columns = [Column("序号"), *(Column(register.title_of(name)) for name in names), Column("备注")]
        sheet = Sheet(f"{register.title}台账", columns, as_of=clock.today(), note="空白表示没有登记。")
        numbered = ([n, *line, record.note] for n, (line, record) in enumerate(lines, 1))
        count = write_xlsx(out, sheet, numbered)
    else:
        encoding = "gb18030" if form == "gb18030" else "utf-8-sig"
        titles = [register.title_of(name) for name in names]
        count = write_csv(out, titles, (line for line, _record in lines), encoding=encoding)
    log_use(f"export-{register.name}", "exported", by=by, row_count=count, purpose=why)
    audit.record(f"{register.name}.export", by=by, purpose=why, detail={"rows": count, "form": form})
    return out.getvalue()


def _shared(register: Register) -> dict[str, set[str]]:
    """For each column that names rows of another register, the names that more than one of them has."""
    others = {
        name: register_of(field.remote_field.model)
        for name, field in register.columns.items()
        if field.is_relation
    }
    return {name: shared_names(other) for name, other in others.items() if other is not None}


def cell_of(register: Register, record: Record, name: str, shared: dict[str, set[str]]):
    """The value of a column as an import reads it again: places by code, rows by what names them."""
    field, value = register.columns[name], getattr(record, name)
    if value is None or value == "":
        return None
    if not field.is_relation:
        return queries.written(register, record, name) if field.choices or isinstance(value, bool) else value
    if name in shared:
        return reference_to(value, shared[name])
    link = links.get(field.remote_field.model)
    return value.code if link is None else link.name_of(value)
