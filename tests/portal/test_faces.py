"""My page, workbench, cockpit, and where somebody begins after signing in."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.kernel import clock
from linli.packs.reading import read_pack
from linli.people.actions import claim_residence
from linli.places.models import Place
from linli.plans.models import MeasureValue
from linli.portal.cockpit import aged_map, aged_shares, level_drawn
from tests.factories.people import make_post, make_role, make_user, make_worker
from tests.factories.places import make_community
from tests.plans.shelves import install_small, plan_pack
from tests.portal.made import make_aged, make_cases

pytestmark = pytest.mark.django_db
COCKPIT = "portal.view_cockpit"


def queries(client, url):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize(
    ("permissions", "face"),
    [
        ((), "/"),
        (("people.view",), "/bench/"),
        (("places.edit", COCKPIT), "/bench/"),
        ((COCKPIT,), "/cockpit/"),
    ],
)
def test_after_signing_in_each_begins_at_his_own_face(client, permissions, face):
    user = make_worker(make_community(), *permissions)
    client.force_login(user)
    assert client.get(reverse("start")).url == face


def test_signing_in_leads_to_the_own_face(client):
    user = make_worker(make_community(), "people.view")
    answer = client.post(reverse("account_login"), {"login": user.username, "password": "correct horse 9"})
    assert answer.url == reverse("start")


def test_PD_030_a_community_worker_finds_residents_visits_tasks_forms_and_figures_in_one_place(client):
    """PD-030: the worker's back office: one navigation over everything the post is for."""
    packs, _problems = read_pack(Path(__file__).parents[2] / "packs" / "roles" / "roles.yaml")
    rights = next(role.may for role in packs.roles if role.code == "community-worker")
    client.force_login(make_worker(make_community(), *rights))
    page = client.get(reverse("bench")).content.decode()
    places = ("person-list", "care-round", "form-list", "figure-desk")

    assert [name for name in places if f'href="{reverse(name)}"' not in page] == []


def test_my_page_shows_what_is_mine(client):
    community, user = make_community(), make_user("甲")
    claim_residence(user.person, community=community)
    make_post(user, community, "people.view")
    make_cases(user, community, 2)
    make_cases(user, community, 1, closed=True)
    make_cases(make_user("乙"), community, 1)
    client.force_login(user)
    page = client.get(reverse("me")).context
    assert [row.number for row in page["listing"].page] == ["ER-2026-000001", "ER-2026-000002"]
    assert [post.role.code for post in page["about"].posts] == ["worker"]
    assert [residence.community for residence in page["about"].residences] == [community]
    past = client.get(reverse("me"), {"past": ""}).context
    assert [row.number for row in past["listing"].page] == ["ER-2026-000003"]


@pytest.mark.parametrize("count", [1, 3])
def test_my_page_asks_a_fixed_number_of_questions(client, count):
    user = make_user()
    for number in range(1, count + 1):
        community = make_community(number)
        claim_residence(user.person, community=community)
        make_post(user, community, "people.view")
    make_cases(user, community, count)
    client.force_login(user)
    client.get(reverse("me"))
    assert queries(client, reverse("me")) == 9


def test_the_bench_leads_home_whoever_holds_no_post(client):
    client.force_login(make_user())
    assert client.get(reverse("bench")).url == "/"


@pytest.mark.parametrize(
    ("permissions", "routes"),
    [
        (("people.view",), []),
        (("people.verify", "places.edit"), ["/residences/", "/places/stale/"]),
        (("notices.print", "notices.operate"), ["/notices/letters/", "/notices/undelivered/"]),
        (("jobs.operate",), ["/jobs/"]),
    ],
)
def test_the_bench_shows_only_what_the_posts_let_one_do(client, permissions, routes):
    client.force_login(make_worker(make_community(), *permissions))
    assert [task.url for task in client.get(reverse("bench")).context["tasks"]] == routes


