"""Counting working days: pure, given the holidays and the weekend days worked in exchange (调休)."""

from collections.abc import Container
from datetime import date, timedelta

SATURDAY = 5


def is_workday(day: date, *, holidays: Container[date], workdays: Container[date]) -> bool:
    """Whether offices work on `day`; a make-up workday wins over a weekend, a holiday over a weekday."""
    return day in workdays or (day.weekday() < SATURDAY and day not in holidays)


def add_workdays(start: date, days: int, *, holidays: Container[date], workdays: Container[date]) -> date:
    """The day `days` working days after `start`; the day itself is not counted (domain notes §17).

    >>> add_workdays(date(2026, 1, 9), 1, holidays=frozenset(), workdays=frozenset())
    datetime.date(2026, 1, 12)
    """
    if days < 0:
        raise ValueError("a term is not negative")
    day = start
    while days:
        day += timedelta(days=1)
        days -= is_workday(day, holidays=holidays, workdays=workdays)
    return day


def workdays_between(start: date, end: date, *, holidays: Container[date], workdays: Container[date]) -> int:
    """Working days after `start` up to and including `end`; negative when `end` is earlier."""
    if end < start:
        return -workdays_between(end, start, holidays=holidays, workdays=workdays)
    count = (end - start).days
    return sum(
        is_workday(start + timedelta(days=n), holidays=holidays, workdays=workdays)
        for n in range(1, count + 1)
    )
