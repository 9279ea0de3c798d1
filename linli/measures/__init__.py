"""What can be counted: one number for each community and period. Apps declare theirs in measures.py.

A measure function takes a Period and returns {community code: scaled integer}. A community that is in the
answer with 0 counted nothing; one that is missing said nothing. The two are never confused.
"""

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from linli.kernel.registry import Registry


@dataclass(frozen=True, order=True)
class Period:
    """A stretch of whole days, `start` up to but not including `end`, with the name people use for it."""

    start: date
    end: date

    @classmethod
    def parse(cls, text: str) -> "Period":
        """The period called `text`: 2025, 2025H1, 2025Q3 or 2025-07; ValueError says what is accepted.

        >>> Period.parse("2025Q3")
        Period(start=datetime.date(2025, 7, 1), end=datetime.date(2025, 10, 1))
        """
        found = re.fullmatch(r"(\d{4})(?:-(0[1-9]|1[0-2])|Q([1-4])|H([12]))?", text)
        if not found or not 1 <= int(found[1]) < 9999:
            raise ValueError(f"{text!r} is no period: say 2025, 2025H1, 2025Q3 or 2025-07")
        year = int(found[1])
        if found[2]:
            first, months = int(found[2]), 1
        elif found[3]:
            first, months = 3 * int(found[3]) - 2, 3
        elif found[4]:
            first, months = 6 * int(found[4]) - 5, 6
        else:
            first, months = 1, 12
        return cls(date(year, first, 1), _first_of(year, first + months))

    @classmethod
    def month_named(cls, text: str) -> "Period | None":
        """The month an address names, as 2025-07; None for anything else."""
        try:
            period = cls.parse(text)
        except ValueError:
            return None
        return period if period.months == 1 else None

    @property
    def months(self) -> int:
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month

    @property
    def last_day(self) -> date:
        return date.fromordinal(self.end.toordinal() - 1)

    def __str__(self) -> str:
        year, month = self.start.year, self.start.month
        if self.months == 1:
            return f"{year}-{month:02}"
        if self.months == 3 and month % 3 == 1:
            return f"{year}Q{(month + 2) // 3}"
        if self.months == 6 and month in (1, 7):
            return f"{year}H{1 if month == 1 else 2}"
        if self.months == 12 and month == 1:
            return str(year)
        return f"{self.start:%Y-%m}…{self.last_day:%Y-%m}"

    def back(self, months: int) -> "Period":
        """The period of the same length that began `months` earlier (上期: its own length; 同期: 12)."""
        return Period(_shift(self.start, -months), _shift(self.end, -months))


def _first_of(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _shift(day: date, months: int) -> date:
    first = _first_of(day.year, day.month + months)
    return first.replace(day=min(day.day, calendar.monthrange(first.year, first.month)[1]))


class Kind(StrEnum):
    """A stock is read on the last day of a period; a flow adds up over its days."""

    STOCK = "stock"
    FLOW = "flow"


class Scope(StrEnum):
    """Which communities are asked."""

    ALL = "all"
    URBAN = "urban"
    RURAL = "rural"


@dataclass(frozen=True)
class Measure:
    """One thing that can be counted. `scale` is how many units of the stored integer make one unit."""

    name: str  # app.past_noun
    title: str  # what planners call it in a formula
    unit: str
    kind: Kind
    scope: Scope
    scale: int
    source: str
    count: Callable[[Period], Mapping[str, int]]


measures: Registry[Measure] = Registry("measure")


def measure(
    name: str,
    title: str,
    *,
    unit: str,
    kind: str = "flow",
    scope: str = "all",
    scale: int = 1,
    source: str = "records",
) -> Callable:
    """Declare the decorated function as the measure `name`, called `title` in formulas."""

    def declare(count: Callable[[Period], Mapping[str, int]]) -> Callable[[Period], Mapping[str, int]]:
        if any(known.title == title for known in measures.values()):
            raise ValueError(f"measure title {title!r} is declared twice")
        measures[name] = Measure(name, title, unit, Kind(kind), Scope(scope), scale, source, count)
        return count

    return declare


@dataclass(frozen=True)
class Record:
    """One thing that was counted, as a person who may see it reads it."""

    title: str
    note: str
    url: str = ""
    amount: Decimal | None = None  # what it adds to the number, in the measure's unit; None: one

    @property
    def counts(self) -> Decimal:
        return Decimal(1) if self.amount is None else self.amount


@dataclass(frozen=True)
class RecordList:
    """What a number counts: what it comes to, how many records that are, and those the asking person may see."""

    total: int | Decimal
    shown: tuple[Record, ...]
    records: int | None = None  # None: each record counts one
    adds_up: bool = True  # walks in minutes do not: then the total says nothing to people

    @property
    def hidden(self) -> int:
        """Records that count and are not shown: beyond one's reach, or more than one page holds."""
        return int(self.total if self.records is None else self.records) - len(self.shown)


MOST_RECORDS = 200  # shown of one number at once

# measure → (measure, period, path of the place, user) → RecordList
record_lists: Registry[Callable[[str, Period, str, Any], RecordList]] = Registry("record list")


def lists_records(*names: str) -> Callable:
    """Declare the decorated function as the list of records behind these measures."""

    def declare(found: Callable[[str, Period, str, Any], RecordList]) -> Callable:
        for name in names:
            record_lists[name] = found
        return found

    return declare
