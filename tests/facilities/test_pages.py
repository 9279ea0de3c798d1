"""Pages: what residents find near by, the register, forms, gaps (XA-002, XA-072, XA-142, XA-024)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from linli.facilities.actions.furnishing import RoomLine, set_rooms
from linli.facilities.actions.keeping import state_complete
from linli.facilities.actions.living import announce_closure, set_hours, take_step
from linli.facilities.models import Facility, Kind, OpenDay, Statement
from linli.kernel import clock
from linli.registers.models import ChangeRequest
from tests.factories.facilities import make_facility, make_keeper
from tests.factories.people import make_user
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db
WEEK = [(day, 480, 1080) for day in range(1, 8)]


@pytest.fixture
def staff(client, keeper):
    client.force_login(keeper)
    return client


def names(answer) -> list[str]:
    return [one.name for one in answer.context["listing"].page.object_list]


def test_a_visitor_finds_what_is_open_now_and_without_steps(client, community, keeper):
    open_one = make_facility(community, by=keeper, name="开着的中心")
    set_hours(open_one, by=keeper, periods=WEEK)
    shut = make_facility(community, by=keeper, name="今天闭馆")
    set_hours(shut, by=keeper, periods=WEEK)
    announce_closure(shut, by=keeper, first=date(2026, 3, 4), last=date(2026, 3, 4), reason="培训")
    make_facility(community, by=keeper, name="没有公示时间")

    everything = client.get(reverse("facility-nearby"))
    now = client.get(reverse("facility-nearby"), {"open": "now"})

    assert {one.name: one.open_words for one in everything.context["listing"].page.object_list} == {
        "开着的中心": "现在开放", "今天闭馆": "现在关门", "没有公示时间": "开放时间未公示",
    }  # fmt: skip
    assert names(now) == ["开着的中心"]


def test_the_nearest_come_first_and_tell_how_far(client, keeper):
    place = make_community(5, lon=110.0, lat=30.0)
    by = make_keeper(place)
    for name, lat in (("远", 30.02), ("近", 30.001), ("很远", 31.0)):
        make_facility(place, by=by, name=name, lon=110.0, lat=lat, point_origin="wgs84")

    answer = client.get(reverse("facility-nearby"), {"place": place.code})

    assert [(f.name, f.distance_m) for f in answer.context["listing"].page.object_list] == [
        ("近", 110), ("远", 2230), ("很远", 111320),
    ]  # fmt: skip


def test_closed_for_repair_shows_on_list_map_and_page_at_once(client, community, keeper):
    facility = make_facility(community, by=keeper, lon=110.0, lat=30.0, point_origin="wgs84")
    take_step(facility, "suspend", by=keeper, note="屋顶维修")

    row = client.get(reverse("facility-nearby")).context["listing"].page.object_list[0]
    point = client.get(reverse("facility-nearby-map")).json()["layers"][0]["features"]["features"][0]
    page = client.get(reverse("facility-detail", args=[facility.code])).content.decode()

    assert (row.open_words, point["properties"]["text"]) == ("暂停开放", "社区综合服务设施 · 暂停开放")
    assert "屋顶维修" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_questions_however_long(
    client, community, keeper, count, django_assert_num_queries
):
    for number in range(count):
        set_hours(make_facility(community, by=keeper, name=f"设施{number}"), by=keeper, periods=WEEK)
    with django_assert_num_queries(6):  # the last: the count of visits
        client.get(reverse("facility-nearby"))


def test_what_is_planned_is_no_page_for_a_stranger(client, community, keeper):
    planned = make_facility(community, by=keeper, state="planned")

    assert client.get(reverse("facility-detail", args=[planned.code])).status_code == 404


def test_a_keeper_enters_a_facility_with_its_hours(staff, community):
    sent = {
        "name": "新的养老服务站", "kind": Kind.objects.get(code="elder-station").pk, "place": community.code,
        "state": "open", "opened_on": "2026-01-05", "hours": "周一至周五 8:30-17:30", "level": "community",
        "lon": "110.0", "lat": "30.0", "point_origin": "gcj02",
    }  # fmt: skip
    answer = staff.post(reverse("facility-new"), sent)
    facility = Facility.objects.get()

    assert answer.status_code == 302
    assert (facility.periods.count(), facility.point_origin) == (5, "gcj02")
    assert 0 < abs(facility.lon - 110.0) < 0.02  # stored in WGS 84
    bad = staff.post(reverse("facility-new"), {**sent, "hours": "看心情"})
    assert (bad.status_code, bad.context["form"].errors["hours"]) == (
        422,
        ["“看心情”里没有时间，请写成“周一至周五 8:30-17:30”"],
    )


def test_an_edit_that_comes_late_is_shown_and_then_decided(staff, community, keeper):
    facility = make_facility(community, by=keeper)
    url = reverse("facility-edit", args=[facility.code])
    sent = {
        "name": "改名中心", "kind": facility.kind_id, "level": "community", "opened_on": "2026-01-01",
        "version": facility.version,
    }  # fmt: skip
    staff.post(reverse("facility-confirm", args=[facility.code]))
    late = staff.post(url, sent)
    again = staff.post(url, {**sent, "version": late.context["form"].data["version"]})

    assert (late.status_code, again.status_code) == (409, 302)
    assert Facility.objects.get().name == "改名中心"


def test_rooms_are_kept_as_a_table(staff, community, keeper):
    facility = make_facility(community, by=keeper, area_m2=Decimal(100))
    url = reverse("facility-rooms", args=[facility.code])
    head = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0"}
    line = {"form-0-name": "活动室", "form-0-use": "activity", "form-0-area_m2": "80"}

    assert staff.get(url).status_code == 200
    assert staff.post(url, {**head, **line}).status_code == 302
    too_large = staff.post(url, {**head, **line, "form-0-area_m2": "180"})
    half = staff.post(url, {**head, "form-0-name": "活动室"})

    assert (too_large.status_code, half.status_code) == (422, 422)
    assert list(facility.rooms.values_list("name", "area_m2")) == [("活动室", Decimal(80))]


@pytest.mark.parametrize(
    "act", ["hours", "log", "closure", "survey", "photo", "services", "merge", "archive"]
)
def test_every_act_shows_its_form(staff, community, keeper, act):
    facility = make_facility(community, by=keeper)

    assert staff.get(reverse("facility-act", args=[facility.code, act])).status_code == 200
    assert staff.post(reverse("facility-act", args=[facility.code, act]), {}).status_code in (302, 422)


def test_steps_and_the_log_are_done_on_the_page(staff, community, keeper):
    facility = make_facility(community, by=keeper)
    step = reverse("facility-step", args=[facility.code, "suspend"])
    assert staff.post(step, {"on": "2026-03-04"}).status_code == 422
    assert staff.post(step, {"on": "2026-03-04", "note": "维修"}).status_code == 302
    assert staff.post(step, {"on": "2026-03-04", "note": "维修"}).status_code == 302  # somebody was faster
    log = reverse("facility-act", args=[facility.code, "log"])
    staff.post(log, {"day": "2026-03-03", "hours": "8.5", "source": "desk"})

    assert Facility.objects.get().state == "suspended"
    assert OpenDay.objects.get().minutes == 510


def test_the_page_tells_the_keeper_its_history_and_what_may_be_the_same(staff, community, keeper):
    first = make_facility(community, by=keeper, phone="0960-8000001")
    second = make_facility(community, by=keeper, phone="0960-8000001", name="另一个名字")
    answer = staff.get(reverse("facility-detail", args=[first.code]))

    assert answer.context["doubles"] == [second]
    assert [event["title"] for event in answer.context["events"]] == ["登记"]


def test_a_resident_proposes_a_correction_and_the_keeper_answers(client, community, keeper):
    facility = make_facility(community, by=keeper)
    client.force_login(make_user())
    client.post(
        reverse("facility-wrong", args=[facility.code]), {"column": "phone", "proposed": "0960-8000007"}
    )
    asked = ChangeRequest.objects.get()
    client.force_login(keeper)
    waiting = client.get(reverse("change-list")).context["listing"].page.object_list
    client.post(reverse("change-answer", args=[asked.pk]), {"accepted": "yes"})
    asked.refresh_from_db()

    facility.refresh_from_db()
    assert (list(waiting), asked.accepted, facility.phone) == ([asked], True, "0960-8000007")


@pytest.mark.parametrize("needs", ["stale", "no-area", "no-point", "no-hours", "no-survey", "lease"])
def test_the_register_tells_what_is_to_be_completed(staff, community, keeper, needs):
    make_facility(
        community, by=keeper, area_m2=Decimal(1), lon=110.0, lat=30.0, point_origin="wgs84",
        agreement_until=date(2030, 1, 1),
    )  # fmt: skip
    expected = 1 if needs in ("no-hours", "no-survey") else 0
    answer = staff.get(reverse("facility-register"), {"needs": needs})

    assert len(names(answer)) == expected
    if needs == "stale":
        with clock.at(clock.now() + timedelta(days=200)):
            assert len(names(staff.get(reverse("facility-register"), {"needs": needs}))) == 1


def test_planners_see_which_communities_are_short_and_by_how_much(client, community, keeper):
    two = make_community(2)
    facility = make_facility(community, by=keeper, area_m2=Decimal(500))
    set_rooms(facility, by=keeper, rooms=[RoomLine("活动室", "activity", Decimal(400))])
    state_complete(two, by=make_keeper(two))
    client.force_login(make_keeper(community.parent, "gaps"))

    answer = client.get(reverse("facility-gaps"), {"standard": "urban-600"})

    assert [(r.place.name, r.largest_gap) for r in answer.context["listing"].page.object_list] == [
        ("第2社区", Decimal(600)), ("第1社区", Decimal(100)),
    ]  # fmt: skip
    totals = {t.title: (t.met, t.short, t.unknown) for t in answer.context["totals"]}
    assert totals["综合服务设施（不含养老）600 ㎡"] == (0, 2, 0)
    assert totals["每百户 30 ㎡"] == (0, 0, 2)  # nobody said how many households


def test_the_page_of_a_community_names_clause_gap_and_levers(staff, community, keeper):
    make_facility(community, by=keeper, area_m2=Decimal(500))
    page = staff.get(reverse("facility-community", args=[community.code]))
    closing = {one.finding.standard.code: one for one in page.context["community"].closings}

    assert closing["urban-600"].finding.lacks == ("养老用房面积（房间）",)
    assert [f["state"] for f in page.context["community"].functions] == ["缺"] * 8
    staff.post(reverse("community-complete", args=[community.code]))
    assert Statement.objects.count() == 1


def test_gaps_stand_on_the_map_of_those_who_plan(client, community):
    client.force_login(make_keeper(community.parent, "gaps"))

    assert client.get(reverse("facility-gaps-map")).json()["layers"][0]["kind"] == "met"
