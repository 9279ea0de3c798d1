"""各级待办: what each level has at work and how it keeps its deadlines, whatever kinds of case there are."""

from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby

from django.db.models import Count, Q
from django.urls import reverse

from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.measures import Period
from linli.places.levels import DIVISIONS, Level

from .models import ON_TIME, Case, Rating
from .steps import workflows


@dataclass(frozen=True)
class Line:
    """One kind of case at one level: at work and late now; opened, closed and closed in time in the month.

    Of the ratings of the month that the reader may see: those that count, the good ones, and those set aside after an
    objection; with these the count is the one before.
    """

    label: str
    open: int
    late: int
    opened: int
    closed: int
    in_time: int
    rated: int
    good: int
    set_aside: int
    url: str


@dataclass(frozen=True)
class LevelBoard:
    """What the units seated at one level answer for, kind by kind."""

    title: str
    lines: tuple[Line, ...]


def month_asked(query) -> Period:
    """The month of the address; this one when it says none, nonsense, or one to come."""
    now = Period.parse(f"{clock.today():%Y-%m}")
    return min(Period.month_named(query.get("month", "")) or now, now)


def boards_of(user, period: Period) -> list[LevelBoard]:
    """A board for each level at which a unit answers for a case the user may see; two queries.

    A case counts for the level of the unit that answers for it now: carried up, it is the upper level's.
    """
    kinds = [kind for kind in workflows if user.may(f"{kind}.view")]
    start, stop = (datetime.combine(day, time.min, CHINA) for day in (period.start, period.end))
    now, running = clock.now(), Q(closed_at=None)
    closed = Q(closed_at__gte=start, closed_at__lt=stop)
    opened = Q(opened_at__gte=start, opened_at__lt=stop)
    cases = Case.objects.visible_to(user).filter(running | closed | opened, kind__in=kinds)
    late = running & Q(clock_stopped_at=None, due_at__lt=now)
    counted = cases.values_list("unit__place__level", "kind").annotate(
        n_open=Count("pk", filter=running),
        n_late=Count("pk", filter=late),
        n_opened=Count("pk", filter=opened),
        n_closed=Count("pk", filter=closed),
        n_in_time=Count("pk", filter=closed & ON_TIME),
    )
    order = {str(level): rank for rank, level in enumerate(DIVISIONS)}
    rows = _with_ratings(counted, _rated(user, kinds, start, stop))
    rows = sorted((row for row in rows if row[0] in order), key=lambda row: (order[row[0]], row[1]))
    return [
        LevelBoard(str(Level(level).label), tuple(_line(*row) for row in found))
        for level, found in groupby(rows, key=lambda row: row[0])
    ]


def _rated(user, kinds: list[str], start: datetime, stop: datetime):
    """Level, kind, and how many ratings of the time count, are good, were set aside."""
    counts = Q(set_aside_at=None)
    seen = Rating.objects.visible_to(user).filter(at__gte=start, at__lt=stop, case__kind__in=kinds)
    return seen.values_list("case__unit__place__level", "case__kind").annotate(
        n_rated=Count("pk", filter=counts),
        n_good=Count("pk", filter=counts & Q(stars__gte=Rating.GOOD_FROM)),
        n_set_aside=Count("pk", filter=~counts),
    )


def _with_ratings(counted, rated) -> list[tuple]:
    """Each level and kind once, with the counts of its cases and of its ratings."""
    cases = {row[:2]: row[2:] for row in counted}
    stars = {row[:2]: row[2:] for row in rated}
    return [(*key, *cases.get(key, (0,) * 5), *stars.get(key, (0,) * 3)) for key in {*cases, *stars}]


def _line(level: str, kind: str, *counts: int) -> Line:
    """The counts of a kind at a level, and the address of the very list of those at work."""
    where = f"{reverse('case-inbox')}?queue=open&kind={kind}&level={level}"
    return Line(str(workflows[kind].label), *counts, where)
