"""Figures on the database: installed, counted, reported, added up, corrected, explained."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.audit.models import Entry
from linli.kernel import clock
from linli.measures import Kind, Measure, Period, Scope
from linli.packs import Installed
from linli.packs.reading import read_packs
from linli.plans.actions import (
    approve_figure,
    rebuild,
    recompute,
    refill,
    report_figure,
    return_figure,
    roll_up,
    rolling,
)
from linli.plans.actions.installing import install_measures, install_plan, plan_changes
from linli.plans.actions.rolling import STORED, _aggregates, checksum
from linli.plans.formula import Value, ir
from linli.plans.formula.sql import emit_states
from linli.plans.jobs import fill_up, periods_around, refill_period, roll_up_nightly
from linli.plans.models import AggregateValue, FigureReport, Indicator, MeasureTerm, MeasureValue, Plan, Task
from linli.plans.queries.explaining import explain
from linli.plans.queries.planning import steady_cursor
from linli.plans.queries.relations import months_of, tree_relations
from linli.plans.queries.values import values
from tests.factories.people import make_worker
from tests.factories.places import make_community

from .shelves import install_small, plan_pack

pytestmark = pytest.mark.django_db
MARCH = Period.parse("2026-03")
MONTH = 2026 * 12 + 2


@pytest.fixture
def city(monkeypatch):
    """Three communities in two streets of one city, and the small plan installed."""
    one, two = make_community(1), make_community(2)
    three = make_community(1, street="990102001000", urban_rural="220", committee="villagers")
    install_small(monkeypatch)
    return {"one": one, "two": two, "three": three, "street": one.parent, "city": one.parent.parent.parent}


def counted(title, counts, *, kind="stock", scale=1):
    """A measure as an app would declare it, counting what the test says."""
    return Measure(f"x.{title}", title, "件", Kind(kind), Scope.ALL, scale, "records", lambda period: counts)


def count_area_and_households(city, *, area=(3_000, 2_900, 100), households=(100, 100, 100)):
    codes = [city[name].code for name in ("one", "two", "three")]
    roll_up(
        [
            counted("设施面积", {c: a * 100 for c, a in zip(codes, area, strict=True)}, scale=100),
            counted("户数", dict(zip(codes, households, strict=True))),
        ],
        MARCH,
    )


def value_at(place, period=MARCH):
    (row,) = values(Plan.objects.get(), place, period)
    return row


def test_a_pack_is_installed_by_code_and_what_is_gone_is_retired(city, monkeypatch):
    extra = {
        "code": "second",
        "ref": "I-TS-02",
        "number": 2,
        "formula": "sum(设施面积) / sum(户数) * 100",
        "readings": (),
    }
    grown = plan_pack(also=(extra,), task={"serves": ("facility-30", "second")})

    added, again = install_plan(grown), install_plan(grown)
    gone = install_plan(plan_pack(indicator={"formula": "share(设施面积 >= 30) * 100"}))

    assert (added, again) == (Installed(("second",), (), ()), Installed())
    assert gone == Installed((), ("facility-30(formula)",), ("second",))
    assert [(i.code, i.retired_on) for i in Indicator.objects.order_by("order")] == [
        ("facility-30", None), ("second", date(2026, 3, 4)),
    ]  # fmt: skip
    assert [task.serves.count() for task in Task.objects.all()] == [1]


def test_a_changed_target_is_named_before_anything_is_done(city):
    moved = plan_pack(indicator={"targets": ({"by": date(2025, 12, 31), "value": "70"},)})

    assert plan_changes(moved) == Installed((), ("facility-30(targets)",), ())


def test_a_share_of_the_parent_counts_communities_and_keeps_the_gap_unrounded(city):
    count_area_and_households(city, area=(30, 29, 31))

    row = value_at(city["city"])

    assert row.value == Value(Fraction(200, 3), "value", 3, 3)
    assert (row.shown, row.met, row.gap) == (Decimal("66.7"), True, None)
    assert value_at(city["street"]).value == Value(Fraction(50), "value", 2, 2)
    assert value_at(city["street"]).gap == Fraction(10)
    assert value_at(city["two"]).value == Value(Fraction(0), "value", 1, 1)


def test_silence_lowers_what_was_reported_and_not_the_share(city):
    count_area_and_households(city, area=(30, 29, 31))
    codes = [city[name].code for name in ("one", "two")]
    roll_up([counted("户数", dict.fromkeys(codes, 100))], MARCH)

    row = value_at(city["city"])

    assert row.value == Value(Fraction(50), "value", 2, 3)
    assert row.preliminary


def test_stored_and_computed_values_are_the_same(city):
    count_area_and_households(city)
    computed = value_at(city["city"]).value

    stored_rows = AggregateValue.objects.count()
    AggregateValue.objects.all().delete()
    fresh = value_at(city["city"]).value
    recompute(MARCH)

    assert stored_rows == AggregateValue.objects.count() > 0
    assert computed == fresh == value_at(city["city"]).value


@pytest.mark.parametrize("communities", [1, 3])
def test_rolling_up_takes_the_same_number_of_queries_for_any_number_of_places(
    city, communities, django_assert_num_queries
):
    codes = [city[name].code for name in ("one", "two", "three")][:communities]
    measure = counted("户数", dict.fromkeys(codes, 7))

    with django_assert_num_queries(16):
        roll_up([measure], MARCH)


def test_a_roll_up_joins_nothing_whole_row_by_row_whatever_is_known_of_the_sizes(city):
    """A freshly loaded city of 5,000 took minutes: PostgreSQL guessed one unit, and compared all with all."""
    wanted = _aggregates(None)
    relations, given = tree_relations(MARCH, tree="as_was", known_on=clock.now(), root="")
    sql, given = emit_states(
        tuple(wanted.values()), months_of(MARCH), MONTH, given=(STORED, *relations), parameters=given
    )
    with steady_cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", given)
        plan = cursor.fetchone()[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('enable_nestloop'), current_setting('work_mem')")
        assert cursor.fetchone() == ("on", "4MB")  # what is asked next is planned as ever
    whole = [node for node in nodes_of(plan) if node["Node Type"] == "Hash Join"]
    looped = [
        sorted(
            again["Node Type"] for again in nodes_of(node["Plans"][1])
        )  # what is gone through for each row
        for node in nodes_of(plan)
        if node["Node Type"] == "Nested Loop"
    ]
    assert whole
    assert [one for one in looped if "Function Scan" not in one and "CTE Scan" in one] == []


def nodes_of(plan) -> list[dict]:
    """Every node of a plan as EXPLAIN tells it, its subplans included."""
    if isinstance(plan, list):
        return [node for part in plan for node in nodes_of(part)]
    inner = [part for value in plan.values() if isinstance(value, (dict, list)) for part in listed(value)]
    return [plan, *nodes_of(inner)] if "Node Type" in plan else nodes_of(inner)


def listed(value) -> list[dict]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def test_a_roll_up_of_many_aggregates_goes_in_parts_and_gives_the_same(city, monkeypatch):
    count_area_and_households(city)
    recompute(MARCH)
    at_once = checksum(MARCH)
    AggregateValue.objects.all().delete()

    monkeypatch.setattr("linli.plans.actions.rolling.TOGETHER", 1)
    recompute(MARCH)

    assert checksum(MARCH) == at_once


@pytest.mark.parametrize(("place", "queries"), [("one", 5), ("city", 7)])  # a wide one says how to plan it
def test_values_take_the_same_number_of_queries_for_any_place(
    city, place, queries, django_assert_num_queries
):
    count_area_and_households(city)
    plan = Plan.objects.get()
    AggregateValue.objects.all().delete()

    with django_assert_num_queries(queries):
        values(plan, city[place], MARCH)


def test_a_recount_closes_the_old_figure_and_the_past_stays_as_it_was_known(city):
    count_area_and_households(city, area=(30, 29, 31))
    before = clock.now()
    with clock.at(before + timedelta(days=1)):
        count_area_and_households(city, area=(30, 30, 31))
        now = value_at(city["city"]).value
        (then,) = values(Plan.objects.get(), city["city"], MARCH, known_on=before)

    assert now.number == 100
    assert then.value.number == Fraction(200, 3)
    assert MeasureValue.objects.filter(place=city["two"], measure="t.area").count() == 2
    assert MeasureValue.objects.filter(place=city["one"], measure="t.area").count() == 1


def report(city, worker, *, place="one", value="120", measure="t.households"):
    term = MeasureTerm.objects.get(code=measure)
    return report_figure(term, by=worker, place=city[place], period=MARCH, value=Decimal(value))


def test_a_reported_figure_counts_once_a_second_person_approved_it(city):
    worker = make_worker(city["one"], "figures.report", "figures.approve")
    officer = make_worker(city["street"], "figures.approve")
    made = report(city, worker)

    with pytest.raises(PermissionDenied):
        approve_figure(made, by=worker)
    before = MeasureValue.objects.count()
    approve_figure(made, by=officer)

    figure = MeasureValue.objects.get(known_to=None)
    assert (before, figure.measure, figure.value, figure.source) == (0, "t.households", 120, "reported")
    with pytest.raises(ValidationError, match="已经有人审核过了"):
        return_figure(made, by=officer, reason="不对")


def test_an_approved_correction_reaches_every_place_above_at_once(city):
    count_area_and_households(city, area=(30, 29, 31))
    worker, officer = make_worker(city["two"], "figures.report"), make_worker(city["city"], "figures.approve")
    MeasureValue.objects.filter(place=city["two"], measure="t.area").delete()

    approve_figure(report(city, worker, place="two", value="31", measure="t.area"), by=officer)

    assert value_at(city["city"]).value.number == 100
    assert value_at(city["street"]).value.number == 100


@pytest.mark.parametrize(
    ("value", "sentence"),
    [("-1", "不能是负数"), ("1.5", "最多 0 位小数"), ("10000000000000000", "这个数太大")],
)
def test_impossible_figures_are_refused_with_a_sentence(city, value, sentence):
    worker = make_worker(city["one"], "figures.report")

    with pytest.raises(ValidationError, match=sentence):
        report(city, worker, value=value)
    assert FigureReport.objects.count() == 0


def test_a_figure_is_reported_once_and_only_where_a_post_reaches(city):
    worker = make_worker(city["one"], "figures.report")
    report(city, worker)

    with pytest.raises(ValidationError, match="正在等待审核"):
        report(city, worker)
    with pytest.raises(PermissionDenied):
        report(city, worker, place="two")
    with pytest.raises(ValidationError, match="还没有开始"):
        report_figure(
            MeasureTerm.objects.get(code="t.closed"), by=worker, place=city["one"],
            period=Period.parse("2026-05"), value=Decimal(1),
        )  # fmt: skip


def test_the_explanation_computes_to_the_value_it_explains(city):
    count_area_and_households(city, area=(30, 29, 31))

    found = explain(Indicator.objects.get(), city["city"], MARCH)

    assert found.words == "设施面积 ÷ 户数 × 100 ≥ 30的社区占比 × 100"
    assert [(o.words, o.of, o.shown) for o in found.operands] == [
        ("设施面积 ÷ 户数 × 100 ≥ 30的社区占比", "2 / 3", Decimal("0.67"))
    ]
    assert found.readings == (("每百户面积", "设施面积合计 ÷ 户数合计 × 100", Decimal("30.0")),)
    assert [(row.place.name, row.value.number) for row in found.children] == [
        ("东岸区", Fraction(50)), ("西岸区", Fraction(100)),
    ]  # fmt: skip
    assert found.row.value.number == Fraction(2, 3) * 100


def test_at_a_community_the_explanation_shows_the_figures_themselves_and_who_is_still_awaited(city):
    roll_up([counted("户数", {city["one"].code: 100})], MARCH)

    found = explain(Indicator.objects.get(), city["one"], MARCH)

    assert [(f.title, f.shown, f.month, f.source) for f in found.figures] == [
        ("户数", Decimal(100), "2026-03", "平台记录")
    ]
    assert found.waiting == (("设施面积", "facilities"),)
    assert found.row.value.status == "not_reported"


def test_a_nightly_rebuild_finds_and_mends_what_was_stored_wrong(city):
    """Stored roll-ups equal a full rebuild by checksum; a fault is told, not hidden."""
    count_area_and_households(city)
    right = checksum(MARCH)
    assert rebuild(MARCH) == 0
    assert checksum(MARCH) == right

    AggregateValue.objects.filter(place=city["city"], status=0).update(numerator=1, denominator=7)
    assert checksum(MARCH) != right

    assert rebuild(MARCH) == 5  # the share, two sums of the other reading, how many fall short and by what
    assert checksum(MARCH) == right
    assert Entry.objects.filter(act="plans.roll_up_put_right").count() == 1


def test_a_correction_is_seen_at_every_place_above_and_in_every_period_at_once(city):
    """Dirty keys: ancestors and periods of what changed, and nothing else."""
    count_area_and_households(city)
    year = Period.parse("2026")
    recompute(year)
    other = AggregateValue.objects.filter(place=city["three"].parent).count()
    clerk, chief = make_worker(city["one"], "figures.report"), make_worker(city["city"], "figures.approve")
    MeasureValue.objects.filter(measure="t.area", place=city["one"]).update(known_to=clock.now())

    report = report_figure(
        MeasureTerm.objects.get(code="t.area"), by=clerk, place=city["one"], period=MARCH, value=Decimal(10)
    )
    approve_figure(report, by=chief)

    shown = {
        (p.name, str(m)): value_at(p, m).value.number
        for p in (city["street"], city["city"])
        for m in (MARCH, year)
    }
    assert set(shown.values()) == {Fraction(50), Fraction(200, 3)}  # one of two, two of three; 100 before
    assert AggregateValue.objects.filter(place=city["three"].parent).count() == other
    stored = checksum(MARCH)
    assert rebuild(MARCH) == 0
    assert stored != checksum(MARCH)  # what was dropped stands again


def test_after_a_correction_every_place_above_is_stored_anew_and_equals_a_rebuild(city):
    """A correction changes all ancestors and periods; what is left over is what a full rebuild gives."""
    count_area_and_households(city, area=(30, 29, 31))
    year = Period.parse("2026")
    for period in (MARCH, year):
        recompute(period)
    stored = AggregateValue.objects.count()
    worker, officer = make_worker(city["two"], "figures.report"), make_worker(city["city"], "figures.approve")
    MeasureValue.objects.filter(place=city["two"], measure="t.area").delete()
    approve_figure(report(city, worker, place="two", value="31", measure="t.area"), by=officer)
    assert AggregateValue.objects.count() < stored

    lost = {(period.first, period.last) for period in map(months_of, (MARCH, year))}
    assert {(job["first"], job["last"]) for job in waiting("plans.refill")} == lost
    for first, last in sorted(lost):
        assert refill_period(first=first, last=last) is None
    assert AggregateValue.objects.count() == stored
    assert [refill(months_of(period)) for period in (MARCH, year)] == [0, 0]
    assert [rebuild(period) for period in (MARCH, year)] == [0, 0]
    assert value_at(city["city"]).value.number == 100


def test_the_scorecard_of_a_place_above_reads_stored_rows_alone(city):
    count_area_and_households(city)
    plan, statement = Plan.objects.get(), "plans_measurevalue"
    with CaptureQueriesContext(connection) as asked:
        values(plan, city["city"], MARCH)
    assert not any(statement in query["sql"] for query in asked.captured_queries)


def test_what_is_missing_is_filled_up_before_anybody_asks(city):
    count_area_and_households(city)
    AggregateValue.objects.all().delete()
    fill_up()
    months = {(row.first, row.last) for row in AggregateValue.objects.all()}
    assert months == {(p.first, p.last) for p in map(months_of, periods_around(clock.today()))}
    assert [rebuild(period) for period in periods_around(clock.today())] == [0, 0, 0, 0]


def test_on_the_first_of_a_month_what_is_good_for_one_month_is_counted_for_the_new_one_too(city, monkeypatch):
    """Else a stock of one month is missing from the running year until the night after."""
    measure = counted("户数", {city["one"].code: 7})
    monkeypatch.setattr("linli.plans.jobs.counted_measures", lambda: [measure])
    with clock.at(datetime(2026, 4, 1, 3, 20, tzinfo=clock.CHINA)):
        roll_up_nightly()
    counted_for = MeasureValue.objects.filter(place=city["one"]).values_list("month", "value")
    assert sorted(counted_for) == [(MONTH, 7), (MONTH + 1, 7)]

    with clock.at(datetime(2026, 4, 2, 3, 20, tzinfo=clock.CHINA)):
        roll_up_nightly()
    assert MeasureValue.objects.count() == 2


def waiting(name: str) -> list[dict]:
    """The arguments of the jobs of that name that wait in the queue."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo'", [name])
        return [args if isinstance(args, dict) else json.loads(args) for (args,) in cursor.fetchall()]


def test_an_approved_figure_makes_stale_what_reads_it_in_every_plan_of_the_packs_and_nothing_else(settings):
    """Found by the text of the formulas: the same as by reading every formula."""
    for folder, install in (("measures", install_measures), ("plans", install_plan)):
        for pack in read_packs(settings.PACKS_DIR / folder)[0]:
            install(pack)
    every = rolling._aggregates(None)
    codes = {code for node in every.values() for code in ir.measures_of(node)}
    assert len(codes) > 100
    for code in sorted(codes):
        assert rolling._aggregates({code}) == {
            digest: node for digest, node in every.items() if code in ir.measures_of(node)
        }
