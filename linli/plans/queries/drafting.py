"""What if: a draft formula or target beside the live one, and every cell that would change."""

from dataclasses import dataclass
from decimal import Decimal

from linli.measures import Period
from linli.places.models import Place
from linli.plans.formula import Catalogue, Constant, compile_formula, ir, rounded
from linli.plans.formula.evaluating import combine
from linli.plans.models import Indicator, Target

from .explaining import installed_catalogue
from .values import judged, states_of, target_for


@dataclass(frozen=True)
class DraftCell:
    """One place under the live and the draft definition."""

    place: Place
    live: Decimal | None
    draft: Decimal | None
    live_met: bool | None
    draft_met: bool | None

    @property
    def changed(self) -> bool:
        return self.live != self.draft or self.live_met != self.draft_met


def names_of(indicator: Indicator) -> Catalogue:
    """What is installed, with the constants that the live formula got from its pack."""
    known = installed_catalogue()
    named = {
        node.name: Constant(node.name, ir.exact(node.value))
        for node in ir.walk(ir.from_json(indicator.expression))
        if isinstance(node, ir.Number) and node.name
    }
    return Catalogue(known.measures, known.scopes, {**known.constants, **named})


def what_if(
    indicator: Indicator, places: list[Place], period: Period, *, formula: str, target: Decimal | None
) -> list[DraftCell]:
    """Each place under both definitions; FormulaError with line and column when the draft is none."""
    draft = compile_formula(formula, names_of(indicator)).expression
    live = ir.from_json(indicator.expression)
    states = states_of([live, draft], places, period)
    asked = target_for(indicator, period)
    wished = Target(indicator=indicator, low=target, high=target) if target is not None else asked
    return [_cell(indicator, place, states, (live, asked), (draft, wished)) for place in places]


def _cell(indicator, place, states, *sides) -> DraftCell:
    told = []
    for expression, target in sides:
        number = combine(expression, lambda a: states[ir.digest(a), place.path].value).value.number
        met, _gap = judged(indicator.direction, number, target)
        told.append((None if number is None else rounded(number, indicator.decimals), met))
    return DraftCell(place, told[0][0], told[1][0], told[0][1], told[1][1])
