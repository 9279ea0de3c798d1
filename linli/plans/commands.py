"""`linli plan …`: what planners ask from a terminal: coverage, values, roll-up, report."""

import csv
import sys
from pathlib import Path

from linli.kernel import clock
from linli.measures import Period

from . import coverage


def main(words: list[str]) -> int:
    """Run one of the words; 2 when it is not known."""
    known = {
        "coverage": show_coverage,
        "values": show_values,
        "roll-up": run_roll_up,
        "report": write_reports,
        "snapshot": make_national_snapshot,
        "cities": roll_up_many_cities,
        "read-sdmx": read_sdmx_files,
    }
    if not words or words[0] not in known:
        sys.stdout.write(
            "linli plan coverage | values CODE PLACE [PERIOD] | roll-up [PERIOD] | report FOLDER [PERIOD] [CODE]"
            " | snapshot [YEAR] | cities FOLDER YEAR [WORKERS | SCHEDULER] | read-sdmx STRUCTURE DATA\n"
        )
        return 2
    return known[words[0]](words[1:])


def show_coverage(_words: list[str]) -> int:
    sys.stdout.write(coverage.text())
    return 0


def show_values(words: list[str]) -> int:
    """Every indicator of an installed plan at a place, one line each."""
    from linli.places.models import Place

    from .models import Plan
    from .queries.scorecards import scorecard

    if len(words) not in (2, 3):
        sys.stderr.write("linli plan values CODE PLACE [PERIOD]\n")
        return 2
    plan, place = Plan.objects.filter(code=words[0]).first(), Place.objects.filter(code=words[1]).first()
    if plan is None or place is None:
        sys.stderr.write(f"✗ 没有规划 {words[0]}，或没有区划 {words[1]}。\n")
        return 1
    for line in scorecard(plan, place, _period(words[2:])).lines:
        shown = "—" if line.row.shown is None else f"{line.row.shown} {line.indicator.unit}"
        sys.stdout.write(
            f"{line.indicator.ref or line.indicator.code}\t{shown}\t{line.state}\t{line.indicator.name}\n"
        )
    return 0


def run_roll_up(words: list[str]) -> int:
    """Count what apps count for a period and add it up."""
    from .actions import roll_up
    from .actions.rolling import counted_measures

    counted = roll_up(counted_measures(), _period(words))
    sys.stdout.write(f"{counted} measures counted\n")
    return 0


def write_reports(words: list[str]) -> int:
    """For each installed plan: the values as CSV and the report of a new edition, checked after writing."""
    from linli.plans.models import Plan

    if len(words) not in (1, 2, 3):
        sys.stderr.write("linli plan report FOLDER [PERIOD] [CODE]\n")
        return 2
    folder, period = Path(words[0]), _period(words[1:2])
    folder.mkdir(parents=True, exist_ok=True)
    plans = Plan.objects.standing().filter(**({"code": words[2]} if len(words) == 3 else {}))
    faults = 0
    for plan in plans:
        faults += _write_report(plan, period, folder)
    if not plans:
        sys.stderr.write("✗ 没有装入规划：先运行 linli packs install。\n")
    return 1 if faults or not plans else 0


def _write_report(plan, period, folder) -> int:
    """The papers of one plan; how many differences the checks found."""
    from .actions import freeze
    from .papers import differences_docx, report_docx, report_of, report_pdf, report_xlsx
    from .queries.editions import faults_of
    from .queries.scorecards import place_for

    edition = freeze(plan, place_for(plan, ""), period)
    report = report_of(edition)
    papers = {"docx": report_docx(report), "xlsx": report_xlsx(report), "pdf": report_pdf(report)}
    name = f"{plan.code}-{period}"
    for kind, written in papers.items():
        (folder / f"{name}.{kind}").write_bytes(written)
    with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.DictWriter(
            file, ["code", "status", "shown", "n", "d", "gap", "met", "reported", "expected"]
        )
        rows.writeheader()
        rows.writerows(edition.tables["values"])
    told = differences_docx(report, papers["docx"]) + faults_of(edition)
    counted = sum(1 for _number in report.numbers())
    known = sum(row.get("n") is not None for row in edition.tables["values"])
    sys.stdout.write(
        f"{plan.code}\t{edition.place.name}\t{known}/{len(edition.tables['values'])} values\t"
        f"{counted} numbers\t{len(told)} differences\n"
    )
    return len(told)