def test_the_bench_counts_what_waits_on_own_ground(client):
    here, there = make_community(1), make_community(2)
    worker = make_worker(here, "people.verify", "places.edit")
    for place in (here, there):
        claim_residence(make_user().person, community=place)
    client.force_login(worker)
    page = client.get(reverse("bench")).context
    assert [(task.url, task.count) for task in page["tasks"]] == [("/residences/", 1), ("/places/stale/", 1)]
    assert [queue.name for queue in page["queues"]][:3] == ["mine", "today", "overdue"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_bench_asks_a_fixed_number_of_questions(client, count):
    community = make_community()
    worker = make_worker(community, "people.verify", "places.edit", "errand.view")
    make_cases(make_user(), community, count)
    for _turn in range(count):
        claim_residence(make_user().person, community=community)
    client.force_login(worker)
    client.get(reverse("bench"))
    assert queries(client, reverse("bench")) == 6


def planner(place):
    user = make_user("周规划")
    make_post(user, place, role=make_role("planner", COCKPIT))
    return user


def test_the_cockpit_adds_up_communities_whose_age_is_known(client):
    make_aged(1, 1000, 300)
    make_aged(2, 3000, 300)
    make_community(3)
    county = Place.objects.get(code="990101000000")
    client.force_login(planner(county))
    seen = client.get(reverse("cockpit")).context["cockpit"]
    assert (seen.share.people, seen.share.aged_60, seen.share.communities) == (4000, 600, 2)
    assert seen.share.percent == 15.0
    assert seen.total["communities"] == 3
    assert [row[0]["title"] for row in seen.rows] == ["桥头街道"]
    assert seen.rows[0][3] == "15.0%"


def test_the_cockpit_answers_the_four_questions_of_a_planner(client, monkeypatch):
    """Are we on the path, where not, why, what is owed; a county misses what one of its streets misses."""
    one, two = make_community(1), make_community(2, street="990101002000")
    rate = {"formula": "sum(设施面积) / sum(户数) * 100", "unit": "㎡", "readings": (), "nature": "binding"}
    install_small(monkeypatch, plan=plan_pack(indicator=rate))
    month = clock.today().year * 12 + clock.today().month - 2
    for place, area in ((one, 4000), (two, 1000)):
        for measure, value in (("t.area", area), ("t.households", 100)):
            MeasureValue.objects.create(
                measure=measure, place=place, month=month, value=value, source="records"
            )
    county = Place.objects.get(code="990101000000")
    user = make_user("周规划")
    make_post(user, county, role=make_role("planner", COCKPIT, "plans.view", "plantask.view"))
    client.force_login(user)
    page = client.get(reverse("cockpit")).context

    (card,), (driver,) = page["plans"].cards, page["plans"].drivers
    assert (card.met, card.unmet, card.binding_unmet) == (0, 1, 1)
    assert (str(driver.row.shown), driver.valued, len(driver.missing)) == ("25.0", 2, 2)
    assert driver.worst.place.code == "990101002000"
    assert f"place={county.code}" in page["lagging_map"]["src"]
    assert (page["owed"], page["owed_count"]) == ([], 0)


def test_the_cockpit_without_the_right_to_see_plans_shows_the_people_alone(client):
    make_aged(1, 1000, 300)
    client.force_login(planner(Place.objects.get(code="990101000000")))
    page = client.get(reverse("cockpit"))
    assert page.status_code == 200
    assert "plans" not in page.context


def test_P3_a_place_outside_the_planners_reach_does_not_exist(client):
    make_community(1)
    make_community(9, street="990102001000")
    client.force_login(planner(Place.objects.get(code="990101000000")))
    for route in ("cockpit", "cockpit-map"):
        assert client.get(reverse(route), {"at": "990102000000"}).status_code == 404
        assert client.get(reverse(route), {"at": "990101001000"}).status_code == 200


def test_the_map_leaves_what_is_not_known_without_a_value():
    make_aged(1, 1000, 300)
    unknown = make_aged(2, 1000, None)
    county = Place.objects.get(code="990101000000")
    (layer,) = aged_map(county)["layers"]
    values = {one["properties"]["id"]: one["properties"]["value"] for one in layer["features"]["features"]}
    assert values == {"990101001001": 30.0, unknown.code: None}


def test_a_map_of_too_many_communities_draws_streets(monkeypatch):
    make_aged(1, 1000, 300)
    make_aged(2, 1000, 100)
    make_aged(3, 500, 100, street="990101002000")
    county = Place.objects.get(code="990101000000")
    assert level_drawn(county) == "community"
    monkeypatch.setattr("linli.portal.cockpit.MOST_AREAS", 2)
    assert level_drawn(county) == "street"
    assert sorted(share.percent for share in aged_shares(county, "street").values()) == [20.0, 20.0]


@pytest.mark.parametrize("count", [1, 3])
def test_the_cockpit_asks_a_fixed_number_of_questions(client, count):
    for number in range(1, count + 1):
        make_aged(number, 1000, 300)
    client.force_login(planner(Place.objects.get(code="990101001000")))
    client.get(reverse("cockpit"))
    assert queries(client, reverse("cockpit")) == 7
    assert queries(client, reverse("cockpit-map")) == 5
