"""Any number opens: what is shown gives the number again; drilling respects scope; small counts stay hidden."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from linli.measures import Period, measures, record_lists
from linli.places.actions import Part, merge, move, split
from linli.plans.formula import Value, ir
from linli.plans.formula.evaluating import combine
from linli.plans.models import Indicator, MeasureTerm, MeasureValue, Plan
from linli.plans.queries.drilling import drill
from linli.plans.queries.explaining import explain, installed_catalogue, operands_of
from linli.plans.queries.publishing import hidden_paths
from linli.plans.queries.values import states_of, values
from tests.factories.facilities import make_facility
from tests.factories.people import make_worker
from tests.factories.places import make_community, make_place
from tests.factories.requests import Town

from .shelves import install_small, plan_pack

pytestmark = pytest.mark.django_db
MARCH = Period.parse("2026-03")
MONTH = 2026 * 12 + 2
FORMULAS = (
    "share(设施面积 / 户数 * 100 >= 30) * 100",
    "sum(设施面积) / sum(户数) * 100",
    "avg(户数) - min(户数)",
    "sum(办结数) / (sum(户数) + 1) * 100",
)


def figure(measure, place, value, *, month=MONTH):
    return MeasureValue(measure=measure, place=place, month=month, value=value, source="records")


@pytest.fixture
def city(monkeypatch):
    places = [make_community(1), make_community(2), make_community(1, street="990102001000")]
    more = [
        {"code": f"f{n}", "ref": f"I-TS-1{n}", "number": n + 2, "formula": text, "readings": (), "unit": "㎡"}
        for n, text in enumerate(FORMULAS[1:])
    ]
    served = {"serves": ("facility-30", *(one["code"] for one in more))}
    install_small(monkeypatch, plan=plan_pack(also=more, task=served))
    return places


numbers = st.one_of(st.none(), st.integers(0, 400))


@settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(cells=st.lists(st.tuples(numbers, numbers, numbers), min_size=3, max_size=3))
@example(cells=[(None, None, None), (0, 0, 0), (1, 3, 7)])
def test_recomputing_from_what_is_shown_gives_the_number(city, cells):
    """XA-158"""
    MeasureValue.objects.all().delete()
    MeasureValue.objects.bulk_create(
        figure(f"t.{name}", place, value)
        for place, row in zip(city, cells, strict=True)
        for name, value in zip(("area", "households", "closed"), row, strict=True)
        if value is not None
    )
    for indicator in Indicator.objects.prefetch_related("targets", "tasks"):
        for place in (city[0], city[0].parent, city[0].parent.parent.parent):
            found = explain(indicator, place, MARCH)
            aggregates = ir.aggregates_of(ir.from_json(indicator.expression))
            shown = dict(zip(aggregates, found.operands, strict=True))

            def state(aggregate, shown=shown):
                operand = shown[aggregate]
                number = operand.number
                return Value(number) if number is not None else Value(None, operand.state.value.status)

            again = combine(ir.from_json(indicator.expression), state).value
            assert (again.number, again.status) == (found.row.value.number, found.row.value.status)


@settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(cells=st.lists(st.tuples(st.integers(0, 400), st.integers(1, 400)), min_size=3, max_size=3))
def test_the_parent_is_the_sum_of_its_children_and_its_rate_the_quotient_of_sums(city, cells):
    MeasureValue.objects.all().delete()
    MeasureValue.objects.bulk_create(
        figure(f"t.{name}", place, value)
        for place, row in zip(city, cells, strict=True)
        for name, value in zip(("area", "households"), row, strict=True)
    )
    rate = Indicator.objects.get(code="f0")
    top = city[0].parent.parent.parent
    operands = {place.pk: explain(rate, place, MARCH).operands for place in (*city, top)}
    sums = [sum(operands[place.pk][n].number for place in city) for n in (0, 1)]

    assert [operand.number for operand in operands[top.pk]] == sums
    assert explain(rate, top, MARCH).row.value.number == sums[0] / sums[1] * 100


def test_what_was_counted_before_a_merge_counts_with_what_it_became(city):
    one, two, other = city
    boss = make_worker(make_place("990000000000", "province"), "places.reorganise", "places.edit")
    for place, value in ((one, 5), (two, 7), (other, 11)):
        figure("t.closed", place, value, month=2026 * 12).save()
        figure("t.households", place, 1).save()
    merge([two], into=one, by=boss, on=date(2026, 3, 1), reason="并入")
    one.refresh_from_db()
    january, year = Period.parse("2026-01"), Period.parse("2026Q1")

    def closed(place, period, tree):
        found = explain(Indicator.objects.get(code="f2"), place, period, tree=tree)
        return next(o.number for o in found.operands if "办结数" in o.words)

    assert closed(one, january, "as_was") == 5
    assert closed(one, january, "as_is") == 12
    assert closed(one.parent, january, "as_is") == closed(one.parent, january, "as_was") == 12
    assert closed(one, year, "as_was") == 12


def test_a_split_leaves_the_months_before_it_with_the_place_above(city):
    one, two, _other = city
    boss = make_worker(make_place("990000000000", "province"), "places.reorganise", "places.edit")
    figure("t.closed", one, 5, month=2026 * 12).save()
    figure("t.closed", two, 7, month=2026 * 12).save()
    figure("t.households", two, 9).save()
    parts = [
        Part("990101001021", "甲社区", (), Decimal("0.4")),
        Part("990101001022", "乙社区", (), Decimal("0.6")),
    ]
    made = split(one, parts=parts, by=boss, on=date(2026, 3, 1), reason="拆分")
    rate = Indicator.objects.get(code="f2")

    for tree, period in (("as_is", "2026-01"), ("as_was", "2026Q1")):
        found = explain(rate, two.parent, Period.parse(period), tree=tree)
        assert next(o.number for o in found.operands if "办结数" in o.words) == 12
    below = explain(rate, made[0], Period.parse("2026-01"), tree="as_is").operands
    assert next(o.number for o in below if "办结数" in o.words) is None


def test_after_a_move_the_past_stays_where_it_was_and_can_be_seen_where_it_is(city):
    one, _two, other = city
    boss = make_worker(make_place("990000000000", "province"), "places.reorganise", "places.edit")
    figure("t.closed", one, 5, month=2026 * 12).save()
    figure("t.households", one, 9).save()
    old, new = one.parent, other.parent
    move(one, by=boss, parent=new, on=date(2026, 3, 1))
    january = Period.parse("2026-01")
    rate = Indicator.objects.get(code="f2")

    def closed(place, tree):
        found = explain(rate, place, january, tree=tree)
        return next(o.number for o in found.operands if "办结数" in o.words)

    assert (closed(old, "as_was"), closed(old, "as_is")) == (5, None)
    assert (closed(new, "as_was"), closed(new, "as_is")) == (None, 5)


@pytest.mark.parametrize(
    ("numbers", "hidden"),
    [
        ({"a/": 100, "a/1/": 4, "a/2/": 36, "a/3/": 60}, {"a/1/", "a/2/"}),
        ({"a/": 100, "a/1/": 4, "a/2/": 5, "a/3/": 91}, {"a/1/", "a/2/"}),
        ({"a/": 100, "a/1/": 0, "a/2/": 40, "a/3/": 60}, set()),
        ({"a/": 40, "a/1/": 0, "a/2/": 4, "a/3/": 36}, {"a/2/", "a/3/"}),
        ({"a/": 4, "a/1/": 0, "a/2/": 4, "a/3/": 0}, {"a/", "a/2/"}),
    ],
)
def test_no_subtraction_gives_a_small_count_of_people_back(numbers, hidden):
    exact = {path: Fraction(number) for path, number in numbers.items()}
    assert hidden_paths(exact, {"a/": ["a/1/", "a/2/", "a/3/"]}, 10) == hidden


def test_a_second_small_county_hides_a_community_below_it():
    numbers = {"a/": 60, "a/1/": 4, "a/2/": 56, "a/2/x/": 16, "a/2/y/": 40}
    exact = {path: Fraction(number) for path, number in numbers.items()}

    assert hidden_paths(exact, {"a/": ["a/1/", "a/2/"], "a/2/": ["a/2/x/", "a/2/y/"]}, 10) == {
        "a/1/", "a/2/", "a/2/x/",
    }  # fmt: skip


def test_the_records_behind_a_number_are_those_one_may_see(monkeypatch):
    town = Town()
    install_small(monkeypatch)
    MeasureTerm.objects.filter(code="t.closed").update(title="受理诉求")
    town.submit()
    term, street = MeasureTerm.objects.get(code="t.closed"), town.place.parent
    stranger = make_worker(town.place, "plans.view")
    clerk = make_worker(town.place, "plans.view", "request.view")

    told, seen = (drill(term, street, MARCH, user=user) for user in (clerk, stranger))

    assert (told.records.total, len(told.records.shown), told.hidden) == (1, 1, 0)
    assert told.records.shown[0].url.startswith("/cases/RQ-2026-")
    assert (seen.records.total, seen.records.shown, seen.hidden) == (1, (), 1)


def test_every_count_of_an_app_opens_to_its_list():
    """XA-158: there is no number of records that ends at a sum."""
    assert set(measures) - set(record_lists) == set()


def test_the_page_of_a_measure_shows_each_unit_and_its_correction(city, client):
    figure("t.households", city[0], 9).save()
    client.force_login(make_worker(city[0].parent, "plans.view"))

    page = client.get(f"/plans/measures/t.households/?period=2026-03&place={city[0].parent.code}")

    assert [(f.place, str(f.shown)) for f in page.context["drill"].figures] == [(city[0], "9")]
    assert client.get(f"/plans/measures/t.households/?place={city[2].code}").status_code == 404
    assert values(Plan.objects.get(), city[0], MARCH)[0].value.status == "not_reported"


def test_a_number_of_a_register_opens_to_its_rows_for_those_who_may_see_them(monkeypatch, client):
    """XA-158: facilities, organisations, workforce: recomputing from what is shown gives the number."""
    place = make_community(1)
    install_small(monkeypatch)
    MeasureTerm.objects.filter(code="t.area").update(title="综合服务设施面积", unit="㎡")
    make_facility(place, area_m2=Decimal("120.50"))
    make_facility(place, name="第二处", area_m2=Decimal("30.25"))
    planner = make_worker(place.parent, "plans.view")
    client.force_login(planner)

    page = client.get(f"/plans/measures/t.area/?period=2026-03&place={place.parent.code}")

    told = page.context["drill"].records
    assert (told.total, told.records, told.hidden) == (Decimal("150.75"), 2, 0)
    assert sum(record.counts for record in told.shown) == told.total
    assert "120.5" in page.content.decode()
    assert all(client.get(record.url).status_code == 200 for record in told.shown)


def test_a_stock_counted_before_a_record_changed_says_so(monkeypatch):
    place = make_community(1)
    install_small(monkeypatch)
    MeasureTerm.objects.filter(code="t.area").update(title="综合服务设施面积")
    make_facility(place, area_m2=Decimal("120.50"))
    figure("t.area", place, 9_000).save()
    planner = make_worker(place.parent, "plans.view")

    told = drill(MeasureTerm.objects.get(code="t.area"), place.parent, MARCH, user=planner)
    assert (told.stored, told.records.total, told.differs) == (Decimal(90), Decimal("120.50"), True)


@pytest.fixture
def province(monkeypatch):
    """Sixty communities of ten streets in two counties, and every kind of formula."""
    places = [
        make_community(n, street=f"99010{1 + s // 5}0{s % 5 + 1:02}000")
        for s in range(10)
        for n in range(1, 7)
    ]
    more = [
        {"code": f"g{n}", "ref": f"I-TS-{20 + n}", "number": n + 2, "formula": text, "readings": (), "unit": "㎡"}
        for n, text in enumerate(
            (
                *FORMULAS[1:], "share(办结数 >= 3 and 户数 >= 10) * 100", "countif(户数 = 0)", "max(设施面积)",
                "sum(办结数) / sum(办结数[上期]) * 100", "reported(户数) / expected(户数) * 100", "avg(设施面积 / 7)",
            )
        )
    ]  # fmt: skip
    served = {"serves": ("facility-30", *(one["code"] for one in more))}
    install_small(monkeypatch, plan=plan_pack(also=more, task=served))
    above = {above.pk: above for place in places for above in (place.parent, place.parent.parent)}
    return places, [*places, *above.values(), places[0].parent.parent.parent]


@pytest.mark.parametrize("seed", range(5))
def test_ten_thousand_random_cells_come_out_again_from_what_their_explanations_show(province, seed):
    """XA-158: 5 worlds × 3 periods × 10 formulas × 73 places: each number from the decimals and fractions shown."""
    communities, places = province
    rng = np.random.default_rng([20260304, seed])
    MeasureValue.objects.bulk_create(
        figure(f"t.{name}", place, int(rng.integers(0, 4) * rng.integers(0, 9_000)), month=month)
        for place in communities
        for name in ("area", "households", "closed")
        for month in range(MONTH - 3, MONTH + 1)
        if rng.random() < 0.8
    )
    names, cells, told = installed_catalogue(), 0, 0
    expressions = [ir.from_json(one.expression) for one in Indicator.objects.all()]
    for period in (MARCH, Period.parse("2026Q1"), Period.parse("2025Q4")):
        states = states_of(expressions, places, period)
        for expression in expressions:
            aggregates = ir.aggregates_of(expression)
            for place in places:
                value = combine(
                    expression, lambda a, at=place, known=states: known[ir.digest(a), at.path].value
                ).value
                shown = dict(zip(aggregates, operands_of(expression, names, states, place), strict=True))
                again = combine(expression, lambda a, shown=shown: as_shown(shown[a])).value
                assert (again.number, again.status) == (value.number, value.status)
                cells, told = cells + 1, told + (value.number is not None)
    assert cells == 2_190
    assert told > 1_000


def as_shown(operand) -> Value:
    number = operand.number
    return Value(number) if number is not None else Value(None, operand.state.value.status)


def test_a_figure_reported_at_two_levels_is_shown_once_by_the_scope_of_its_measure(city):
    """XA-158: communities report households, so what their street reports of the same is kept and not added."""
    one, two, _three = city
    street = one.parent
    MeasureValue.objects.bulk_create([figure("t.households", one, 100), figure("t.households", two, 50)])
    MeasureValue.objects.create(
        measure="t.households", place=street, month=MONTH, value=999, source="reported"
    )
    homes = Indicator.objects.get(formula="avg(户数) - min(户数)")
    rate = Indicator.objects.get(code="f0")

    def operands(indicator, place):
        return [operand.number for operand in explain(indicator, place, MARCH).operands]

    assert operands(homes, street) == [75, 50]
    assert operands(rate, street) == [None, 150]
    assert operands(rate, street.parent) == [None, 150]
    figures = explain(rate, street, MARCH).figures
    assert [(one.shown, one.source) for one in figures] == [(Decimal(999), "填报")]  # opened, and told apart


def test_a_figure_counted_and_reported_at_one_place_is_shown_once_the_record_first(city):
    """XA-158: with a value first, then the record; a record without a number leaves the place to what is reported."""
    one, two, _three = city
    rate = Indicator.objects.get(code="f0")
    for place, counted in ((one, 100), (two, None)):
        for source, value in (("records", counted), ("reported", 70)):
            MeasureValue.objects.create(
                measure="t.households",
                place=place,
                month=MONTH,
                value=value,
                status=0 if value else 2,
                source=source,
            )
    assert [operand.number for operand in explain(rate, one.parent, MARCH).operands] == [None, 170]
    assert explain(rate, one, MARCH).operands[1].state.value.reported == 1
