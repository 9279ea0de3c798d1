"""The residents' first page, the doors and the choice of a community."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.people.actions import claim_residence, verify_residence
from linli.portal.doors import DOORS
from tests.factories.people import make_user, make_worker
from tests.factories.places import make_community
from tests.portal.made import PHONE, make_cases, make_served_community

pytestmark = pytest.mark.django_db


def queries(client, url, **more):
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(url, **more)
    assert answer.status_code == 200
    return len(seen)


def settle(user, community):
    residence = claim_residence(user.person, community=community)
    verify_residence(residence, by=make_worker(community, "people.verify"))


def test_home_is_for_everybody_and_asks_nobody_to_sign_in(client):
    page = client.get("/")
    assert page.status_code == 200
    assert [door.title for door in page.context["doors"]] == ["办事", "反映问题", "找服务", "参与"]
    assert page.context["card"] is None
    assert "您住在哪个社区？" in page.content.decode()


def test_no_door_is_dead(client):
    for door in client.get("/").context["doors"]:
        assert client.get(door.url).status_code in (200, 302)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_door_without_an_app_says_what_can_be_done_today_and_whom_to_ring(client, door):
    community = make_served_community()
    client.post(reverse("community-choice"), {"code": community.code})
    page = client.get(reverse("door", args=[door.name])).content.decode()
    assert f"tel:{PHONE}" in page
    assert all(str(way) in page for way in door.today)


def test_a_door_that_does_not_exist_is_not_found(client):
    assert client.get("/doors/nonsense/").status_code == 404


def test_a_chosen_community_stays_on_the_device_and_is_shown_with_its_people(client):
    community = make_served_community(workers=2, grids=2)
    assert client.post(reverse("community-choice"), {"code": community.code}).url == "/"
    card = client.get("/").context["card"]
    assert (card.place, card.is_home, card.phone) == (community, False, PHONE)
    assert [(worker.name, worker.roles) for worker in card.workers] == [
        ("陈一", "community-worker"),
        ("陈二", "community-worker"),
    ]
    assert [grid.name for grid in card.grids] == ["第1网格", "第2网格"]


@pytest.mark.parametrize("code", ["", "990101001000", "'; drop", "9" * 500])
def test_only_a_standing_community_can_be_chosen(client, code):
    make_served_community()
    assert client.post(reverse("community-choice"), {"code": code}).status_code == 404
    client.cookies["linli_community"] = code
    assert client.get("/").context["card"] is None


def test_the_verified_community_comes_before_the_chosen_one(client):
    chosen, home, user = make_community(1), make_community(2), make_user()
    client.post(reverse("community-choice"), {"code": chosen.code})
    client.force_login(user)
    claim_residence(user.person, community=home)
    assert client.get("/").context["card"].place == chosen
    settle(user, home)
    card = client.get("/").context["card"]
    assert (card.place, card.is_home) == (home, True)


def test_P4_posts_without_a_unit_of_the_community_are_not_shown(client):
    community = make_served_community(workers=0)
    make_worker(community, "people.view", name="不公示")
    client.post(reverse("community-choice"), {"code": community.code})
    assert client.get("/").context["card"].workers == []


def test_mine_shows_own_cases_with_the_day_they_are_due_and_nobody_elses(client):
    community, me, other = make_community(), make_user("甲"), make_user("乙")
    make_cases(me, community, 2)
    make_cases(other, community, 1)
    make_cases(me, community, 1, closed=True)
    client.force_login(me)
    page = client.get("/")
    assert [row.number for row in page.context["cases"]] == ["ER-2026-000001", "ER-2026-000002"]
    assert "明天" in page.content.decode() or "3月5日" in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_home_asks_a_fixed_number_of_questions(client, count):
    community, user = make_served_community(workers=count, grids=count), make_user()
    settle(user, community)
    make_cases(user, community, count)
    client.force_login(user)
    client.get("/")
    assert queries(client, "/") == 10
    client.logout()
    client.post(reverse("community-choice"), {"code": community.code})
    assert queries(client, "/") == 6


@pytest.mark.parametrize("count", [1, 3])
def test_the_choice_asks_a_fixed_number_of_questions(client, count):
    for number in range(1, count + 1):
        make_community(number)
    assert queries(client, reverse("community-choice")) == 2


def test_the_choice_finds_a_community_by_two_characters(client):
    make_community(1, name="翠湖社区")
    make_community(2, name="和平社区")
    listing = client.get(reverse("community-choice"), {"q": "翠湖"}).context["listing"]
    assert [place.name for place in listing.page] == ["翠湖社区"]


def test_home_tells_what_happens_around_without_saying_who(client):
    make_community(1)
    page = client.get("/").content.decode()
    assert ("邻里这些天" in page, "30 天里大家反映的" in page) == (True, True)
