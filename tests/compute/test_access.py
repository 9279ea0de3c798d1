import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli_compute import access, indexes
from linli_compute.errors import InputError

bounded = settings(derandomize=True, max_examples=60, deadline=None)
numbers = st.lists(st.floats(0, 1000), min_size=2, max_size=8).map(np.array)


@pytest.mark.parametrize("module", [access, indexes])
def test_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0


def test_nobody_known_is_no_data_and_not_zero():
    result = access.reach(np.array([np.inf]), np.array([20]), np.array([False]), limit=15)

    assert np.isnan(result.share)
    assert result.unknown == 20


def test_negative_people_are_refused():
    with pytest.raises(InputError, match="负数"):
        access.reach(np.array([1.0]), np.array([-1.0]), np.array([True]), limit=15)


@bounded
@given(st.integers(0, 10_000))
def test_two_steps_conserve_supply(seed):
    rng = np.random.default_rng(seed)
    place, outlet = np.nonzero(rng.random((12, 5)) < 0.3)
    people, supply = rng.uniform(1, 50, 12), rng.uniform(0, 100, 5)

    result = access.two_step(place, outlet, people, supply)

    assert result.per_head @ people + result.unused == pytest.approx(supply.sum())


@bounded
@given(numbers)
def test_gini_lies_between_0_and_1_and_knows_no_units(value):
    people = np.ones(len(value))
    one = access.gini(value, people)

    assert np.isnan(one) == (value.sum() == 0)
    if value.sum() > 0:
        assert -1e-9 <= one < 1
        assert access.gini(value * 7, people) == pytest.approx(one)


def test_gini_counts_people_and_not_cells():
    assert access.gini(np.array([1.0, 3.0]), np.array([2.0, 1.0])) == pytest.approx(
        access.gini(np.array([1.0, 1.0, 3.0]), np.ones(3))
    )


def test_areas_add_up_to_the_whole():
    near, known = np.array([True, False, True, True]), np.array([True, True, True, False])
    area, people = np.array([0, 0, 1, 1]), np.array([10, 30, 5, 7])

    result = access.reach_by_area(near, people, known, area, areas=3)

    assert result.within.tolist() == [10, 5, 0]
    assert result.total.tolist() == [40, 12, 0]
    assert result.share[:2].tolist() == [0.25, 1.0]
    assert np.isnan(result.share[2])
    several = access.reach_by_area(np.stack([near, ~near], axis=1), people, known, area, areas=3)
    assert several.within.tolist() == [[10, 30], [5, 0], [0, 0]]
    assert several.share[:2].tolist() == [[0.25, 0.75], [1.0, 0.0]]


def test_a_centre_off_the_network_cannot_be_judged_on_foot():
    at = (np.array([0.0]), np.array([0.0]))

    verdict = access.both_rules(at, at, np.array([1200.0]), np.array([np.nan]), limit=15.0)

    assert (verdict.by_circle.tolist(), verdict.by_walking.tolist()) == ([1], [-1])
    assert verdict.pass_on_paper_only.tolist() == []


def test_without_outlets_no_circle_holds_one():
    none = (np.empty(0), np.empty(0))

    verdict = access.both_rules(
        (np.zeros(1), np.zeros(1)), none, np.array([1200.0]), np.array([np.inf]), limit=15.0
    )

    assert (verdict.by_circle.tolist(), verdict.by_walking.tolist()) == ([0], [0])


def test_an_index_without_enough_data_has_no_score():
    result = indexes.combine(np.array([[1.0, np.nan], [0.2, 0.4]]), np.array([1.0, 1.0]))

    assert np.isnan(result.score[0])
    assert result.rank.tolist() == [0, 1]


def test_weights_must_fit():
    with pytest.raises(InputError, match="权重"):
        indexes.combine(np.ones((1, 2)), np.array([1.0]))
