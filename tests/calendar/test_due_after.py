from datetime import date, datetime
from pathlib import Path

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.calendar.pack import days_of, install
from linli.calendar.queries import Workdays, due_after, end_of, workdays_left, workdays_of
from linli.kernel.clock import CHINA
from linli.packs.reading import read_pack

PACKS = Path(__file__).parents[2] / "packs" / "calendar"


@pytest.fixture
def announced(db):
    for path in sorted(PACKS.glob("*.yaml")):
        pack, problems = read_pack(path)
        assert problems == []
        install(pack)


@pytest.mark.parametrize(
    ("start", "workdays", "due"),
    [
        (date(2026, 2, 13), 5, date(2026, 2, 27)),  # over the Spring Festival; Saturday the 14th is worked
        (date(2026, 9, 30), 3, date(2026, 10, 10)),  # the 10th is a Saturday worked in exchange
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        (date(2026, 3, 4), 0, date(2026, 3, 4)),
    ],
)
def test_a_term_counts_announced_working_days(announced, start, workdays, due):
    assert due_after(datetime(start.year, start.month, start.day, 10, tzinfo=CHINA), workdays) == end_of(due)


def test_a_year_nobody_has_announced_is_answered_and_said_to_be_guessed(announced):
    known = workdays_of(2026, 2027)

    assert known.guessed == {2027}
    assert known.is_workday(date(2027, 10, 1)) is False
    assert workdays_of(2026).guessed == frozenset()


def test_days_left_are_negative_once_late(announced):
    noon = datetime(2026, 3, 4, 12, tzinfo=CHINA)
    assert [workdays_left(noon, end_of(date(2026, 3, d))) for d in (2, 4, 9)] == [-2, 0, 3]


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_packs_agree_with_the_holidays_package_on_every_weekday(year):
    pack, _problems = read_pack(PACKS / f"{year}.yaml")
    ours = {day for day, (kind, _) in days_of(pack).items() if kind == "holiday" and day.weekday() < 5}
    theirs = {day for day in holidays.China(years=year) if day.weekday() < 5}
    assert ours == theirs


days = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@given(
    start=days,
    days=st.integers(0, 60),
    off=st.frozensets(days, max_size=20),
    on=st.frozensets(days, max_size=20),
)
def test_the_days_between_a_start_and_its_due_day_are_the_term(start, days, off, on):
    known = Workdays(off, on, frozenset())
    assert known.between(start, known.add(start, days)) == days


def test_a_pack_with_a_make_up_day_on_a_weekday_is_refused(tmp_path):
    text = (PACKS / "2026.yaml").read_text().replace("worked: [2026-01-04]", "worked: [2026-01-05]")
    (tmp_path / "x.yaml").write_text(text)
    pack, problems = read_pack(tmp_path / "x.yaml")

    assert pack is None
    assert [(p.line, p.message) for p in problems] == [
        (13, "festivals.0.worked.0: 2026-01-05 is no weekend day")
    ]
