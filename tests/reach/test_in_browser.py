"""The pages of the life circle in Chromium: usable at every width, without faults a reader would meet."""

from datetime import timedelta

import pytest
from django.urls import reverse

from linli.facilities.models import Facility
from linli.kernel import clock
from linli.reach.actions.candidates import enter_candidate
from linli.reach.actions.moments import state_outage, state_scene, tell_free_spaces
from linli.reach.actions.planning import ask_siting, compute_scenario, save_scenario
from linli.reach.actions.reporting import report_outlet
from linli.reach.siting import Wish
from tests.browser import WIDTHS
from tests.factories.people import make_person, make_worker
from tests.factories.reach import make_outlet, make_run, spot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KINDS = ("breakfast", "clinic", "kindergarten", "integrated", "reading-room", "fitness", "pharmacy", "hair")


@pytest.fixture
def living(town):
    """The town with more outlets, opening hours, phones, people, a study, a scenario and a report."""
    for number, kind in enumerate(KINDS):
        made = make_outlet(
            town.near, kind, 100 + 90 * number, phone=f"0999-555010{number}", address="河滨路 12 号"
        )
        made.periods.create(weekday=3, opens_min=480 + 60 * number, closes_min=1200)
    Facility.objects.filter(kind__code="clinic").update(surveyed_on="2026-01-05", step_free=True)
    for _number in range(14):
        make_person(home=town.far.children.get(code__endswith="B0001"))
    run = make_run(town.city)
    planner = make_worker(
        town.city, "reach.view", "reach.plan", "reach.verify", "portal.view_cockpit", name="严规划"
    )
    asked = {"by": planner, "function": "shopping", "group": "all"}
    save_scenario(run, title="东头加一处便利店", sites=[spot(2200)], **asked)
    lon, lat = spot(2300, 5)
    for name, kind, area in (("老粮站", "idle", 820), ("河边空地", "ground", 1500)):
        facts = {"name": name, "kind": kind, "area_m2": area, "cost_10k": 60, "lon": lon, "lat": lat}
        enter_candidate(town.far, by=planner, **facts)
    wish = Wish(("shopping", "meals"), "all", "budget", 60.0, sources=("idle", "ground"), by_places=True)
    compute_scenario(ask_siting(run, by=planner, title="粮站改综合体", wish=wish).pk)
    ask_siting(run, by=planner, title="还在算的", wish=Wish(("shopping",), "all", "most", 1.0))
    now = clock.now()
    told = {"utility": "water", "begins_at": now, "ends_at": now + timedelta(hours=6), "source": "清江水务"}
    state_outage(town.near, by=planner, text="河滨路检修，停水到傍晚", phone="0999-5550199", **told)
    make_outlet(town.near, "utilities", 620, name="燃气服务点", phone="0999-5550111")
    park = make_outlet(town.near, "parking", 640, name="河滨停车场")
    tell_free_spaces(park, by=planner, free=12, spaces=80)
    state_scene(
        town.far, by=planner, chain="ageing", title="一键呼叫", state="running", uses=210, as_of=clock.today()
    )
    report_outlet(by=None, kind="closed", facility=Facility.objects.first(), said="卷帘门上贴了转让")
    report_outlet(by=None, kind="missing", place=town.near, said="北门有一家修鞋铺，没有列出来")
    return planner


def looked_at(site, name, path, widths=WIDTHS):
    for width in widths:
        site.open(path, width=width)
        site.assert_no_sideways_scroll()
        site.picture(f"reach-{name}-{width}")
    site.assert_accessible()


def test_residents_find_report_and_read(site, town, living):
    looked_at(site, "near", f"{reverse('reach-near')}?community={town.near.code}")
    looked_at(site, "near-empty", reverse("reach-near"), widths=(390,))
    site.open(f"{reverse('reach-near')}?community={town.near.code}", width=390, elder=True)
    site.assert_no_sideways_scroll()
    site.assert_accessible()
    site.picture("reach-near-elder-390")
    site.choose(elder=False)
    shop = Facility.objects.first()
    looked_at(site, "report", f"{reverse('reach-report')}?facility={shop.code}", widths=(390,))
    looked_at(site, "circle", reverse("reach-circle", args=[town.far.code]))
    looked_at(site, "entry", f"{reverse('reach-entry')}?community={town.near.code}", widths=(390, 1440))
    looked_at(
        site, "utilities", f"{reverse('reach-utilities')}?community={town.near.code}", widths=(390, 1440)
    )
    looked_at(site, "way", f"{reverse('reach-way')}?facility={shop.code}&place={town.far.code}")


def test_planners_and_workers_see_gaps_and_try_sites(site, town, living):
    site.sign_in(living)
    looked_at(site, "gaps", f"{reverse('reach-gaps')}?function=shopping")
    looked_at(site, "twelve", reverse("reach-twelve"))
    looked_at(site, "reports", reverse("reach-reports"), widths=(390, 1440))
    looked_at(site, "runs", reverse("reach-runs"), widths=(820,))
    looked_at(site, "scenarios", reverse("reach-scenarios"), widths=(390, 1440))
    looked_at(site, "siting", f"{reverse('reach-siting')}?function=elder_care")
    looked_at(site, "candidates", reverse("reach-candidates"))
    looked_at(site, "outages", reverse("reach-outages"), widths=(390, 1440))
    looked_at(site, "parking", reverse("reach-parking"), widths=(390, 1440))
    looked_at(site, "scenes", reverse("reach-scenes"), widths=(390, 1440))
    page = site.open(f"{reverse('reach-what-if')}?function=shopping", width=1440)
    page.locator("linli-map[data-drawn]").wait_for(state="attached")
    page.locator("linli-map canvas").click(position={"x": 300, "y": 200})
    page.get_by_text("补了以后").wait_for()
    site.picture("reach-what-if-1440")
    site.assert_accessible()
