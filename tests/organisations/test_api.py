"""Organisations for other systems: public facts alone."""

import pytest

from linli.registers.actions import archive_record
from linli.registers.declaring import registers
from tests.factories.places import make_community
from tests.factories.registers import enter, make_organisation

pytestmark = pytest.mark.django_db
URL = "/api/v1/organisations"


def names(client, query=""):
    return [one["name"] for one in client.get(URL + query).json()["items"]]


def test_the_list_is_narrowed_by_area_kind_name_and_ability(client):
    one, two = make_community(1), make_community(2)
    here = make_organisation(one, name="甲队", able=True)
    make_organisation(two, name="乙社", kind="group")
    gone = make_organisation(two, name="丙")
    archive_record(registers["organisations"], gone, by=None, why="解散")
    assert names(client) == ["甲队", "乙社"]
    assert names(client, "?kind=group") == ["乙社"]
    assert names(client, "?name=甲") == ["甲队"]
    assert names(client, "?able=true") == ["甲队"]
    assert names(client, f"?within={two.code}") == ["乙社"]
    enter("service-areas", organisation=here, served=two, since="2026-01-01")
    assert names(client, f"?within={two.code}") == ["甲队", "乙社"]


def test_one_organisation_is_shown_without_its_contact_and_with_whom_it_serves(client):
    one, two = make_community(1), make_community(2)
    made = make_organisation(one, contact_name="钱进", contact_phone="13800000001")
    enter("service-areas", organisation=made, served=two, since="2026-01-01")
    answer = client.get(f"{URL}/{made.pk}")
    assert answer.json()["serves"] == [one.code, two.code]
    assert "钱进" not in answer.content.decode()
    assert "13800000001" not in answer.content.decode()
    again = client.get(f"{URL}/{made.pk}", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_pages_follow_each_other_without_a_gap(client):
    place = make_community(1)
    for n in range(3):
        make_organisation(place, name=f"第{n}队")
    first = client.get(f"{URL}?limit=2").json()
    second = client.get(f"{URL}?limit=2&cursor={first['next']}").json()
    assert [one["name"] for one in (*first["items"], *second["items"])] == ["第0队", "第1队", "第2队"]
    assert second["next"] is None


@pytest.mark.parametrize("query", ["?kind=none", "?within=1", "?limit=0", "?what=1"])
def test_I1_a_wrong_question_is_a_422(client, query):
    assert client.get(URL + query).status_code == 422
