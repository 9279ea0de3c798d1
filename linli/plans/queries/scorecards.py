"""What the scorecard pages show: one line for each indicator, in words, and the sums above them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from django.http import Http404
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.measures import Period
from linli.places.levels import DIVISIONS, Level
from linli.places.models import Place
from linli.plans.formula.values import NOT_APPLICABLE, NOT_DUE, NOT_REPORTED, SUPPRESSED, UNDEFINED
from linli.plans.models import Indicator, Plan
from linli.plans.models.plans import Nature
from linli.plans.rules import VIEW
from linli.ui.words import figure_words

from .publishing import public_values
from .relations import TREES
from .shortfalls import Short, shortfalls
from .values import IndicatorValue, values

LEVELS = {
    "省": Level.PROVINCE,
    "市": Level.CITY,
    "区": Level.COUNTY,
    "县": Level.COUNTY,
    "街": Level.STREET,
}  # as packs write them


@dataclass(frozen=True)
class Line:
    """One indicator of the scorecard: its value, and in words how it stands against its target."""

    row: IndicatorValue
    state: str
    tone: str
    short: Short | None = None  # how many places fall short, and what they lack together

    @property
    def indicator(self) -> Indicator:
        return self.row.indicator

    @property
    def target_words(self) -> str:
        return target_words(self.row)


@dataclass(frozen=True)
class Group:
    """Lines that stand alike; what lags is open before a reader, the rest is folded."""

    title: str
    lines: tuple[Line, ...]
    open: bool


@dataclass(frozen=True)
class Scorecard:
    """A plan at a place in a period."""

    plan: Plan
    place: Place
    period: Period
    lines: tuple[Line, ...]
    below: tuple[Place, ...]

    @property
    def with_value(self) -> int:
        return sum(line.row.value.number is not None for line in self.lines)

    @property
    def met(self) -> int:
        return sum(line.row.met is True for line in self.lines)

    @property
    def unmet(self) -> int:
        return sum(line.row.met is False for line in self.lines)

    @property
    def binding_unmet(self) -> int:
        return sum(line.row.met is False and line.indicator.nature == "binding" for line in self.lines)

    @property
    def waiting(self) -> int:
        return sum(line.row.value.number is None and not line.indicator.not_computed for line in self.lines)

    @property
    def groups(self) -> list[Group]:
        """The lines by how they stand: what lags first, the most urgent on top; nothing to show is no group."""
        lagging = tuple(sorted((x for x in self.lines if x.row.met is False), key=lambda x: urgency(x.row)))
        valued = [line for line in self.lines if line.row.value.number is not None]
        left_out = tuple(line for line in self.lines if line.indicator.not_computed)
        kinds = (
            (_("未达标"), lagging),
            (_("达标"), tuple(line for line in valued if line.row.met)),
            (_("有数，规划没有定目标值"), tuple(line for line in valued if line.row.met is None)),
            (_("还没有数"), tuple(x for x in self.lines if x.row.value.number is None and x not in left_out)),
            (_("不计算"), left_out),
        )
        found = [(title, lines) for title, lines in kinds if lines]
        return [Group(title, lines, open=nr == 0) for nr, (title, lines) in enumerate(found)]

    @property
    def parts(self) -> list[dict]:
        """Met, unmet and the rest as parts of a bar 100 wide: tone, count, where it begins, how wide it is."""
        rest = len(self.lines) - self.met - self.unmet
        found, begins = [], 0.0
        for tone, count in (("met", self.met), ("unmet", self.unmet), ("rest", rest)):
            width = 100 * count / (len(self.lines) or 1)
            found.append({"tone": tone, "count": count, "x": f"{begins:.2f}", "width": f"{width:.2f}"})
            begins += width
        return found


def scorecard(
    plan: Plan, place: Place, period: Period, *, public: bool = False, known_on=None, tree: str = "as_was"
) -> Scorecard:
    """The scorecard of a plan; for the public small counts of people are withheld, and what single places lack."""
    seen = {"known_on": known_on, "tree": tree}
    rows = public_values(plan, place, period) if public else values(plan, place, period, **seen)
    short = {} if public else shortfalls(rows, place, period, **seen)
    below = Place.objects.filter(parent=place, level__in=DIVISIONS, valid_to=None).order_by("path")
    lines = (replace(line_of(row, period), short=short.get(row.indicator.pk)) for row in rows)
    return Scorecard(plan, place, period, tuple(lines), tuple(below))


def urgency(row: IndicatorValue):
    """Sorts the most urgent first: binding, then the gap as a share of the target, then the plan's order."""
    goal = abs(Fraction(row.target.low)) or Fraction(1)
    binding = row.indicator.nature == Nature.BINDING
    return (not binding, -(row.gap or 0) / goal, row.place.path, row.indicator.order, row.indicator.pk)


