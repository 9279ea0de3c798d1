"""Who is evaluated by an index that is not of places: units, providers or projects, and what is drawn of each."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from linli.measures import Period
from linli.people.models import Unit
from linli.places.models import Place
from linli.plans.formula import Cell, Facts, Months, evaluate, ir
from linli.plans.formula import Unit as FactsUnit
from linli.plans.models import EvaluationIndex, LivelihoodProject
from linli.services.credit import counted, serving

from .departments import DepartmentLine, departments_of
from .evaluations import drawn_values, lines_of, places_in_scope, units_for

PROJECT_CODES = ("plans.project_goal", "plans.project_done", "plans.project_months", "plans.project_told")


@dataclass(frozen=True)
class Subject:
    """One thing to be evaluated: where, who answers for it, what people call it, what was drawn; `link` names it."""

    place: Place
    unit: Unit | None
    name: str
    drawn: dict[str, str | None]
    link: dict = field(default_factory=dict)


def subjects_of(index: EvaluationIndex, place: Place, period: Period, today: date) -> list[Subject]:
    """Everybody an index evaluates within a place in a period."""
    return SUBJECTS[index.rules.get("of", "places")](index, place, period, today)


def _places(index, place, period, today):
    places = places_in_scope(index, place, period, today)
    units, drawn = units_for(places), drawn_values(index, places, period)
    return [Subject(one, units.get(one.pk), one.name, drawn[one.path]) for one in places]


def _departments(index, place, period, today):
    return [
        Subject(_seat(line.unit, place), line.unit, line.unit.name, drawn_of(index, counts_of(line)))
        for line in departments_of(None, place, period)
    ]


def _seat(unit, place):
    """Where a unit is evaluated: at its own place, or, when that lies outside, at the place of the round."""
    return unit.place if unit.place and unit.place.path.startswith(place.path) else place


def _providers(index, place, period, today):
    rows = list(serving(period).filter(place__path__startswith=place.path).order_by("place__path", "name"))
    numbers, units = counted(rows, period), units_for([one.place for one in rows])
    return [
        Subject(
            one.place, one.unit or units.get(one.place_id), one.name, drawn_of(index, numbers[one.pk]),
            {"provider": one},
        )
        for one in rows
    ]  # fmt: skip


def _projects(index, place, period, today):
    rows = LivelihoodProject.objects.filter(place__path__startswith=place.path, year=period.start.year)
    rows = list(rows.select_related("place").prefetch_related("log"))
    units = units_for([one.place for one in rows])
    return [
        Subject(
            one.place, units.get(one.place_id), one.title, drawn_of(index, project_counts(one, period)),
            {"project": one},
        )
        for one in rows
    ]  # fmt: skip


SUBJECTS = {
    "places": _places, "departments": _departments, "providers": _providers, "projects": _projects,
}  # fmt: skip


def counts_of(line: DepartmentLine) -> dict[str, int]:
    """What is known of a unit, by the codes of the measures."""
    return {
        "plans.shares_due": line.shares_due, "plans.shares_in_time": line.shares_in_time,
        "plans.findings_due": line.findings_due, "plans.findings_in_time": line.findings_in_time,
    }  # fmt: skip


def project_counts(project: LivelihoodProject, period: Period) -> dict[str, int]:
    """What its log says of a project by the end of a period: how much is done, in how many months it was told of."""
    told = [line for line in project.log.all() if line.told_on < period.end]
    last = max(told, key=lambda line: (line.told_on, line.pk), default=None)
    finished = project.finished_on if project.finished_on and project.finished_on < period.end else None
    ends = finished or period.last_day
    months = max(0, 12 * (ends.year - project.year) + ends.month)
    spoken = {(line.told_on.year, line.told_on.month) for line in told if line.told_on.year == project.year}
    return {
        "plans.project_goal": project.goal, "plans.project_done": last.done if last else 0,
        "plans.project_months": months, "plans.project_told": len(spoken),
    }  # fmt: skip


def drawn_of(index: EvaluationIndex, numbers: dict[str, int]) -> dict[str, str | None]:
    """Code → exact value as text: each formula of an index with one thing as all there is to count.

    What nobody counts of it stays None, until somebody looks and gives it marks.
    """
    cells = {(measure, "unit", 0, 1): Cell(number) for measure, number in numbers.items()}
    found = {}
    for code, told in lines_of(index).items():
        if told["expression"] is None:
            found[code] = None
            continue
        expression = ir.from_json(told["expression"])
        scopes = frozenset(one.scope for one in ir.aggregates_of(expression))
        facts = Facts((FactsUnit("unit", "unit/", scopes),), cells, due_through=0)
        number = evaluate(expression, facts, "", Months(0, 0)).value.number
        found[code] = None if number is None else str(Fraction(number))
    return found


def drawn_again(index: EvaluationIndex, evaluation, today: date) -> dict[str, str | None]:
    """What is drawn now of the thing evaluated before: of a place its month, of all others the running year."""
    case, held = evaluation.case, evaluation.round
    of, year = index.rules.get("of", "places"), Period.parse(str(today.year))
    if of == "places":
        month = Period.parse(f"{today.year}-{today.month:02}")
        return drawn_values(index, [case.place], month)[case.place.path]
    if of == "providers":
        return drawn_of(index, counted([evaluation.provider], year)[evaluation.provider_id])
    if of == "projects":
        return drawn_of(index, project_counts(evaluation.project, year))
    lines = departments_of(None, held.place, year)
    own = next((line for line in lines if line.unit == case.unit), DepartmentLine(case.unit, 0, 0, 0, 0, 0))
    return drawn_of(index, counts_of(own))
