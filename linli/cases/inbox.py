"""The inbox: queues with their counts, and a page of the chosen one."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from typing import NamedTuple

from django.db.models import Count, Q, Value
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.calendar.queries import end_of
from linli.kernel import clock
from linli.people.scope import Asker, asker_of
from linli.places.levels import DIVISIONS, Level
from linli.ui.asked import Rows, asked, how_many
from linli.ui.drawn import address_of, one_ground
from linli.ui.lists import Choice, Filter, Listing, listing, read_filters, read_words

from .models import Case
from .pages import DRAWN, Row, row_drawn
from .queries import own_desk
from .steps import workflows

ALWAYS_SHOWN = ("mine", "today", "overdue", "open")  # other queues appear when something waits in them


class InboxQueue(NamedTuple):
    """A queue and what makes its condition."""

    name: str
    title: str
    condition: Callable[[], Q]
    tone: str = ""


class QueueDrawn(NamedTuple):
    """A queue as the page draws it."""

    name: str
    title: str
    tone: str
    count: int
    url: str
    current: bool


def queues_of(user, now: datetime, tonight: datetime) -> list[InboxQueue]:
    """The queues of this user: his desk by urgency, then those of the kinds his posts let him see."""

    def desk(**more) -> Callable[[], Q]:
        return lambda: own_desk(user) & Q(**more)

    found = [
        InboxQueue("mine", _("我的待办"), desk()),
        InboxQueue("today", _("今天到期"), desk(clock_stopped_at=None, due_at__range=(now, tonight)), "soon"),
        InboxQueue("overdue", _("逾期"), desk(clock_stopped_at=None, due_at__lt=now), "late"),
        InboxQueue("unassigned", _("未定经办人"), desk(assignee=None)),
    ]
    for kind, workflow in sorted(workflows.items()):
        if workflow.queues and user.may(f"{kind}.view"):
            found += [
                InboxQueue(
                    f"{kind}-{queue.name}",
                    str(queue.label),
                    partial(Q, kind=kind, state__in=queue.states),
                )
                for queue in workflow.queues
            ]
    return [*found, InboxQueue("open", _("全部在办"), Q)]


def inbox_of(user, query) -> tuple[list[QueueDrawn], Listing]:
    """The queues with their counts, and one page of the chosen one with its filters."""
    told = {"now": clock.now(), "tonight": end_of(clock.today())}
    asker, language = asker_of(user), get_language()
    queues = _named(asker, language)
    (found,) = asked(asker, _counting, **told)
    counts = dict(zip((name for name, _title, _tone in queues), found, strict=True))
    chosen = _chosen_of(counts, query)
    filters = read_filters(query, [_kinds_of(user.permissions, language), _level_of(query)])
    kind, level = (one.chosen.value if one.chosen else "" for one in filters)
    rows = _rows_of((asker, chosen, kind, level), counts[chosen], told, read_words(query))
    return _drawn(queues, counts, chosen), listing(
        query, rows, filters=[one for one in filters if one.choices]
    )


@lru_cache(maxsize=1024)  # by who may see the same, as the statements are
def _named(asker: Asker, _language: str | None) -> tuple[tuple[str, str, str], ...]:
    """Name, title and tone of each queue."""
    now = clock.now()
    return tuple((queue.name, queue.title, queue.tone) for queue in queues_of(asker.user, now, now))


@lru_cache(maxsize=256)
def _kinds_of(held: frozenset[str], _language: str | None) -> Filter:
    kinds = [kind for kind in sorted(workflows) if f"{kind}.view" in held]
    return Filter("kind", _("类别"), tuple(Choice(kind, str(workflows[kind].label)) for kind in kinds))


def _level_of(query) -> Filter:
    """The level the board asks for; nobody is offered the others, for a desk has one."""
    asked = [level for level in DIVISIONS if level == query.get("level")]
    return Filter("level", _("级别"), tuple(Choice(str(one), str(Level(one).label)) for one in asked))


def _rows_of(chosen: tuple, count: int, told: dict, words: str) -> Rows:
    """The rows of a queue, of a kind, at a level, with the words where asked for; `count` is of the whole queue."""
    _asker, _queue, kind, level = chosen
    if words:
        told |= {"words": words}
    if words or kind or level:
        ((count,),) = asked((*chosen, None, None), _page, **told)

    def read(start: int, stop: int) -> list[Row]:
        found = asked((*chosen, start, stop), _page, **told)
        now, language = told["now"], get_language()
        with one_ground():
            return [row_drawn(columns, place, now, language) for *columns, place in found]

    return Rows(read, count)


def _counting(asker: Asker, **moments):
    """One row: how many open cases stand in each queue."""
    user = asker.user
    counts = {
        queue.name.replace("-", "_"): Count("pk", filter=queue.condition())
        for queue in queues_of(user, **moments)
    }
    return (
        Case.objects.open()
        .visible_to(user)
        .values(one=Value(1))
        .annotate(**counts)
        .values_list(*counts)
        .order_by()
    )


def _page(chosen: tuple, *, words: str = "", **moments):
    """The columns of the rows from `start` to `stop` of a queue, the most urgent first; their number without a stop."""
    asker, name, kind, level, start, stop = chosen
    user = asker.user
    (queue,) = (queue for queue in queues_of(user, **moments) if queue.name == name)
    rows = Case.objects.open().visible_to(user).filter(queue.condition())
    if kind:
        rows = rows.filter(kind=kind)
    if level:
        rows = rows.filter(unit__place__level=level)
    if words:
        rows = rows.filter(Q(number__istartswith=words) | Q(title__icontains=words))
    if stop is None:
        return how_many(rows)
    return rows.order_by("due_at", "pk").values_list(*DRAWN, "place__name")[start:stop]


def _chosen_of(counts: dict[str, int], query) -> str:
    """The queue asked for; else the first in which something waits: nobody opens an empty list first."""
    asked = query.get("queue")
    if asked in counts:
        return asked
    return next((name for name, count in counts.items() if count), next(iter(counts)))


def _drawn(queues, counts: dict[str, int], chosen: str) -> list[QueueDrawn]:
    address = address_of("case-inbox")
    drawn = (
        QueueDrawn(name, title, tone, counts[name], f"{address}?queue={name}", name == chosen)
        for name, title, tone in queues
    )
    return [queue for queue in drawn if queue.count or queue.current or queue.name in ALWAYS_SHOWN]