def line_of(row: IndicatorValue, period: Period) -> Line:
    """The line of an indicator: how it stands against its target, in words and with a tone."""
    if row.indicator.not_computed:
        return Line(row, _("不计算"), "plain")
    if row.value.number is None:
        runs = row.value.status == NOT_REPORTED and period.last_day >= clock.today()
        return Line(row, _("本期未完，还没有数") if runs else status_words(row.value.status), "plain")
    if row.met is None:
        return Line(row, _("无目标值"), "plain")
    if row.met:
        return Line(row, _("达标"), "done")
    unit = _("个百分点") if row.indicator.unit == "%" else row.indicator.unit
    above = row.value.number > Fraction(row.target.high)  # of what should be exactly so, or at most
    words = _("高于目标 %(gap)s") if above else _("相差 %(gap)s")
    tone = "late" if row.indicator.nature == "binding" else "soon"
    return Line(row, words % {"gap": figure_words(row.gap_shown, unit)}, tone)


def status_words(status: str) -> str:
    """Why there is no number, in the reader's language; papers and open data keep the formula's own words."""
    return {
        UNDEFINED: _("无法计算"),
        NOT_APPLICABLE: _("不适用"),
        NOT_DUE: _("未到期"),
        NOT_REPORTED: _("未报"),
        SUPPRESSED: _("不公开"),
    }[status]


def target_words(row: IndicatorValue) -> str:
    """≥ 60%，2025年底前; empty without a target."""
    target, indicator = row.target, row.indicator
    if target is None:
        return ""
    low, high = (figure_words(value.normalize() + 0, indicator.unit) for value in (target.low, target.high))
    sign = {"at_least": "≥ ", "at_most": "≤ ", "about": "≈ "}.get(indicator.direction, "")
    said = f"{low}–{high}" if target.low != target.high else f"{sign}{low}"
    return _("%(target)s（%(year)s年）") % {"target": said, "year": target.by.year}


def place_for(plan: Plan, code: str, *, user=None) -> Place:
    """The place asked for, else the plan's own area, else the first of its level, else the first that may be seen.

    Http404 without one.

    With a `user`, only places that a post lets this person see plans of.
    """
    places = Place.objects.divisions().filter(valid_to=None)
    if user is not None:
        places = places.filter(user.scope(VIEW))
    if code:
        found = places.filter(code=code).first()
        if found is None:
            raise Http404
        return found
    alike = places.filter(level=LEVELS.get(plan.level, "")).order_by("path")
    found = places.filter(code=plan.area).first() or alike.first() or places.order_by("path").first()
    if found is None:
        raise Http404
    return found


def visible_place(code: str, user, *, permission: str = VIEW) -> Place:
    """The place asked for, else the widest one that a post lets this person see plans of; or Http404."""
    places = Place.objects.divisions().filter(valid_to=None).filter(user.scope(permission)).order_by("path")
    found = places.filter(code=code).first() if code else places.first()
    if found is None:
        raise Http404
    return found


def period_for(text: str, *, today: date | None = None) -> Period:
    """The period asked for (2026, 2026-Q3, 2026-09); the running year when none or nonsense is given."""
    try:
        return Period.parse(text.replace("-Q", "Q").replace("-H", "H"))
    except ValueError:
        return Period.parse(str((today or clock.today()).year))


def known_on_asked(text: str):
    """The end of the day asked for, as known on; None for today or nonsense."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    if day >= clock.today():
        return None
    return datetime.combine(day + timedelta(days=1), time(0), tzinfo=CHINA)


def tree_asked(text: str) -> str:
    """as_is when asked for, else as_was."""
    return text if text in TREES else TREES[0]


def years_of(plan: Plan) -> list[int]:
    """The years one may look at: those of the plan and up to the running one."""
    last = max(plan.valid_to.year, clock.today().year)
    return list(range(plan.valid_from.year, last + 1))
