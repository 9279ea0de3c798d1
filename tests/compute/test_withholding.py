"""What stays out of tables: small counts, and what would give them back by subtraction."""

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from linli_compute import withholding
from linli_compute.withholding import tree_of, withheld

LEAST = 10
COUNT = st.one_of(st.integers(0, 12), st.integers(0, 400))
LEAVES = st.dictionaries(
    st.tuples(st.integers(1, 3), st.integers(1, 3)).map(lambda key: f"t/{key[0]}/{key[1]}/"),
    st.tuples(COUNT, COUNT),
    min_size=1,
    max_size=9,
)


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(withholding).failed == 0


def attacked(tree, hidden, leaf, column):
    """Least and most that this hidden count can be, for one who knows every row that is shown."""
    leaves = sorted(key for key in tree.counts if key not in tree.children)
    shown = [key for key in tree.counts if key not in hidden]
    below = np.array([[one.startswith(key) for one in leaves] for key in shown], dtype=float)
    known = [tree.counts[key][column] for key in shown]
    wish = np.array([one == leaf for one in leaves], dtype=float)
    given = {"A_eq": below, "b_eq": known} if shown else {}
    low = linprog(wish, **given)
    high = linprog(-wish, bounds=(0, 10_000), **given)
    return low.fun, -high.fun


@settings(max_examples=60, deadline=None, derandomize=True)
@given(LEAVES)
def test_no_small_count_is_found_by_adding_and_subtracting(leaves):
    tree = tree_of(leaves, top="t/")
    hidden = withheld(tree, least=LEAST)

    for leaf, counts in leaves.items():
        for column, count in enumerate(counts):
            if 0 < count < LEAST:
                low, high = attacked(tree, hidden, leaf, column)
                assert leaf in hidden
                assert high - low >= min(LEAST - 1, sum(counts)), (leaf, tree, hidden)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(LEAVES)
def test_every_small_sum_stays_out_and_tables_without_small_counts_are_whole(leaves):
    tree = tree_of(leaves, top="t/")
    hidden = withheld(tree, least=LEAST)
    small = {key for key, counts in tree.counts.items() if any(0 < count < LEAST for count in counts)}

    assert small <= hidden
    assert hidden == set() or small


@pytest.mark.parametrize(
    ("leaves", "out"),
    [
        ({"t/1/1/": (3, 50), "t/1/2/": (60, 80)}, {"t/1/1/", "t/1/2/"}),
        ({"t/1/1/": (3, 50), "t/2/1/": (60, 80)}, {"t/1/1/", "t/1/", "t/2/", "t/2/1/"}),
        ({"t/1/1/": (3, 50)}, {"t/1/1/", "t/1/", "t/"}),
    ],
)
def test_the_neighbour_or_the_sum_goes_with_the_small_count(leaves, out):
    assert withheld(tree_of(leaves, top="t/"), least=LEAST) == out
