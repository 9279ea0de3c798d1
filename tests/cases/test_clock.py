from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.calendar.actions import set_year
from linli.cases import clock as case_clock
from linli.cases.steps import TermUnit
from linli.kernel.clock import CHINA

pytestmark = pytest.mark.django_db

# A week with a holiday on Thursday and Friday and the Saturday worked in exchange.
HOLIDAY_WEEK = {
    date(2026, 3, 5): ("holiday", "示例节"),
    date(2026, 3, 6): ("holiday", "示例节"),
    date(2026, 3, 7): ("workday", "示例节"),
}


def china(day, hour=0, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def _calendar():
    set_year(2026, source="测试", days=HOLIDAY_WEEK)


@pytest.mark.parametrize(
    ("term", "unit", "due"),
    [
        (2, TermUnit.WORKDAYS, china(9, 23, 59).replace(second=59)),  # Saturday 7 is worked, then Monday 9
        (2, TermUnit.DAYS, china(6, 23, 59).replace(second=59)),
        (2, TermUnit.HOURS, china(4, 12)),
        (0, TermUnit.HOURS, china(4, 10)),
    ],
)
def test_a_term_ends_by_its_own_unit(term, unit, due):
    assert case_clock.deadline(china(4, 10), term, unit) == due


def test_a_negative_term_is_refused():
    with pytest.raises(ValueError, match="not negative"):
        case_clock.deadline(china(4), -1, TermUnit.HOURS)


def test_holidays_are_no_working_time_and_make_up_days_are():
    start, end = china(4, 18), china(8, 12)

    assert case_clock.elapsed(start, end, TermUnit.WORKDAYS) == timedelta(hours=6 + 24)
    assert case_clock.elapsed(start, end, TermUnit.DAYS) == end - start
    assert case_clock.elapsed(end, start, TermUnit.HOURS) == timedelta(0)


moments = st.integers(0, 300 * 24 * 60).map(lambda minutes: china(1) + timedelta(minutes=minutes))
lengths = st.timedeltas(timedelta(0), timedelta(days=20))
units = st.sampled_from(TermUnit.values)


@given(moments, lengths, units)
def test_advancing_by_a_length_elapses_exactly_that_length(start, length, unit):
    assert case_clock.elapsed(start, case_clock.advance(start, length, unit), unit) == length


@given(moments, lengths, lengths, units)
def test_elapsed_time_adds_up_and_is_never_negative(start, one, other, unit):
    middle, end = start + one, start + one + other
    whole = case_clock.elapsed(start, end, unit)

    assert whole == case_clock.elapsed(start, middle, unit) + case_clock.elapsed(middle, end, unit)
    assert timedelta(0) <= whole <= end - start


@dataclass
class Line:
    at: datetime
    clock_runs: bool


lines = st.lists(st.tuples(st.integers(0, 96), st.booleans()), max_size=12)


@given(moments, lines, st.lists(st.integers(0, 12), max_size=5), units)
def test_used_time_is_the_sum_of_active_stretches_whatever_else_is_written(start, steps, edits, unit):
    events, at = [Line(start, True)], start
    for hours, runs in steps:
        at += timedelta(hours=hours)
        events.append(Line(at, runs))
    end = at + timedelta(hours=30)
    stretches = [
        case_clock.elapsed(one.at, two.at, unit)
        for one, two in zip(events, [*events[1:], Line(end, False)], strict=True)
        if one.clock_runs
    ]
    edited = list(events)
    for place in edits:  # an unrelated edit writes a line that leaves the clock as it was
        number = min(place, len(edited) - 1)
        edited.insert(number + 1, Line(edited[number].at, edited[number].clock_runs))

    used = case_clock.used(events, unit, end)

    assert used == sum(stretches, timedelta(0)) >= timedelta(0)
    assert case_clock.used(edited, unit, end) == used
    stood = case_clock.stood([*events, Line(end, True)], unit, end)
    assert used + stood == case_clock.elapsed(start, end, unit)
