"""Joint meetings, visits, tasks of units that checked in, stewards, social work: coverage and services, no persons."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from linli.registers.actions import change_record
from linli.registers.declaring import registers
from tests.factories.people import make_worker
from tests.factories.places import make_community
from tests.factories.registers import enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(community):
    return enter(
        "resident-units", place=community, name="机床厂", kind="firm", party="own", party_on="2024-05-01", listed=True,
        checked_in_on="2026-01-01",
    )  # fmt: skip


def test_XA_014_a_joint_meeting_keeps_agenda_and_minutes_and_open_promises_stay_to_be_seen(
    community, unit, page
):
    street = community.parent
    meeting = enter(
        "joint-meetings", place=street, number="2026-1", held_on="2026-01-10", convener="街道党工委", agenda="车位共享",
        units_called=8, units_came=6, minutes="两家单位夜间开放车位",
    )  # fmt: skip
    promised = {
        "unit": unit,
        "kind": "project",
        "promised_on": "2026-01-10",
        "due_on": "2026-02-01",
        "meeting": meeting,
    }
    kept, _open = (enter("commitments", title=title, **promised) for title in ("开放车位", "开放礼堂"))
    change_record(registers["commitments"], kept, by=None, done_on=date(2026, 1, 20), outcome="20 个")
    shown = page(f"/registers/joint-meetings/{meeting.pk}/")
    late = page("/registers/commitments/?due=past")
    assert ("车位共享" in shown, "两家单位夜间开放车位" in shown, "开放礼堂" in shown) == (True, True, True)
    assert ("开放礼堂" in late, "开放车位" in late) == (True, False)

    far = enter("resident-units", place=make_community(9, street="990102001000"), name="外地厂", kind="firm")
    with pytest.raises(ValidationError, match="不在召开这次会议的区划"):
        enter("commitments", **promised | {"unit": far}, title="外来承诺")
    with pytest.raises(ValidationError, match="部分不能大于总数"):
        change_record(registers["joint-meetings"], meeting, by=None, units_came=9)


def test_XA_019_a_unit_that_checked_in_takes_a_service_and_the_community_confirms_its_hours(
    community, unit, page
):
    """Units and numbers of people; who of them is a Party member is kept nowhere."""
    task = enter("unit-tasks", unit=unit, title="陪诊", taken_on="2026-02-01")
    with pytest.raises(ValidationError, match="人数、时长和完成情况"):
        change_record(registers["unit-tasks"], task, by=None, done_on=date(2026, 2, 3))
    done = {"done_on": date(2026, 2, 3), "people_count": 3, "hours": 6, "outcome": "陪诊三次"}
    change_record(registers["unit-tasks"], task, by=None, told_on=date(2026, 2, 9), **done)
    shown = page(f"/registers/resident-units/{unit.pk}/")
    assert "社区确认的时长（小时）合计 6" in shown

    shop = enter("resident-units", place=community, name="小店", kind="shop")
    with pytest.raises(ValidationError, match="还没有报到"):
        enter("unit-tasks", unit=shop, title="陪诊", taken_on="2026-02-01")


def test_XA_020_XA_021_coverage_says_since_when_and_the_activities_of_a_compound_are_logged(
    community, compound, firm, page
):
    row = enter(
        "compounds",
        place=compound,
        mode="market",
        firm=firm,
        three_members=True,
        party="branch",
        party_on="2025-06-01",
    )
    enter(
        "group-activities",
        place=compound,
        held_on="2026-02-01",
        title="楼道清洁日",
        people_count=12,
        served_count=30,
    )
    change_record(registers["property-firms"], firm, by=None, party="joint", party_on=date(2025, 7, 1))
    listed = page("/registers/group-activities/")
    assert ("楼道清洁日" in listed, "参加人数合计 12" in listed) == (True, True)
    assert "2025-07-01" in page(f"/registers/property-firms/{firm.pk}/")
    for name, one, party in (("compounds", row, "none"), ("property-firms", firm, "none")):
        with pytest.raises(ValidationError, match="覆盖了的，才有覆盖日期"):
            change_record(registers[name], one, by=None, party=party)


def test_XA_022_XA_017_a_talk_or_visit_promised_again_is_due_until_it_came(community, unit, page):
    """A visit tells what the firm does, needs and could open; the next one falls due, and is answered by coming."""
    first = enter(
        "unit-visits", unit=unit, visited_on="2025-10-01", business="正常", three_members=True, needs="招工",
        could_open="会议室", next_on="2026-01-01",
    )  # fmt: skip
    assert "机床厂" in page("/registers/unit-visits/?due=past")
    enter("unit-visits", unit=unit, visited_on="2026-02-01", business="正常", next_on="2026-12-01")
    first.refresh_from_db()
    assert (first.met_again_on, "机床厂" in page("/registers/unit-visits/?due=past")) == (
        date(2026, 2, 1),
        False,
    )

    body = enter("organisations", place=community, name="合唱队", kind="mass_team", standing="filed")
    said = {"organisation": body, "liaison": "王淑英", "subject": "场地"}
    talk = enter("liaisons", met_on="2025-10-01", next_on="2026-01-01", **said)
    assert "合唱队" in page("/registers/liaisons/?due=past")
    enter("liaisons", met_on="2026-01-15", **said)
    talk.refresh_from_db()
    assert talk.met_again_on == date(2026, 1, 15)


def test_XZ_008_the_year_of_a_unit_is_counted_and_printed_with_thanks(community, unit, client):
    promised = {"unit": unit, "kind": "project", "promised_on": "2026-01-10"}
    enter("commitments", title="甲", done_on="2026-02-01", outcome="已办", **promised)
    enter("commitments", title="乙", **promised)
    enter(
        "unit-tasks", unit=unit, title="陪诊", taken_on="2026-02-01", done_on="2026-02-03", people_count=3, hours=6,
        outcome="三次",
    )  # fmt: skip
    year = enter("unit-years", unit=unit, year=2026, summary="居民满意", thanked_on="2026-03-01")
    client.force_login(make_worker(community, "organisations.view", "organisations.edit"))
    letter = client.get(f"/registers/unit-years/{year.pk}/letter/").content.decode()
    told = (
        "承诺 2 项，已完成 1 项",
        "服务 1 件，3 人次参加，社区确认时长 6.0 小时",
        "居民满意",
        "2026年3月1日",
    )
    assert [words for words in told if words not in letter] == []
    client.force_login(make_worker(community, "organisations.view"))
    assert (
        client.get(f"/registers/unit-years/{year.pk}/letter/").status_code == 404
    )  # who keeps the row prints it


def test_XZ_025_a_post_of_service_is_thanked_for_its_year_without_names(community, client):
    post = enter(
        "service-posts",
        place=community,
        title="劝导岗",
        duty="劝导邻里纠纷",
        wanted=6,
        taken=4,
        since="2025-01-01",
    )
    for month, times in (("2025-01-01", 9), ("2025-12-01", 3), ("2026-02-01", 4)):
        enter("service-post-months", post=post, month_on=month, times=times, hours=2)
    client.force_login(make_worker(community, "organisations.view", "organisations.edit"))
    letter = client.get(f"/registers/service-posts/{post.pk}/letter/").content.decode()
    assert ("4 名党员认岗，服务 7 次、4.0 小时" in letter, "劝导岗" in letter) == (True, True)


def test_XA_029_stewards_take_tasks_and_report_what_their_buildings_need(compound, page):
    station = enter("stations", place=compound, name="一号站", opened_on="2025-01-01")
    steward = enter("stewards", station=station, kind="steward", name="张楼长", since="2025-02-01")
    said = {"steward": steward, "given_on": "2026-01-10"}
    task = enter("steward-tasks", duty="policy", subject="医保宣传", due_on="2026-02-01", **said)
    enter("steward-tasks", duty="report", subject="路灯不亮", passed_to="物业企业", **said)
    assert "医保宣传" in page("/registers/steward-tasks/?due=past")
    change_record(registers["steward-tasks"], task, by=None, done_on=date(2026, 1, 20), outcome="已入户")
    shown = page(f"/registers/stewards/{steward.pk}/")
    assert ("医保宣传" in shown, "路灯不亮" in shown) == (True, True)
    assert "医保宣传" not in page("/registers/steward-tasks/?due=past")
    with pytest.raises(ValidationError, match="那天不在任"):
        enter("steward-tasks", steward=steward, duty="help", subject="早了", given_on="2025-01-01")


def test_XA_137_case_group_and_community_work_is_planned_supervised_from_above_and_closed(community, page):
    own, above = (
        enter("social-work-stations", place=place, name=f"{place.name}社工站", opened_on="2024-01-01")
        for place in (community, community.parent)
    )
    case = enter(
        "social-work-services", station=own, number="1", kind="case", subject="情绪支持", plan="六次面谈",
        opened_on="2026-01-05", supervision_asked_on="2026-01-20", supervision_question="如何结案",
    )  # fmt: skip
    assert "情绪支持" in page("/registers/social-work-services/?due=past")
    register = registers["social-work-services"]
    with pytest.raises(ValidationError, match="上一级的社工站"):
        change_record(register, case, by=None, supervisor=own, supervised_on=date(2026, 2, 1))
    change_record(register, case, by=None, supervisor=above, supervised_on=date(2026, 2, 1), sessions=6)
    with pytest.raises(ValidationError, match="要写明情况"):
        change_record(register, case, by=None, closed_on=date(2026, 2, 20))
    change_record(register, case, by=None, closed_on=date(2026, 2, 20), outcome="目标达到")
    shown = page(f"/registers/social-work-stations/{own.pk}/")
    assert ("情绪支持" in shown, "已开展次数合计 6" in shown) == (True, True)
