"""Looking at the quality of facilities, and the network of sites a community stands in."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from linli.facilities.actions.furnishing import RoomLine, set_rooms, set_services
from linli.facilities.actions.inspecting import fix, inspect
from linli.facilities.models import Inspection
from linli.facilities.walking import walkers
from tests.factories.facilities import make_facility, make_keeper
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 4)
GOOD = dict.fromkeys(("sign", "layout", "functions", "order", "known"), 5)


def test_ZJ_010_quality_is_scored_on_the_points_of_the_standards_and_put_right(community, keeper):
    facility = make_facility(community, by=keeper)
    for scores, why in (
        ({"sign": 5}, "每一项"),
        (GOOD | {"sign": 6}, "1 到 5"),
        (GOOD | {"sign": 2}, "标识统一"),
    ):
        with pytest.raises(ValidationError, match=why):
            inspect(facility, by=keeper, on=DAY, scores=scores)
    with pytest.raises(PermissionDenied):
        inspect(facility, by=make_keeper(community, "view", "edit"), on=DAY, scores=GOOD)

    made = inspect(facility, by=keeper, on=DAY, scores=GOOD | {"sign": 2}, to_fix="更换门头标识")
    with pytest.raises(ValidationError, match="不早于"):
        fix(facility, by=keeper, on=date(2026, 3, 3))
    fix(facility, by=keeper, on=DAY)

    made.refresh_from_db()
    assert (made.fixed_on, [event.act for event in facility.events.all()[:2]]) == (DAY, ["fix", "inspect"])
    with pytest.raises(ValidationError, match="没有待整改"):
        fix(facility, by=keeper, on=DAY)


def test_an_inspection_is_written_on_the_page_of_the_facility(client, community, keeper):
    facility = make_facility(community, by=keeper)
    client.force_login(keeper)
    where = reverse("facility-act", args=[facility.code, "inspect"])
    assert 'value="2026-03-04"' in client.get(where).content.decode()  # as a browser reads a day
    refused = client.post(where, {"on": "2026-03-04", "point_sign": "5"})
    client.post(where, {"on": "2026-03-04", **{f"point_{code}": "4" for code in GOOD}})

    page = client.get(reverse("facility-detail", args=[facility.code])).content.decode()

    assert (refused.status_code, Inspection.objects.count()) == (422, 1)
    assert "标识统一 4" in page


def test_ZJ_053_a_community_sees_its_sites_and_what_stands_behind_them(client, community, keeper):
    """The main base and special sites of its own; of its street and county, and of neighbours that serve it."""
    street = community.parent
    other = make_community(2)
    make_facility(community, by=keeper)
    above = make_keeper(street.parent)
    make_facility(street, "elder-centre", by=above, name="街道养老综合体")
    shared = make_facility(other, "canteen", by=above, name="邻社区食堂")
    make_facility(other, "reading-room", by=above, name="邻社区书屋")
    set_services(shared, by=above, places=[community])
    client.force_login(keeper)

    seen = client.get(reverse("facility-community", args=[community.code])).context["community"]

    assert [one.name for one in seen.backing] == ["街道养老综合体", "邻社区食堂"]
    assert [one.name for group in seen.groups for one in group["rows"]] == ["第1社区党群服务中心"]


def test_XZ_041_the_way_from_elder_care_to_the_nearest_clinic_is_told(client, community, keeper):
    point = {"point_origin": "wgs84", "lon": 110.0}
    make_facility(community, "day-care", by=keeper, name="日照", lat=30.0, **point)
    make_facility(community, "clinic", by=keeper, name="远站", lat=30.01, **point)
    make_facility(community, "clinic", by=keeper, name="邻站", lat=30.0, **point)
    client.force_login(keeper)

    answer = client.get(reverse("facility-community", args=[community.code]))

    [(site, clinic, metres)] = answer.context["community"].care_and_clinics
    assert (site.name, clinic.name, metres) == ("日照", "邻站", 0)
    assert "同址" in answer.content.decode()


def test_XA_027_functions_of_the_hub_are_there_shared_or_missing(client, community, keeper):
    facility = make_facility(community, by=keeper, functions=["police"])
    room = RoomLine("图书室", "activity", Decimal(40), "library")
    set_rooms(facility, by=keeper, rooms=[room])
    make_facility(community, "square", by=keeper, name="广场")
    client.force_login(keeper)

    seen = client.get(reverse("facility-community", args=[community.code])).context["community"]

    states = [one["state"] for one in seen.functions]
    assert (states.count("已有"), states.count("共享"), states.count("缺")) == (2, 1, 5)


def test_where_the_streets_are_known_the_shortest_walk_comes_first(client, community, keeper, monkeypatch):
    place = make_community(5, lon=110.0, lat=30.0)
    by = make_keeper(place)
    walks = {30.001: ("隔河", 14), 30.004: ("桥头", 6), 30.0005: ("没有路", None)}
    for lat, (name, _minutes) in walks.items():
        make_facility(place, by=by, name=name, lon=110.0, lat=lat, point_origin="wgs84")
    walk = {"streets": lambda place, facilities: [walks[one.lat][1] for one in facilities]}
    monkeypatch.setattr("linli.facilities.walking.walkers", walk)

    answer = client.get(reverse("facility-nearby"), {"place": place.code})

    assert [one.name for one in answer.context["listing"].page.object_list] == ["桥头", "隔河", "没有路"]
    page = answer.content.decode()
    assert ("步行 6 分钟" in page, "直线约 60 米" in page) == (True, True)
    assert list(walkers) == ["reach"]  # who answers outside this test
