"""The planners' first page answers from the plans: on the path, where not, why, what is owed."""

import pytest
from django.urls import reverse

from linli.kernel import clock
from linli.places.models import Place
from linli.plans.models import MeasureValue
from tests.factories.people import make_post, make_role, make_user
from tests.factories.places import make_community
from tests.plans.shelves import install_small, plan_pack
from tests.portal.made import make_aged

pytestmark = pytest.mark.django_db
COCKPIT = "portal.view_cockpit"
COUNTY = "990101000000"


def planner(*permissions):
    user = make_user("周规划")
    make_post(user, Place.objects.get(code=COUNTY), role=make_role("planner", COCKPIT, *permissions))
    return user


def make_lagging_county(monkeypatch):
    """Two streets, both below the binding target of the one plan, the second one more."""
    rate = {
        "formula": "sum(设施面积) / sum(户数) * 100",
        "unit": "㎡",
        "readings": (),
        "nature": "binding",
    }
    install_small(monkeypatch, plan=plan_pack(indicator=rate))
    month = clock.today().year * 12 + clock.today().month - 2
    for place, area in ((make_community(1), 4000), (make_community(2, street="990101002000"), 1000)):
        for measure, value in (("t.area", area), ("t.households", 100)):
            MeasureValue.objects.create(
                measure=measure, place=place, month=month, value=value, source="records"
            )


def test_the_cockpit_answers_the_four_questions_of_a_planner(client, monkeypatch):
    make_lagging_county(monkeypatch)
    client.force_login(planner("plans.view", "plantask.view"))
    page = client.get(reverse("cockpit")).context

    (card,), (driver,) = page["plans"].cards, page["plans"].drivers
    assert (card.met, card.unmet, card.binding_unmet) == (0, 1, 1)
    assert [part["count"] for part in card.parts] == [0, 1, 0]
    assert (str(driver.row.shown), driver.valued, len(driver.missing)) == ("25.0", 2, 2)
    assert driver.worst.place.code == "990101002000"
    assert f"place={COUNTY}" in page["lagging_map"]["src"]
    assert (page["owed"], page["owed_count"]) == ([], 0)


def test_whoever_may_not_see_plans_sees_the_people_alone(client):
    make_aged(1, 1000, 300)
    client.force_login(planner())
    page = client.get(reverse("cockpit"))
    assert page.status_code == 200
    assert "plans" not in page.context


def test_an_indicator_nobody_lists_is_not_drawn(client, monkeypatch):
    """What the address asks for is one of the drivers or is left out (P7)."""
    make_lagging_county(monkeypatch)
    client.force_login(planner("plans.view"))
    page = client.get(reverse("cockpit"), {"show": "999999"}).context
    assert page["drawn"].row.indicator.code == "facility-30"
