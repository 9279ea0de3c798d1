"""`linli import divisions | boundaries FILE`: divisions or their outlines, tried first, applied when asked."""

import argparse
import sys
from datetime import date
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError

from linli.exchange.tables import TableRefused, write_csv
from linli.kernel import clock

from .boundary_import import import_boundaries
from .imports import DivisionImport, import_divisions, returned_rows

SHOWN = 10  # problems on the screen; all of them stand in the returned copy


def main(words: list[str]) -> int:
    """Try or apply an import; 1 when rows were refused or nothing could be read, 2 for wrong use."""
    parser = argparse.ArgumentParser("linli import", description="Dry run by default.")
    parser.add_argument("kind", choices=["divisions", "boundaries"])
    parser.add_argument("file", type=Path, help="csv, xlsx, xls or ods; boundaries: GeoJSON")
    parser.add_argument("--on", type=date.fromisoformat, default=clock.today(), help="valid from, 2026-01-31")
    parser.add_argument("--apply", action="store_true", help="store it; with bad rows nothing is stored")
    parser.add_argument("--skip-bad-rows", action="store_true", help="store the good rows all the same")
    parser.add_argument("--errors", type=Path, help="where the bad rows go (default: FILE.errors.csv)")
    parser.add_argument("--key", default="code", help="boundaries: the property that holds the code")
    parser.add_argument("--source", help="boundaries: where they come from")
    asked = parser.parse_args(words)
    if asked.kind == "boundaries":
        if not asked.source:
            parser.error("boundaries want --source")
        return boundaries(asked)
    return divisions(asked)


def boundaries(asked: argparse.Namespace) -> int:
    try:
        done = import_boundaries(
            asked.file,
            key=asked.key,
            source=asked.source,
            as_of=asked.on,
            apply=asked.apply,
            skip_bad=asked.skip_bad_rows,
        )
    except (ValidationError, OSError) as refused:
        sys.stderr.write(f"✗ {' '.join(getattr(refused, 'messages', [str(refused)]))}\n")
        return 1
    verb = "drawn" if done.applied else "would be drawn"
    sys.stdout.write(f"· {done.drawn:,} boundaries {verb}, {len(done.problems):,} problems\n")
    for number, reason in done.problems[:SHOWN]:
        sys.stdout.write(f"  {number}: {reason}\n")
    return 1 if done.problems else 0


def divisions(asked: argparse.Namespace) -> int:
    try:
        done = import_divisions(
            asked.file,
            asked.file.name,
            by=None,
            on=asked.on,
            apply=asked.apply,
            skip_bad_rows=asked.skip_bad_rows,
        )
    except (TableRefused, OSError, PermissionDenied) as refused:
        sys.stderr.write(f"✗ {refused}\n")
        return 1
    _tell(done)
    if done.problems:
        errors = asked.errors or asked.file.with_name(asked.file.name + ".errors.csv")
        with errors.open("wb") as out:
            header, *rows = returned_rows(asked.file, asked.file.name, done.problems)
            write_csv(out, header, rows)
        sys.stdout.write(f"· {errors}: the rows with problems, each with its reason\n")
    return 1 if done.problem_count else 0


def _tell(done: DivisionImport) -> None:
    verb = "stored" if done.applied else "would be stored"
    sys.stdout.write(
        f"· {done.row_count:,} rows: {done.added:,} new and {done.renamed:,} renamed {verb},"
        f" {done.problem_count:,} problems\n"
    )
    for problem in done.problems[:SHOWN]:
        sys.stdout.write(f"  {problem.row}: {problem.column}: {problem.reason}\n")