def make_national_snapshot(words: list[str]) -> int:
    """Seal what is known of a year as Parquet and roll it up for the formulas that a snapshot can answer."""
    from django.conf import settings

    from .nation.asking import answerable, roll_up
    from .nation.layout import SnapshotRefused
    from .nation.making import make_snapshot
    from .queries.relations import due_month, months_of
    from .queries.snapshots import periods_of, standing_expressions

    moment, year = clock.now(), Period.parse(words[0] if words else str(clock.today().year))
    folder = settings.STATE_DIR / "snapshots" / f"{year}-{moment:%Y%m%dT%H%M%SZ}"
    try:
        manifest = make_snapshot(folder, months_of(year), known_on=moment)
    except SnapshotRefused as refused:
        sys.stderr.write(f"✗ {refused}\n")
        return 1
    found = standing_expressions()
    kept = [one for one in found if answerable(one, manifest)]
    due = due_month(clock.today())
    roll_up(
        folder, kept, [months_of(p) for p in periods_of(year) if months_of(p).first <= due], due_through=due
    )
    sys.stdout.write(f"{folder.name}\t{len(kept)}/{len(found)} formulas\n")
    return 0


def roll_up_many_cities(words: list[str]) -> int:
    """Roll up every sealed snapshot below a folder, each a task of its own: here, in processes, or on a cluster."""
    from linli_compute.errors import InputError
    from linli_compute.scale import digest_of_all

    from .nation.cities import Wanted, cities_in, roll_up_cities
    from .queries.relations import due_month, months_of
    from .queries.snapshots import periods_of, standing_expressions

    if len(words) not in (2, 3):
        sys.stderr.write("linli plan cities FOLDER YEAR [WORKERS | SCHEDULER]\n")
        return 2
    due = due_month(clock.today())
    periods = tuple(months_of(one) for one in periods_of(Period.parse(words[1])))
    wanted = Wanted(
        tuple(standing_expressions()), tuple(one for one in periods if one.first <= due), due_through=due
    )
    how = words[2] if len(words) == 3 else "0"
    where = {"workers": int(how)} if how.isdecimal() else {"scheduler": how}
    done = []
    try:
        for one in roll_up_cities(cities_in(Path(words[0])), wanted, **where):
            done.append(one)
            sys.stdout.write(f"{one.name}\t{one.trouble or one.digest[:16]}\n")
    except InputError as refused:
        sys.stderr.write(f"✗ {refused}\n")
        return 1
    sys.stdout.write(f"{len(done)} cities\t{digest_of_all(done)}\n")
    return 1 if not done or any(one.trouble for one in done) else 0


def read_sdmx_files(words: list[str]) -> int:
    """Check SDMX data against their structure, as another system would before it loads them."""
    from .queries.sdmx_reading import NotOurSdmx, read_sdmx

    if len(words) != 2:
        sys.stderr.write("linli plan read-sdmx STRUCTURE DATA\n")
        return 2
    structure, data = (Path(word).read_text("utf-8") for word in words)
    try:
        found = read_sdmx(structure, data)
    except NotOurSdmx as wrong:
        sys.stderr.write(f"✗ {wrong}\n")
        return 1
    sys.stdout.write(f"{len(found)} observations keep to their structure\n")
    return 0


def _period(words: list[str]) -> Period:
    today = clock.today()
    return Period.parse(words[0] if words else f"{today.year}-{today.month:02}")
