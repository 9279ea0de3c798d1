"""Facilities offered to other systems: public, narrowed, paged, with an ETag."""

import pytest

from linli.facilities.actions.living import set_hours
from tests.factories.facilities import make_facility
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db


def codes(client, **query) -> list[str]:
    return [one["code"] for one in client.get("/api/v1/facilities", query).json()["items"]]


def test_anybody_asks_for_what_is_public_and_narrows_it(client, community, keeper):
    centre = make_facility(community, by=keeper)
    set_hours(centre, by=keeper, periods=[(3, 480, 1080)])
    shop = make_facility(community, by=keeper, kind="convenience", name="老王便利店")
    make_facility(community, by=keeper, state="planned", name="规划的")
    elsewhere = make_facility(make_community(1, street="990102001000"))

    assert codes(client) == [centre.code, shop.code, elsewhere.code]
    assert codes(client, outlet=True) == [shop.code]
    assert codes(client, within=community.code, kind="integrated") == [centre.code]
    assert codes(client, open_now=True) == [centre.code]
    first = client.get("/api/v1/facilities", {"limit": 1}).json()
    assert codes(client, limit=1, cursor=first["next"]) == [shop.code]


def test_one_facility_tells_its_hours_and_whether_it_changed(client, community, keeper):
    centre = make_facility(community, by=keeper)
    set_hours(centre, by=keeper, periods=[(3, 480, 1080)])
    answer = client.get(f"/api/v1/facilities/{centre.code}")
    again = client.get(f"/api/v1/facilities/{centre.code}", headers={"If-None-Match": answer["ETag"]})

    assert answer.json()["hours"] == [{"weekday": 3, "opens": "08:00", "closes": "18:00"}]
    assert (answer.json()["area_m2"], again.status_code) == (None, 304)
    assert client.get("/api/v1/facilities/nothing").status_code == 404
