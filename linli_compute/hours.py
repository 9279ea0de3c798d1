"""Weekly opening hours as people (and OpenStreetMap) write them, and as minutes; what they say of a moment."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from linli_compute.errors import InputError

DAYS = "一二三四五六日"
DAY_MINUTES = 24 * 60
Period = tuple[int, int, int]  # weekday 1–7, opens and closes in minutes of the day
OPEN, SHUT, UNSAID = 1, 0, -1

_RANGE = re.compile(r"(\d{1,2})[:.](\d{2})\s*(?:-|—|–|~|至|到)\s*(?:次日)?(\d{1,2})[:.](\d{2})")
_SPAN = re.compile(rf"(?:周|星期|礼拜)([{DAYS}天])\s*(?:-|—|–|~|至|到)\s*(?:周|星期|礼拜)?([{DAYS}天])")
_DAY = re.compile(rf"(?:周|星期|礼拜)([{DAYS}天])")
_ROUND = re.compile(r"24\s*小时|全天|昼夜")
_EVERY = re.compile(r"每天|每日|天天|全周|全年无休")
_WORKDAYS = re.compile(r"工作日")
_ENGLISH = re.compile(r"\b(Mo|Tu|We|Th|Fr|Sa|Su)\b")
_SHUT = re.compile(r"\b(?:off|closed)\b")
_HOLIDAYS = re.compile(r"^(?:PH|SH)\b")  # a week has none
_MOMENT = re.compile(
    rf"(?:(?:周|星期|礼拜)?([{DAYS}天])\s*|([1-7])[ T,]\s*)(\d{{1,2}})(?:[:.](\d{{2}})|[点时])"
)


class WrongHours(ValueError):
    """The text does not say hours; the message says how to write them."""


def parse_hours(text: str) -> list[Period]:
    """The periods of “周一至周五 8:30-12:00、14:00-17:30；周六 9:00-12:00”; [] for nothing.

    >>> parse_hours("周六 9:00-12:00；周日全天")
    [(6, 540, 720), (7, 0, 1440)]
    >>> parse_hours("Sa 09:00-12:00; Su off") == parse_hours("周六 9:00-12:00")
    True
    """
    plain = _in_chinese(unicodedata.normalize("NFKC", text).strip())
    found: set[Period] = set()
    days = list(range(1, 8))
    for part in filter(None, (one.strip() for one in re.split(r"[;\n]", plain))):
        if _HOLIDAYS.match(part):
            continue
        if _SHUT.search(part):
            gone = set(_days(part) or range(1, 8))
            found = {one for one in found if one[0] not in gone}
            continue
        times = _times(part)
        if not times:
            raise WrongHours(f"“{part[:20]}”里没有时间，请写成“周一至周五 8:30-17:30”")
        days = _days(part) or list(range(1, 8))
        found |= {(day, *span) for day in days for span in times}
    return sorted(found)


def _in_chinese(text: str) -> str:
    """The days and the round-the-clock of OpenStreetMap's opening_hours in our words."""
    order = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
    return _ENGLISH.sub(lambda day: "周" + DAYS[order.index(day[1])], text.replace("24/7", "每天24小时"))


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


def minutes_on(periods: Iterable[Period], weekday: int) -> int:
    """How long the week says open on a weekday."""
    return sum(closes - opens for day, opens, closes in periods if day == weekday)


@dataclass(frozen=True)
class Moment:
    """A weekday (1 Monday … 7 Sunday) and a minute of the day, for asking what is open then."""

    weekday: int
    minute: int

    def __post_init__(self) -> None:
        if not (1 <= self.weekday <= 7 and 0 <= self.minute < DAY_MINUTES):
            raise InputError("时刻应是周一至周日的 0:00 至 23:59。")

    def __str__(self) -> str:
        return f"周{DAYS[self.weekday - 1]} {clock_words(self.minute)}"

    def within(self, periods: Iterable[Period]) -> bool:
        """Whether a week of periods says open at this moment.

        >>> Moment(6, 600).within([(6, 540, 720)]), Moment(6, 720).within([(6, 540, 720)])
        (True, False)
        """
        return any(day == self.weekday and opens <= self.minute < closes for day, opens, closes in periods)


def moment_of(text: str) -> Moment:
    """The moment of “周三 19:00”, “3 19:00” or “We 19:00”; InputError for anything else.

    >>> str(moment_of("星期日 9点")), str(moment_of("We 19:30"))
    ('周日 09:00', '周三 19:30')
    """
    found = _MOMENT.fullmatch(_in_chinese(unicodedata.normalize("NFKC", text).strip()))
    if found is None:
        raise InputError(f"时刻应写成“周三 19:00”，不是“{text}”。")
    weekday = _number(found[1]) if found[1] else int(found[2])
    minute = int(found[4] or 0)
    if minute > 59:
        raise InputError(f"时刻应写成“周三 19:00”，不是“{text}”。")
    return Moment(weekday, int(found[3]) * 60 + minute)


def opens_at(hours: Iterable[str], moment: Moment) -> np.ndarray:
    """OPEN, SHUT or UNSAID (nobody wrote hours, or what is written says none) of each place at a moment.

    >>> opens_at(["每天 8:00-18:00", "周一 8:00-9:00", "", "看情况"], Moment(3, 600)).tolist()
    [1, 0, -1, -1]
    """
    given = list(hours)
    known = {text: _opens(text, moment) for text in set(given)}
    return np.array([known[text] for text in given], dtype=np.int8)


def _opens(text: str, moment: Moment) -> int:
    try:
        periods = parse_hours(text)
    except WrongHours:
        return UNSAID
    return UNSAID if not periods else int(moment.within(periods))
