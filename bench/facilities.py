"""How long 50,000 facilities take from a table to the register: `python -m bench.facilities [ROWS]`.

In a fresh test database of DATABASE_URL's server: the xlsx is checked and applied as the job does it, then the
same table again (nothing changes), then exported. Wall-clock and processor seconds of this process are told.
"""

import io
import os
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
COMMUNITIES = 500


def table(count: int, communities: list[str]) -> bytes:
    from linli.exchange.tables import Column, Sheet, write_xlsx

    titles = ["序号", "设施名称", "类别", "社区代码", "地址", "经度", "纬度", "坐标系", "建筑面积", "启用日期",
              "服务电话", "开放时间"]  # fmt: skip
    kinds = ["便利店", "药店", "早餐店", "维修点", "美容美发", "社区书屋"]
    rows = (
        [n, f"示范网点{n}", kinds[n % 6], communities[n % len(communities)], f"幸福路{n % 900}号",
         110 + n % 977 / 9000, 30 + n % 911 / 9000, "GCJ-02", 20 + n % 300, "2024.3.5", f"0960-8{n:06}",
         "周一至周五 8:30-18:00；周六 9:00-12:00"]
        for n in range(count)
    )  # fmt: skip
    out = io.BytesIO()
    write_xlsx(out, Sheet("网点台账", [Column(title) for title in titles]), rows)
    return out.getvalue()


def main(count: int, measured=None) -> None:
    """A fresh database, `measured(count)` in it, and the database gone again."""
    django.setup()
    from django.conf import settings
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    from tests.template import ready

    settings.FILES_DIR = Path(tempfile.mkdtemp())
    connections["default"].settings_dict["TEST"] |= {"NAME": "bench_facilities", "TEMPLATE": ready()}
    made = setup_databases(0, False)
    try:
        (measured or run)(count)
    finally:
        teardown_databases(made, 0)


def run(count: int) -> None:
    from linli.facilities.exports import write_table
    from linli.facilities.models import Facility
    from tests.factories.exchange import make_entry
    from tests.factories.facilities import install_catalogue, make_keeper
    from tests.factories.places import make_community

    install_catalogue()
    make_entry("import-facilities")
    places = [make_community(n % 100 + 1, street=f"99010100{n // 100 + 1}000") for n in range(COMMUNITIES)]
    by = make_keeper(places[0].parent.parent)
    upload = table(count, [place.code for place in places])
    print(f"{count:,} rows, {len(upload) / 1e6:.1f} MB xlsx")
    twice(upload, "facilities", by, Facility)
    for form in ("xlsx", "csv"):
        began = time.perf_counter()
        write_table(io.BytesIO(), Facility.objects.order_by("pk"), form=form)
        print(f"export {form}: {time.perf_counter() - began:.1f} s")


def twice(upload: bytes, kind: str, by, model) -> None:
    """The table checked and applied as the jobs do it, then again: the same rows change nothing."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from linli.exchange.imports.running import apply_import, check_stored, keep_source

    for what in ("first", "again"):
        source = keep_source(SimpleUploadedFile("表.xlsx", upload), kind=kind, by=by)
        began, worked = time.perf_counter(), time.process_time()
        run_, _checked = check_stored(source, kind=kind, by=by)
        checked = time.perf_counter()
        apply_import(run_, by=by, rows="all")
        ended = time.perf_counter()
        print(
            f"{what}: check {checked - began:.1f} s, apply {ended - checked:.1f} s,"
            f" together {ended - began:.1f} s (processor {time.process_time() - worked:.1f} s),"
            f" {model.objects.count():,} stand",
            flush=True,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
