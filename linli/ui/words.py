"""How the platform says numbers, days and deadlines: plain, short, the same on every page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from linli.kernel.clock import CHINA

SOON_DAYS = 2  # a look, not a rule: from here the deadline is drawn as "due soon"
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@dataclass(frozen=True)
class Deadline:
    """A deadline in words: `tone` is on_time, soon, late or done; `day` is written for reading."""

    tone: str
    words: str
    day: str


def day_words(day, *, today):
    """The day as people say it ("12月9日 周三"), with the year when it is not this one."""
    if isinstance(day, datetime):
        day = day.astimezone(CHINA).date()
    if not (get_language() or "").startswith("zh"):
        return date_format(day, "D j M" if day.year == today.year else "D j M Y")
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日 {WEEKDAYS[day.weekday()]}"


def duration_words(length):
    """A timedelta as its one or two largest units: "3 天 4 小时", "20 分钟"."""
    minutes = int(length.total_seconds() // 60)
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [
        ngettext("%(n)s 天", "%(n)s 天", days) % {"n": days} if days else "",
        ngettext("%(n)s 小时", "%(n)s 小时", hours) % {"n": hours} if hours else "",
        ngettext("%(n)s 分钟", "%(n)s 分钟", minutes) % {"n": minutes} if minutes and not days else "",
    ]
    return " ".join(part for part in parts if part) or _("不到 1 分钟")


def deadline_words(due_at, *, now, workdays_left=None, done_at=None, stopped_at=None):
    """The Deadline for a moment `due_at`; `workdays_left` comes from the working calendar when known."""
    today = now.astimezone(CHINA).date()
    day = day_words(due_at, today=today)
    if done_at:
        words = _("已按期完成") if done_at <= due_at else _("已完成（超期）")
        return Deadline("done" if done_at <= due_at else "late", words, day)
    if stopped_at:
        if stopped_at > due_at:
            return Deadline(
                "late", _("超期 %(length)s") % {"length": duration_words(stopped_at - due_at)}, day
            )
        return Deadline("on_time", _("计时已暂停"), day)
    if due_at < now:
        return Deadline("late", _("已逾期 %(length)s") % {"length": duration_words(now - due_at)}, day)
    return _deadline_ahead(due_at, now=now, workdays_left=workdays_left, day=day)


def _deadline_ahead(due_at, *, now, workdays_left, day):
    days = (due_at.astimezone(CHINA).date() - now.astimezone(CHINA).date()).days
    left = days if workdays_left is None else workdays_left
    tone = "soon" if left <= SOON_DAYS else "on_time"
    if days == 0:
        return Deadline(tone, _("今天到期"), day)
    if workdays_left is not None:
        words = ngettext("还剩 %(n)s 个工作日", "还剩 %(n)s 个工作日", workdays_left) % {"n": workdays_left}
    else:
        words = ngettext("还剩 %(n)s 天", "还剩 %(n)s 天", days) % {"n": days}
    return Deadline(tone, words, day)


def figure_words(value, unit="", *, decimals=None):
    """A number with thousands separators and its unit ("1,240 位老人"); no number is "暂无数据", never 0."""
    if value is None or value == "":
        return _("暂无数据")
    if decimals is None:
        decimals = 0 if isinstance(value, int) else min(2, _decimals_of(value))
    number = f"{value:,.{decimals}f}"  # groups of three in both languages, as Chinese statistics print them
    if not unit:
        return number
    return f"{number}{unit}" if unit == "%" else f"{number} {unit}"


def _decimals_of(value):
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def ago_words(moment, *, now):
    """How long ago, up to a week; after that the day."""
    if now - moment > timedelta(days=7):
        return day_words(moment, today=now.astimezone(CHINA).date())
    return _("%(length)s前") % {"length": duration_words(now - moment)}


def as_of_words(day):
    """The as-of day under a figure: "截至 2026年11月23日"."""
    if isinstance(day, datetime):
        day = day.astimezone(CHINA).date()
    return _("截至 %(day)s") % {"day": date_format(day, "Y年n月j日" if _is_chinese() else "j M Y")}


def _is_chinese():
    return (get_language() or "").startswith("zh")
