"""XF-023: the tree of a whole area on any past day, as it was and as it is, on a page and for other systems."""

from datetime import date

import pytest
from django.test import Client

from linli.places import actions
from linli.places.day_tree import carried_on, day_tree
from linli.places.models import Place
from linli.places.versions import write_versions
from tests.factories.exchange import make_entry
from tests.factories.people import make_worker
from tests.factories.places import make_community, make_place

pytestmark = pytest.mark.django_db
BEFORE, ON = date(2026, 1, 15), date(2026, 2, 1)


@pytest.fixture
def officer():
    make_community(1)
    return make_worker(Place.objects.get(code="990100000000"), "places.reorganise", "places.edit")


@pytest.fixture
def changed(officer):
    """One merged into two, three renamed, four moved to another street, five left alone."""
    one, two, three, four, _five = (make_community(number) for number in range(1, 6))
    other = make_place("990101002000", "street")
    actions.merge([one], into=two, by=officer, on=ON, reason="优化布局")
    actions.rename(three, by=officer, name="新桥社区", on=ON)
    actions.move(four, parent=other, by=officer, on=ON)


def told(branches):
    """Name then → (names now, unchanged?, moved?, the parts the same way)."""
    return {
        one.then.name: ([n.name for n in one.now], one.is_as_it_was, one.has_moved, told(one.parts))
        for one in branches
    }


def test_XF_023_the_tree_of_a_past_day_is_whole_and_says_what_each_place_became(changed):
    assert told(day_tree(BEFORE, "990101000000").branches) == {
        "桥头街道": (
            ["桥头街道"],
            True,
            False,
            {
                "第1社区": (["第2社区"], False, True, {}),
                "第2社区": (["第2社区"], True, False, {}),
                "第3社区": (["新桥社区"], False, False, {}),
                "第4社区": (["第4社区"], False, True, {}),
                "第5社区": (["第5社区"], True, False, {}),
            },
        ),
        "河湾街道": (["河湾街道"], True, False, {}),
    }


def test_XF_023_the_tree_of_the_day_of_the_change_has_the_new_shape(changed):
    streets = told(day_tree(ON, "990101000000").branches)
    assert {street: list(parts) for street, (_now, _same, _moved, parts) in streets.items()} == {
        "桥头街道": ["第2社区", "新桥社区", "第5社区"],
        "河湾街道": ["第4社区"],
    }


def test_without_an_area_the_tree_begins_at_the_provinces(changed):
    tree = day_tree(BEFORE)
    assert [(b.then.name, [p.then.name for p in b.parts]) for b in tree.branches] == [("云岭省", ["清江市"])]


def test_a_city_without_counties_shows_the_streets_right_below_it():
    city = make_place("990200000000", "city", "无区市")
    path = f"{city.path}990200001000/"
    street = Place.objects.create(
        code="990200001000", level="street", name="直属街道", parent=city, path=path
    )
    write_versions(Place.objects.filter(pk=street.pk), date(2020, 1, 1))
    assert list(told(day_tree(BEFORE, city.code).branches)) == ["直属街道"]


def test_below_a_street_with_a_new_code_nothing_has_moved(officer):
    actions.recode(Place.objects.get(code="990101001000"), by=officer, code="990101009000", on=ON)
    street = told(day_tree(BEFORE, "990101000000").branches)["桥头街道"]
    assert street == (["桥头街道"], False, False, {"第1社区": (["第1社区"], True, False, {})})


def test_a_place_that_was_split_and_merged_again_is_carried_on_by_what_stands_at_the_end(officer):
    one, two = make_community(1), make_community(2)
    actions.merge([one], into=two, by=officer, on=date(2026, 1, 10), reason="优化布局")
    three = make_community(3)
    actions.merge([Place.objects.get(pk=two.pk)], into=three, by=officer, on=ON, reason="优化布局")
    found = carried_on(Place.objects.filter(pk__in=[one.pk, two.pk, three.pk]))
    assert {key: [place.name for place in now] for key, now in found.items()} == {
        one.pk: ["第3社区"],
        two.pk: ["第3社区"],
        three.pk: ["第3社区"],
    }


def test_the_page_shows_the_day_asked_for_and_opens_part_by_part(client, changed):
    page = client.get("/places/tree/?on=2026-01-15&under=990101000000").content.decode()
    assert "2026-01-15 的东岸区" in page
    assert "on=2026-01-15&amp;under=990101001001" in page  # a community of that day
    assert page.count("合并、拆分或迁移") == 2
    assert page.count("更名或换代码") == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 200), ("?on=soon", 422), ("?on=2026-01-15&under=abc", 422), ("?on=1990-01-01", 200)],
)
def test_I1_a_day_that_is_none_or_a_code_that_is_none_is_said_to_be_so(client, changed, query, status):
    assert client.get(f"/places/tree/{query}").status_code == status


def test_a_code_that_named_nothing_on_that_day_says_so(client, changed):
    page = client.get("/places/tree/?on=1990-01-01&under=990101000000").content.decode()
    assert "这一天没有用这个代码的区划" in page


@pytest.mark.parametrize("count", [2, 6])
def test_the_page_asks_a_fixed_number_of_questions(client, officer, count, django_assert_num_queries):
    for number in range(1, count + 1):
        make_community(number)
    one, two = Place.objects.get(code="990101001001"), Place.objects.get(code="990101001002")
    actions.merge([one], into=two, by=officer, on=ON, reason="优化布局")
    with django_assert_num_queries(4):  # the area of that day, what stood below, above, what carried it on
        client.get("/places/tree/?on=2026-01-15&under=990101000000")


def test_XF_023_other_systems_read_the_tree_of_a_day_page_by_page(changed):
    make_entry(code="feed-places", kind="feed")
    address, items = "/api/v1/place-trees/2026-01-15?within=990101001000&limit=2", []
    cursor = ""
    while cursor is not None:
        answer = Client().get(address + (f"&cursor={cursor}" if cursor else "")).json()
        items += answer["items"]
        cursor = answer["next"]

    assert [(i["code"], i["parent"], i["name"], i["now"]) for i in items] == [
        ("990101001000", "990101000000", "桥头街道", ["990101001000"]),
        ("990101001001", "990101001000", "第1社区", ["990101001002"]),
        ("990101001002", "990101001000", "第2社区", ["990101001002"]),
        ("990101001003", "990101001000", "第3社区", ["990101001003"]),
        ("990101001004", "990101001000", "第4社区", ["990101001004"]),
        ("990101001005", "990101001000", "第5社区", ["990101001005"]),
    ]
    assert items[1]["valid_to"] == "2026-02-01"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("1990-01-01?within=990101001000", 404),
        ("2026-13-01", 422),
        ("2026-01-15?within=x", 422),
        ("2026-01-15?level=moon", 422),
    ],
)
def test_I1_a_tree_that_cannot_be_asked_for_is_refused(changed, address, status):
    make_entry(code="feed-places", kind="feed")
    assert Client().get(f"/api/v1/place-trees/{address}").status_code == status
