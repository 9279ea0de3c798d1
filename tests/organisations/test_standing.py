"""Recognitions point by point, and committees below the residents' committee."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from linli.organisations.models.standing import points_of
from linli.registers.actions import change_record
from linli.registers.declaring import registers
from tests.factories.registers import enter

pytestmark = pytest.mark.django_db
DAYS = {
    "applied_on": date(2026, 1, 1),
    "self_assessed_on": date(2026, 1, 10),
    "assessed_on": date(2026, 2, 1),
}


def begin(place, programme, **more):
    return enter("designations", place=place, programme=programme, assessed_by="区民政局", **DAYS, **more)


def meet_all(designation):
    wanted = points_of(designation.programme, designation.place, designation.applied_on)
    return [enter("designation-points", designation=designation, point=one, met=True) for one in wanted]


@pytest.mark.parametrize("programme", ["elder-friendly", "child-friendly", "childcare-friendly"])
def test_XZ_027_XZ_029_ZJ_026_a_community_is_named_once_every_point_of_the_checklist_is_met(
    community, programme
):
    begun, register = begin(community, programme), registers["designations"]
    named = {"awarded_on": date(2026, 3, 1)}
    with pytest.raises(ValidationError, match="还有条目没有达到"):
        change_record(register, begun, by=None, **named)
    *_others, last = meet_all(begun)
    with pytest.raises(ValidationError, match="改进事项"):
        change_record(registers["designation-points"], last, by=None, met=False)
    last = change_record(
        registers["designation-points"], last, by=None, met=False, to_mend="补上", due_on=date(2026, 4, 1)
    )
    with pytest.raises(ValidationError, match=last.point):
        change_record(register, begun, by=None, **named)
    change_record(registers["designation-points"], last, by=None, met=True, done_on=date(2026, 2, 20))

    assert change_record(register, begun, by=None, **named).is_held


def test_a_point_that_no_checklist_holds_is_refused(community):
    begun = begin(community, "elder-friendly")
    with pytest.raises(ValidationError, match="不是这个项目的评定条目"):
        enter("designation-points", designation=begun, point="随便写的", met=True)


def test_XA_016_a_red_property_firm_is_named_on_its_page_and_loses_the_name_with_a_reason(
    community, firm, page
):
    with pytest.raises(ValidationError, match="物业企业"):
        begin(community, "red-property")
    begun, register = begin(community, "red-property", firm=firm), registers["designations"]
    meet_all(begun)
    begun = change_record(register, begun, by=None, awarded_on=date(2026, 3, 1))
    assert "红色物业" in page(f"/registers/property-firms/{firm.pk}/")
    with pytest.raises(ValidationError, match="写明情况"):
        change_record(register, begun, by=None, withdrawn_on=date(2026, 3, 3))

    gone = change_record(register, begun, by=None, withdrawn_on=date(2026, 3, 3), withdrawn_why="限期整改")

    assert (gone.is_held, begin(community, "red-property", firm=firm).pk != gone.pk) == (False, True)


def test_XZ_030_a_committee_for_minors_has_members_duties_and_meetings(community, page):
    made = enter(
        "sub-committees",
        place=community,
        kind="minor",
        name="未成年人保护委员会",
        member_count=7,
        duties="排查、报告、帮扶",
        since="2025-06-01",
    )
    met = {"committee": made, "held_on": "2026-01-05", "subject": "寒假安全", "outcome": "排班"}
    enter("sub-committee-meetings", attended=6, **met)
    with pytest.raises(ValidationError, match="到会人数"):
        enter("sub-committee-meetings", attended=8, **met | {"subject": "又一次"})
    with pytest.raises(ValidationError, match="已经登记过"):
        enter(
            "sub-committees",
            place=community,
            kind="minor",
            name="再设一个",
            member_count=3,
            duties="同上",
            since="2026-01-01",
        )

    shown = page(f"/registers/sub-committees/{made.pk}/")
    assert ("排查、报告、帮扶" in shown, "寒假安全" in shown) == (True, True)
