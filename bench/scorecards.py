"""A city of communities in PostgreSQL: rebuild, scorecard, correction: `bench scorecards [COMMUNITIES [MONTHS [year]]]`.

In a fresh test database of DATABASE_URL's server, with the shipped measures and the plan of Xi'an moved to region 99:
figures are written, of every community measure in December, or with MONTHS of thirty measures in each of so many
months; nobody analyses the tables. Then told, by the clock and in processor seconds of the database where it is on
this machine: the aggregates of the year made anew (with MONTHS those of every month, quarter and half-year too, but
for `year`), the scorecard of the city from stored rows and computed live, a corrected figure until the city shows it,
and every cell of the streets beside DuckDB.
"""

import os
import sys
import time
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
MONTH = 2025 * 12 + 11  # over and due, whatever the day this is run on
STREETS, COUNTIES = 100, 10
ELEMENTS = 30  # of a month, where there are many months


def main(count: int, months: int = 0, only_year: bool = False) -> None:
    django.setup()
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    from tests.template import ready

    connections["default"].settings_dict["TEST"] |= {"NAME": "bench_scorecards", "TEMPLATE": ready()}
    made = setup_databases(0, False)
    try:
        run(count, months, only_year)
    finally:
        teardown_databases(made, 0)


def run(count: int, months: int = 0, only_year: bool = False) -> None:
    from linli.measures import Period
    from linli.plans.actions import recompute, refill
    from linli.plans.actions.rolling import forget
    from linli.plans.models import AggregateValue, MeasureValue
    from linli.plans.queries.relations import months_of
    from linli.plans.queries.shortfalls import shortfalls
    from linli.plans.queries.snapshots import periods_of
    from linli.plans.queries.values import values

    city, communities = make_city(count)
    plan, year = install(), Period.parse("2025")
    figures = timed("figures written", lambda: write_figures(communities, months))
    print(f"{len(communities):,} communities, {figures:,} figures, {plan.indicators.count()} indicators")
    timed("aggregates of the year made anew", lambda: recompute(year))
    if months and not only_year:
        timed(
            "every month, quarter, half-year and year anew",
            lambda: [recompute(one) for one in periods_of(year)],
        )
    stored = timed("scorecard of the city, stored", lambda: values(plan, city, year))
    short = timed("how many places fall short, and by what", lambda: shortfalls(stored, city, year))
    print(f"  of {len(short)} indicators: {'; '.join(told.words for told in list(short.values())[:2])}")
    one = MeasureValue.objects.filter(place=communities[0], month=MONTH).order_by("measure").first()

    def correct():
        MeasureValue.objects.filter(pk=one.pk).update(value=one.value + 1)
        forget([one.measure], from_month=MONTH, path=one.place.path)
        refill(months_of(year))
        return values(plan, city, year)

    timed("a correction until the city shows it", correct)
    MeasureValue.objects.filter(pk=one.pk).update(value=one.value)
    AggregateValue.objects.all().delete()
    live = timed("scorecard of the city, computed live", lambda: values(plan, city, year))
    wrong = sum(a.value != b.value for a, b in zip(stored, live, strict=True))
    print(f"{wrong} of {len(live)} values differ between stored and live")
    through_parquet(plan, communities, year if months else Period.parse("2025-12"))


def through_parquet(plan, communities, sealed) -> None:
    """December, or the year, sealed as Parquet and rolled up by DuckDB: every cell of every street is the database's."""
    import tempfile

    from linli.kernel import clock
    from linli.plans.formula import ir
    from linli.plans.nation.asking import Places, answerable, roll_up
    from linli.plans.nation.making import make_snapshot
    from linli.plans.queries.relations import months_of
    from linli.plans.queries.values import values_of

    streets = sorted({one.parent for one in communities}, key=lambda one: one.path)
    folder = Path(tempfile.mkdtemp(prefix="bench-scorecards-")) / "one"
    after = clock.now()
    manifest = timed("sealed as Parquet", lambda: make_snapshot(folder, months_of(sealed), known_on=after))
    size = sum(path.stat().st_size for path in folder.iterdir()) / 2**20
    print(f"  {size:.0f} MB on the disk; this process at its highest {highest():.0f} MB")
    rows = [
        one
        for one in plan.indicators.all()
        if one.expression and answerable(ir.from_json(one.expression), manifest)
    ]
    expressions = {one.code: ir.from_json(one.expression) for one in rows}
    made = timed(
        "rolled up by DuckDB",
        lambda: roll_up(folder, list(expressions.values()), [months_of(sealed)], due_through=MONTH),
    )
    places = Places(codes=tuple(one.code for one in streets))
    cells = {(c.area, c.indicator): c.value for c in made.cells(expressions, [months_of(sealed)], places)}
    wanted = {(row.place.code, row.indicator.code): row.value for row in values_of(rows, streets, sealed)}
    wrong = sum(cells.get(key) != value for key, value in wanted.items())
    print(
        f"{wrong} of {len(wanted)} cells of the streets differ between PostgreSQL and DuckDB ({len(rows)} indicators)"
    )


