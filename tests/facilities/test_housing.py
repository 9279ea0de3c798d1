"""Housing projects through the four gates (XA-025; P-XA-03, P-XA-04, P-XZ-01, P-XZ-02, P-ZJ-15)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from linli.facilities.actions.housing import flags_of, pass_gate, record_delivery, register_project
from linli.facilities.models import HousingProject
from linli.measures import Period, measures
from tests.factories.facilities import make_keeper
from tests.measures.lists import lists_agree  # noqa: F401 (after each test the lists give their numbers)

pytestmark = pytest.mark.django_db
MARCH = Period.parse("2026-03")
DAYS = {
    "plan": date(2023, 5, 1),
    "build": date(2025, 1, 1),
    "accept": date(2025, 12, 1),
    "hand_over": date(2026, 3, 2),
}


def make_project(place, by, **facts):
    facts = {
        "households": 2400,
        "floor_area_m2": Decimal(260_000),
        "kind": "new",
        "new_community": True,
        **facts,
    }
    return register_project(by=by, place=place, code="zz-2023-01", name="江畔新居", **facts)


def walk(project, by, *, late: str = ""):
    for gate, day in DAYS.items():
        pass_gate(project, gate, by=by, housing_on=day, premises_on=None if gate == late else day)


def count(name):
    return dict(measures[f"housing.{name}"].count(MARCH))


def test_XA_025_a_project_owes_what_the_standards_say_on_the_day_it_is_entered(community, keeper):
    assert make_project(community, keeper).required_m2 == Decimal(
        "720.00"
    )  # 30 m² for 100 of 2,400 households


def test_a_small_project_owes_the_least_area(community, keeper):
    assert make_project(community, keeper, households=300).required_m2 == Decimal("500.00")


def test_gates_are_passed_in_order_and_only_by_who_approves(community, keeper):
    project = make_project(community, keeper)
    with pytest.raises(ValidationError, match="规划"):
        pass_gate(project, "accept", by=keeper, housing_on=DAYS["accept"])
    with pytest.raises(PermissionDenied):
        pass_gate(project, "plan", by=make_keeper(community, "edit"), housing_on=DAYS["plan"])
    pass_gate(project, "plan", by=keeper, housing_on=DAYS["plan"])
    with pytest.raises(ValidationError, match="早于前面的节点"):
        pass_gate(project, "build", by=keeper, housing_on=date(2023, 4, 1))


def test_late_premises_and_a_short_delivery_are_flagged(community, keeper):
    project = make_project(community, keeper)
    with pytest.raises(ValidationError, match="还没有交付"):
        record_delivery(project, by=keeper, delivered_m2=Decimal(1))
    walk(project, keeper, late="accept")
    project = record_delivery(project, by=keeper, delivered_m2=Decimal(650))

    assert flags_of(project) == ["验收：配套用房晚于住宅", "少交付 70.00 ㎡"]
    assert (count("handed_over"), count("four_gates")) == ({community.code: 1}, {community.code: 0})


def test_P_XA_03_what_was_delivered_feeds_the_plans(community, keeper):
    project = make_project(community, keeper)
    walk(project, keeper)
    waiting = count("delivered_area"), count("new_urban_500")
    record_delivery(project, by=keeper, delivered_m2=Decimal(800), commerce_m2=Decimal(25_500))

    assert waiting == ({}, {})
    assert (count("delivered_area"), count("planned_households")) == (
        {community.code: 80_000},
        {community.code: 2400},
    )
    assert (count("new_service_area"), count("new_floor_area")) == (
        {community.code: 2_630_000},
        {community.code: 26_000_000},
    )
    assert (count("new_urban"), count("new_urban_500"), count("four_gates")) == (
        {community.code: 1}, {community.code: 1}, {community.code: 1},
    )  # fmt: skip


def test_XA_025_a_project_is_entered_and_followed_through_its_gates_on_the_pages(client, community, keeper):
    client.force_login(keeper)
    sent = {
        "code": "zz-2026-9", "name": "江畔二期", "kind": "new", "place": f"{community.name} {community.code}",
        "households": "2400", "floor_area_m2": "260000",
    }  # fmt: skip
    assert client.post(reverse("housing-new"), {**sent, "households": "0"}).status_code == 422
    made = client.post(reverse("housing-new"), sent)
    project = HousingProject.objects.get()
    assert (made.url, project.required_m2) == (reverse("housing-detail", args=["zz-2026-9"]), Decimal(720))
    early = client.post(reverse("housing-act", args=[project.code, "delivery"]), {"delivered_m2": "1"})
    assert early.status_code == 422
    for gate, day in DAYS.items():
        url = reverse("housing-act", args=[project.code, gate])
        premises = "" if gate == "accept" else day.isoformat()
        done = client.post(url, {"housing_on": day.isoformat(), "premises_on": premises})
        assert done.status_code == 302
    url = reverse("housing-act", args=[project.code, "delivery"])
    assert client.post(url, {"delivered_m2": "700"}).status_code == 302
    page = client.get(reverse("housing-detail", args=[project.code]))
    assert page.context["flags"] == ["验收：配套用房晚于住宅", "少交付 20.00 ㎡"]
    listed = client.get(reverse("facility-housing"), {"q": "二期"})
    assert [one.code for one in listed.context["listing"].page] == [project.code]
    assert client.get(reverse("housing-act", args=[project.code, "roof"])).status_code == 404
