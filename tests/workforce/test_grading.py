"""三岗十八级 by the repository's pack. XA-131"""

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from linli.workforce.grading import standing

RULES = yaml.safe_load((Path(__file__).parents[2] / "packs/workforce/standard.yaml").read_text("utf-8"))[
    "grades"
]
days = st.dates(date(1990, 1, 1), date(2025, 12, 31))


def grade(track="other", started=date(2020, 3, 4), degree="", certificate="", on=date(2026, 3, 4)):
    return standing(RULES, track=track, started_on=started, degree=degree, certificate=certificate, on=on)


@pytest.mark.parametrize(
    ("asked", "found", "next_on"),
    [
        ({}, 3, date(2029, 3, 4)),
        ({"on": date(2026, 3, 3)}, 2, date(2026, 3, 4)),
        ({"degree": "bachelor"}, 4, date(2027, 3, 4)),
        ({"degree": "bachelor", "certificate": "assistant"}, 5, date(2027, 3, 4)),
        ({"track": "head"}, 9, date(2029, 3, 4)),
        ({"track": "deputy", "started": date(1980, 1, 1)}, 15, None),
        ({"started": date(2027, 1, 1)}, 1, date(2030, 1, 1)),
        ({"started": date(2020, 2, 29), "on": date(2026, 2, 28)}, 2, date(2026, 3, 1)),
    ],
)
def test_a_grade_comes_with_each_three_counted_years(asked, found, next_on):
    made = grade(**asked)
    assert (made.grade, made.next_on) == (found, next_on)


@given(days, st.sampled_from(["head", "deputy", "other"]), st.sampled_from(["", "college", "master"]))
def test_the_grade_stays_on_its_ladder_and_rises_on_the_day_that_was_said(started, track, degree):
    on = date(2026, 3, 4)
    made = grade(track, started, degree, on=on)
    assert made.lowest <= made.grade <= made.highest
    if made.next_on is not None and made.next_on > on:
        risen = grade(track, started, degree, on=made.next_on)
        before = grade(track, started, degree, on=date.fromordinal(made.next_on.toordinal() - 1))
        assert (before.grade, risen.grade) == (made.grade, made.grade + 1)
