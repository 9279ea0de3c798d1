"""What runs tell the plans: values where a run can say, silence where it cannot."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from linli.kernel import clock
from linli.measures import Period, measures, record_lists
from linli.packs.reading import read_pack
from linli.plans.actions import roll_up
from linli.plans.actions.installing import install_measures, install_plan
from linli.plans.models import Plan
from linli.plans.queries.values import values
from linli.reach.models import FunctionReach
from linli.reach.queries.gaps import map_of
from tests.factories.people import make_worker
from tests.factories.reach import make_outlet, make_run

pytestmark = pytest.mark.django_db
MARCH = Period.parse("2026-03")
BASIC = ("breakfast", "clinic", "kindergarten", "integrated", "reading-room", "fitness")


def of_reach() -> list:
    return [measure for name, measure in sorted(measures.items()) if name.startswith("reach.")]


def counted(name: str, town) -> tuple[int | None, int | None]:
    found = measures[f"reach.{name}"].count(MARCH)
    return found.get(town.near.code), found.get(town.far.code)


def test_every_measure_of_reach_is_a_line_of_the_shelf():
    """The plans read a count of the app where title, unit, kind and scale equal the line."""
    shelf, problems = read_pack(settings.PACKS_DIR / "measures" / "community-services.yaml")
    assert problems == []
    lines = {
        line.code: (line.title, line.unit, str(line.kind), line.decimals)
        for line in shelf.measures
        if line.code.startswith("reach.")
    }
    ours = {m.name: (m.title, m.unit, str(m.kind), len(str(m.scale)) - 1) for m in of_reach()}
    assert ours == lines


def test_a_circle_is_met_missed_or_cannot_be_said(town):
    """XA-076, I-XA-18, P-XA-19, P-ZJ-01: all basic functions within fifteen minutes; no data is silence, not a miss."""
    make_run(town.city)
    assert counted("circle_15", town) == (None, 0)  # the second is 26 minutes from a shop: whatever the rest
    assert counted("circle_medical", town) == (None, None)

    for kind in BASIC:
        make_outlet(town.near, kind, 550)
    make_run(town.city)

    assert counted("circle_15", town) == (1, 0)
    assert counted("circle_medical", town) == (1, 0)
    assert counted("minutes_farthest", town) == (41, 268)


def test_the_quarter_hour_of_government_service_is_counted_and_whoever_is_outside_shows(town):
    """XA-005: a window within fifteen minutes; the planner sees the pockets without one, on the map and as counts."""
    make_outlet(town.near, "integrated", 550)
    run = make_run(town.city)

    assert counted("circle_government", town) == (1, 0)
    far = FunctionReach.objects.get(community__run=run, community__place=town.far, function="government")
    assert (far.by_walking, far.within["all"], far.minutes) == (False, [0, 0, 0, 2], 26.1)
    planner = make_worker(town.city, "reach.view")
    states = {
        feature["properties"]["id"]: feature["properties"]["met"]
        for feature in map_of(run, planner, "government", "政务")["layers"][0]["features"]["features"]
    }
    assert states == {town.near.code: True, town.far.code: False}


def test_a_circle_of_the_plans_opens_to_the_circles_of_the_communities(town):
    """XA-158: a street's number is the communities' circles; a few people are counted and not told."""
    make_run(town.city)

    def opened(name):
        return record_lists[f"reach.{name}"](f"reach.{name}", MARCH, town.street.path, AnonymousUser())

    circle, walks, people = opened("circle_15"), opened("minutes_shopping"), opened("elderly_in_circle")
    assert (circle.total, [(one.title, one.counts) for one in circle.shown]) == (0, [(town.far.name, 0)])
    assert circle.shown[0].url == f"/reach/circles/{town.far.code}/"
    assert (walks.adds_up, len(walks.shown)) == (False, 2)
    assert people.records == people.hidden + len(people.shown)
    assert people.hidden > 0


def test_walks_people_and_functions_are_told_in_their_units(town):
    """P-XF-17…20, P-PD: minutes in tenths, people as heads, functions of the circle as kinds."""
    make_run(town.city)

    assert counted("minutes_shopping", town) == (1, 268)
    assert counted("minutes_lodging", town) == (None, None)
    assert counted("elderly_in_circle", town) == (2, 0)
    # Of twelve functions nobody entered an outlet: fourteen may be true, so only a certain miss is told.
    assert counted("functions_in_radius", town) == (None, 0)


def test_the_newest_run_of_the_counted_walker_on_the_last_day_speaks(town):
    make_run(town.city)
    make_outlet(town.far, "convenience", 2500)
    make_run(town.city, profile="elder")
    assert counted("minutes_shopping", town) == (1, 268)

    with clock.at(clock.now() + timedelta(days=40)):
        make_run(town.city)
    assert counted("minutes_shopping", town) == (1, 268)  # that run is of April
    april = measures["reach.minutes_shopping"].count(Period.parse("2026-04"))
    assert april[town.far.code] == 1


def test_measures_read_a_fixed_number_of_rows_of_queries(town, django_assert_num_queries):
    make_run(town.city)
    with django_assert_num_queries(3):
        measures["reach.circle_15"].count(MARCH)


def test_the_indicators_of_the_plans_turn_to_values(town):
    """XF-011, I-XA-18 and I-XA-19 live, by the plan's own formulas: the share of communities covered."""
    for kind in BASIC:
        make_outlet(town.near, kind, 550)
    town.far.urban_rural, town.far.committee = "220", "villagers"
    town.far.save()
    town.far.versions.update(urban_rural="220")
    shelf, _none = read_pack(settings.PACKS_DIR / "measures" / "community-services.yaml")
    install_measures(shelf)
    plan, _none = read_pack(settings.PACKS_DIR / "plans" / "xa-2025" / "plan.yaml")
    install_plan(plan)
    with clock.at(clock.now().replace(year=2025, month=12, day=30)):
        make_run(town.city)
    december = Period.parse("2025-12")

    roll_up(of_reach(), december)

    rows = {row.indicator.ref: row for row in values(Plan.objects.get(), town.city, december)}
    assert (rows["I-XA-18"].shown, rows["I-XA-19"].shown) == (100, 0)
    assert rows["P-XA-19"].shown == 100