def timed(what: str, act):
    began, here, worked = time.perf_counter(), time.process_time(), database_seconds()
    answer = act()
    used = f"{time.process_time() - here:.1f} s of processor time here"
    if worked is not None:
        used += f", {database_seconds() - worked:.1f} s in the database"
    print(f"{what}: {time.perf_counter() - began:.2f} s ({used})", flush=True)
    return answer


def highest() -> float:
    """MB of this process at its highest."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024


def database_seconds() -> float | None:
    """Processor seconds our session of the database has used; None where its process is not on this machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    try:
        told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def make_city(count: int):
    """A city of region 99 with its communities spread over a hundred streets of ten counties."""
    from psycopg.types.range import DateRange

    from linli.places.models import Place, PlaceVersion
    from tests.factories.places import make_place

    city = make_place("990100000000", "city")
    made = []
    for nr in range(COUNTIES):
        county = make_place(f"9901{nr + 1:02}000000", "county")
        for street in range(STREETS // COUNTIES):
            above = make_place(f"{county.code[:6]}{street + 1:03}000", "street")
            for n in range(count // STREETS):
                code = f"{above.code[:9]}{n + 1:03}"
                made.append(Place(
                    code=code, level="community", name=f"社区{code[-6:]}", parent=above, path=f"{above.path}{code}/",
                    urban_rural="111" if n % 3 else "220", valid_from=date(2021, 1, 1),
                ))  # fmt: skip
    Place.objects.bulk_create(made)
    PlaceVersion.objects.bulk_create(
        PlaceVersion(place=one, code=one.code, name=one.name, level=one.level, path=one.path,
                     urban_rural=one.urban_rural, during=DateRange(date(2021, 1, 1), None))
        for one in made
    )  # fmt: skip
    return city, made


def install():
    """The shipped measures, and the plan of Xi'an as one of region 99."""
    from django.conf import settings

    from linli.packs.reading import read_pack
    from linli.plans.actions.installing import install_measures, install_plan
    from linli.plans.models import Plan

    packs = Path(settings.PACKS_DIR)
    shelf, _problems = read_pack(packs / "measures" / "community-services.yaml")
    plan, _problems = read_pack(packs / "plans" / "xa-2025" / "plan.yaml")
    install_measures(shelf)
    install_plan(plan.model_copy(update={"area": "990100000000"}))
    return Plan.objects.get()


def write_figures(communities, months: int) -> int:
    """One figure of each measure, community and month; four of a hundred are silent."""
    from django.db import connection

    from linli.plans.models import MeasureTerm, MeasureValue, ScopeTerm

    scopes = set(ScopeTerm.objects.filter(level="community").values_list("code", flat=True))
    terms = list(MeasureTerm.objects.filter(scope__in=scopes, counted_by__isnull=False).order_by("code"))
    codes = [term.code for term in terms]
    if months:
        codes = [code for code in codes if code in measures_asked()][:ELEMENTS]
    table = MeasureValue._meta.db_table
    given = {"codes": codes, "places": [place.pk for place in communities]}
    with connection.cursor() as cursor, bare(cursor, table):
        for month in range(MONTH - max(months, 1) + 1, MONTH + 1):
            cursor.execute(
                f"INSERT INTO {table} (measure, place_id, month, span, value, status, source, known_from)"
                " SELECT m.code, p.pk, %(month)s, 1, ((p.nr - 1) * 7 + (m.nr - 1) * 13) %% 97, 0, 'records', now()"
                " FROM unnest(%(codes)s::text[]) WITH ORDINALITY AS m(code, nr)"
                " CROSS JOIN unnest(%(places)s::bigint[]) WITH ORDINALITY AS p(pk, nr)"
                " WHERE (p.nr + m.nr - 2) %% 25 > 0",
                given | {"month": month},
            )
    return MeasureValue.objects.count()


@contextmanager
def bare(cursor, table: str):
    """A table without indexes and references while it is filled: they are made at the end, over everything at once."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE contype = 'p')", [table],
    )  # fmt: skip
    indexes = cursor.fetchall()
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype = 'f'", [table],
    )  # fmt: skip
    references = cursor.fetchall()
    for name, _definition in references:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    cursor.execute("SET maintenance_work_mem = '512MB'")
    for _name, definition in indexes:
        cursor.execute(definition)
    for name, definition in references:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    cursor.execute("RESET maintenance_work_mem")


def measures_asked() -> set[str]:
    """What the formulas of the plan read."""
    from linli.plans.formula import ir
    from linli.plans.queries.snapshots import standing_expressions

    return {code for one in standing_expressions() for code in ir.measures_of(one)}


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3] or ["5000"]), only_year=sys.argv[3:] == ["year"])
