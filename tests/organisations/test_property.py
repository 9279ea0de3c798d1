"""How compounds are governed and property firms watched."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from linli.registers.actions import change_record
from linli.registers.declaring import registers
from tests.factories.registers import enter

pytestmark = pytest.mark.django_db


def test_XA_015_three_parties_meet_agree_who_does_what_and_residents_see_what_came_of_it(compound, page):
    with pytest.raises(ValidationError, match="两方"):
        enter("tripartite-meetings", place=compound, held_on="2026-02-01", subject="电梯", firm_came=True)
    met = enter(
        "tripartite-meetings",
        place=compound,
        held_on="2026-02-01",
        subject="电梯",
        committee_came=True,
        firm_came=True,
    )
    said = {"meeting": met, "agreed": "更换控制柜", "owner": "firm", "due_on": "2026-02-20"}
    lift = enter("tripartite-actions", issue="三号楼停运", published=True, **said)
    enter("tripartite-actions", issue="门禁", **said)
    with pytest.raises(ValidationError, match="早于开会"):
        change_record(
            registers["tripartite-actions"], lift, by=None, done_on=date(2026, 1, 1), outcome="已换"
        )
    change_record(registers["tripartite-actions"], lift, by=None, done_on=date(2026, 2, 15), outcome="已换")

    late = page("/registers/tripartite-actions/?due=past")
    shown = page(f"/places/{compound.code}/")

    assert ("门禁" in late, "三号楼停运" in late) == (True, False)  # what is done is not due any more
    assert ("三号楼停运" in shown, "已换" in shown, "门禁" in shown) == (True, True, False)


def test_XA_074_a_firm_tells_residents_what_it_does_at_home_and_for_how_much(compound, firm, page):
    enter(
        "compounds",
        place=compound,
        mode="market",
        firm=firm,
        contract_since="2025-01-01",
        contract_until="2027-01-01",
    )
    enter("firm-services", firm=firm, name="上门水电维修", price_yuan=30, unit="次", since="2026-01-01")
    enter(
        "firm-services",
        firm=firm,
        name="代收快递",
        price_yuan=1,
        unit="件",
        since="2025-01-01",
        until="2026-01-01",
    )

    shown = page(f"/places/{compound.code}/")

    assert ("上门水电维修" in shown, "30" in shown, "代收快递" in shown) == (True, True, False)


def test_XA_108_a_committee_of_owners_goes_from_preparation_to_filing_and_is_reminded_of_its_end(
    compound, page
):
    register = registers["owners-committees"]
    made = enter(
        "owners-committees", place=compound, name="东苑业委会", state="preparing", prepared_on="2025-01-05"
    )
    with pytest.raises(ValidationError, match="选举日期"):
        change_record(register, made, by=None, state="elected")
    with pytest.raises(ValidationError, match="部分不能大于总数"):
        change_record(register, made, by=None, state="elected", elected_on=date(2025, 3, 1), voted_count=200)
    made = change_record(
        register,
        made,
        by=None,
        state="elected",
        elected_on=date(2025, 3, 1),
        owner_count=320,
        voted_count=210,
        term_ends_on=date(2026, 5, 1),
    )
    made = change_record(register, made, by=None, state="filed", filed_on=date(2025, 3, 20))
    with pytest.raises(ValidationError, match="不能从“已备案”退回去"):
        change_record(register, made, by=None, state="preparing")
    enter("owners-publications", committee=made, kind="accounts", title="公共收益", published_on="2026-01-31")

    assert "2026-05-01 到期" in page("/registers/owners-committees/?due=soon")
    assert "公共收益" in page(f"/registers/owners-committees/{made.pk}/")


def test_XA_109_a_firm_is_scored_by_four_its_prices_shown_and_it_leaves_only_after_an_order(
    compound, firm, page
):
    said = {"place": compound, "firm": firm, "assessed_on": "2026-02-01"}
    for who, score, count in (
        ("residents", 61, 40),
        ("community", 70, None),
        ("street", 66, None),
        ("trade", 72, None),
    ):
        enter("firm-assessments", assessor=who, score=Decimal(score), answer_count=count, **said)
    with pytest.raises(ValidationError, match="参评份数"):
        enter(
            "firm-assessments",
            assessor="residents",
            score=Decimal(80),
            **said | {"assessed_on": "2026-02-02"},
        )
    enter(
        "price-lines",
        place=compound,
        firm=firm,
        item="物业费",
        price_yuan=Decimal("1.8"),
        unit="㎡·月",
        since="2026-01-01",
    )
    enter(
        "price-talks",
        place=compound,
        firm=firm,
        held_on="2026-01-10",
        asked_yuan=Decimal("2.2"),
        agreed_yuan=Decimal("1.9"),
        owner_count=300,
        agreeing_count=210,
        outcome="执行一年",
    )
    leave = {
        "place": compound,
        "firm": firm,
        "kind": "exit",
        "cause": "没有整改",
        "issued_on": date(2026, 3, 1),
        "due_on": date(2026, 4, 1),
    }
    with pytest.raises(ValidationError, match="限期整改"):
        enter("firm-measures", **leave)
    enter(
        "firm-measures",
        **leave | {"kind": "order", "issued_on": date(2026, 1, 1), "due_on": date(2026, 2, 1)},
    )
    left = enter("firm-measures", **leave)
    with pytest.raises(ValidationError, match="接管企业"):
        change_record(registers["firm-measures"], left, by=None, done_on=date(2026, 3, 20), outcome="已交接")
    after = enter("property-firms", place=compound.parent, name="新物业", credit_code="54990101500000015W")
    done = change_record(
        registers["firm-measures"],
        left,
        by=None,
        done_on=date(2026, 3, 20),
        outcome="已交接",
        successor=after,
    )

    assert (done.successor, "居民" in page("/registers/firm-assessments/?assessor=residents")) == (
        after,
        True,
    )
