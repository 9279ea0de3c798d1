"""Confirmed hours as a table, the way the national volunteer system takes them in: by number, without names."""

from collections.abc import Iterator
from tempfile import TemporaryFile

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse
from django.utils.translation import gettext as _

from linli.exchange.actions import log_use, require_registered
from linli.exchange.tables import Column, Sheet, write_csv, write_xlsx
from linli.kernel import clock
from linli.kernel.clock import CHINA

from . import rules
from .models import Attendance

ENTRY = "export-volunteer-hours"
TITLES = (
    "序号",
    "志愿者编号",
    "服务类别",
    "服务内容",
    "服务地点",
    "开始时间",
    "结束时间",
    "时长（分钟）",
    "更正前记录",
    "记录编号",
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOTE = "只含已确认的时长，按志愿者编号，不含姓名和证件号码。更正过的记录只导出更正后的一条，并写明更正前的记录编号。"


def hours_of(user):
    """Confirmed records where the reader confirms, in order of time."""
    rows = Attendance.objects.confirmed().filter(user.scope(rules.CONFIRM, "place"))
    return rows.select_related("volunteer", "place", "charter").order_by("during", "pk")


def rows_of(records) -> Iterator[list]:
    for number, record in enumerate(records.iterator(1000), 1):
        yield [
            number,
            record.volunteer.number,
            record.charter.rules.service(record.service).name,
            (record.shift_id and record.content) or record.charter.rules.service(record.service).name,
            record.place.name,
            f"{record.during.lower.astimezone(CHINA):%Y-%m-%d %H:%M}",
            f"{record.during.upper.astimezone(CHINA):%Y-%m-%d %H:%M}",
            record.minutes,
            record.corrects_id,
            record.pk,
        ]


def answer_hours(*, by, form: str) -> FileResponse:
    """The table as a download; written to the register of exchange in the same breath.

    PermissionDenied: he confirms nowhere, or the way is not registered.
    """
    if not by.may(rules.CONFIRM):
        raise PermissionDenied
    require_registered(ENTRY)  # before anything is written
    target = TemporaryFile()  # noqa: SIM115 — the response closes it
    with transaction.atomic():
        if form == "csv":
            count = write_csv(target, list(TITLES), rows_of(hours_of(by)), encoding="utf-8-sig")
        else:
            sheet = Sheet(
                "志愿服务时长",
                [Column(title) for title in TITLES],
                unit="分钟",
                as_of=clock.today(),
                note=NOTE,
            )
            count = write_xlsx(target, sheet, rows_of(hours_of(by)))
        log_use(ENTRY, "exported", by=by, row_count=count)
    target.seek(0)
    ending, kind = ("csv", "text/csv") if form == "csv" else ("xlsx", XLSX)
    name = _("志愿服务时长%s") % f"{clock.today():%Y%m%d}"
    return FileResponse(target, as_attachment=True, filename=f"{name}.{ending}", content_type=kind)
