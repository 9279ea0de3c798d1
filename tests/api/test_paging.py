"""Lists come page by page, nothing twice and nothing left out."""

import pytest
from django.test import Client

from linli.places.models import Place
from tests.factories.exchange import make_entry
from tests.factories.places import make_community, make_place

pytestmark = pytest.mark.django_db


def walk(path):
    found, cursor = [], None
    while True:
        page = Client().get(path + (f"&cursor={cursor}" if cursor else "")).json()
        found.append([item["code"] for item in page["items"]])
        cursor = page["next"]
        if cursor is None:
            return found


def test_pages_hold_every_place_once_in_the_order_of_the_tree():
    for number in (3, 1, 2):
        make_community(number)

    pages = walk("/api/v1/places?limit=2")

    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert [code for page in pages for code in page] == list(
        Place.objects.order_by("path").values_list("code", flat=True)
    )


def test_a_place_added_between_two_pages_shifts_nothing():
    for number in (2, 4):
        make_community(number)
    first = Client().get("/api/v1/places?level=community&limit=1").json()
    make_community(1)

    second = Client().get(f"/api/v1/places?level=community&limit=1&cursor={first['next']}").json()

    assert [item["code"][-3:] for item in first["items"] + second["items"]] == ["002", "004"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_places_costs_three_queries(count, django_assert_num_queries):
    make_entry(code="feed-places", kind="feed")
    for number in range(1, count + 1):
        make_community(number)
    with django_assert_num_queries(3):  # the count of visits, the rows, what was given out
        Client().get("/api/v1/places?level=community")


def test_filters_narrow_by_level_area_and_name():
    make_community(1, name="桃园社区"), make_community(1, street="990102001000", name="桃园社区")
    ended = make_place("990101001009", "community", name="桃园旧社区")
    Place.objects.filter(pk=ended.pk).update(valid_to="2020-01-01")

    def codes(query):
        return [item["code"] for item in Client().get(f"/api/v1/places?{query}").json()["items"]]

    assert codes("level=community&within=990101000000&name=桃园") == ["990101001001"]
    assert codes("level=community&within=990101000000&ended=true") == ["990101001001", "990101001009"]
    assert Client().get("/api/v1/places?within=990199000000").status_code == 404
