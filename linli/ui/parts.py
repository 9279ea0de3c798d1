"""Parts that stand many times on a page: their template is drawn once for each shape, and its holes filled.

`{% include %}` of one of these (linli.ui.templatetags.parts) asks the function here what fills the holes, instead of
walking the nodes of the template again for each row.
"""

from operator import attrgetter

from django.utils.functional import Promise

from linli.kernel import clock

from . import words
from .drawn import draw

parts = {}  # template: function(context) -> what is drawn


def part(template: str):
    """Let the function draw this template wherever it is included."""

    def enter(function):
        if template in parts:
            raise ValueError(f"{template} is drawn by {parts[template].__qualname__} already")
        parts[template] = function
        return function

    return enter


def said(value) -> str:
    """What a template writes for a value; text known to be safe stays so."""
    if isinstance(value, str):
        return value
    return str(value) if value is not None or isinstance(value, Promise) else ""


def of(item, name: str):
    """A field of a row, which may be a dict; "" where there is none."""
    return item.get(name, "") if isinstance(item, dict) else getattr(item, name, "")


@part("ui/_chip.html")
def chip(context) -> str:
    """A state: `title`, `tone`."""
    return draw(
        "ui/_chip.html", {"title": said(context.get("title"))}, tone=str(context.get("tone") or "plain")
    )


@part("ui/_deadline.html")
def deadline(context) -> str:
    """A deadline: `due_at`, and where known `workdays_left`, `done_at`, `stopped_at`."""
    told = words_of(*(context.get(name) for name in ("due_at", "workdays_left", "done_at", "stopped_at")))
    if told is None:
        return draw("ui/_deadline.html", {}, tone="")
    return draw("ui/_deadline.html", {"words": told.words, "day": told.day}, tone=told.tone)


@part("ui/_queue.html")
def queue(context) -> str:
    """`queue`: title, url, count, tone (shown while there is something), current."""
    told = context["queue"]
    count = of(told, "count")
    tone = str(of(told, "tone")) if count else ""
    holes = {"url": of(told, "url"), "title": said(of(told, "title")), "count": count}
    return draw("ui/_queue.html", holes, tone=tone, current=bool(of(told, "current")))


@part("ui/_case_row.html")
def case_row(context) -> str:
    """One row of a list: `item` has title, url, number, place, state, tone, due_at, left (working days)."""
    title, url, number, place, state, tone, due_at, left, stopped_at = _row_of(context["item"])
    told = words_of(due_at, left, context.get("done_at"), stopped_at) if due_at else None
    holes = {
        "title": said(title),
        "url": said(url),
        "number": said(number),
        "place": said(place),
        "state": said(state),
    }
    if told is not None:
        holes |= {"words": told.words, "day": told.day}
    clock_tone = told.tone if told else ""
    return draw("ui/_case_row.html", holes, tone=str(tone or "plain"), clock_tone=clock_tone)


_ROW = ("title", "url", "number", "place", "state", "tone", "due_at", "left", "stopped_at")
_read_row = attrgetter(*_ROW)


def _row_of(item) -> tuple:
    if not isinstance(item, dict):
        try:
            return _read_row(item)
        except AttributeError:  # a row that leaves something out
            pass
    return tuple(of(item, name) for name in _ROW)


def words_of(due_at, workdays_left, done_at, stopped_at):
    """The Deadline as of now; None without one. "" counts as not given."""
    if not due_at:
        return None
    left = None if workdays_left == "" else workdays_left
    return words.deadline_words(
        due_at, now=clock.now(), workdays_left=left, done_at=done_at, stopped_at=stopped_at
    )
