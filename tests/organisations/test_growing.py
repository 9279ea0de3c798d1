"""How organisations are helped to grow."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from linli.registers.actions import change_record
from linli.registers.declaring import registers
from tests.factories.registers import enter, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub(community):
    return enter(
        "support-hubs", place=community.parent, name="街道孵化基地", kind="base", seats=1, opened_on="2025-01-01",
        templates="章程、财务制度",
    )  # fmt: skip


def test_XA_116_a_hub_has_members_no_more_seats_than_it_has_coaching_and_micro_grants(community, hub, page):
    first, second = make_organisation(community), make_organisation(community, name="助老社")
    enter("hub-memberships", hub=hub, organisation=first, seated=True, since="2026-01-01")
    with pytest.raises(ValidationError, match="1 个工位已满"):
        enter("hub-memberships", hub=hub, organisation=second, seated=True, since="2026-01-02")
    enter("hub-memberships", hub=hub, organisation=second, since="2026-01-02")
    for day, hours in (("2026-02-01", 2), ("2026-02-20", 3)):
        enter("coachings", organisation=first, hub=hub, coached_on=day, subject="财务", hours=hours)
    enter("supports", organisation=second, kind="micro", title="小额资助", amount=3000, given_on="2026-02-01")

    shown = page(f"/registers/support-hubs/{hub.pk}/")

    assert ("助老社" in shown, "时长（小时）合计 5" in shown, "章程、财务制度" in shown) == (True, True, True)
    assert "助老社" in page("/registers/supports/?kind=micro") or "小额资助" in page(
        "/registers/supports/?kind=micro"
    )


def test_XA_118_XA_067_incubation_is_diagnosed_and_graduates_when_every_milestone_is_reached(
    community, hub, page
):
    group = make_organisation(community, name="护苗社", theme="minor")
    said = {
        "organisation": group,
        "hub": hub,
        "cohort": "第一期",
        "theme": "minor",
        "applied_on": date(2025, 3, 1),
    }
    grown = enter("incubations", diagnosed_on=date(2025, 3, 10), diagnosis="缺项目", **said)
    done = {"graduated_on": date(2026, 2, 1), "outcome": "承接未成年人保护项目"}
    with pytest.raises(ValidationError, match="阶段目标"):
        change_record(registers["incubations"], grown, by=None, **done)
    step = enter("incubation-steps", incubation=grown, goal="完成备案", due_on="2025-09-01")
    with pytest.raises(ValidationError, match="阶段目标"):
        change_record(registers["incubations"], grown, by=None, **done)
    change_record(registers["incubation-steps"], step, by=None, reached_on=date(2025, 8, 1), shown_by="证书")
    change_record(registers["incubations"], grown, by=None, **done)

    assert page("/registers/organisations/?theme=minor").count("护苗社") == 1
    assert page("/registers/incubations/?theme=minor").count("护苗社") == 1
    assert page("/registers/incubations/?theme=elder").count("护苗社") == 0


def test_XA_119_an_enterprise_that_puts_back_less_than_it_promised_does_not_pass_and_leaves_with_a_reason(
    community,
):
    firm = make_organisation(community, name="邻里服务社", kind="enterprise")
    kept = enter(
        "enterprises", organisation=firm, library="county", founder="居委会", ownership="committee", field="property",
        aim="服务无物业小区", reinvest_percent=50, entered_on="2025-01-01",
    )  # fmt: skip
    said = {
        "enterprise": kept, "year": 2025, "revenue_yuan": 100_000, "surplus_yuan": 10_000, "served_count": 900,
        "performance": "服务三个小区", "checked_on": "2026-02-01", "tax_relief_yuan": 800,
    }  # fmt: skip
    with pytest.raises(ValidationError, match="低于承诺的 50%"):
        enter("enterprise-reports", reinvested_yuan=4_000, passed=True, **said)
    with pytest.raises(ValidationError, match="核查意见"):
        enter("enterprise-reports", reinvested_yuan=4_000, passed=False, **said)
    with pytest.raises(ValidationError, match="部分不能大于总数"):
        enter("enterprise-reports", reinvested_yuan=40_000, passed=True, **said)

    passed = enter("enterprise-reports", reinvested_yuan=5_000, passed=True, **said)
    left = change_record(
        registers["enterprises"], kept, by=None, left_on=date(2026, 3, 1), left_why="转为一般企业"
    )

    assert (passed.passed, left.left_why) == (True, "转为一般企业")


def test_XZ_080_incentives_stand_in_a_catalogue_and_each_application_ends_in_a_grant_or_a_reason(
    community, page
):
    county = community.parent.parent
    rent = enter(
        "incentives", place=county, title="公益用房租金减免", kind="rent", basis="区县办法", standard="前三年免租",
        since="2026-01-01", until="2027-01-01",
    )  # fmt: skip
    asked = enter("incentive-grants", incentive=rent, applicant="某托育社", applied_on=date(2026, 1, 10))
    register = registers["incentive-grants"]
    with pytest.raises(ValidationError, match="有效期"):
        enter("incentive-grants", incentive=rent, applicant="某社", applied_on=date(2025, 12, 31))
    with pytest.raises(ValidationError, match="审核意见"):
        change_record(register, asked, by=None, checked_on=date(2026, 1, 20), granted=False)
    with pytest.raises(ValidationError, match="兑现"):
        change_record(register, asked, by=None, granted_on=date(2026, 2, 1), amount_yuan=9000)
    asked = change_record(
        register, asked, by=None, checked_on=date(2026, 1, 20), granted=True, amount_yuan=9000,
        granted_on=date(2026, 2, 1), result="新增托位 20 个",
    )  # fmt: skip

    shown = page(f"/registers/incentives/{rent.pk}/")
    assert ("某托育社" in shown, "兑现金额（元）合计 9,000" in shown) == (True, True)
