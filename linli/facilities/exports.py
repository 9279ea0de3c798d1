"""The register as an official table or a csv: the columns of the import, so that it comes back as it went."""

from collections.abc import Iterator
from tempfile import TemporaryFile

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils.translation import gettext as _

from linli.exchange.actions import log_use, require_registered
from linli.exchange.tables import Column, Sheet, write_csv, write_xlsx
from linli.kernel import clock

from . import rules
from .hours import write_hours
from .imports import FIELDS
from .models import Facility, Mark, Origin
from .opening import periods_of

ENTRY = "export-facilities"
BATCH = 2_000
GROUPS = {
    **dict.fromkeys(("lon", "lat", "point_origin"), "位置（WGS 84）"),
    **dict.fromkeys(("area_m2", "tenure", "rent_yuan", "agreement_from", "agreement_until"), "用房"),
    **dict.fromkeys(("step_free", "surveyed_on"), "无障碍"),
}
DECIMALS = {"area_m2": 2, "rent_yuan": 2, "lon": 7, "lat": 7}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = {"xlsx": "xlsx", "csv": "utf-8-sig", "csv-gb": "gb18030"}
NOTE = "空格表示没有填报，不是 0。可以直接在本表修改后再导入：只有改动的行会更新。"


def titles() -> list[str]:
    return ["序号", *(field.titles[0] for field in FIELDS), "所在社区"]


def rows_of(facilities: QuerySet) -> Iterator[list]:
    """The cells of each facility in the order of `titles`, a batch at a time in memory."""
    marks = dict(Mark.objects.values_list("code", "name"))
    keys = list(facilities.values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        found = Facility.objects.select_related("kind", "place").in_bulk(keys[start : start + BATCH])
        those = [found[key] for key in keys[start : start + BATCH] if key in found]
        hours = periods_of(those)
        for number, facility in enumerate(those, start + 1):
            cells = [_cell(facility, field.name, marks, hours) for field in FIELDS]
            yield [number, *cells, facility.place.name]


def _cell(facility: Facility, name: str, marks: dict, hours: dict):
    special = {
        "kind": lambda: facility.kind.name,
        "place": lambda: facility.place.code,
        "hours": lambda: write_hours(hours.get(facility.pk, [])) or None,
        "marks": lambda: "、".join(marks.get(code, code) for code in facility.marks) or None,
        "point_origin": lambda: Origin.WGS84.label if facility.lon is not None else None,
    }
    if name in special:
        return special[name]()
    value = getattr(facility, name)
    if value == "" or value is None:
        return None
    choices = Facility._meta.get_field(name).choices
    return str(dict(choices)[value]) if choices else value


def answer_export(facilities: QuerySet, *, form: str, by) -> FileResponse:
    """A download of the facilities as xlsx or csv; written to the register of exchange in the same breath."""
    if form not in FORMS:
        form = "xlsx"
    if not by.may(rules.IMPORT):
        raise PermissionDenied
    require_registered(ENTRY)  # before there is a file that a refusal would leave behind
    target = TemporaryFile()  # noqa: SIM115 — the response closes it
    try:
        with transaction.atomic():
            count = write_table(target, facilities, form=form)
            log_use(ENTRY, "exported", by=by, row_count=count)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    name = _("设施台账%s") % f"{clock.today():%Y%m%d}"
    ending, kind = ("xlsx", XLSX) if form == "xlsx" else ("csv", "text/csv")
    return FileResponse(target, as_attachment=True, filename=f"{name}.{ending}", content_type=kind)


def write_table(target, facilities: QuerySet, *, form: str) -> int:
    """Write the table and return how many facilities are in it."""
    if form != "xlsx":
        return write_csv(target, titles(), rows_of(facilities), encoding=FORMS[form])
    columns = [
        Column("序号"),
        *(Column(f.titles[0], group=GROUPS.get(f.name, ""), decimals=DECIMALS.get(f.name)) for f in FIELDS),
        Column("所在社区"),
    ]
    sheet = Sheet("社区设施和便民网点台账", columns, unit="㎡、元、人", as_of=clock.today(), note=NOTE)
    return write_xlsx(target, sheet, rows_of(facilities))
