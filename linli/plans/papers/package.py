"""An edition to take along: every frozen table as CSV and JSON with its digest and what each indicator means.

Two packages of one edition are the same, byte for byte.
"""

import csv
import hashlib
import json
import zipfile
from io import BytesIO, StringIO

from linli.plans.formula import ir
from linli.plans.formula.wording import in_words
from linli.plans.models import Edition
from linli.plans.queries.editions import digest_of
from linli.plans.queries.explaining import installed_catalogue

STAMP = (1980, 1, 1, 0, 0, 0)  # the day a zip file begins with: the edition says when it was frozen


def edition_package(edition: Edition, tables: dict[str, list] | None = None) -> bytes:
    """A zip: tables/<name>.json and .csv, definitions.csv in words, manifest.json with all digests.

    `tables` are given out instead of the edition's own where these may not leave the house.
    """
    files = {"definitions.csv": _definitions(edition)}
    for name, rows in sorted((edition.tables if tables is None else tables).items()):
        files[f"tables/{name}.json"] = json.dumps(rows, ensure_ascii=False, sort_keys=True, indent=1)
        files[f"tables/{name}.csv"] = _table(rows)
    digests = edition.digests if tables is None else {name: digest_of(rows) for name, rows in tables.items()}
    files["manifest.json"] = _manifest(edition, digests, files)
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(zipfile.ZipInfo(name, STAMP), text.encode(), zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _manifest(edition: Edition, digests: dict[str, str], files: dict[str, str]) -> str:
    told = {
        "plan": edition.plan.code, "title": edition.plan.title, "area": edition.place.code, "period": edition.period,
        "number": edition.number, "known_on": edition.known_on.isoformat(), "tables": digests,
        "files": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()},
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1)


def _table(rows: list[dict]) -> str:
    written = StringIO()
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = csv.DictWriter(written, columns, lineterminator="\n")
    lines.writeheader()
    for row in rows:
        lines.writerow({name: _cell(value) for name, value in row.items()})
    return written.getvalue()


def _cell(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict | list) else value


def _definitions(edition: Edition) -> str:
    """What each indicator means, as it was frozen: its formula in words, its target, how it is judged."""
    names = installed_catalogue()
    written = StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(["code", "name", "unit", "direction", "nature", "low", "high", "by", "formula"])
    for row in edition.tables["definitions"]:
        words = in_words(ir.from_json(row["expression"]), names) if row["expression"] else row["not_computed"]
        kept = (row[name] for name in ("code", "name", "unit", "direction", "nature", "low", "high", "by"))
        lines.writerow([*kept, words])
    return written.getvalue()
