import pytest

from linli.places import queries
from linli.places.models import Boundary, Place
from tests.conftest import TEST_DAY
from tests.factories.people import make_worker
from tests.factories.places import make_community, make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    make_community(1)
    return make_worker(Place.objects.get(code="990100000000"), "places.reorganise", "places.edit")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_a_fixed_number_of_queries(client, count, django_assert_num_queries):
    for number in range(count):
        make_place(f"99010{number}000000"[:12], "county") if number else make_community(1)
    with django_assert_num_queries(2):
        assert client.get("/places/?q=99").status_code == 200


def test_a_stranger_reads_a_community_but_is_offered_no_change(client):
    community = make_community(1)
    page = client.get(f"/places/{community.code}/").content.decode()
    assert "第1社区" in page
    assert "修改资料" not in page


def test_P3_a_worker_of_another_community_edits_nothing_and_is_told_there_is_nothing(client):
    one, two = make_community(1), make_community(2)
    client.force_login(make_worker(one, "places.edit"))
    assert [client.get(f"/places/{c.code}/edit/").status_code for c in (one, two)] == [200, 404]


def test_L6_an_old_form_is_answered_with_409_and_keeps_what_was_typed(client, officer):
    community = make_community(1)
    client.force_login(officer)
    form = {"address": "河街 1 号", "version": 1, "urban_rural": "111", "committee": "residents"}
    assert client.post(f"/places/{community.code}/edit/", form).status_code == 302
    answer = client.post(f"/places/{community.code}/edit/", form | {"address": "河街 2 号"})

    assert answer.status_code == 409
    assert "河街 2 号" in answer.content.decode()
    assert Place.objects.get(pk=community.pk).address == "河街 1 号"


def test_an_act_shows_its_effects_and_then_happens(client, officer):
    community = make_community(1)
    make_place(f"{community.code}G001", "grid")
    client.force_login(officer)
    assert (
        "下级区划：<strong>1</strong>"
        in client.get(f"/places/{community.code}/acts/rename/").content.decode()
    )
    client.post(
        f"/places/{community.code}/acts/rename/", {"name": "新桥社区", "on": "2026-03-01", "version": 1}
    )
    assert Place.objects.get(pk=community.pk).name == "新桥社区"


@pytest.mark.parametrize(
    ("act", "typed"),
    [
        ("rename", {"name": "", "on": "2026-03-01"}),
        ("rename", {"name": "x", "on": "2026-13-01"}),
        ("move", {"parent": "000", "on": "2026-03-01"}),
        ("recode", {"code": "12", "on": "2026-03-01"}),
        ("split", {"parts": "1 2", "reason": "x", "on": "2026-03-01"}),
        ("split", {"parts": "990101001101 甲 NaN\n990101001102 乙 1", "reason": "x", "on": "2026-03-01"}),
    ],
)
def test_I1_wrong_input_is_a_422_that_changes_nothing(client, officer, act, typed):
    community = make_community(1)
    client.force_login(officer)
    assert client.post(f"/places/{community.code}/acts/{act}/", typed).status_code == 422
    assert Place.objects.get(pk=community.pk).version == 1


def test_L6_an_act_on_an_old_page_is_a_409_and_a_second_submit_is_a_decision(client, officer):
    community = make_community(1)
    client.force_login(officer)
    address, typed = (
        f"/places/{community.code}/acts/rename/",
        {"name": "新桥社区", "on": "2026-03-01", "version": 1},
    )
    Place.objects.filter(pk=community.pk).update(version=2)

    stale = client.post(address, typed)
    unchanged = Place.objects.get(pk=community.pk).name
    client.post(address, typed | {"version": stale.context["form"]["version"].value()})

    assert (stale.status_code, unchanged) == (409, community.name)
    assert Place.objects.get(pk=community.pk).name == "新桥社区"


def test_L6_nobody_confirms_what_he_did_not_see(client, officer):
    community = make_community(1)
    client.force_login(officer)
    Place.objects.filter(pk=community.pk).update(version=2)

    told = client.post(f"/places/{community.code}/confirm/", {"version": 1}, follow=True).content.decode()
    stale = Place.objects.get(pk=community.pk).confirmed_on
    client.post(f"/places/{community.code}/confirm/", {"version": 2})

    assert ("刚刚被别人修改过" in told, stale) == (True, None)
    assert Place.objects.get(pk=community.pk).confirmed_on == TEST_DAY.date()


def test_the_map_shows_the_place_and_its_parts(client):
    community = make_community(1)
    grid = make_place(f"{community.code}G001", "grid")
    square = {"type": "Polygon", "coordinates": [[[108, 33], [108.1, 33], [108.1, 33.1], [108, 33]]]}
    for place in (community, grid):
        Boundary.objects.create(
            place=place,
            geometry=square,
            west=108,
            south=33,
            east=108.1,
            north=33.1,
            source="x",
            as_of="2026-01-01",
        )
    layers = client.get(f"/places/{community.code}/map.json").json()["layers"]
    assert [[f["properties"]["id"] for f in layer["features"]["features"]] for layer in layers] == [
        [grid.code],
        [community.code],
    ]


def test_browsing_starts_where_there_is_a_choice(client):
    """One province with one city is passed over; a street with two communities is not."""
    first, second = make_community(1), make_community(2)
    assert list(queries.first_choice()) == [first, second]
