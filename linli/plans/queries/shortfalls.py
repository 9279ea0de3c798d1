"""How many places fall short of an indicator's target and what they lack together, down to each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from linli.measures import Period
from linli.places.models import Place
from linli.plans.formula import Catalogue, ir, rounded
from linli.plans.formula.parsing import fold
from linli.plans.formula.shortfalls import Shortfall, lacking, shortfall_of
from linli.plans.formula.wording import title_of
from linli.plans.models import Indicator
from linli.ui.words import figure_words

from .explaining import installed_catalogue
from .values import IndicatorValue, states_of, target_for

JUDGED = ("at_least", "equal")  # more is better: what is below falls short
MOST_PLACES = 200  # shown at once


@dataclass(frozen=True)
class Lack:
    """What is missing of one thing, exact, in its unit."""

    title: str
    unit: str
    amount: Fraction

    @property
    def words(self) -> str:
        return figure_words(rounded(self.amount, 2).normalize() + 0, self.unit)


@dataclass(frozen=True)
class Short:
    """At a place: how many of the units that reported fall short, and what they lack together."""

    number: int
    reported: int
    scope: str
    lacks: tuple[Lack, ...]

    @property
    def words(self) -> str:
        """43 个社区合计差 9,860 ㎡."""
        told = {"n": f"{self.number:,}", "scope": self.scope}
        if len(self.lacks) == 1:
            return _("%(n)s 个%(scope)s合计差 %(lack)s") % {**told, "lack": self.lacks[0].words}
        if self.lacks:
            each = "、".join(f"{lack.title} {lack.words}" for lack in self.lacks)
            return _("%(n)s 个%(scope)s合计差：%(lacks)s") % {**told, "lacks": each}
        return _("%(n)s 个%(scope)s没有达到") % told


@dataclass(frozen=True)
class ShortPlace:
    """One unit that falls short: what it has, and what it lacks."""

    place: Place
    has: tuple[tuple[str, str, Decimal | None], ...]  # title, unit, number
    lacks: tuple[Lack, ...]


def counted_short(indicator: Indicator, period: Period) -> Shortfall | None:
    """How the shortfall of an indicator is counted against the target that applies; None where it is not."""
    if not indicator.expression or indicator.direction not in JUDGED:
        return None
    target = target_for(indicator, period)
    low = None if target is None else Fraction(target.low)
    return shortfall_of(ir.from_json(indicator.expression), at_least=low)


def shortfall_aggregates(indicator: Indicator) -> list[ir.Aggregate]:
    """What is stored so that a scorecard need not count every unit: the shortfall against each of the targets."""
    if not indicator.expression or indicator.direction not in JUDGED:
        return []
    expression = ir.from_json(indicator.expression)
    lows = {Fraction(target.low) for target in indicator.targets.all()}
    found = (shortfall_of(expression, at_least=low) for low in sorted(lows))
    return [node for counted in found if counted is not None for node in counted.aggregates]


def shortfalls(rows: Sequence[IndicatorValue], place: Place, period: Period, **seen) -> dict[int, Short]:
    """Indicator → its shortfall at a place, of those that do not meet their target; one query for all states."""
    lagging = [row.indicator for row in rows if row.met is False]
    found = {one.pk: counted for one in lagging if (counted := counted_short(one, period)) is not None}
    if not found:
        return {}
    asked = [node for counted in found.values() for node in counted.aggregates]
    states, names = states_of(asked, [place], period, **seen), installed_catalogue()
    return {
        key: told for key, counted in found.items() if (told := _told(counted, states, place, names)).number
    }


def _told(counted: Shortfall, states, place, names) -> Short:
    state = states[ir.digest(counted.short), place.path]
    scope = names.scopes.get(fold(counted.scope))
    number = state.value.number
    return Short(
        number=0 if number is None else int(number),
        reported=state.value.reported or 0,
        scope=scope.title if scope else counted.scope,
        lacks=_lacks(counted, states, place, names),
    )


def _lacks(counted, states, place, names) -> tuple[Lack, ...]:
    found = []
    for node in counted.missing:
        number = states[ir.digest(node), place.path].value.number
        codes = lacking(node)
        title = "、".join(title_of(code, names) for code in codes)
        if number:
            found.append(Lack(title, _unit(codes, names), Fraction(number)))
    return tuple(found)


def _unit(codes, names: Catalogue) -> str:
    units = {names.measures[fold(code)].unit for code in codes if fold(code) in names.measures}
    return units.pop() if len(units) == 1 else ""


@dataclass(frozen=True)
class ShortList:
    """The units behind a shortfall, those that lack most first, and what they lack together."""

    indicator: Indicator
    place: Place
    period: Period
    short: Short | None
    places: tuple[ShortPlace, ...]

    @property
    def shown(self) -> tuple[ShortPlace, ...]:
        return self.places[:MOST_PLACES]


def short_places(indicator: Indicator, place: Place, period: Period, **seen) -> ShortList:
    """Every unit of the scope below a place that falls short; two queries for the states, whatever their number."""
    counted, names = counted_short(indicator, period), installed_catalogue()
    scope = names.scopes.get(fold(counted.scope)) if counted else None
    if counted is None or scope is None:
        return ShortList(indicator, place, period, None, ())
    below = Place.objects.filter(path__startswith=place.path, level=scope.level, valid_to=None).order_by(
        "path"
    )
    units = list(below.select_related("parent"))
    leaves = tuple(ir.Aggregate("sum", leaf, counted.scope) for leaf in counted.leaves)
    asked = [*counted.aggregates, *leaves]
    whole, states = (
        states_of(counted.aggregates, [place], period, **seen),
        states_of(asked, units, period, **seen),
    )
    rows = [
        ShortPlace(one, _has(leaves, states, one, names), _lacks(counted, states, one, names))
        for one in units
        if states[ir.digest(counted.short), one.path].value.number == 1
    ]
    rows.sort(key=lambda row: (-sum((lack.amount for lack in row.lacks), Fraction(0)), row.place.path))
    return ShortList(indicator, place, period, _told(counted, whole, place, names), tuple(rows))


def _has(leaves, states, place, names):
    found = []
    for leaf in leaves:
        number = states[ir.digest(leaf), place.path].value.number
        shown = None if number is None else rounded(Fraction(number), 2).normalize() + 0
        code = leaf.part.measure
        found.append((title_of(code, names), _unit((code,), names), shown))
    return tuple(found)
