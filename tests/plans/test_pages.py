"""The pages: the public scorecard, the planner's, the explanation of a number, the tasks."""

from datetime import date

import pytest

from linli.plans.models import MeasureValue, Plan
from tests.factories.people import make_worker
from tests.factories.places import make_community

from .shelves import install_small, plan_pack

pytestmark = pytest.mark.django_db
MONTH = 2026 * 12 + 2


@pytest.fixture
def city(monkeypatch):
    one, two = make_community(1), make_community(2)
    install_small(monkeypatch)
    for place, area in ((one, 3_000), (two, 2_900)):
        _figure("t.area", place, area)
        _figure("t.households", place, 100)
    return one.parent.parent.parent


def _figure(measure, place, value):
    MeasureValue.objects.create(measure=measure, place=place, month=MONTH, value=value, source="records")


def test_everybody_sees_the_scorecard_of_the_plans_area(client, city):
    page = client.get("/plans/ts-2025/?period=2026-03")

    assert page.status_code == 200
    (line,) = page.context["card"].lines
    assert page.context["card"].place == city
    assert (str(line.row.shown), line.state, line.target_words) == (
        "50.0",
        "相差 10 个百分点",
        "≥ 60%（2025年）",
    )
    assert "/indicators/" not in page.content.decode()


def test_a_small_count_of_people_is_withheld_from_the_public_and_not_from_the_planner(
    client, city, monkeypatch
):
    counts = {"formula": "sum(户数) / 40", "unit": "户", "decimals": 0, "baseline": None, "readings": ()}
    install_small(monkeypatch, plan=plan_pack(indicator=counts))
    client.force_login(make_worker(city, "plans.view"))

    public = client.get("/plans/ts-2025/?period=2026-03").context["card"].lines[0]
    planner = client.get("/plans/ts-2025/scorecard/?period=2026-03").context["card"].lines[0]

    assert (public.row.shown, public.state) == (None, "不公开")
    assert str(planner.row.shown) == "5"


def test_a_planner_sees_only_places_that_his_post_reaches(client, city):
    street = make_community(1).parent
    other = make_community(1, street="990102001000").parent
    client.force_login(make_worker(street, "plans.view"))

    assert client.get("/plans/ts-2025/scorecard/").context["card"].place == street
    assert client.get(f"/plans/ts-2025/scorecard/?place={other.code}").status_code == 404
    assert client.get(f"/plans/ts-2025/indicators/facility-30/?place={other.code}").status_code == 404


def test_who_has_no_post_is_sent_to_sign_in_or_refused(client, city):
    assert client.get("/plans/ts-2025/scorecard/").status_code == 302
    client.force_login(make_worker(city, "people.view"))
    assert client.get("/plans/ts-2025/scorecard/").status_code == 403


def test_a_number_opens_to_its_formula_operands_children_and_tasks(client, city):
    """XA-158"""
    client.force_login(make_worker(city, "plans.view"))

    page = client.get(f"/plans/ts-2025/indicators/facility-30/?place={city.code}&period=2026-03")
    text = page.content.decode()

    assert page.status_code == 200
    assert "设施面积 ÷ 户数 × 100 ≥ 30的社区占比 × 100" in text
    assert "1 / 2" in text
    assert "东岸区" in text
    assert "建设设施" in text


def test_a_community_shows_the_figures_behind_its_number(client, city):
    client.force_login(make_worker(city, "plans.view"))
    code = make_community(1).code

    page = client.get(f"/plans/ts-2025/indicators/facility-30/?place={code}&period=2026-03")

    figures = page.context["explained"].figures
    assert [(f.title, str(f.shown)) for f in figures] == [("设施面积", "30.00"), ("户数", "100")]


@pytest.mark.parametrize("period", ["2026", "2026-Q1", "2026H1", "nonsense", ""])
def test_any_period_that_is_asked_for_gives_a_page(client, city, period):
    assert client.get(f"/plans/ts-2025/?period={period}").status_code == 200


def test_plans_of_one_period_stand_from_the_widest_to_the_narrowest(client):
    for code, level, until in (("a", "区", 2025), ("b", "省", 2025), ("c", "市", 2025), ("d", "市", 2021)):
        Plan.objects.create(
            code=code, title=f"规划{code}", source="测试", area="990000000000", level=level,
            valid_from=date(2021, 1, 1), valid_to=date(until, 12, 31),
        )  # fmt: skip

    listed = client.get("/plans/").context["plans"]

    assert [plan.code for plan in listed] == ["b", "c", "a", "d"]


def test_plans_and_tasks_are_listed_for_everybody(client, city):
    """XA-033, ZJ-062: goals, tasks, who leads and who supports each of them."""
    assert "测试规划" in client.get("/plans/").content.decode()
    page = client.get("/plans/ts-2025/tasks/").content.decode()
    assert "加快建设社区设施" in page
    assert "民政局" in page
    assert "配合：住建局" in page
    assert client.get("/plans/nobody/").status_code == 404


@pytest.mark.parametrize("indicators", [1, 3])
def test_the_scorecard_takes_the_same_number_of_queries_for_any_plan(
    client, city, monkeypatch, indicators, django_assert_num_queries
):
    more = [
        {
            "code": f"more-{n}",
            "ref": f"I-TS-0{n}",
            "number": n,
            "formula": f"avg(户数) * {n}00",
            "unit": "件",
            "readings": (),
        }
        for n in range(2, indicators + 1)
    ]
    served = {"serves": ("facility-30", *(one["code"] for one in more))}
    install_small(monkeypatch, plan=plan_pack(also=more, task=served))

    with django_assert_num_queries(14):
        client.get("/plans/ts-2025/?period=2026-03")
