"""A year's holidays as the State Council announced them: what a pack, or a page, says of it."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from linli.packs.schema import Pack, Strict, at_least_one

from .models import SpecialDay


class Festival(Strict):
    """One holiday: its days off, first to last, and the weekend days worked for it."""

    name: str = Field(min_length=1, max_length=40)
    first: date
    last: date
    worked: tuple[date, ...] = ()


class CalendarPack(Pack):
    pack: Literal["calendar"]
    year: int = Field(ge=2000, le=2100)
    festivals: Annotated[tuple[Festival, ...], AfterValidator(at_least_one)]


def days_of(pack: CalendarPack) -> dict[date, tuple[str, str]]:
    """{day: (kind, name)} for every day the pack names."""
    days: dict[date, tuple[str, str]] = {}
    for festival in pack.festivals:
        for number in range((festival.last - festival.first).days + 1):
            days[festival.first + timedelta(days=number)] = (SpecialDay.Kind.HOLIDAY.value, festival.name)
        for day in festival.worked:
            days[day] = (SpecialDay.Kind.WORKDAY.value, festival.name)
    return days


def check(pack: CalendarPack) -> Iterator[tuple[tuple, str]]:
    seen: set[date] = set()
    for number, festival in enumerate(pack.festivals):
        where = ("festivals", number)
        if festival.last < festival.first:
            yield (*where, "last"), "lies before first"
        for position, day in enumerate(festival.worked):
            if day.weekday() < 5:
                yield (*where, "worked", position), f"{day} is no weekend day"
        days = {festival.first + timedelta(days=n) for n in range((festival.last - festival.first).days + 1)}
        for day in sorted(days | set(festival.worked)):
            if day.year != pack.year:
                yield where, f"{day} is not in {pack.year}"
            if day in seen:
                yield where, f"{day} is named twice"
            seen.add(day)
