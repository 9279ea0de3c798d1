"""Weekly opening hours at a moment of the clock; how they are written stands in `linli_compute.hours`."""

from collections.abc import Iterable
from datetime import datetime

from linli.kernel.clock import CHINA
from linli_compute.hours import (
    DAY_MINUTES,
    DAYS,
    Moment,
    Period,
    WrongHours,
    clock_words,
    minutes_on,
    parse_hours,
    write_hours,
)

__all__ = [
    "DAYS",
    "DAY_MINUTES",
    "Period",
    "WrongHours",
    "clock_words",
    "is_open_at",
    "minutes_on",
    "parse_hours",
    "write_hours",
]


def is_open_at(periods: Iterable[Period], moment: datetime) -> bool:
    """Whether the week says open at a moment (in China)."""
    local = moment.astimezone(CHINA)
    return Moment(local.isoweekday(), local.hour * 60 + local.minute).within(periods)
