"""The one clock. Tests and the demonstration city set it; nothing else asks the machine for the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")

_set_to: ContextVar[datetime | None] = ContextVar("linli_clock", default=None)


def now() -> datetime:
    """The present moment, in UTC; inside `at(moment)` that moment."""
    return _set_to.get() or datetime.now(UTC)  # noqa: TID251 — this is the one clock


def today() -> date:
    """The present day in China, where every deadline and figure is counted."""
    return now().astimezone(CHINA).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Everything inside happens at `moment`, which must carry a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment carries its time zone")
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)
