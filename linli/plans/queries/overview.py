"""What a planner asks first of a place: are we on the path, where not, why, and what is owed."""

from dataclasses import dataclass

from django.db.models import F

from linli.cases.models import Case
from linli.measures import Period
from linli.places.levels import DIVISIONS
from linli.places.models import Place
from linli.plans.models import Indicator, Plan

from .scorecards import Scorecard, line_of, target_words, urgency
from .values import IndicatorValue, values_of

SHOWN_DRIVERS = 5
MOST_BELOW = 60  # places below that are looked through for who lags
OWED_KINDS = ("plantask", "finding", "evaluation")
RUNNING_FIRST = F("clock_stopped_at").asc(nulls_first=True)


@dataclass(frozen=True)
class Driver:
    """An indicator that misses its target, and how many of the places below miss it too."""

    row: IndicatorValue
    valued: int  # places below that have a value
    missing: tuple[IndicatorValue, ...]  # those of them that miss the target, the worst first

    @property
    def worst(self) -> IndicatorValue | None:
        return self.missing[0] if self.missing else None

    @property
    def target_words(self) -> str:
        return target_words(self.row)


@dataclass(frozen=True)
class Overview:
    """Every standing plan at a place in a period, and the indicators that lag the most."""

    period: Period
    cards: tuple[Scorecard, ...]
    drivers: tuple[Driver, ...]


def overview(place: Place, period: Period) -> Overview:
    """All standing plans at the place in one reading of values, and its most lagging indicators in a second."""
    plans = list(Plan.objects.standing())
    indicators = Indicator.objects.filter(plan__in=plans, retired_on=None).order_by("plan", "order")
    rows = values_of(list(indicators.select_related("plan").prefetch_related("targets")), [place], period)
    cards = [
        Scorecard(
            plan,
            place,
            period,
            tuple(line_of(row, period) for row in rows if row.indicator.plan_id == plan.pk),
            (),
        )
        for plan in plans
    ]
    return Overview(period, tuple(cards), tuple(drivers_of(rows, place, period)))


def drivers_of(rows: list[IndicatorValue], place: Place, period: Period) -> list[Driver]:
    """The unmet indicators, binding ones first, then by the share of the target that is missing."""
    unmet = sorted((row for row in rows if row.met is False), key=urgency)[:SHOWN_DRIVERS]
    below = list(place.children.filter(level__in=DIVISIONS, valid_to=None).order_by("path")[:MOST_BELOW])
    found = values_of([row.indicator for row in unmet], below, period) if unmet and below else []
    drivers = []
    for row in unmet:
        children = [one for one in found if one.indicator.pk == row.indicator.pk and one.met is not None]
        missing = sorted((one for one in children if not one.met), key=urgency)
        drivers.append(Driver(row, len(children), tuple(missing)))
    return drivers


def owed_within(place: Place, user):
    """Open plan tasks, findings and evaluations of the place that the user may see: the next deadline first, last
    those whose clock stands.
    """
    cases = Case.objects.visible_to(user).open().filter(kind__in=OWED_KINDS)
    return cases.within(place).select_related("place").order_by(RUNNING_FIRST, "due_at", "pk")
