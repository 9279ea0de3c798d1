"""Working days: the announced calendar first, the `holidays` package where nothing is announced."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays as holidays_library

from linli.kernel import worktime
from linli.kernel.clock import CHINA
from linli.kernel.together import read

from .models import CalendarYear, SpecialDay

# asked for every deadline
_DAYS_OF_YEARS = """
    SELECT known.year, special.day, special.kind FROM linli_calendar_calendaryear known
    LEFT JOIN linli_calendar_specialday special
        ON special.day BETWEEN make_date(known.year, 1, 1) AND make_date(known.year, 12, 31)
    WHERE known.year = ANY(%s)
"""


@dataclass(frozen=True)
class Workdays:
    """Holidays and make-up workdays of some years; `guessed` are years nobody has announced yet."""

    holidays: frozenset[date]
    workdays: frozenset[date]
    guessed: frozenset[int]

    def is_workday(self, day: date) -> bool:
        return worktime.is_workday(day, holidays=self.holidays, workdays=self.workdays)

    def add(self, start: date, days: int) -> date:
        return worktime.add_workdays(start, days, holidays=self.holidays, workdays=self.workdays)

    def between(self, start: date, end: date) -> int:
        return worktime.workdays_between(start, end, holidays=self.holidays, workdays=self.workdays)


@lru_cache(maxsize=128)
def _guess(year: int) -> frozenset[date]:
    """What the package says of a year; it never changes while the process runs, and costs a millisecond."""
    return frozenset(holidays_library.China(years=year))


def workdays_of(*years: int) -> Workdays:
    """What is known of `years`; one query however many there are."""
    announced: set[int] = set()
    off: set[date] = set()
    on: set[date] = set()
    for year, day, kind in read(_DAYS_OF_YEARS, [list(years)]):
        announced.add(year)
        if day is not None:
            (off if kind == SpecialDay.Kind.HOLIDAY else on).add(day)
    guessed = frozenset(years) - announced
    for year in guessed:
        off |= _guess(year)
    return Workdays(frozenset(off), frozenset(on), guessed)


@dataclass(frozen=True)
class Festival:
    """A holiday of a year: its days off, first to last, and the weekend days worked for it."""

    name: str
    first: date
    last: date
    worked: tuple[date, ...]


def festivals_of(year: int) -> tuple[str, list[Festival]]:
    """The source of a year's announcement and its holidays in order; ("", []) when nobody has announced it."""
    known = CalendarYear.objects.filter(year=year).first()
    if known is None:
        return "", []
    days: dict[str, tuple[list[date], list[date]]] = {}
    for day in SpecialDay.objects.filter(day__year=year).order_by("day"):
        off, on = days.setdefault(day.name, ([], []))
        (off if day.kind == SpecialDay.Kind.HOLIDAY else on).append(day.day)
    found = [Festival(name, off[0], off[-1], tuple(on)) for name, (off, on) in days.items() if off]
    return known.source, sorted(found, key=lambda one: one.first)


@dataclass(frozen=True)
class Due:
    """A due day, and whether a year on the way has not been announced yet."""

    day: date
    guessed: frozenset[int]


def due_day(start: date, workdays: int) -> Due:
    """The day `workdays` working days after `start`; `guessed` names the years it passes that nobody announced."""
    known = workdays_of(*range(start.year, (start + timedelta(days=3 * workdays + 30)).year + 1))
    day = known.add(start, workdays)
    return Due(day, frozenset(year for year in known.guessed if start.year <= year <= day.year))


def due_after(moment: datetime, workdays: int) -> datetime:
    """The last second, in China, of the day `workdays` working days after `moment`.

    >>> due_after(datetime(2026, 2, 13, 10, tzinfo=CHINA), 5)  # doctest: +SKIP
    datetime.datetime(2026, 2, 27, 23, 59, 59, tzinfo=zoneinfo.ZoneInfo(key='Asia/Shanghai'))
    """
    start = moment.astimezone(CHINA).date()
    # holidays and weekends never take more than about two thirds of a stretch that starts anywhere
    last = start + timedelta(days=3 * workdays + 30)
    return end_of(workdays_of(*range(start.year, last.year + 1)).add(start, workdays))


def workdays_left(moment: datetime, due: datetime, known: Workdays | None = None) -> int:
    """Working days after today up to the day something is due; negative once it is late.

    `known`: what `workdays_of` said of these years, for a page that asks about many rows.
    """
    start, end = moment.astimezone(CHINA).date(), due.astimezone(CHINA).date()
    years = range(min(start, end).year, max(start, end).year + 1)
    return (known or workdays_of(*years)).between(start, end)


def end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), tzinfo=CHINA)
