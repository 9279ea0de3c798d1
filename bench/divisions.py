"""How long a national list of divisions takes to import, and how much memory: `python -m bench.divisions FOLDER`.

FOLDER holds provinces.csv, cities.csv, areas.csv, streets.csv, villages.csv.gz (see README of the data). The
import runs in a fresh test database of DATABASE_URL's server, as csv and as xlsx, then again unchanged.
"""

import csv
import gzip
import os
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
LISTS = ("provinces.csv", "cities.csv", "areas.csv", "streets.csv", "villages.csv.gz")


def divisions(folder: Path):
    seen = set()
    for name in LISTS:
        opening = gzip.open if name.endswith(".gz") else open
        with opening(folder / name, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                code = row["code"].ljust(12, "0")
                if code not in seen:  # a city without counties stands in two lists
                    seen.add(code)
                    yield code, row["name"]


def main(folder: str) -> None:
    django.setup()
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    from bench.ledger import cpu_of, server_process
    from linli.exchange.tables import Column, Sheet, write_csv, write_xlsx
    from linli.packs.actions import install_packs
    from linli.places.imports import import_divisions
    from tests import template

    connections["default"].settings_dict["TEST"] |= {"NAME": "bench_divisions", "TEMPLATE": template.ready()}
    made = setup_databases(0, False)
    try:
        install_packs(Path("packs/exchange"))  # what is not registered is not imported
        server = server_process()
        with tempfile.TemporaryDirectory() as place:
            rows = list(divisions(Path(folder)))
            csv_path, xlsx_path = Path(place, "全国.csv"), Path(place, "全国.xlsx")
            with csv_path.open("wb") as file:
                write_csv(file, ["代码", "名称"], rows)
            with xlsx_path.open("wb") as file:
                write_xlsx(file, Sheet("区划", [Column("代码"), Column("名称")], signatures=()), rows)
            count = len(rows)
            del rows
            for what, path, apply in (
                ("csv, dry run", csv_path, False),
                ("csv, applied", csv_path, True),
                ("csv, again", csv_path, True),
                ("xlsx, again", xlsx_path, True),
            ):
                began, own, there = time.perf_counter(), time.process_time(), cpu_of(server)
                done = import_divisions(path, path.name, by=None, on=date(2026, 1, 1), apply=apply)
                taken, own = time.perf_counter() - began, time.process_time() - own
                there = cpu_of(server) - there
                counts = f"+{done.added} ~{done.renamed} !{done.problem_count}"
                print(
                    f"{what:14} {count:,} rows {taken:6.1f} s, cpu {own:.1f} s here {there:.1f} s database  {counts}",
                    flush=True,
                )
        own, children = (
            resource.getrusage(who).ru_maxrss // 1024
            for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        print(f"most memory: {own} MB here, {children} MB in the process that opens workbooks")
    finally:
        teardown_databases(made, 0)


if __name__ == "__main__":
    main(sys.argv[1])
