"""Runs: what they count, both rules side by side, and that they can be repeated."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from linli.facilities.actions.living import take_step
from linli.facilities.models import Facility
from linli.kernel import clock
from linli.reach.actions.running import compute_run, repeat, start_run
from linli.reach.models import CommunityReach, FunctionReach, Run
from tests.factories.facilities import make_keeper
from tests.factories.people import make_worker
from tests.factories.reach import make_outlet, make_run

pytestmark = pytest.mark.django_db


def line(run, place, function) -> FunctionReach:
    return FunctionReach.objects.get(community__run=run, community__place=place, function=function)


def test_a_run_tells_minutes_choices_and_people_of_each_community(town):
    """XF-006, P-XF-17…19: walking time from the middle to the nearest outlet, by function and band."""
    run = make_run(town.city)

    shop = line(run, town.near, "shopping")
    assert (run.state, shop.minutes, shop.choices) == ("done", 0.1, [1, 1, 1, 1])
    assert shop.within == {
        "all": [3, 4, 4, 4],
        "60": [1, 2, 2, 2],
        "80": [0, 1, 1, 1],
        "under3": [1, 1, 1, 1],
        "6to12": [0, 0, 0, 0],
    }
    far = line(run, town.far, "shopping")  # 2,000 m at 75 m/min
    assert (far.minutes, far.choices) == (26.8, [0, 0, 0, 1])
    people = CommunityReach.objects.get(run=run, place=town.far).people
    assert people == {"all": [3, 3], "60": [1, 1], "80": [0, 0], "under3": [0, 0], "6to12": [0, 0]}


def test_a_function_without_any_outlet_has_no_data_and_fails_nobody(town):
    run = make_run(town.city)

    lodging = line(run, town.near, "lodging")
    assert (lodging.has_data, lodging.by_circle, lodging.by_walking, lodging.within) == (
        False,
        None,
        None,
        None,
    )
    assert run.summary["functions"]["lodging"] == {"outlets": 0}


def test_a_community_may_pass_by_the_circle_and_fail_on_foot(town):
    """XF-007, P-XF-20: the circle of the plan beside true walking."""
    make_outlet(town.near, "clinic", 1400)  # 1,100 m from the middle of the second community
    make_outlet(town.near, "market", 1400)

    run = make_run(town.city)

    clinic, market = line(run, town.far, "medical"), line(run, town.far, "shopping")
    assert (clinic.by_circle, clinic.by_walking, clinic.on_paper_only) == (
        True,
        True,
        False,
    )  # 14.7 of 15 min
    assert (market.by_circle, market.by_walking, market.on_paper_only) == (True, False, True)  # 14.7 of 5 min
    assert run.summary["functions"]["shopping"]["paper_only"] == 1


def test_a_village_walks_thirty_minutes(town):
    """P-ZJ-02: rural communities have the band of thirty minutes."""
    town.far.urban_rural, town.far.committee = "220", "villagers"
    town.far.save()

    run = make_run(town.city)

    assert (line(run, town.far, "shopping").band_min, line(run, town.far, "shopping").by_walking) == (
        30,
        True,
    )


def test_only_what_was_open_on_the_day_counts(town):
    shop = Facility.objects.get(kind__code="convenience")
    with clock.at(clock.now() - timedelta(days=2)):
        take_step(shop, "close", by=make_keeper(town.near), note="停业")

    before, after = make_run(town.city, on=date(2026, 2, 1)), make_run(town.city)

    assert (line(before, town.near, "shopping").minutes, line(after, town.near, "shopping").has_data) == (
        0.1,
        False,
    )


def test_the_same_inputs_give_the_same_digests_and_a_run_repeats_from_its_own_row(town):
    first, second = make_run(town.city), make_run(town.city)
    make_outlet(town.far, "convenience", 2500)
    third = make_run(town.city)

    assert (first.digest, first.result_digest) == (second.digest, second.result_digest)
    assert first.digest != third.digest
    assert first.result_digest != third.result_digest
    assert repeat(first) == first.result_digest  # although the register has changed meanwhile


def test_a_run_that_is_done_is_not_computed_again(town):
    run = make_run(town.city)
    make_outlet(town.far, "convenience", 2500)

    compute_run(run.pk)

    assert Run.objects.get(pk=run.pk).digest == run.digest
    assert CommunityReach.objects.filter(run=run).count() == 2


def test_a_run_without_outlets_fails_and_says_why(town):
    Facility.objects.update(lon=None, lat=None, point_origin="")

    run = make_run(town.city)

    assert (run.state, "没有一处有坐标" in run.trouble, run.communities.count()) == ("failed", True, 0)


def test_a_run_needs_streets_a_known_walker_a_day_that_came_and_the_area(town):
    with pytest.raises(ValidationError):
        start_run(town.city, by=None, profile="bird")
    with pytest.raises(ValidationError):
        start_run(town.city, by=None, on=clock.today() + timedelta(days=1))
    with pytest.raises(PermissionDenied):
        start_run(town.city, by=make_worker(town.street, "reach.plan"))
    town.city.street_maps.all().delete()
    with pytest.raises(ValidationError):
        start_run(town.city, by=None)
    assert Run.objects.count() == 0
