"""Which conditions the figures of a place do not meet, with figures that are only being entered."""

from collections.abc import Mapping
from dataclasses import dataclass

from linli.kernel import clock
from linli.places.models import Place
from linli.plans.formula import Months, ir
from linli.plans.formula.evaluating import evaluate
from linli.plans.formula.facts import Cell, Facts, Unit
from linli.plans.formula.values import STATUSES
from linli.plans.models import CheckTerm, MeasureValue, ScopeTerm

from .relations import due_month

BACK = 60  # months: the longest time a stock may stay good (schema.MeasureLine)


@dataclass(frozen=True)
class Draft:
    """A figure that is being entered: a scaled integer, or None with the reason."""

    month: int
    span: int
    value: int | None
    status: str


def broken_checks(place: Place, months: Months, drafts: Mapping[str, Draft]) -> list[CheckTerm]:
    """The conditions that would not hold at a place with these figures; two queries and no guess about gaps."""
    checks = [(check, ir.from_json(check.expression)) for check in CheckTerm.objects.filter(retired_on=None)]
    touched = [(check, e) for check, e in checks if set(drafts) & set(ir.measures_of(e))]
    if not touched:
        return []
    codes = {code for _check, expression in touched for code in ir.measures_of(expression)}
    facts = _facts(place, codes, months, drafts)
    return [check for check, e in touched if evaluate(e, facts, place.path, months).value.number is False]


def _facts(place, codes, months, drafts) -> Facts:
    rows = MeasureValue.objects.filter(
        place=place, measure__in=codes, known_to=None, month__range=(months.first - BACK, months.last)
    ).order_by("-source")  # what is counted from records comes last and wins over what was reported
    key = str(place.pk)
    cells = {
        (row.measure, key, row.month, row.span): Cell(row.value, STATUSES[row.status])
        for row in rows
        if row.value is not None or (row.measure, row.month) not in drafts
    }
    for code, draft in drafts.items():
        cells[code, key, draft.month, draft.span] = Cell(draft.value, draft.status)
    scopes = frozenset(scope.code for scope in ScopeTerm.objects.filter(retired_on=None, level=place.level))
    unit = Unit(key, place.path, scopes)
    return Facts((unit,), cells, due_month(clock.today()), {place.path: key})
