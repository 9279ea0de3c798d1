"""Opening as stated and as it was: the shortest open day of each facility, and what is open now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from linli.kernel.clock import CHINA

from .hours import Period, is_open_at, minutes_on
from .models import Closure, Facility, OpenDay, OpeningPeriod
from .states import State


@dataclass(frozen=True)
class Judged:
    """Minutes of the shortest day a facility states, and of the shortest it was really open; None: not known."""

    facility: Facility
    shortest_stated: int | None
    shortest_logged: int | None
    logged_days: int


def periods_of(facilities: Iterable[Facility]) -> dict[int, list[Period]]:
    """{facility key: its weekly periods}, in one query."""
    found: dict[int, list[Period]] = {}
    rows = OpeningPeriod.objects.filter(facility__in=[one.pk for one in facilities])
    for key, *period in rows.values_list("facility", "weekday", "opens_min", "closes_min"):
        found.setdefault(key, []).append(tuple(period))
    return found


def judge_hours(facilities: Iterable[Facility], first: date, last: date) -> Iterator[Judged]:
    """Each facility's shortest stated and logged day from `first` to `last`, without the days it was shut."""
    those = list(facilities)
    keys = [one.pk for one in those]
    stated = periods_of(those)
    logged: dict[int, list[tuple[date, int]]] = {}
    log = OpenDay.objects.filter(facility__in=keys, day__range=(first, last))
    for key, day, minutes in log.values_list("facility", "day", "minutes"):
        logged.setdefault(key, []).append((day, minutes))
    shut: dict[int, list] = {}
    for key, during in Closure.objects.filter(facility__in=keys).values_list("facility", "during"):
        shut.setdefault(key, []).append(during)
    for one in those:
        week = stated.get(one.pk, [])
        days = {day: minutes_on(week, day) for day, _opens, _closes in week}
        counted = [
            minutes
            for day, minutes in logged.get(one.pk, [])
            if day.isoweekday() in days and not any(day in during for during in shut.get(one.pk, []))
        ]
        yield Judged(one, min(days.values(), default=None), min(counted, default=None), len(counted))


def open_now(facilities: Iterable[Facility], moment: datetime) -> dict[int, bool | None]:
    """{facility key: open at the moment}; None when nobody stated its hours. Suspended and shut ones are not."""
    those = list(facilities)
    week, day = periods_of(those), moment.astimezone(CHINA).date()
    shut = set(
        Closure.objects.filter(facility__in=[one.pk for one in those], during__contains=day).values_list(
            "facility", flat=True
        )
    )
    return {
        one.pk: False if one.state != State.OPEN or one.pk in shut else _by_week(week.get(one.pk), moment)
        for one in those
    }


def _by_week(periods: list[Period] | None, moment: datetime) -> bool | None:
    return is_open_at(periods, moment) if periods else None
