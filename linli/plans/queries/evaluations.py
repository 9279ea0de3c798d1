"""What an evaluation's values are, which grade they give, and why not the next one yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from linli.measures import Period
from linli.people.models import Unit
from linli.places.models import Place, PlaceVersion
from linli.plans.formula import ir, rounded
from linli.plans.formula.evaluating import combine
from linli.plans.models import Evaluation, EvaluationIndex, EvaluationRound, ScopeTerm
from linli_compute.grading import Band, Gate, Grade, Index, Item, grade

from .relations import tree_day
from .reporting import scopes_at
from .values import states_of

DECIMALS = 2  # of values and points as people read them


def index_of(rules: Mapping) -> Index:
    """The index that the kept rules describe."""
    return Index(
        tuple(Gate(line["code"], Fraction(line["at_least"])) for line in rules["gates"]),
        tuple(
            Item(line["code"], Fraction(line["weight"]), Fraction(line["worst"]), Fraction(line["best"]))
            for line in rules["items"]
        ),
        tuple(Band(line["name"], Fraction(line["from_score"])) for line in rules["bands"]),
    )


def lines_of(index: EvaluationIndex) -> dict[str, dict]:
    """Every line of an index by its code, must-haves first."""
    return {line["code"]: line for part in ("gates", "items") for line in index.rules[part]}


def drawn_values(index: EvaluationIndex, places: Sequence[Place], period: Period) -> dict[str, dict]:
    """Path → code → exact value as text, or None; one query, whatever the number of places."""
    expressions = {
        code: line["expression"] and ir.from_json(line["expression"])
        for code, line in lines_of(index).items()
    }
    states = states_of(filter(None, expressions.values()), places, period) if places else {}
    return {
        place.path: {code: _value(expression, states, place.path) for code, expression in expressions.items()}
        for place in places
    }


def _value(expression, states, path) -> str | None:
    if expression is None:  # given on the spot
        return None
    number = combine(expression, lambda a: states[ir.digest(a), path].value).value.number
    return None if number is None else str(Fraction(number))


def places_in_scope(index: EvaluationIndex, place: Place, period: Period, today) -> list[Place]:
    """The places of the index's scope within a place, as they stand at the end of the period."""
    scopes = [scope for scope in ScopeTerm.objects.filter(retired_on=None) if scope.code == index.scope]
    level = scopes[0].level if scopes else ""
    versions = PlaceVersion.objects.filter(
        path__startswith=place.path, level=level, during__contains=tree_day(period, today), place__valid_to=None
    ).select_related("place")  # fmt: skip
    return [v.place for v in versions.order_by("path") if index.scope in scopes_at(v, scopes)]


def units_for(places: Sequence[Place]) -> dict[int, Unit]:
    """Who answers for each place: of a community its street office, else its committee; above, its department."""
    above = {code for place in places for code in place.ancestor_codes}
    found = Unit.objects.filter(place__code__in=above, kind__in=("street_office", "committee", "department"))
    by_code = {(unit.kind, unit.place.code): unit for unit in found.select_related("place").order_by("-pk")}
    chosen = {}
    for place in places:
        offices = [by_code.get(("street_office", code)) for code in reversed(place.ancestor_codes)]
        own = [by_code.get((kind, place.code)) for kind in ("committee", "department")]
        unit = next(filter(None, [*offices, *own]), None)
        if unit is not None:
            chosen[place.pk] = unit
    return chosen


def values_now(evaluation: Evaluation) -> dict[str, Fraction | None]:
    """What counts: what the site check found, else what was drawn."""
    found = {**evaluation.drawn, **{code: told["value"] for code, told in evaluation.corrected.items()}}
    return {code: None if value is None else Fraction(value) for code, value in found.items()}


def result_of(evaluation: Evaluation) -> Grade:
    """The grade that the values give now, with what is missing for the next one."""
    return grade(index_of(evaluation.round.index.rules), values_now(evaluation))


@dataclass(frozen=True)
class Line:
    """A must-have or an item of a community, as people read it."""

    code: str
    title: str
    unit: str
    must: bool
    value: object  # Decimal, or None
    wanted: object
    points: object  # Decimal of the weight, None for a must-have
    weight: object
    good: bool
    why: str  # why the site check changed the value


def lines_shown(evaluation: Evaluation) -> list[Line]:
    """Each must-have and item with its value, what it takes and the points it brings."""
    index, values = index_of(evaluation.round.index.rules), values_now(evaluation)
    told = lines_of(evaluation.round.index)
    gates = [_gate_line(told[gate.code], gate, values.get(gate.code), evaluation) for gate in index.gates]
    return gates + [
        _item_line(told[item.code], item, values.get(item.code), evaluation) for item in index.items
    ]


def _gate_line(told, gate, value, evaluation) -> Line:
    good = value is not None and value >= gate.at_least
    return Line(
        gate.code, told["title"], told["unit"], True, shown(value), shown(gate.at_least), None, None, good,
        evaluation.corrected.get(gate.code, {}).get("why", ""),
    )  # fmt: skip


def _item_line(told, item, value, evaluation) -> Line:
    points = Fraction(0) if value is None else item.weight * item.share(value)
    return Line(
        item.code, told["title"], told["unit"], False, shown(value), shown(item.best), shown(points),
        shown(item.weight), points == item.weight, evaluation.corrected.get(item.code, {}).get("why", ""),
    )  # fmt: skip


def shown(number: Fraction | None):
    """A number as people read it, rounded once; None without one."""
    return None if number is None else rounded(number, DECIMALS).normalize() + 0


@dataclass(frozen=True)
class ToDo:
    """One of the three things that lead to the next grade."""

    code: str
    title: str
    unit: str
    now: object
    wanted: object
    points: object
    must: bool


def things_to_do(evaluation: Evaluation) -> list[ToDo]:
    """At most three: must-haves that are missing first, then what brings the most points."""
    told, values = lines_of(evaluation.round.index), values_now(evaluation)
    return [
        ToDo(
            step.code, told[step.code]["title"], told[step.code]["unit"], shown(values.get(step.code)),
            shown(step.value), shown(step.points), step.gate,
        )
        for step in result_of(evaluation).steps
    ]  # fmt: skip


def evaluations_of(held: EvaluationRound):
    """What a round evaluates in the order of the tree."""
    rows = held.evaluations.select_related("case__place", "case__unit", "round__index", "provider", "project")
    return rows.order_by("case__place__path")


def grade_counts(rows: Sequence[Evaluation]) -> dict[str, int]:
    """How many communities have which grade, "" for those without one that were graded."""
    counts: dict[str, int] = {}
    for row in rows:
        if row.score is not None:
            counts[row.grade] = counts.get(row.grade, 0) + 1
    return counts
