"""A scenario of the life circle becomes a task of the plan, with what it serves and what it lifts."""

from datetime import date

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from linli.cases.models import Case
from linli.facilities.models import Statement
from linli.journeys.building import build_here, words_of
from linli.journeys.lifting import lifts_of
from linli.packs.reading import read_pack
from linli.plans.actions.installing import install_measures, install_plan
from linli.plans.models import Task
from linli.reach.actions.candidates import enter_candidate
from linli.reach.actions.planning import ask_siting, compute_scenario, save_scenario
from linli.reach.siting import Wish
from tests.factories.people import make_person, make_unit, make_worker
from tests.factories.places import make_community
from tests.factories.reach import make_outlet, make_run, spot
from tests.reach.conftest import town  # noqa: F401

pytestmark = pytest.mark.django_db
BASIC = ("breakfast", "clinic", "kindergarten", "integrated", "reading-room", "fitness")


@pytest.fixture
def planner(town):  # noqa: F811
    return make_worker(town.city, "reach.view", "reach.plan", "plans.assign", "plans.view")


@pytest.fixture
def scenario(town, planner):  # noqa: F811
    """The second community lacks nothing but a shop and day care; the site brings day care to 26 people."""
    for kind in (*BASIC, "convenience"):
        make_outlet(town.near, kind, 550)
        make_outlet(town.far, kind, 2500)
    for _number in range(23):
        make_person(home=town.far.children.get(code__endswith="B0001"))
    shelf, _none = read_pack(settings.PACKS_DIR / "measures" / "community-services.yaml")
    install_measures(shelf)
    plan, _none = read_pack(settings.PACKS_DIR / "plans" / "xa-2025" / "plan.yaml")
    install_plan(plan)
    run = make_run(town.city)
    asked = {"function": "elder_care", "group": "all", "sites": [spot(2500)]}
    return save_scenario(run, by=planner, title="东头日间照料", **asked)


def give(scenario, planner, place):
    task, unit = Task.objects.filter(retired_on=None).first(), make_unit(place)
    return build_here(scenario, by=planner, task=task, units=[unit], due_on=date(2026, 12, 31))


def test_the_plan_s_own_formula_says_what_the_site_lifts(town, scenario):  # noqa: F811
    """I-XA-18: half of the urban communities before, all of them after."""
    lifts = {lift.indicator.ref: lift for lift in lifts_of(scenario)}

    assert (lifts["I-XA-18"].before, lifts["I-XA-18"].after) == (50, 100)
    words = words_of(scenario, [lifts["I-XA-18"]])
    assert words.startswith("在 1 处补“养老”：新增服务 30 人。I-XA-18 提高 50.0 个百分点")


def test_a_new_site_counts_in_the_register_of_its_community_too(town, scenario):  # noqa: F811
    """I-XA-12: the site becomes a day-care centre of its community (packs/reach/complex.yaml, builds)."""
    for place in (town.near, town.far):
        Statement.objects.create(
            place=place, on=date(2026, 1, 1), until=date(2027, 1, 1), by=make_worker(place)
        )

    lifts = {lift.indicator.ref: lift for lift in lifts_of(scenario)}

    assert (lifts["I-XA-12"].before, lifts["I-XA-12"].after) == (50, 100)
    assert "I-XA-12 提高 50.0 个百分点" in words_of(scenario, list(lifts.values()))


def test_a_house_of_several_tells_each_function_s_people_and_the_rooms(town, scenario, planner):  # noqa: F811
    """The people of each function are its own; the rooms are named; care alone changes the circle."""
    for _number in range(12):
        make_person(home=town.far.children.get(code__endswith="B0001"), birth_on=date(2019, 6, 1))
    run = make_run(town.city)
    lon, lat = spot(2500)
    enter_candidate(
        town.far, by=planner, name="老粮站", kind="idle", lon=lon, lat=lat, area_m2=800, cost_10k=40
    )
    wish = Wish(("elder_care", "after_school"), "all", "budget", 50.0, sources=("idle",), house=True)
    made = compute_scenario(ask_siting(run, by=planner, title="合建", wish=wish).pk)

    words = words_of(made, lifts_of(made))

    assert made.state == "done", made.trouble
    assert words.startswith(
        "在 1 处补“养老、托管”：新增服务 养老 不足 10 人、托管 10 人。I-XA-18 提高 50.0 个百分点"
    )
    assert "老粮站（" in words


def test_a_scenario_becomes_a_task_once(town, scenario, planner):  # noqa: F811
    [share] = give(scenario, planner, town.street)

    assert "新增服务 30 人" in share.part
    assert list(scenario.cases.all()) == [share.case]
    with pytest.raises(ValidationError):
        give(scenario, planner, town.street)
    assert Case.objects.filter(kind="plantask").count() == 1


def test_only_who_plans_the_area_and_gives_out_its_tasks(town, scenario):  # noqa: F811
    with pytest.raises(PermissionDenied):
        give(scenario, make_worker(town.city, "plans.assign"), town.street)
    with pytest.raises(PermissionDenied):
        give(scenario, make_worker(town.city, "reach.plan"), town.street)


def test_the_page_gives_it_out(town, scenario, planner, client):  # noqa: F811
    client.force_login(planner)
    address = reverse("scenario-task", args=[scenario.pk])
    page = client.get(address)
    assert "新增服务 30 人" in page.context["words"]
    _none, (first, related), *_plans = page.context["form"].fields["task"].choices
    assert first == "和提高的指标有关"
    assert {Task.objects.get(pk=pk).serves.filter(ref="I-XA-18").exists() for pk, _title in related} == {True}

    task, unit = Task.objects.filter(retired_on=None).first(), make_unit(town.street)
    elsewhere = make_unit(make_community(9, street="990102001000").parent)
    offered = client.get(address).context["form"].fields["units"]
    assert elsewhere not in offered.queryset
    assert offered.choices == [(unit.place.name, [(unit.pk, unit.name)])]
    sent = {"task": task.pk, "units": [unit.pk], "due_on": "2026-12-31"}
    assert client.post(address, sent | {"due_on": "2020-01-01"}).status_code == 422
    assert client.post(address, sent).status_code == 302

    page = client.get(reverse("reach-scenarios"), {"run": scenario.run_id})
    assert Case.objects.get(kind="plantask").number in page.content.decode()
