"""Gates, weights, bands: equal to brute force; the three things to do lead to the next band."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli_compute.grading import Band, Gate, Index, Item, grade

F = Fraction
INDEX = Index(
    gates=(Gate("facility", F(1)), Gate("doctor", F(1))),
    items=(
        Item("facility", F(20), F(0), F(1)),
        Item("area", F(30), F(0), F(30)),
        Item("minutes", F(10), F(30), F(15)),
        Item("content", F(40), F(60), F(90)),
    ),
    bands=(Band("幸福", F(90)), Band("宜居", F(75))),
)
values = st.one_of(st.none(), st.fractions(-20, 120, max_denominator=12))
cells = st.fixed_dictionaries(dict.fromkeys(("facility", "doctor", "area", "minutes", "content"), values))


def brute(told):
    """The same by plain steps, item by item."""
    score = F(0)
    for code, weight, worst, best in (
        ("facility", 20, 0, 1), ("area", 30, 0, 30), ("minutes", 10, 30, 15), ("content", 40, 60, 90),
    ):  # fmt: skip
        value = told[code]
        if value is None:
            continue
        low, high = min(worst, best), max(worst, best)
        held = low if value < low else high if value > high else value
        score += F(weight) * abs(held - worst) / abs(best - worst)
    passed = all(told[code] is not None and told[code] >= 1 for code in ("facility", "doctor"))
    name = "幸福" if score >= 90 else "宜居" if score >= 75 else None
    return (name if passed else None), score


@settings(max_examples=300, derandomize=True, deadline=None)
@given(cells)
def test_a_grade_equals_brute_force(told):
    found = grade(INDEX, told)
    assert (found.grade, found.score) == brute(told)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(cells)
def test_what_is_asked_brings_exactly_the_points_it_promises(told):
    found = grade(INDEX, told)
    for step in found.steps:
        better = grade(INDEX, {**told, step.code: step.value})
        if step.gate:
            assert step.code not in better.failed_gates
        else:
            assert better.score - found.score == step.points
    assert len(found.steps) <= 3


@settings(max_examples=200, derandomize=True, deadline=None)
@given(cells, st.sampled_from(["facility", "area", "content"]), st.fractions(0, 50, max_denominator=6))
def test_a_better_value_never_lowers_the_score(told, code, more):
    if told[code] is not None:
        assert grade(INDEX, {**told, code: told[code] + more}).score >= grade(INDEX, told).score


def test_why_not_yet_names_the_gate_and_what_nobody_knows():
    told = {"facility": F(1), "doctor": F(0), "area": F(30), "minutes": None, "content": F(90)}

    found = grade(INDEX, told)

    assert (found.grade, found.score, found.failed_gates, found.unknown) == (
        None,
        F(90),
        ("doctor",),
        ("minutes",),
    )
    assert [(step.code, step.value) for step in found.steps] == [("doctor", F(1))]


def test_an_index_whose_weights_or_bands_are_wrong_is_refused():
    with pytest.raises(ValueError, match="add up to 100"):
        Index((), (Item("a", F(99), F(0), F(1)),), ())
    with pytest.raises(ValueError, match="highest to the lowest"):
        Index((), (Item("a", F(100), F(0), F(1)),), (Band("乙", F(60)), Band("甲", F(80))))
