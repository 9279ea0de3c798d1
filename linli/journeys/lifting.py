"""Which indicators the sites of a scenario lift, each by the plan's own formula."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from linli.facilities.counted import COUNTED
from linli.facilities.models import Kind
from linli.measures import Period, measures
from linli.places.models import Place
from linli.places.queries import place_at
from linli.plans.formula import ir, rounded
from linli.plans.formula.evaluating import evaluate
from linli.plans.formula.facts import Cell, Facts, Unit
from linli.plans.formula.periods import Months, month_of
from linli.plans.models import Indicator, ScopeTerm
from linli.reach.actions.building import circles_with
from linli.reach.catalogue import house_in
from linli.reach.measures import READINGS
from linli.reach.models import Scenario


@dataclass(frozen=True)
class Lift:
    """An indicator over the run's area by the plan's own formula, before and after the sites stand."""

    indicator: Indicator
    before: Decimal
    after: Decimal

    @property
    def points(self) -> Decimal:
        return self.after - self.before

    @property
    def words(self) -> str:
        """“I-XA-18 提高 1.3 个百分点”; other units are named."""
        unit = _("个百分点") if self.indicator.unit == "%" else self.indicator.unit
        told = {"name": self.indicator.ref or self.indicator.name, "n": f"{abs(self.points):f}", "unit": unit}
        return (
            _("%(name)s 提高 %(n)s %(unit)s") if self.points > 0 else _("%(name)s 降低 %(n)s %(unit)s")
        ) % told


def lifts_of(scenario: Scenario) -> list[Lift]:
    """Every standing indicator that the sites would move, of those that count nothing but the life circle and what
    the register counts of the kinds that are built."""
    month = month_of(scenario.run.on.year, scenario.run.on.month)
    circles, built = circles_with(scenario), built_by(scenario)
    before, after = (_facts(circles, built, side, month) for side in (0, 1))
    found = []
    for indicator in _indicators({*built, *(reading.name for reading in READINGS)}):
        expression = ir.from_json(indicator.expression)
        told = [
            evaluate(expression, facts, scenario.run.place.path, Months(month, month)).value.number
            for facts in (before, after)
        ]
        if None in told or told[0] == told[1]:
            continue
        decimals = max(indicator.decimals, 1)
        found.append(Lift(indicator, *(rounded(number, decimals) for number in told)))
    return found


def built_by(scenario: Scenario) -> dict[str, dict[str, tuple[int, int]]]:
    """Measure → community code → the register's count before and with the sites, as what the run's packs say is
    built for each function; a community that has not said what it has says nothing."""
    kinds = {(house_in(scenario.run.parameters) or {}).get("builds", {}).get(key) for key in scenario.keys}
    tags = [
        tag
        for tags in Kind.objects.filter(code__in=kinds - {None}).values_list("counts", flat=True)
        for tag in tags
    ]
    more = Counter(place.code for spot in scenario.sites if (place := place_at(*spot)))
    on, told = scenario.run.on, {}
    for tag, added in Counter(tags).items():
        counted = COUNTED.get(tag)
        if counted is None or counted.level != "community":
            continue
        now = measures[counted.measure].count(Period.parse(f"{on.year}-{on.month:02}"))
        told[counted.measure] = {code: (n, n + added * more[code]) for code, n in now.items()}
    return told


def _indicators(names: set[str]) -> list[Indicator]:
    standing = Indicator.objects.filter(retired_on=None, plan__retired_on=None, expression__isnull=False)
    return [
        row
        for row in standing.select_related("plan").order_by("plan", "order")
        if (counted := set(ir.measures_of(ir.from_json(row.expression)))) and counted <= names
    ]


def _facts(circles: dict, built: dict, side: int, month: int) -> Facts:
    """What the run's communities would report for the run's month."""
    told = {code: pair[side] for code, pair in circles.items()}
    places = Place.objects.filter(code__in=list(told)).order_by("path")
    scopes = dict(ScopeTerm.objects.filter(retired_on=None).values_list("code", "urban_rural"))
    units = tuple(Unit(place.code, place.path, _scopes(place, scopes)) for place in places)
    cells = {
        (reading.name, code, month, 1): Cell(value)
        for reading in READINGS
        for code, value in reading.over(told).items()
    }
    cells |= {
        (name, code, month, 1): Cell(pair[side])
        for name, pairs in built.items()
        for code, pair in pairs.items()
        if code in told
    }
    return Facts(units, cells, month)


def _scopes(place: Place, scopes: dict[str, str]) -> frozenset[str]:
    """The scopes a community belongs to: those whose urban-rural code begins its own."""
    return frozenset(code for code, prefix in scopes.items() if place.urban_rural.startswith(prefix or ""))
