"""How communities, organisations and units stand together: contacts, the enterprise library, promises, stations."""

import pytest
from django.core.exceptions import ValidationError

from linli.registers.actions import change_record
from linli.registers.declaring import registers
from tests.factories.people import make_worker
from tests.factories.places import make_community, make_place
from tests.factories.registers import enter, install_pack, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    install_pack("registers/standard.yaml")
    return make_community(1)


@pytest.fixture
def reader(place, client):
    user = make_worker(place.parent.parent, "registers.keep", "organisations.view")
    client.force_login(user)
    return user


def page(client, path):
    return client.get(path).content.decode()


def test_XA_017_each_contact_says_what_an_organisation_needs_and_what_came_of_it(place, reader, client):
    group = make_organisation(place)
    said = {"met_on": "2026-02-10", "liaison": "李联络", "subject": "春节前走访", "needs": "排练场地"}
    talk = enter("liaisons", organisation=group, **said)
    with pytest.raises(ValidationError, match="落实情况"):
        change_record(registers["liaisons"], talk, by=None, settled_on=talk.met_on)

    change_record(registers["liaisons"], talk, by=None, settled_on=talk.met_on, outcome="活动室周二晚")

    assert "春节前走访" in page(
        client, f"/registers/organisations/{group.pk}/"
    )  # beside the organisation itself
    row = page(client, f"/registers/liaisons/{talk.pk}/")
    assert ("活动室周二晚" in row, "李联络" in row) == (True, True)


def test_XA_117_the_library_of_social_enterprises_has_two_levels_and_keeps_who_left(place, reader, client):
    firm = make_organisation(place, name="邻里物业服务社", kind="enterprise")
    said = {
        "founder": "第1社区居委会", "ownership": "committee", "field": "property", "aim": "服务无物业小区",
        "reinvest_percent": 60, "surveyed_on": "2026-01-20", "entered_on": "2026-02-01",
    }  # fmt: skip
    county = enter("enterprises", organisation=firm, library="county", **said)
    enter("enterprises", organisation=firm, library="city", **said)
    for wrong, why in (
        ({"organisation": make_organisation(place, name="合唱队")}, "不是社会企业"),
        ({"reinvest_percent": 130}, "100"),
        ({"left_on": "2026-03-01"}, "退出"),
        ({}, "已经登记过"),
    ):
        with pytest.raises(ValidationError, match=why):
            enter("enterprises", **{"organisation": firm, "library": "county"} | said | wrong)

    listed = page(client, "/registers/enterprises/?library=county&field=property")

    assert (listed.count("邻里物业服务社"), county.reinvest_percent) == (1, 60)


def test_XZ_008_what_units_and_communities_promise_each_other_is_kept_until_done(place, reader, client):
    school = enter("resident-units", place=place, name="社区小学", kind="institution")
    promised = enter(
        "commitments", unit=school, kind="resource", title="操场周末开放", promised_on="2026-01-05",
        due_on="2026-03-01",
    )  # fmt: skip
    enter("commitments", unit=school, kind="need", title="路口护学", promised_on="2026-01-05")
    with pytest.raises(ValidationError, match="完成情况"):
        change_record(registers["commitments"], promised, by=None, done_on=promised.due_on)

    shown = page(client, f"/registers/resident-units/{school.pk}/")
    assert ("操场周末开放" in shown, "路口护学" in shown) == (True, True)
    assert page(client, "/registers/commitments/?kind=need").count("路口护学") == 1


def test_XA_137_social_work_stations_stand_on_four_levels(place, reader, client):
    levels = (place, place.parent, place.parent.parent, place.parent.parent.parent)
    for where, name in zip(levels, ("社工室", "街道社工站", "区社工指导中心", "市社工总站"), strict=True):
        enter("social-work-stations", place=where, name=name, opened_on="2025-01-01", worker_count=4)
    with pytest.raises(ValidationError, match="持证"):
        enter(
            "social-work-stations", place=place, name="第二社工室", opened_on="2025-01-01", worker_count=1,
            certified_count=2,
        )  # fmt: skip

    shown = page(client, "/registers/social-work-stations/")

    assert [name in shown for name in ("社工室", "街道社工站", "区社工指导中心")] == [True] * 3
    assert "市社工总站" not in shown  # the reader's post is in the county


def test_XA_020_compounds_of_three_members_without_a_group_are_a_list_to_work_through(place, reader, client):
    todo, done, few = (make_place(f"{place.code}C{n:02}", "compound") for n in (1, 2, 3))
    for one, three, party in ((todo, True, "none"), (done, True, "branch"), (few, False, "none")):
        enter("compounds", place=one, mode="none", three_members=three, party=party)

    listed = page(client, "/registers/compounds/?three_members=yes&party=none")

    assert [str(one) in listed for one in (todo, done, few)] == [True, False, False]


def test_ZJ_051_members_of_both_boards_are_counted_within_the_committee(place, reader, client):
    compound = make_place(f"{place.code}C01", "compound")
    said = {"name": "东苑业委会", "state": "elected", "elected_on": "2025-05-01", "member_count": 7}
    with pytest.raises(ValidationError, match="交叉任职"):
        enter("owners-committees", place=compound, cross_posts=8, **said)

    made = enter("owners-committees", place=compound, cross_posts=2, **said)

    assert "交叉任职人数" in page(client, f"/registers/owners-committees/{made.pk}/")
