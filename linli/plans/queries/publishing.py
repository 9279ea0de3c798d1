"""What everybody may see: small counts of people withheld so that no subtraction gives them back."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from linli.measures import Period
from linli.places.levels import DIVISIONS
from linli.places.models import Place
from linli.plans.formula import Value
from linli.plans.formula.values import SUPPRESSED
from linli.plans.models import FigureRules, Indicator, Plan

from .values import IndicatorValue, values, values_of


def hidden_paths(
    numbers: Mapping[str, Fraction], children: Mapping[str, Sequence[str]], small: int
) -> set[str]:
    """Paths whose counts are withheld, given those of a tree from above to below.

    A count from 1 to below `small` is withheld; where only one child is withheld, a second one follows, for the parent
    minus the others would give it back; where the parent is withheld, at least one child is.
    """
    hidden = {path for path, number in numbers.items() if 0 < number < small}
    for parent in sorted(children, key=len):
        known = [path for path in children[parent] if path in numbers]
        silent = len(known) < len(children[parent])
        withheld = [path for path in known if path in hidden]
        enough = 1 if parent in hidden or silent or parent not in numbers else 2
        if not withheld and parent not in hidden:
            continue
        free = sorted(
            (path for path in known if path not in hidden), key=lambda p: (numbers[p] == 0, numbers[p], p)
        )
        hidden |= set(free[: max(0, enough - len(withheld))])
    return hidden


def public_values(plan: Plan, place: Place, period: Period) -> list[IndicatorValue]:
    """The values of a plan at a place as everybody may see them."""
    rows, rules = values(plan, place, period), FigureRules.nearest(place)
    people = [row.indicator for row in rows if row.indicator.unit in rules.people_units]
    if not people:
        return rows
    hidden = _hidden(people, place, period, rules.small_count)
    return [withheld(row) if (row.indicator.pk, row.place.path) in hidden else row for row in rows]


def public_cells(indicators: Sequence[Indicator], places: Sequence[Place], period: Period):
    """Values of indicators at several places as everybody may see them."""
    rules = FigureRules.nearest(places[0] if places else None)
    people = [indicator for indicator in indicators if indicator.unit in rules.people_units]
    hidden: set = set()
    for parent in {place.parent_id: place for place in places}.values() if people else ():
        hidden |= _hidden(people, parent, period, rules.small_count)
    return [
        withheld(row) if (row.indicator.pk, row.place.path) in hidden else row
        for row in values_of(indicators, places, period)
    ]


def _hidden(people, place, period, small: int) -> set[tuple[int, str]]:
    """(indicator, path) of everything withheld on the way from the top to a place, its neighbours included."""
    chain = list(Place.objects.filter(code__in=place.ancestor_codes).order_by("path"))
    below = Place.objects.filter(parent__in=chain, level__in=DIVISIONS, valid_to=None).order_by("path")
    tree: dict[str, list[str]] = {}
    listed = {one.path: one for one in [*chain, *below]}
    for one in listed.values():
        if one.parent_id is not None:
            tree.setdefault(one.path[: -len(one.code) - 1], []).append(one.path)
    found = set()
    cells = values_of(people, list(listed.values()), period)
    for indicator in people:
        numbers = {
            row.place.path: row.value.number
            for row in cells
            if row.indicator.pk == indicator.pk and row.value.number is not None
        }
        found |= {(indicator.pk, path) for path in hidden_paths(numbers, tree, small)}
    return found


def withheld(row: IndicatorValue) -> IndicatorValue:
    """The same without its number."""
    value = Value(None, SUPPRESSED, row.value.reported, row.value.expected)
    return IndicatorValue(row.indicator, row.place, None, value, row.target, None, None)
