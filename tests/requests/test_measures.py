from datetime import timedelta

import pytest

from linli.kernel import clock
from linli.measures import Period
from linli.requests import measures
from tests.factories.places import make_community, make_place

pytestmark = pytest.mark.django_db
MARCH = Period.parse("2026-03")


def test_figures_count_by_community_and_a_silent_one_counts_nothing(town):
    quiet = make_community(2)
    town.request("closed")
    late = town.request("working")
    with clock.at(late.due_at + timedelta(hours=1)):
        late = town.step(late, "resolve")
        town.step(late, "rate", stars=2)
    called = town.request("resolved")
    town.step(called, "call_back", by=town.caller, reached=True, solved=True, satisfied=2)
    town.request("rejected", kind="ask")

    counted = {
        name: (found[town.place.code], found[quiet.code])
        for name, found in (
            (function.__name__, function(MARCH))
            for function in (
                measures.submitted,
                measures.closed,
                measures.closed_on_time,
                measures.appraised_count,
                measures.responded,
                measures.called_back_count,
                measures.solved,
                measures.satisfied,
                measures.rated,
                measures.rated_good,
                measures.rated_set_aside,
            )
        )
    }

    assert counted == {
        "submitted": (4, 0),
        "closed": (2, 0),
        "closed_on_time": (1, 0),
        "appraised_count": (3, 0),
        "responded": (2, 0),
        "called_back_count": (1, 0),
        "solved": (1, 0),
        "satisfied": (0, 0),
        "rated": (2, 0),
        "rated_good": (1, 0),
        "rated_set_aside": (0, 0),
    }


def test_a_request_in_a_building_counts_for_its_community(town):
    building = make_place(f"{town.place.code}B0001", "building")
    town.submit(place=building)

    assert measures.submitted(MARCH)[town.place.code] == 1


def test_another_month_counts_nothing(town):
    town.request("closed")

    assert set(measures.submitted(Period.parse("2026-02")).values()) == {0}


def test_each_figure_is_two_queries(town, django_assert_num_queries):
    town.request("closed")
    with django_assert_num_queries(2):
        measures.closed_on_time(MARCH)
