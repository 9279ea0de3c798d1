"""From an uploaded table to an import that is applied once: check, return with remarks, apply."""

import io
from collections.abc import Callable
from typing import Literal

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.exchange.actions import log_use
from linli.exchange.models import ImportRun
from linli.exchange.tables import Column, Sheet, TableRefused, read_table, write_xlsx
from linli.files.actions import FileRefused, store
from linli.files.kinds import TABLES, declare_purpose
from linli.files.models import StoredFile
from linli.kernel import clock

from .checking import Checked, check_rows
from .spec import ImportSpec, specs

SOURCE = declare_purpose("import-source", "导入的原表", TABLES, sensitivity=3)
RETURNED = declare_purpose("import-returned", "退回的表", TABLES, sensitivity=3)
MOST_RETURNED = 50_000  # rows of a returned copy: what a person can mend by hand
MOST_AT_ONCE = 50_000  # rows a page reads while somebody waits; a national list comes by `linli import`
ASIDE = 100  # rows of a sheet that are no records: title, header, notes, signatures


def check_import(upload, *, kind: str, by) -> tuple[ImportRun, Checked]:
    """Store the uploaded table, dry-run it and keep the outcome; nothing of it is applied.

    ValidationError (FileRefused) says why a table cannot be read at all.
    """
    return check_stored(keep_source(upload, kind=kind, by=by), kind=kind, by=by)


def keep_source(upload, *, kind: str, by) -> StoredFile:
    """Store the uploaded table for a check that follows; FileRefused says why not."""
    if not specs[kind].allowed(by):
        raise PermissionDenied
    return store(upload, by=by, purpose=SOURCE)


def check_stored(
    source: StoredFile, *, kind: str, by, tell: Callable[[str], None] = lambda text: None
) -> tuple[ImportRun, Checked]:
    """Dry-run a stored table; `tell` hears in words what is being done."""
    spec = specs[kind]
    if not spec.allowed(by) or source.by_id != by.pk:
        raise PermissionDenied
    tell(_("正在读取和检查表格。"))
    checked = _read(source, spec)
    if checked.problems:
        tell(_("正在写退回表：%d 处问题。") % len(checked.problems))
    with transaction.atomic():
        run = ImportRun.objects.create(
            kind=kind,
            file=source,
            returned=_returned_copy(source, checked, by) if checked.problems else None,
            row_count=len(checked.rows),
            problem_count=len(checked.problems),
            by=by,
            checked_at=clock.now(),
        )
    return run, checked


def apply_import(run: ImportRun, *, by, rows: Literal["all", "good"]) -> ImportRun:
    """Apply a checked import: every row or none, or by choice the good rows. Applied twice it is the same.

    The table is read and checked again, for the world may have changed since.
    """
    spec = specs[run.kind]
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        if not spec.allowed(by) or run.by_id != by.pk:
            raise PermissionDenied
        if run.state == ImportRun.State.APPLIED:
            return run
        checked = _read(run.file, spec)
        if rows == "all" and checked.problems:
            raise ValidationError(_("有 %d 处问题，没有导入任何一行。") % len(checked.problems))
        run.applied_count = spec.apply([values for _number, values in checked.good_rows], by=by)
        run.state, run.applied_at = ImportRun.State.APPLIED, clock.now()
        run.save()
        log_use(spec.entry, "imported", by=by, row_count=run.applied_count)
        audit.record(
            "exchange.import", by=by, thing=run, detail={"kind": run.kind, "rows": run.applied_count}
        )
    return run


def why(refused: ValidationError | PermissionDenied) -> str:
    """The reason in words."""
    if isinstance(refused, ValidationError):
        return "；".join(refused.messages)
    return str(refused) or _("没有权限，没有导入任何一行。")


def _read(source: StoredFile, spec: ImportSpec) -> Checked:
    if source.state != StoredFile.State.READY:
        raise FileRefused(_("文件正在等待安全检查，通过后才能导入。"))
    try:
        table = read_table(source.path, source.name)
        if len(table.rows) > MOST_AT_ONCE + ASIDE:
            raise TableRefused(_("一次最多 %d 行，请分开导入。") % MOST_AT_ONCE)
        return check_rows(table, spec)
    except TableRefused as refused:
        raise FileRefused(str(refused)) from None


def _returned_copy(source: StoredFile, checked: Checked, by) -> StoredFile:
    """The rows as they were sent, each with what is wrong with it in a last column."""
    remarks: dict[int, list[str]] = {}
    for problem in checked.problems:
        remarks.setdefault(problem.row, []).append(f"{problem.column}：{problem.reason}".lstrip("："))
    titles = checked.found.header
    rows = (
        [
            number,
            *(cells[at] if at < len(cells) else None for at in range(len(titles))),
            "；".join(remarks[number]),
        ]
        for number, cells in checked.found.rows
        if number in remarks
    )
    out = io.BytesIO()
    columns = [Column("原行号"), *(Column(title) for title in titles), Column("问题", width=40)]
    sheet = Sheet(
        f"退回：{source.name}", columns, note="改好后删去首列和末列，或原样再次导入。", signatures=()
    )
    write_xlsx(out, sheet, (row for _n, row in zip(range(MOST_RETURNED), rows, strict=False)))
    return store(ContentFile(out.getvalue(), name="退回.xlsx"), by=by, purpose=RETURNED)
