"""The system of plans: city over county over street, each lower target held against the upper one in value and date."""

from datetime import date
from decimal import Decimal

import pytest

from linli.plans.actions.installing import install_plan
from linli.plans.models import Plan
from linli.plans.queries.plan_tree import plan_tree
from tests.factories.places import make_community

from .shelves import findings, install_small, plan_pack

TOTAL = {
    "code": "homes", "ref": "I-TS-12", "number": 2, "formula": "sum(户数)", "unit": "户", "readings": (), "decimals": 0,
}  # fmt: skip


def targets(value, by=date(2025, 12, 31)):
    return ({"by": by, "value": value},)


def lower(place, code, level, *, share="60", total="60", by=date(2025, 12, 31)):
    return plan_pack(
        code=code, title=f"{place.name}规划", level=level, area=place.code, indicator={"targets": targets(share)},
        also=[{**TOTAL, "targets": targets(total, by)}], task={"serves": ("facility-30", "homes")},
    )  # fmt: skip


@pytest.fixture
def plans(db, monkeypatch):
    one, two = make_community(1), make_community(1, street="990102001000")
    counties = [one.parent.parent, two.parent.parent]
    city = plan_pack(also=[{**TOTAL, "targets": targets("100")}], task={"serves": ("facility-30", "homes")})
    install_small(monkeypatch, plan=city)
    install_plan(lower(counties[0], "first-2025", "区", share="50", total="40"))
    install_plan(lower(counties[1], "second-2025", "区", total="45", by=date(2026, 6, 30)))
    install_plan(lower(one.parent, "street-2025", "街", share="55"))
    return {plan.code: plan for plan in Plan.objects.all()}


def test_each_lower_target_stands_under_the_upper_one_checked_for_value_sum_and_date(plans, client):
    """XA-147: ratios one by one, totals added up, no date later; the street hangs on its county."""
    tree = plan_tree(plans["ts-2025"])
    verdicts = {
        (link.indicator.code, one.plan.code): one.verdict for link in tree.links for one in link.lower
    }
    totals = {link.indicator.code: (link.total, link.less) for link in tree.links}

    assert (tree.upper, {plan.code for plan in tree.lower}) == (None, {"first-2025", "second-2025"})
    assert verdicts == {
        ("facility-30", "first-2025"): "looser", ("facility-30", "second-2025"): "right",
        ("homes", "first-2025"): "right", ("homes", "second-2025"): "later",
    }  # fmt: skip
    assert totals == {"facility-30": (None, None), "homes": (Decimal(85), Decimal(15))}
    street = plan_tree(plans["street-2025"])
    assert (street.upper, street.lower) == (plans["first-2025"], ())
    assert [(link.indicator.code, [one.verdict for one in link.lower]) for link in street.up] == [
        ("facility-30", ["right"]), ("homes", ["right"]),
    ]  # fmt: skip
    page = client.get("/plans/ts-2025/tree/").content.decode()
    assert "下级合计 85，比上级的目标少 15" in page
    assert "晚于上级期限" in page


def test_the_page_asks_as_often_for_four_plans_as_for_one(plans, client, django_assert_num_queries):
    with django_assert_num_queries(5):
        client.get("/plans/ts-2025/tree/")
    with django_assert_num_queries(5):
        client.get("/plans/second-2025/tree/")


def test_the_linter_asks_for_the_date_above_and_leaves_totals_to_the_sum():
    """XA-147: a part of a total may aim at less; a binding target may not come later."""
    province = plan_pack(
        code="province", level="省", area="990000000000",
        also=[{**TOTAL, "targets": targets("100")}], task={"serves": ("facility-30", "homes")},
    )  # fmt: skip
    city = plan_pack(
        also=[{**TOTAL, "targets": targets("40")}], task={"serves": ("facility-30", "homes")},
        valid_to=date(2026, 12, 31), indicator={"targets": targets("70", date(2026, 6, 30))},
    )  # fmt: skip
    assert findings(city, above=(province,)) == [
        (("indicators", 0, "targets"), "target-is-no-later-than-a-binding-one-above")
    ]


@pytest.mark.parametrize(
    ("area", "problem"), [("990101001000", []), ("990101000000", 1), ("990101001001", 1)]
)
def test_a_plan_of_a_street_has_the_code_of_a_street(area, problem):
    found = [name for _where, name in findings(plan_pack(level="街", area=area)) if name.startswith("area")]
    assert len(found) == (problem or 0)
