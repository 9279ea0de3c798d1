"""Opening hours as people write them (XZ-047)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.facilities.hours import WrongHours, is_open_at, minutes_on, parse_hours, write_hours
from linli.kernel.clock import now

WEEK = [(day, 510, 1050) for day in range(1, 6)]


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("周一至周五 8:30-17:30", WEEK),
        ("星期一—星期五　８：３０－１７：３０", WEEK),
        ("工作日8.30至17.30", WEEK),
        ("每天 24小时", [(day, 0, 1440) for day in range(1, 8)]),
        ("9:00-12:00", [(day, 540, 720) for day in range(1, 8)]),
        (
            "周六、周日 9:00-12:00、14:00-17:00",
            [(6, 540, 720), (6, 840, 1020), (7, 540, 720), (7, 840, 1020)],
        ),
        ("周五至周一 8:00-9:00", [(1, 480, 540), (5, 480, 540), (6, 480, 540), (7, 480, 540)]),
        ("", []),
    ],
)
def test_hours_are_read_as_people_write_them(text, periods):
    assert parse_hours(text) == periods


@pytest.mark.parametrize("text", ["有空就开", "周一 17:30-8:30", "周一 8:75-9:00", "周一 8:00-25:00"])
def test_what_says_no_hours_is_told_how_to_write_them(text):
    with pytest.raises(WrongHours):
        parse_hours(text)


spans = st.lists(st.integers(0, 1440), min_size=2, max_size=4, unique=True).map(
    lambda cuts: [(a, b) for a, b in zip(sorted(cuts)[::2], sorted(cuts)[1::2], strict=False)]
)


@given(st.dictionaries(st.integers(1, 7), spans, max_size=7))
def test_what_is_written_is_read_back(week):
    periods = sorted((day, *span) for day, spans in week.items() for span in spans)

    assert parse_hours(write_hours(periods)) == periods


def test_the_week_says_whether_it_is_open_now():
    assert is_open_at(WEEK, now()) is True  # Wednesday, ten o'clock
    assert is_open_at([(3, 0, 600)], now()) is False
    assert minutes_on([(3, 480, 720), (3, 840, 1080), (4, 0, 60)], 3) == 480
