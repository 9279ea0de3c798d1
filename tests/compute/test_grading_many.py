"""Many places graded at once get what each gets alone."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli_compute.grading import Band, Gate, Index, Item, grade
from linli_compute.grading_many import Column, grade_many

NUMBERS = st.integers(-20, 200)


@st.composite
def indexes(draw):
    cuts = sorted(draw(st.sets(st.integers(1, 99), max_size=3)))
    weights = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    items = tuple(
        Item(f"i{n}", Fraction(weight), Fraction(worst), Fraction(worst) + Fraction(span, 3))
        for n, weight in enumerate(weights)
        for worst, span in [(draw(NUMBERS), draw(st.integers(1, 90)) * draw(st.sampled_from([-1, 1])))]
    )
    gates = tuple(Gate(f"g{n}", Fraction(draw(NUMBERS), 2)) for n in range(draw(st.integers(0, 2))))
    scores = sorted(draw(st.sets(st.integers(0, 100), min_size=1, max_size=3)), reverse=True)
    return Index(gates, items, tuple(Band(f"b{s}", Fraction(s)) for s in scores))


@settings(max_examples=150, derandomize=True, deadline=None)
@given(indexes(), st.data())
def test_grades_of_many_equal_the_grade_of_each(index, data):
    """XF-002: equals brute force."""
    scale, count = data.draw(st.sampled_from([1, 10, 100])), data.draw(st.integers(1, 6))
    codes = [*(g.code for g in index.gates), *(i.code for i in index.items)]
    drawn = {
        code: data.draw(st.lists(st.none() | st.integers(-500, 9_000), min_size=count, max_size=count))
        for code in codes
    }
    columns = {
        code: Column(np.array([v or 0 for v in row]), np.array([v is not None for v in row]), scale)
        for code, row in drawn.items()
    }

    many = grade_many(index, columns)

    for place in range(count):
        values = {c: None if row[place] is None else Fraction(row[place], scale) for c, row in drawn.items()}
        alone = grade(index, values)
        band = None if many.band[place] < 0 else index.bands[many.band[place]].name
        assert (band, many.points(place), int(many.failed[place])) == (
            alone.grade, alone.score, len(alone.failed_gates),
        )  # fmt: skip


def test_numbers_too_large_for_a_machine_word_are_graded_all_the_same():
    index = Index(
        (), (Item("a", Fraction(100), Fraction(0), Fraction(10**18, 7)),), (Band("b", Fraction(50)),)
    )
    column = Column(np.array([10**17, 1, 10**18]), np.array([True, True, False]), 1)

    many = grade_many(index, {"a": column})

    assert [many.points(n) for n in range(3)] == [Fraction(70), Fraction(700, 10**18), 0]
    assert list(many.band) == [0, -1, -1]


def test_a_code_without_values_is_told():
    index = Index((), (Item("a", Fraction(100), Fraction(0), Fraction(1)),), (Band("b", Fraction(50)),))
    with pytest.raises(KeyError):
        grade_many(index, {})
