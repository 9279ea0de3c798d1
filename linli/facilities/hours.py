"""Weekly opening hours as people write them, and as minutes; what they say of a moment."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from linli.kernel.clock import CHINA

DAYS = "一二三四五六日"
DAY_MINUTES = 24 * 60
Period = tuple[int, int, int]  # weekday 1–7, opens and closes in minutes of the day

_RANGE = re.compile(r"(\d{1,2})[:.](\d{2})\s*(?:-|—|–|~|至|到)\s*(?:次日)?(\d{1,2})[:.](\d{2})")
_SPAN = re.compile(rf"(?:周|星期|礼拜)([{DAYS}天])\s*(?:-|—|–|~|至|到)\s*(?:周|星期|礼拜)?([{DAYS}天])")
_DAY = re.compile(rf"(?:周|星期|礼拜)([{DAYS}天])")
_ROUND = re.compile(r"24\s*小时|全天|昼夜")
_EVERY = re.compile(r"每天|每日|天天|全周|全年无休")
_WORKDAYS = re.compile(r"工作日")


class WrongHours(ValueError):
    """The text does not say hours; the message says how to write them."""


def parse_hours(text: str) -> list[Period]:
    """The periods of “周一至周五 8:30-12:00、14:00-17:30；周六 9:00-12:00”; [] for nothing.

    >>> parse_hours("周六 9:00-12:00；周日全天")
    [(6, 540, 720), (7, 0, 1440)]
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found: set[Period] = set()
    days = list(range(1, 8))
    for part in filter(None, (one.strip() for one in re.split(r"[;\n]", plain))):
        times = _times(part)
        if not times:
            raise WrongHours(f"“{part[:20]}”里没有时间，请写成“周一至周五 8:30-17:30”")
        days = _days(part) or list(range(1, 8))
        found |= {(day, *span) for day in days for span in times}
    return sorted(found)


def _times(part: str) -> list[tuple[int, int]]:
    if _ROUND.search(part):
        return [(0, DAY_MINUTES)]
    spans = []
    for opens_h, opens_m, closes_h, closes_m in _RANGE.findall(part):
        opens, closes = int(opens_h) * 60 + int(opens_m), int(closes_h) * 60 + int(closes_m)
        if int(opens_m) > 59 or int(closes_m) > 59 or not opens < closes <= DAY_MINUTES:
            raise WrongHours(f"“{part[:20]}”的时间不对：开门要早于关门，过夜请分成两段")
        spans.append((opens, closes))
    return spans


def _days(part: str) -> list[int]:
    found: set[int] = set()
    for first, last in _SPAN.findall(part):
        start, end = _number(first), _number(last)
        span = range(start, end + 1) if start <= end else [*range(start, 8), *range(1, end + 1)]
        found |= set(span)
    found |= {_number(day) for day in _DAY.findall(_SPAN.sub("", part))}
    if _WORKDAYS.search(part):
        found |= set(range(1, 6))
    if _EVERY.search(part):
        found |= set(range(1, 8))
    return sorted(found)


def _number(day: str) -> int:
    return 7 if day == "天" else DAYS.index(day) + 1


def write_hours(periods: Iterable[Period]) -> str:
    """The periods in words, equal days together; `parse_hours` reads them back.

    >>> write_hours([(1, 510, 1050), (2, 510, 1050), (6, 540, 720)])
    '周一至周二 08:30-17:30；周六 09:00-12:00'
    """
    by_day: dict[int, list[tuple[int, int]]] = {}
    for day, opens, closes in sorted(periods):
        by_day.setdefault(day, []).append((opens, closes))
    runs: list[tuple[int, int, list]] = []
    for day, spans in by_day.items():
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == spans:
            runs[-1] = (runs[-1][0], day, spans)
        else:
            runs.append((day, day, spans))
    return "；".join(f"{_day_words(first, last)} {_span_words(spans)}" for first, last, spans in runs)


def _day_words(first: int, last: int) -> str:
    if (first, last) == (1, 7):
        return "每天"
    return f"周{DAYS[first - 1]}" if first == last else f"周{DAYS[first - 1]}至周{DAYS[last - 1]}"


def _span_words(spans: list[tuple[int, int]]) -> str:
    if spans == [(0, DAY_MINUTES)]:
        return "24小时"
    return "、".join(f"{clock_words(opens)}-{clock_words(closes)}" for opens, closes in spans)


def clock_words(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def is_open_at(periods: Iterable[Period], moment: datetime) -> bool:
    """Whether the week says open at a moment (in China)."""
    local = moment.astimezone(CHINA)
    minute = local.hour * 60 + local.minute
    return any(day == local.isoweekday() and opens <= minute < closes for day, opens, closes in periods)


def minutes_on(periods: Iterable[Period], weekday: int) -> int:
    """How long the week says open on a weekday."""
    return sum(closes - opens for day, opens, closes in periods if day == weekday)
