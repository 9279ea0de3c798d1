"""Who must report what by when; the sheet, the review, the lock: what comes in counts, what cannot be does not."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from linli.kernel import clock
from linli.measures import Period
from linli.plans.actions import approve_figure, lock_month, reopen_month, report_figure, report_sheet
from linli.plans.models import FigureLock, FigureReport, MeasureTerm, MeasureValue, Plan
from linli.plans.queries.reporting import asked_of, cycle_of, due_on, reporters
from linli.plans.queries.values import values
from tests.factories.people import make_worker
from tests.factories.places import make_community

from .shelves import install_small, measures_pack

pytestmark = pytest.mark.django_db
FEBRUARY = Period.parse("2026-02")
DECEMBER = Period.parse("2025-12")
CHECK = {
    "code": "area-per-household",
    "rule": "sum(设施面积) <= sum(户数) * 1000",
    "says": "设施面积与户数不相称",
}
ENTER, APPROVE, LOCK = "figures.report", "figures.approve", "figures.lock"


@pytest.fixture
def city(monkeypatch):
    one, two = make_community(1), make_community(2)
    install_small(monkeypatch, measures=measures_pack(checks=[CHECK]))
    return {"one": one, "two": two, "street": one.parent, "county": one.parent.parent}


def term(code):
    return MeasureTerm.objects.get(code=code)


def sheet(**numbers):
    return [(term(f"t.{code}"), Decimal(number), "") for code, number in numbers.items()]


def test_a_stock_good_for_a_year_is_asked_in_december_and_a_flow_each_month(city):
    assert (cycle_of(term("t.area")), cycle_of(term("t.closed"))) == (12, 1)
    assert [row.expected for row in reporters(city["street"], FEBRUARY)] == [1, 1]
    assert [row.expected for row in reporters(city["street"], DECEMBER)] == [3, 3]
    assert due_on(term("t.closed"), FEBRUARY).isoformat() == "2026-03-10"


def test_reported_and_expected_come_from_the_register_and_the_posts(city):
    worker = make_worker(city["one"], ENTER)
    report_sheet(sheet(closed=5), by=worker, place=city["one"], period=FEBRUARY)

    one, two = reporters(city["county"], FEBRUARY)

    assert (one.expected, one.entered, one.known, one.missing, one.has_reporter) == (1, 1, 0, 0, True)
    assert (two.expected, two.entered, two.known, two.missing, two.has_reporter) == (1, 0, 0, 1, False)


def test_a_sheet_with_one_mistake_reports_nothing_and_names_every_mistake(city):
    worker = make_worker(city["one"], ENTER)

    with pytest.raises(ValidationError) as refused:
        report_sheet(sheet(closed=-1, households="1.5"), by=worker, place=city["one"], period=FEBRUARY)

    assert refused.value.message_dict == {"t.closed": ["不能是负数。"], "t.households": ["最多 0 位小数。"]}
    assert FigureReport.objects.count() == 0


def test_figures_that_cannot_both_be_true_are_refused_with_the_sentence_of_the_pack(city):
    worker = make_worker(city["one"], ENTER)

    with pytest.raises(ValidationError) as refused:
        report_sheet(sheet(area=2001, households=2), by=worker, place=city["one"], period=DECEMBER)
    assert set(refused.value.message_dict) == {"t.area", "t.households"}
    assert refused.value.message_dict["t.area"] == ["设施面积与户数不相称"]

    assert (
        len(report_sheet(sheet(area=2000, households=2), by=worker, place=city["one"], period=DECEMBER)) == 2
    )


def test_a_locked_month_takes_no_figure_until_it_is_reopened_with_a_reason(city):
    worker, officer = make_worker(city["one"], ENTER), make_worker(city["county"], APPROVE, LOCK)
    month = 2026 * 12 + 1
    report = report_figure(term("t.closed"), by=worker, place=city["one"], period=FEBRUARY, value=Decimal(5))
    with pytest.raises(ValidationError, match="等待审核"):
        lock_month(city["county"], month, by=officer)
    approve_figure(report, by=officer)
    lock = lock_month(city["county"], month, by=officer)

    with pytest.raises(ValidationError, match="东岸区 2026年2月的数据已经锁定"):
        report_figure(term("t.closed"), by=worker, place=city["one"], period=FEBRUARY, value=Decimal(6))
    with pytest.raises(ValidationError, match="已经锁定了"):
        lock_month(city["county"], month, by=officer)
    with pytest.raises(ValidationError, match="原因"):
        reopen_month(lock, by=officer, reason=" ")
    with pytest.raises(PermissionDenied):
        reopen_month(lock, by=worker, reason="填错了")
    reopen_month(lock, by=officer, reason="第一社区漏报两件")

    report_figure(term("t.closed"), by=worker, place=city["one"], period=FEBRUARY, value=Decimal(7))
    assert FigureLock.objects.get().reason == "第一社区漏报两件"


def test_a_month_that_has_not_ended_cannot_be_locked(city):
    with pytest.raises(ValidationError, match="还没有结束"):
        lock_month(city["county"], 2026 * 12 + 2, by=make_worker(city["county"], LOCK))


def test_a_late_correction_changes_today_and_leaves_what_was_known_on_a_day(city):
    worker, officer = make_worker(city["one"], ENTER), make_worker(city["county"], APPROVE)
    for number in (40, 60):
        report_sheet(sheet(area=12, households=number), by=worker, place=city["one"], period=DECEMBER)
        for report in FigureReport.objects.waiting():
            approve_figure(report, by=officer)
        if number == 40:
            then = clock.now()
        with clock.at(clock.now() + timedelta(days=5)):
            (now,) = values(Plan.objects.get(), city["one"], DECEMBER)
            (known,) = values(Plan.objects.get(), city["one"], DECEMBER, known_on=then)
        with_lag = (str(now.shown), str(known.shown))
        if number == 40:
            break
    with clock.at(clock.now() + timedelta(days=1)):
        report_sheet(sheet(households=60), by=worker, place=city["one"], period=DECEMBER)
        approve_figure(FigureReport.objects.waiting().get(), by=officer)
        (now,) = values(Plan.objects.get(), city["one"], DECEMBER)
        (known,) = values(Plan.objects.get(), city["one"], DECEMBER, known_on=then)

    assert with_lag == ("100.0", "100.0")
    assert (str(now.shown), str(known.shown)) == ("0.0", "100.0")
    assert MeasureValue.objects.filter(measure="t.households").count() == 2


def test_the_sheet_reads_numbers_as_people_write_them_and_keeps_what_was_typed(client, city):
    client.force_login(make_worker(city["one"], ENTER))
    address = f"/plans/figures/{city['one'].code}/2025-12/"
    titles = [one.measure.code for one in asked_of(city["one"], DECEMBER)]
    names = {code: f"m{number}" for number, code in enumerate(titles)}

    wrong = client.post(address, {names["t.area"]: "１，２００", names["t.households"]: "无"})
    right = client.post(address, {names["t.area"]: "１，２００", names["t.households"]: "/"})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "“无”可能是 0，也可能是不适用" in wrong.content.decode()
    assert "１，２００" in wrong.content.decode()
    assert [(r.measure, r.value, r.status) for r in FigureReport.objects.order_by("measure")] == [
        ("t.area", 120_000, 0), ("t.households", None, 2),
    ]  # fmt: skip


def test_the_desk_shows_only_places_in_reach_and_strangers_get_nothing(client, city):
    other = make_community(1, street="990102001000")
    client.force_login(make_worker(city["street"], ENTER))

    desk = client.get("/plans/figures/?period=2026-02").context["desk"]

    assert [row.place for row in desk.rows] == [city["one"], city["two"]]
    assert client.get(f"/plans/figures/{other.code}/2026-02/").status_code == 404
    assert client.get("/plans/figures/review/").status_code == 403


def test_the_review_page_approves_and_returns_what_is_chosen_and_locks_the_month(client, city):
    worker, officer = make_worker(city["street"], ENTER), make_worker(city["county"], APPROVE, LOCK)
    for place, number in (("one", 5), ("two", 6)):
        report_sheet(sheet(closed=number), by=worker, place=city[place], period=FEBRUARY)
    one, two = FigureReport.objects.order_by("place__path")
    client.force_login(officer)
    page = "/plans/figures/review/?period=2026-02"

    assert [w.shown for w in client.get(page).context["waiting"]] == ["5", "6"]
    assert client.get("/plans/figures/review/?period=2026-01").context["others"] == [(FEBRUARY, 2)]
    client.post(page, {"act": "approve", "report": [one.pk]})
    client.post(page, {"act": "return", "report": [two.pk], "reason": "与台账不符"})
    client.post(f"/plans/figures/lock/{city['county'].code}/", {"period": "2026-02"})

    one.refresh_from_db(), two.refresh_from_db()
    assert (one.decision, two.decision, two.reason) == ("approved", "returned", "与台账不符")
    assert FigureLock.objects.standing().get().place == city["county"]
    assert client.get(page).context["desk"].missing == 1


@pytest.mark.parametrize("communities", [1, 4])
def test_who_has_reported_takes_the_same_number_of_queries_for_any_place(
    city, communities, django_assert_num_queries
):
    for number in range(3, 3 + communities):
        make_community(number)
    with django_assert_num_queries(6):
        reporters(city["county"], FEBRUARY)
