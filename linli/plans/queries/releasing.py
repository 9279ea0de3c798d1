"""What of a frozen edition may leave the house for research: aggregated tables in which nobody can be found again."""

from fractions import Fraction

from linli.plans.formula import ir
from linli.plans.formula.values import SUPPRESSED
from linli.plans.models import Edition, FigureRules, MeasureTerm

from .publishing import hidden_paths

TOP = ""  # the edition's own place, above its children


def released_tables(edition: Edition) -> dict[str, list]:
    """The tables of an edition without small counts of people, and without what would give one back.

    A number of people below the pack's limit is withheld at a child and at a second one, as on public pages; the exact
    numerator and denominator of a ratio over people go where either is small, its rounded value stays.
    """
    rules = FigureRules.nearest(edition.place)
    tables = {name: [dict(row) for row in rows] for name, rows in edition.tables.items()}
    people = _over_people(tables["definitions"], rules)
    for row in tables["definitions"]:
        cells = {TOP: _of(tables["values"], row["code"])} | {
            one["place"]: one for one in tables["children"] if one["code"] == row["code"]
        }
        if row["unit"] in rules.people_units:
            _withhold(cells, rules.small_count)
        elif row["code"] in people:
            _round_only(cells, rules.small_count)
    return tables


def _of(rows, code):
    return next(row for row in rows if row["code"] == code)


def _over_people(defined, rules) -> set[str]:
    """Codes of indicators that read a count of people."""
    counted = set(MeasureTerm.objects.filter(unit__in=rules.people_units).values_list("code", flat=True))
    return {
        row["code"]
        for row in defined
        if row["expression"] and counted & set(ir.measures_of(ir.from_json(row["expression"])))
    }


def _withhold(cells, small):
    numbers = {
        path: Fraction(int(row["n"]), int(row["d"]))
        for path, row in cells.items()
        if row.get("n") is not None
    }
    children = {TOP: [path for path in cells if path != TOP]}
    for path in hidden_paths(numbers, children if children[TOP] else {}, small):
        cells[path].update(status=SUPPRESSED, n=None, d=None, shown=None, gap=None, met=None)


def _round_only(cells, small):
    for row in cells.values():
        if row.get("n") is not None and min(abs(int(row["n"])), int(row["d"])) < small:
            row.update(n=None, d=None)
