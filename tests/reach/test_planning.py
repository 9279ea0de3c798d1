"""What-if, siting with its bound, circles by hand."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from linli.reach.actions.planning import save_scenario, set_circle
from linli.reach.models import CommunityReach
from tests.factories.people import make_worker
from tests.factories.reach import make_run, spot

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(town):
    return make_worker(town.city, "reach.plan", "reach.view")


def test_a_virtual_outlet_tells_whom_it_brings_within_reach_and_leaves_no_trace(town, planner):
    run = make_run(town.city)
    asked = {"by": planner, "function": "shopping", "group": "all", "sites": [spot(2200)]}

    first = save_scenario(run, title="东头加一处", **asked)
    again = save_scenario(run, title="再算一遍", **asked)

    # 4 people of the first community, of whom 3 live within five minutes of the shop there; 3 of the second
    assert first.outcome | {"gains": 0} == {
        "people": 7, "before": 3, "after": 5, "gains": 0, "bound": None, "gap": None, "proven": None,
    }  # fmt: skip
    assert first.outcome["gains"] == {town.far.code: 2}
    assert again.outcome == first.outcome


def test_a_function_without_data_can_be_planned_from_nothing(town, planner):
    run = make_run(town.city)
    made = save_scenario(run, by=planner, title="旅馆", function="lodging", group="all", sites=[spot(500)])

    assert (made.outcome["before"], made.outcome["after"]) == (0, 4)


@pytest.mark.parametrize(
    "wrong", [{"sites": []}, {"sites": [spot(500, 5000)]}, {"function": "nothing"}, {"title": " "}]
)
def test_what_cannot_be_tried_is_refused(town, planner, wrong):
    run = make_run(town.city)
    asked = {"title": "试", "function": "shopping", "group": "all", "sites": [spot(10)], **wrong}
    with pytest.raises(ValidationError):
        save_scenario(run, by=planner, **asked)


def test_only_a_planner_of_the_area_makes_scenarios_and_circles(town):
    run, street = make_run(town.city), make_worker(town.street, "reach.plan")
    with pytest.raises(PermissionDenied):
        save_scenario(run, by=street, title="越界", function="shopping", group="all", sites=[spot(10)])
    with pytest.raises(PermissionDenied):
        set_circle(town.city, by=street, radius_m=1500, reason="不是我的区划")


def test_a_circle_set_by_hand_counts_in_the_next_run_with_its_reason(town, planner):
    """XF-007: per-community radius override and reason."""
    with pytest.raises(ValidationError):
        set_circle(town.far, by=planner, radius_m=2200, reason=" ")
    set_circle(town.far, by=planner, radius_m=2200, reason="特大社区，居住分散")

    run = make_run(town.city)

    assert CommunityReach.objects.get(run=run, place=town.far).radius_m == 2200
    assert run.summary["functions"]["shopping"]["circle"] == 2  # 2,000 m away: inside the wider circle
