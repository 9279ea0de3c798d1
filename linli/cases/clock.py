"""The clock of a case: what a term means, when it stands, how much of it has been used.

A term is counted in working days, natural days or hours. A working day is the whole day, so time spent on a
holiday or a weekend is no time at all for a term in working days.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from linli.calendar.queries import Workdays, due_after, end_of, workdays_of
from linli.kernel.clock import CHINA

from .steps import TermUnit

DAY = timedelta(days=1)


def deadline(start: datetime, term: int, unit: str) -> datetime:
    """When a term that begins at `start` ends; the day itself is not counted for terms in days."""
    if term < 0:
        raise ValueError("a term is not negative")
    if unit == TermUnit.WORKDAYS:
        return due_after(start, term)
    if unit == TermUnit.DAYS:
        return end_of(start.astimezone(CHINA).date() + term * DAY)
    return start + timedelta(hours=term)


def elapsed(start: datetime, end: datetime, unit: str) -> timedelta:
    """The time from `start` to `end` that counts for a term in `unit`; never negative."""
    if end <= start:
        return timedelta(0)
    if unit != TermUnit.WORKDAYS:
        return end - start
    days = _known(start, end)
    start, end = start.astimezone(CHINA), end.astimezone(CHINA)
    total, day = timedelta(0), start.date()
    while day <= end.date():
        if days.is_workday(day):
            total += min(end, _midnight(day + DAY)) - max(start, _midnight(day))
        day += DAY
    return total


def advance(moment: datetime, length: timedelta, unit: str) -> datetime:
    """The moment `length` of counting time after `moment`: `elapsed(moment, advance(...)) == length`."""
    if length <= timedelta(0):
        return moment
    if unit != TermUnit.WORKDAYS:
        return moment + length
    days = _known(moment, moment + 3 * length + 40 * DAY)
    at = moment.astimezone(CHINA)
    while True:
        end_of_day = _midnight(at.date() + DAY)
        if days.is_workday(at.date()):
            if length <= end_of_day - at:
                return at + length
            length -= end_of_day - at
        at = end_of_day


def stop(case, now: datetime) -> None:
    """The clock stands from now on; a clock that stands keeps the moment it stopped."""
    if case.clock_stopped_at is None:
        case.clock_stopped_at = now


def start(case, now: datetime) -> None:
    """The clock runs again; the deadline moves by the counting time for which it stood."""
    if case.clock_stopped_at is None:
        return
    if case.due_at:
        stood = elapsed(case.clock_stopped_at, now, case.term_unit)
        case.due_at = advance(case.due_at, stood, case.term_unit)
    case.clock_stopped_at = None


def spans(events: Iterable, until: datetime) -> list[tuple[datetime, datetime]]:
    """The stretches in which the clock ran, replayed from the timeline in its order, up to `until`."""
    found, since = [], None
    for event in events:
        if event.clock_runs and since is None:
            since = event.at
        elif not event.clock_runs and since is not None:
            found.append((since, max(since, event.at)))
            since = None
    if since is not None:
        found.append((since, max(since, until)))
    return found


def used(events: Iterable, unit: str, until: datetime) -> timedelta:
    """The time used: the sum of the active stretches, each counted in `unit`."""
    return sum((elapsed(start, end, unit) for start, end in spans(events, until)), timedelta(0))


def stood(events: Iterable, unit: str, until: datetime) -> timedelta:
    """The counting time for which the clock stood between the stretches in which it ran."""
    ran = spans(events, until)
    gaps = zip((end for _start, end in ran), (start for start, _end in ran[1:]), strict=False)
    return sum((elapsed(end, start, unit) for end, start in gaps), timedelta(0))


def _midnight(day) -> datetime:
    return datetime.combine(day, time(0), tzinfo=CHINA)


def _known(start: datetime, end: datetime) -> Workdays:
    return workdays_of(*range(start.astimezone(CHINA).year, end.astimezone(CHINA).year + 1))
