"""One indicator through time, against another place, on the map, and towards its deadline."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.measures import Period
from linli.places.levels import DIVISIONS
from linli.places.models import Boundary, Place
from linli.plans.formula import ir, rounded
from linli.plans.models import Indicator, Target
from linli.ui.maps import base_layer, breaks_of
from linli_compute.trends import Forecast, forecast

from .values import IndicatorValue, target_for, values_of

STEPS = {"year": 12, "half": 6, "quarter": 3, "month": 1}
POINTS = 12  # periods shown at once
MOST_AREAS = 600
PERCENT = "%"


@dataclass(frozen=True)
class Path:
    """The way to the deadline: what is missing, how much a period that needs, and where the trend leads."""

    target: Target
    left: int  # periods until the deadline; 0 when it has passed
    needed: Decimal | None  # a period, from the newest value
    ahead: Forecast | None  # None: too few points

    @property
    def reaches(self) -> bool | None:
        """Does the middle of the forecast meet a lowest target (or stay below a highest)?"""
        if self.ahead is None:
            return None
        if self.target.indicator.direction == "at_most":
            return self.ahead.value <= float(self.target.high)
        return self.ahead.value >= float(self.target.low)


def periods_to(period: Period, count: int = POINTS) -> list[Period]:
    """The period and those before it, of its own length, the oldest first."""
    return [period.back(period.months * step) for step in range(count - 1, -1, -1)]


def series(indicator: Indicator, places: list[Place], period: Period) -> dict[int, list[IndicatorValue]]:
    """{pk of a place: its values through time}, up to the period."""
    found: dict[int, list] = {place.pk: [] for place in places}
    for one in periods_to(period):
        for row in values_of([indicator], places, one):
            found[row.place.pk].append(row)
    return found


@dataclass(frozen=True)
class Change:
    """A place in two periods: both values as they are shown, and the difference of the unrounded ones."""

    place: Place
    now: IndicatorValue
    then: IndicatorValue

    @property
    def by(self) -> Decimal | None:
        """None where either is missing: from nothing there is no change."""
        if self.now.value.number is None or self.then.value.number is None:
            return None
        return rounded(self.now.value.number - self.then.value.number, max(self.now.indicator.decimals, 1))


def compared(indicator: Indicator, places: list[Place], period: Period, than: Period) -> list[Change]:
    """The places in one period beside another."""
    now, then = (values_of([indicator], places, one) for one in (period, than))
    return [Change(a.place, a, b) for a, b in zip(now, then, strict=True)]


def path_to(indicator: Indicator, rows: list[IndicatorValue], period: Period) -> Path | None:
    """The way from the newest value to the target that comes next; None without a target or a value."""
    target = target_for(indicator, period)
    points = [
        (step, float(row.value.number)) for step, row in enumerate(rows) if row.value.number is not None
    ]
    if target is None or not points:
        return None
    left = max(0, _steps_between(period.last_day, target.by, period.months))
    now = rows[-1]
    needed = None
    if now.gap is not None and left:
        needed = rounded(Fraction(now.gap) / left, max(indicator.decimals, 1))
    high = 100.0 if indicator.unit == PERCENT and _is_share(indicator) else None
    ahead = forecast(points, len(rows) - 1 + left, low=0.0, high=high)
    return Path(target, left, needed, ahead)


def _steps_between(day: date, deadline: date, months: int) -> int:
    """How many periods of so many months end after `day` until the deadline."""
    return ((deadline.year - day.year) * 12 + deadline.month - day.month) // months


def _is_share(indicator) -> bool:
    """A share of units cannot pass 100 %; a quotient of sums may."""
    return any(a.op == "share" for a in ir.aggregates_of(ir.from_json(indicator.expression)))


def _begin(indicator: Indicator, places: list[Place], rows: dict, periods: list[Period]) -> int:
    """Where the chart begins: with the first figure or the plan, whichever is earlier; before, there is no gap."""
    told = (
        one.last_day >= indicator.plan.valid_from
        or any(rows[place.pk][at].shown is not None for place in places)
        for at, one in enumerate(periods)
    )
    return next((at for at, is_told in enumerate(told) if is_told), 0)


def chart_of(indicator: Indicator, places: list[Place], rows: dict, period: Period) -> dict:
    """What the chart frame draws: the series of each place, the target, the numbers below it."""
    periods = periods_to(period)
    begin = _begin(indicator, places, rows, periods)
    labels = [str(one) for one in periods[begin:]]
    target = target_for(indicator, period)
    drawn = {
        "kind": "line",
        "unit": indicator.unit,
        "labels": labels,
        "series": [
            {"name": place.name, "values": [_float(row.shown) for row in rows[place.pk][begin:]]}
            for place in places
        ],
    }
    if target is not None:
        drawn |= {"target": float(target.low), "target_words": _("目标")}
    columns = [{"title": _("时期")}, *({"title": place.name, "numeric": True} for place in places)]
    lines = [[label, *(_cell(rows[p.pk][at]) for p in places)] for at, label in enumerate(labels, begin)]
    return {
        "id": "trend",
        "title": indicator.name,
        "unit": indicator.unit,
        "as_of": clock.today(),
        "columns": columns,
        "rows": lines,
        "drawn": drawn,
    }


def _float(number):
    return None if number is None else float(number)


def _cell(row) -> str:
    return "—" if row.shown is None else f"{row.shown:,}"


def map_level(place: Place) -> str:
    """The finest level below a place that a map can still show apart."""
    for level in reversed(DIVISIONS[DIVISIONS.index(place.level) :]):
        if Place.objects.current().within(place).filter(level=level).count() <= MOST_AREAS:
            return level
    return place.level


def indicator_map(indicator: Indicator, place: Place, period: Period, level: str = "") -> dict:
    """The layers of the map: the same values as every table, by the level asked for."""
    level = level if level in DIVISIONS else map_level(place)
    areas = {
        row.place_id: row
        for row in Boundary.objects.filter(
            place__path__startswith=place.path, place__level=level, place__valid_to=None
        ).select_related("place")[:MOST_AREAS]
    }
    found = values_of([indicator], [row.place for row in areas.values()], period) if areas else []
    features = [
        {
            "type": "Feature",
            "geometry": areas[row.place.pk].geometry,
            "properties": {
                "id": row.place.code,
                "title": row.place.name,
                "value": _float(row.shown),
                "url": f"{reverse('indicator-detail', args=[indicator.plan.code, indicator.code])}"
                f"?place={row.place.code}&period={period}",
            },
        }
        for row in found
    ]
    layer = {
        "kind": "areas",
        "title": indicator.name,
        "unit": indicator.unit,
        "breaks": breaks_of(feature["properties"]["value"] for feature in features),
        "features": {"type": "FeatureCollection", "features": features},
    }
    return {"base": base_layer(), "layers": [layer]}
