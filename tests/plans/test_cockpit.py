"""Where an indicator is going: trend, deadline, map, what if; how far figures can be trusted."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel import clock
from linli.measures import Period
from linli.places.models import Boundary
from linli.plans.models import Finding, Indicator, MeasureValue
from linli.plans.queries.drafting import what_if
from linli.plans.queries.quality import quality_of
from linli.plans.queries.trends import chart_of, indicator_map, path_to, series
from linli_compute.trends import forecast, outliers
from tests.factories.people import make_unit, make_worker
from tests.factories.places import make_community
from tests.reading import text_of

from .shelves import install_small, measures_pack, plan_pack

MARCH, FEBRUARY = Period.parse("2026-03"), Period.parse("2026-02")
MONTH = 2026 * 12 + 2
BOX = {"west": 110, "south": 30, "east": 110.1, "north": 30.1}
SQUARE = {"type": "Polygon", "coordinates": [[[110, 30], [110.1, 30], [110.1, 30.1], [110, 30]]]}


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(st.floats(-1e3, 1e3), min_size=4, max_size=10), st.integers(0, 20))
def test_a_forecast_lies_in_its_interval_and_within_its_bounds(values, ahead):
    found = forecast(list(enumerate(values)), len(values) + ahead, low=0, high=100)

    assert 0 <= found.low <= found.high <= 100
    assert 0 <= found.value <= 100


def test_three_points_are_too_few_and_a_straight_line_is_itself():
    assert forecast([(0, 1), (1, 2), (2, 3)], 5) is None
    line = forecast([(0, 1.0), (1, 2.0), (2, 3.0), (3, 4.0)], 6)
    assert (line.value, line.low, line.high, line.slope) == (7.0, 7.0, 7.0, 1.0)


@pytest.mark.parametrize("count", [4, 6, 12, 24])
@pytest.mark.parametrize("ahead", [1, 6, 24])
def test_nine_in_ten_of_what_comes_lies_in_the_interval(count, ahead):
    """An honest interval: of 600 series that go on as they did, with their scatter, 86 to 98 % of what then came."""
    chance, inside = np.random.default_rng([20260304, count, ahead]), 0
    for _series in range(600):
        at = np.arange(count + ahead)
        values = 50 + chance.normal(0, 0.5) * at + chance.normal(0, 1, count + ahead)
        found = forecast(list(enumerate(values[:count])), count - 1 + ahead)
        inside += found.low <= values[-1] <= found.high
    assert 0.86 * 600 <= inside <= 0.98 * 600


def test_one_wild_value_stands_out_and_does_not_move_the_others():
    assert outliers([10, 11, None, 9, 10, 500]) == [5]
    assert outliers([1, 2, 900]) == []


@pytest.fixture
def city(monkeypatch, db):
    places = [make_community(1), make_community(2)]
    rate = {"formula": "sum(设施面积) / sum(户数) * 100", "unit": "㎡", "readings": ()}
    install_small(monkeypatch, plan=plan_pack(indicator=rate, valid_to=date(2027, 12, 31)))
    return places


def figure(measure, place, value, *, month=MONTH, source="records"):
    return MeasureValue.objects.create(measure=measure, place=place, month=month, value=value, source=source)


def test_the_path_tells_the_gap_a_period_and_where_the_trend_leads(city):
    """ZJ-063: those behind the path are seen before the deadline."""
    for step, area in enumerate((10, 12, 14, 16, 18)):
        figure("t.area", city[0], area * 100, month=MONTH - 4 + step)
        figure("t.households", city[0], 50, month=MONTH - 4 + step)
    indicator = Indicator.objects.get()
    indicator.targets.update(by="2026-07-31", low=60, high=60)
    indicator = Indicator.objects.get()

    rows = series(indicator, [city[0]], MARCH)[city[0].pk]
    path = path_to(indicator, rows, MARCH)

    assert [row.shown and str(row.shown) for row in rows[-5:]] == ["20.0", "24.0", "28.0", "32.0", "36.0"]
    assert (path.left, path.needed, path.ahead.value, path.reaches) == (4, Decimal("6.0"), 52.0, False)


def test_the_map_shows_the_same_numbers_and_silence_as_no_number(city):
    for place in city:
        Boundary.objects.create(place=place, geometry=SQUARE, as_of="2026-01-01", **BOX)
    figure("t.area", city[0], 1_500), figure("t.households", city[0], 50)

    (layer,) = indicator_map(Indicator.objects.get(), city[0].parent, MARCH)["layers"]

    told = [feature["properties"] for feature in layer["features"]["features"]]
    assert [(one["title"], one["value"]) for one in told] == [("第1社区", 30.0), ("第2社区", None)]


def test_a_map_of_yes_and_no_tells_them_apart_by_colour(city):
    """Thirty communities of one value and one of another were all drawn alike."""
    for nr, place in enumerate(city):
        Boundary.objects.create(place=place, geometry=SQUARE, as_of="2026-01-01", **BOX)
        figure("t.area", place, 100 * nr)
        figure("t.households", place, 100)
    layer = indicator_map(Indicator.objects.get(), city[0].parent, MARCH)["layers"][0]
    assert [one["properties"]["value"] for one in layer["features"]["features"]] == [0, 1]
    assert layer["breaks"] == [1]


def test_the_chart_begins_with_the_plan_or_the_first_figure_whichever_is_earlier(city):
    indicator, street = Indicator.objects.get(), city[0].parent
    year = Period.parse("2026")
    rows = series(indicator, [street], year)
    begin = indicator.plan.valid_from.year
    assert chart_of(indicator, [street], rows, year)["drawn"]["labels"] == [
        str(y) for y in range(begin, 2027)
    ]

    before = begin - 2
    for measure in ("t.area", "t.households"):
        figure(measure, city[0], 100, month=before * 12 + 11)
    chart = chart_of(indicator, [street], series(indicator, [street], year), year)
    assert chart["drawn"]["labels"] == [str(y) for y in range(before, 2027)]
    assert chart["drawn"]["series"][0]["values"] == [1.0, *[None] * (2026 - before)]
    assert [row[0] for row in chart["rows"]] == chart["drawn"]["labels"]


def test_a_draft_shows_which_cells_would_change_before_anything_is_published(city):
    for place, area in zip(city, (1_500, 4_000), strict=True):
        figure("t.area", place, area), figure("t.households", place, 50)
    indicator = Indicator.objects.get()

    stricter = what_if(indicator, city, MARCH, formula=indicator.formula, target=Decimal(90))
    counted = what_if(indicator, city, MARCH, formula="share(设施面积 >= 20) * 100", target=None)

    assert [(cell.live_met, cell.draft_met, cell.changed) for cell in stricter] == [
        (False, False, False), (True, False, True),
    ]  # fmt: skip
    assert [(str(cell.live), str(cell.draft)) for cell in counted] == [("30.0", "0.0"), ("80.0", "100.0")]


def test_a_draft_that_is_no_formula_is_told_with_its_column(client, city):
    client.force_login(make_worker(city[0].parent, "plans.view"))
    base = "/plans/ts-2025/indicators/facility-30/what-if/?formula="

    wrong = client.get(f"{base}sum(设施面极)")

    assert wrong.status_code == 422
    assert "是不是“设施面积”" in wrong.content.decode()


def test_the_pages_of_trend_and_map_open_for_planners(client, city):
    figure("t.area", city[0], 1_500), figure("t.households", city[0], 50)
    client.force_login(make_worker(city[0].parent, "plans.view"))
    base = "/plans/ts-2025/indicators/facility-30/"

    assert client.get(f"{base}trend/?period=2026-03&with={city[1].code}").status_code == 200
    assert client.get(f"{base}map.json?period=2026-03").json()["layers"][0]["unit"] == "㎡"
    assert client.get(f"{base}what-if/?target=10").status_code == 200
    assert client.get("/plans/quality/?period=2026-02").status_code == 200


def test_quality_tells_what_is_missing_late_wild_and_contradictory(client, city, monkeypatch):
    check = {"code": "few-households", "rule": "sum(办结数) <= 100", "says": "办结数不会超过一百"}
    install_small(monkeypatch, measures=measures_pack(checks=[check]))
    more = [make_community(number) for number in range(3, 8)]
    for place, value in zip([*city, *more], (7, 8, 9, 8, 7, 8, 300), strict=True):
        figure("t.closed", place, value, month=MONTH - 1, source="reported")
    figure("t.closed", city[0], 6, month=MONTH - 1)

    found = quality_of(city[0].parent, FEBRUARY)

    assert (found.expected, found.come, found.completeness) == (7, 7, 100)
    assert [(one.place, one.words) for one in found.outliers] == [(more[-1], "300")]
    assert [(one.place, one.title) for one in found.broken] == [(more[-1], "办结数不会超过一百")]
    assert [(one.place, one.reported, one.recorded) for one in found.differences] == [(city[0], 7, 6)]

    make_unit(city[0], "第1社区居委会", kind="committee")
    client.force_login(make_worker(city[0].parent, "plans.view", "plans.assign", "finding.view"))
    page = f"/plans/quality/?place={city[0].parent.code}&period=2026-02"
    for _twice in range(2):
        client.post(page, {"place": city[0].parent.code, "figure": found.differences[0].figure})
    assert [finding.words for finding in Finding.objects.all()] == [
        "办结数 2026-02：填报数与平台记录不一致，请核对并更正其中一个。"
    ]


def test_a_report_after_its_deadline_is_not_in_time(city):
    from linli.plans.actions import report_sheet
    from linli.plans.models import MeasureTerm

    worker = make_worker(city[0].parent, "figures.report")
    term = MeasureTerm.objects.get(code="t.closed")
    report_sheet([(term, Decimal(1), "")], by=worker, place=city[0], period=FEBRUARY)
    with clock.at(clock.now() + timedelta(days=7)):
        report_sheet([(term, Decimal(1), "")], by=worker, place=city[1], period=FEBRUARY)

    found = quality_of(city[0].parent, FEBRUARY)
    assert (found.reports, found.in_time, found.timeliness) == (2, 1, 50)


def test_two_periods_stand_side_by_side_with_what_changed(client, city):
    """From nothing there is no change."""
    for place, month, area in ((city[0], MONTH - 1, 2000), (city[0], MONTH, 3000), (city[1], MONTH, 1000)):
        figure("t.area", place, area, month=month)
        figure("t.households", place, 10, month=month)
    street = city[0].parent
    client.force_login(make_worker(street, "plans.view"))

    page = client.get(
        f"/plans/ts-2025/indicators/facility-30/trend/?place={street.code}&period=2026-03&than=2026-02"
    )
    told = [(one.place, one.then.shown, one.now.shown, one.by) for one in page.context["changes"]]
    assert told == [
        (street, Decimal("200.0"), Decimal("200.0"), Decimal("0.0")),
        (city[0], Decimal("200.0"), Decimal("300.0"), Decimal("100.0")),
        (city[1], None, Decimal("100.0"), None),
    ]
    assert "+100" in text_of(page)
    plain = client.get(f"/plans/ts-2025/indicators/facility-30/trend/?place={street.code}&period=2026-03")
    assert "changes" not in plain.context
