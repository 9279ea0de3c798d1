"""The dry run: every cell read, every problem told by row, column and reason; nothing is written."""

from dataclasses import dataclass

from linli.exchange.tables.cells import WrongCell
from linli.exchange.tables.layout import Found, find_table
from linli.exchange.tables.reading import Table

from .spec import ImportSpec


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell of the file; `column` is the title, "" for the whole row."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class Checked:
    """What a dry run found: where the table is, the rows as values, the problems in the order of rows."""

    found: Found
    rows: list[tuple[int, dict]]
    problems: list[Problem]

    @property
    def good_rows(self) -> list[tuple[int, dict]]:
        bad = {problem.row for problem in self.problems}
        return [(number, values) for number, values in self.rows if number not in bad]


def check_rows(table: Table, spec: ImportSpec) -> Checked:
    """Read the table by the columns of `spec`; TableRefused when its header is not to be found."""
    titles = {field.name: field.titles for field in spec.fields}
    required = [field.name for field in spec.fields if field.required]
    found = find_table(table, titles, required=required)
    rows, problems = [], []
    for number, cells in found.rows:
        values, wrong = _read(number, cells, spec, found)
        rows.append((number, values))
        problems += wrong
    bad = {problem.row for problem in problems}
    shown = {field.name: field.titles[0] for field in spec.fields}
    whole = [row for row in rows if row[0] not in bad]
    problems += [Problem(row, shown.get(name, ""), reason) for row, name, reason in spec.check(whole)]
    return Checked(found, rows, sorted(problems, key=lambda problem: problem.row))


def _read(number: int, cells: list, spec: ImportSpec, found: Found) -> tuple[dict, list[Problem]]:
    values, wrong = {}, []
    for field in spec.fields:
        at = found.columns.get(field.name)
        cell = cells[at] if at is not None and at < len(cells) else None
        try:
            values[field.name] = field.read(cell)
            if field.required and values[field.name] in ("", None):
                raise WrongCell("必填")
        except WrongCell as reason:
            wrong.append(Problem(number, field.titles[0], str(reason)))
    return values, wrong
