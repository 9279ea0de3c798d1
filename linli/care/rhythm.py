"""When visits are due: stretches of days that follow each other without a gap."""

from collections.abc import Iterator
from datetime import date, timedelta

DAY = timedelta(days=1)


def next_boundary(day: date, rhythm: str) -> date:
    """The first day after `day` on which a new week (Monday), month or quarter begins.

    >>> next_boundary(date(2026, 3, 4), "weekly"), next_boundary(date(2026, 11, 30), "quarterly")
    (datetime.date(2026, 3, 9), datetime.date(2027, 1, 1))
    """
    if rhythm == "weekly":
        return day + timedelta(days=7 - day.weekday())
    month = day.month + 1 if rhythm == "monthly" else (day.month - 1) // 3 * 3 + 4
    return date(day.year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def stretches(start: date, until: date, rhythm: str, *, shortest_days: int) -> Iterator[tuple[date, date]]:
    """(first day, first day after) of each stretch that begins in `start` … `until`, `until` not included.

    The first one may be partial; with fewer than `shortest_days` it goes on to the end of the next.
    """
    end = next_boundary(start, rhythm)
    if (end - start).days < shortest_days:
        end = next_boundary(end, rhythm)
    while start < until:
        yield start, end
        start, end = end, next_boundary(end, rhythm)
