"""No text makes the formula language crash or run away: twenty thousand garbled formulas, a million for long."""

import pytest

from .garbled import RIGHT, garbled, little_world, tried


def test_what_is_garbled_was_right_before():
    world = little_world()
    assert [tried(text, world) for text in RIGHT] == [True] * len(RIGHT)


def test_twenty_thousand_garbled_formulas_are_refused_with_a_place_or_computed_within_their_steps():
    world = little_world()
    accepted = sum(tried(text, world) for text in garbled(20_000))
    assert accepted == 860


@pytest.mark.slow
def test_a_million_garbled_formulas_are_refused_with_a_place_or_computed_within_their_steps():
    world = little_world()
    accepted = sum(tried(text, world) for text in garbled(1_000_000, seed=7))
    assert accepted > 25_000
