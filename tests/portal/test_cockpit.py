"""The planners' first page answers from the plans: on the path, where not, why, what is owed."""

from datetime import datetime, timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from linli.cases.pages import Row
from linli.kernel import clock
from linli.places.models import Place
from linli.plans.models import MeasureValue
from tests.factories.people import make_post, make_role, make_user
from tests.factories.places import make_community
from tests.plans.shelves import install_small, plan_pack

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


def test_an_indicator_nobody_lists_is_not_drawn(client, monkeypatch):
    """What the address asks for is one of the drivers or is left out (P7)."""
    make_lagging_county(monkeypatch)
    client.force_login(planner("plans.view"))
    page = client.get(reverse("cockpit"), {"show": "999999"}).context
    assert page["drawn"].row.indicator.code == "facility-30"


def test_what_waits_for_somebody_else_is_not_called_late():
    """The clock of a case that waits stands, also where the day it was due has passed meanwhile."""
    due = datetime(2026, 2, 20, tzinfo=clock.CHINA)
    told = {
        "title": "评价",
        "url": "/",
        "number": "PJ-1",
        "place": "甲",
        "state": "公示中",
        "tone": "info",
        "left": None,
    }
    row = Row(**told, due_at=due, stopped_at=due - timedelta(days=5))
    drawn = render_to_string("portal/_owed.html", {"item": row})
    assert ("计时已暂停" in drawn, "逾期" in drawn) == (True, False)
    assert "已逾期" in render_to_string("portal/_owed.html", {"item": row._replace(stopped_at=None)})
