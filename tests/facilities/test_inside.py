"""What goes on inside facilities: desks, sessions, elder care, children."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from linli.facilities.actions.keeping import merge_facilities
from linli.facilities.queries.inside import complex_of, services_in
from linli.registers.actions import change_record
from linli.registers.declaring import registers
from tests.factories.facilities import make_facility, make_keeper
from tests.factories.places import make_community
from tests.factories.registers import enter, install_pack, make_organisation

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 4)


@pytest.fixture
def community():
    install_pack("registers/standard.yaml")
    return make_community(1)


@pytest.fixture
def read(community, client):
    client.force_login(make_keeper(community.parent.parent))
    return lambda path: client.get(path).content.decode()


def desk(facility, name, handles, window, **more):
    said = {"function": "government", "hours": "9:00—17:00", "provider": "街道", "since": "2026-01-01"}
    return enter(
        "resident-services", facility=facility, name=name, handles=handles, desk=window, **said | more
    )


def test_XZ_010_who_asks_at_the_front_desk_is_sent_to_the_right_desk_in_one_step(community, client):
    centre = make_facility(community)
    desk(centre, "社会保障代办", "社保、养老认证", "1 号窗口", staff_count=2)
    desk(centre, "民政事务代办", "低保、临时救助", "2 号窗口")
    desk(centre, "旧服务", "低保", "9 号窗口", until="2026-03-01")
    with pytest.raises(ValidationError, match="提供单位"):
        desk(centre, "没人的", "借书", "图书室", provider="")

    asked = client.get(f"/facilities/{centre.code}/hub/", {"q": "低保"}).content.decode()  # nobody signed in

    assert ["1 号窗口" in asked, "2 号窗口" in asked, "9 号窗口" in asked] == [False, True, False]
    assert (
        "没有办这件事的窗口" in client.get(f"/facilities/{centre.code}/hub/", {"q": "护照"}).content.decode()
    )


def test_ZJ_002_a_hub_shows_services_organisations_todays_activities_and_who_came(community, client):
    centre = make_facility(community)
    desk(
        centre,
        "图书借阅",
        "借书",
        "图书室",
        operator=make_organisation(community, name="书友会"),
        provider="",
    )
    said = {"facility": centre, "kind": "elder", "hours": "14:00—15:30", "places": 20}
    enter("site-sessions", title="手机课", held_on=TODAY, **said)
    enter("site-sessions", title="昨天的课", held_on=date(2026, 3, 3), **said)
    for day, visits in ((TODAY, 40), (date(2026, 3, 2), 35), (date(2026, 1, 2), 99)):
        enter("site-visits", facility=centre, day=day, visits=visits, booked=5)

    shown = client.get(f"/facilities/{centre.code}/hub/").content.decode()

    assert ["书友会" in shown, "手机课" in shown, "昨天的课" in shown] == [True, True, False]
    assert ("到访 75 人次" in shown, "其中预约 10 人次" in shown) == (True, True)


def test_XZ_038_a_house_of_several_services_tells_its_operators_and_what_it_lacks(community):
    house = make_facility(community, "complex", name="邻里中心", area_m2=Decimal(580))
    for name, function, who in (
        ("食堂", "meals", "甲"),
        ("托育园", "nursery", "乙"),
        ("助浴点", "elder_care", "甲"),
    ):
        desk(house, name, name, "一层", function=function, provider=who)

    read = complex_of(house, services_in(house, TODAY))

    assert (read.operators, read.is_large_enough) == (2, False)
    assert (read.present, read.missing) == (["养老", "托育", "助餐"], ["托管", "医疗", "商业便民"])


def test_XA_053_XA_086_XZ_013_lessons_and_activities_have_places_sign_up_and_attendance(
    community, read, client
):
    school = make_facility(community, "parents-school", name="家长学校")
    said = {"facility": school, "hours": "19:00", "places": 30}
    lesson = enter("site-sessions", title="青春期", kind="parents", held_on="2026-03-10", enrolled=30, **said)
    enter(
        "site-sessions",
        title="手工课",
        kind="children",
        held_on="2026-02-10",
        enrolled=18,
        attended=16,
        **said,
    )
    enter("site-sessions", title="婚姻辅导", kind="counselling", held_on="2026-03-12", **said)
    with pytest.raises(ValidationError, match="部分不能大于总数"):
        change_record(registers["site-sessions"], lesson, by=None, enrolled=31)

    shown = client.get(f"/facilities/{school.code}/").content.decode()

    assert ("青春期" in shown, "名额已满" in shown, "婚姻辅导" in shown, "可以报名" in shown) == (True,) * 4
    assert "到场人数合计 16" in read("/registers/site-sessions/?kind=children")


def test_XA_064_ZJ_018_PD_011_a_site_tells_who_runs_it_how_and_which_centre_stands_behind_it(community, read):
    site = make_facility(community, "elder-station", name="养老服务站")
    centre = make_facility(community, "elder-centre", name="综合为老服务中心")
    said = {"facility": site, "meals": True, "day_care": True, "centre": centre}
    with pytest.raises(ValidationError, match="公建民营"):
        enter("elder-sites", mode="trust", **said)
    with pytest.raises(ValidationError, match="不是养老服务设施"):
        enter("elder-sites", mode="public", **said | {"facility": make_facility(community)})
    with pytest.raises(ValidationError, match="不是综合为老服务中心"):
        enter("elder-sites", mode="public", **said | {"centre": site})
    made = enter(
        "elder-sites",
        mode="trust",
        operator_name="夕阳红",
        contract_since=date(2025, 1, 1),
        contract_until=date(2026, 4, 1),
        **said,
    )

    shown = read(f"/facilities/{site.code}/")

    assert made.missing == ["健康管理", "文化娱乐", "教育培训"]
    assert ("公建民营" in shown, "综合为老服务中心" in shown, "健康管理" in shown) == (True, True, True)
    assert "2026-04-01 到期" in read("/registers/elder-sites/?due=soon")


def test_XZ_026_aids_have_price_subsidy_provider_counts_and_ratings_and_meals_a_menu(community, read, client):
    site = make_facility(community, "canteen", name="老年食堂")
    said = {"facility": site, "provider": "夕阳红", "unit": "次", "since": "2026-01-01"}
    meal = enter("aid-services", kind="meal", price_yuan=12, subsidy_yuan=3, **said)
    with pytest.raises(ValidationError, match="部分不能大于总数"):
        enter("aid-services", kind="bath", price_yuan=10, subsidy_yuan=30, **said)
    for month, served in (("2026-01-01", 100), ("2026-02-01", 120)):
        enter("aid-months", service=meal, month_on=month, served=served, rated=10, satisfied=9)
    enter("meal-days", facility=site, day=TODAY, menu="豆腐、青菜", price_yuan=12, ordered=40, delivered=9)

    shown = client.get(f"/facilities/{site.code}/").content.decode()

    assert ("助餐" in shown, "今天的菜：豆腐、青菜" in shown) == (True, True)
    assert "服务人次合计 220" in read(f"/registers/aid-services/{meal.pk}/")


def test_ZJ_019_a_consortium_has_members_and_counts_what_it_refers(community, read):
    joint = make_facility(community, "care-consortium", name="康养联合体")
    enter("consortium-members", facility=joint, role="clinic", name="卫生服务中心", since="2026-01-01")
    enter("consortium-members", facility=joint, role="elder", name="养老中心", since="2026-01-01")
    enter("referrals", facility=joint, month_on="2026-02-01", to_hospital=6, to_care=3)
    with pytest.raises(ValidationError, match="不是康养联合体"):
        enter(
            "consortium-members",
            facility=make_facility(community),
            role="other",
            name="某",
            since="2026-01-01",
        )

    shown = read(f"/facilities/{joint.code}/")
    assert ("卫生服务中心" in shown, "转到医疗机构人次合计 6" in shown) == (True, True)


def test_ZJ_068_younger_elders_help_older_ones_by_roster_and_the_community_looks(community, read):
    said = {"place": community, "helpers": 4, "helped": 7, "roster": "每天两人", "since": "2026-01-01"}
    group = enter("mutual-groups", name="老伙伴", **said)
    with pytest.raises(ValidationError, match="至少各 1 人"):
        enter("mutual-groups", name="空组", **said | {"helped": 0})
    change_record(
        registers["mutual-groups"], group, by=None, checked_on=date(2026, 2, 1), check_said="按排班到户"
    )

    assert "按排班到户" in read(f"/registers/mutual-groups/{group.pk}/")


def childcare(site, type_="embedded", approved=20, used=12, **more):
    return enter(
        "childcare-sites", facility=site, type=type_, approved_places=approved, used_places=used, **more
    )


def test_XA_055_ZJ_023_parents_see_free_places_price_and_filing(community, client):
    site = make_facility(community, "creche", name="托育园")
    with pytest.raises(ValidationError, match="每月收费"):
        childcare(site, inclusive=True)
    filed = {"applied_on": date(2025, 1, 5), "inspected_on": date(2025, 1, 20)}
    with pytest.raises(ValidationError, match="一起填"):
        childcare(site, filed_on=date(2025, 2, 1), **filed)
    childcare(
        site,
        inclusive=True,
        price_yuan=1600,
        filed_on=date(2025, 2, 1),
        filing_number="99-1",
        checked_on=date(2026, 2, 1),
        check_passed=True,
        **filed,
    )

    shown = client.get(f"/facilities/{site.code}/").content.decode()

    assert ("8 个（共 20 个）" in shown, "普惠" in shown, "99-1" in shown) == (True, True, True)


def test_ZJ_024_ZJ_025_a_home_takes_in_few_and_one_operator_may_have_several_sites(community, read):
    home = make_facility(community, "creche", name="家庭托育点")
    with pytest.raises(ValidationError, match="不超过 5 个托位"):
        childcare(home, "home", approved=6, used=2)
    childcare(home, "home", approved=5, used=2, mutual_group_count=1)
    team = make_organisation(community, name="幼教社")
    for name, kind, type_ in (("一园", "creche", "centre"), ("二园", "kindergarten", "kindergarten")):
        childcare(make_facility(community, kind, name=name), type_, operator=team)

    shown = read("/registers/childcare-sites/?q=一园") + read("/registers/childcare-sites/?type=kindergarten")
    assert ("一园" in shown, "二园" in shown) == (True, True)


def test_XA_054_a_class_has_carers_enough_a_waiting_list_when_full_and_days_with_incidents(community, read):
    home = make_facility(community, "children-home", name="儿童之家")
    said = {"facility": home, "title": "四点半", "kind": "after_school", "hours": "16:00", "places": 40}
    span = {"begins_on": date(2026, 3, 1), "ends_on": date(2026, 6, 30)}
    with pytest.raises(ValidationError, match="最多看护 25 名"):
        enter("care-classes", carer_count=1, **said, **span)
    with pytest.raises(ValidationError, match="名额满了"):
        enter("care-classes", carer_count=2, enrolled=30, waiting=2, **said, **span)
    full = enter("care-classes", carer_count=2, enrolled=40, waiting=2, pick_up_signed=40, **said, **span)
    day = {"care_class": full, "day": date(2026, 3, 3)}
    with pytest.raises(ValidationError, match="处理"):
        enter("care-class-days", attended=38, incident="擦伤", **day)
    enter("care-class-days", attended=38, incident="擦伤", handled="已告知家长", **day)
    with pytest.raises(ValidationError, match="报名人数"):
        enter("care-class-days", care_class=full, day=date(2026, 3, 4), attended=41)

    assert "到班人数合计 38" in read(f"/registers/care-classes/{full.pk}/")


def test_XZ_028_a_station_for_minors_has_staff_hours_hotline_and_conferences_without_names(community, read):
    site = make_facility(community, "minor-protection", name="未保站")
    station = enter(
        "protection-stations",
        facility=site,
        staff_count=3,
        full_time_count=1,
        hotline="12345",
        hours="8:00—20:00",
        since="2025-01-01",
    )
    enter(
        "case-conferences",
        station=station,
        held_on="2026-02-01",
        case_count=3,
        closed_count=1,
        units="派出所、学校",
    )

    shown = read(f"/registers/protection-stations/{station.pk}/")
    assert ("12345" in shown, "讨论个案数合计 3" in shown) == (True, True)


def test_rows_of_a_facility_go_with_it_when_it_is_merged_and_a_second_one_is_archived(community):
    keeper = make_keeper(community)
    keep, double = (make_facility(community, "creche", name=name) for name in ("托育园", "托育园（重复）"))
    childcare(keep)
    second = childcare(double)
    seat = desk(double, "咨询", "托育咨询", "前台")

    merge_facilities(keep, double, by=keeper, note="同一处")

    seat.refresh_from_db()
    second.refresh_from_db()
    assert (seat.facility, second.facility, second.archived_on) == (keep, double, TODAY)
