"""Divisions in bulk: a national list of 660,000 rows, checked whole, added and renamed in a few statements.

Rows stream from the file into a temporary table (COPY); what one row cannot show (repetitions, missing
parents, ended codes) and the changes themselves are set-based. Places are added and renamed, never moved or
ended: that is done one by one, with its effects shown (actions.py). The same list twice changes nothing.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from linli import audit
from linli.exchange.actions import log_use
from linli.exchange.imports.spec import Field, ImportSpec, declare_import
from linli.exchange.tables.cells import WrongCell, code, text
from linli.exchange.tables.layout import find_records
from linli.exchange.tables.reading import table_rows
from linli.kernel import clock
from linli.kernel.bulk import store_selected

from . import figure_imports  # noqa: F401 — the other table of places; this module is the one that is looked for
from . import import_sql as sql
from .codes import DIGITS, RURAL_URBAN, is_villagers_committee
from .models import Place
from .rules import IMPORT

TITLES = {
    "code": ("区划代码", "统计用区划代码", "代码", "code"),
    "name": ("名称", "区划名称", "单位名称", "name"),
    "urban_rural": ("城乡分类代码", "城乡分类", "城乡属性", "urban_rural"),
}
ENTRY = "import-divisions"  # in the exchange register
SEGMENTS = ((0, 2), (2, 4), (4, 6), (6, 9), (9, 12))
LEVELS = tuple(str(level) for level in DIGITS)  # by segment
MOST_TOLD = 10_000  # problems told one by one; the rest is counted
_CODE = re.compile(r"[0-9]{12}")
_PLAIN = re.compile(r"[\u3400-\u9fff]{1,60}")  # nearly every name; others are looked at letter by letter


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with a row of the file."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class DivisionImport:
    """What an import did, or in a dry run would do, in rows."""

    row_count: int
    added: int
    renamed: int
    bad_count: int  # rows with problems
    problem_count: int
    problems: tuple[RowProblem, ...]
    applied: bool


@transaction.atomic
def import_divisions(
    path: Path, name: str, *, by, on: date, apply: bool = False, skip_bad_rows: bool = False
) -> DivisionImport:
    """Check the list at `path` (csv, xlsx, xls, ods, called `name`) and, if asked, apply it as of the day `on`.

    With problems nothing is applied, unless `skip_bad_rows` says to leave the bad rows out. `by` None is the
    operator at the command line; an account imports only inside its posts. TableRefused when the file
    cannot be read at all.
    """
    found, records = find_records(table_rows(path, name), TITLES, required=["code", "name"])
    at = [found.columns.get(field) for field in TITLES]
    rows = (
        (number, *(cells[i] if i is not None and i < len(cells) else None for i in at))
        for number, cells in records
    )
    done = import_rows(rows, areas=_areas(by), on=on, apply=apply, skip_bad_rows=skip_bad_rows)
    if done.applied:
        good = done.row_count - done.bad_count
        log_use(ENTRY, "imported", by=by, row_count=good, purpose=name[:200])
        audit.record("places.import", by=by, detail={"rows": good})
    return done


@transaction.atomic
def import_rows(
    rows: Iterable[tuple], *, areas: tuple[str, ...], on: date, apply: bool, skip_bad_rows: bool = False
) -> DivisionImport:
    """As `import_divisions`, for rows of (number, code, name, class) as the cells say it."""
    with connection.cursor() as cursor:
        cursor.execute(sql.MAKE)
        count, problems = _load(cursor, rows, areas)
        cursor.execute(sql.LOOK)
        problems += _set_problems(cursor)
        cursor.execute(sql.KNOWN)
        cursor.execute(sql.RENAMED, [on])
        cursor.execute(sql.COUNT)
        added, renamed = cursor.fetchone()
        applied = apply and (skip_bad_rows or not problems)
        if applied:
            _apply(cursor, on)
        cursor.execute(sql.DROP)
    problems.sort(key=lambda problem: (problem.row, problem.column))
    bad = len({problem.row for problem in problems})
    return DivisionImport(count, added, renamed, bad, len(problems), tuple(problems[:MOST_TOLD]), applied)


def _areas(by) -> tuple[str, ...]:
    """Code prefixes inside which the account may import; ("",) is everywhere."""
    if by is None:
        return ("",)
    areas = tuple(g.place.code[: DIGITS.get(g.place.level, 24)] for g in by.grants if IMPORT in g.permissions)
    if not areas:
        raise PermissionDenied
    return areas


def _load(cursor, rows: Iterable[tuple], areas: tuple[str, ...]) -> tuple[int, list[RowProblem]]:
    """Copy the good rows into the temporary table; return how many rows there were and what is wrong."""
    count, problems = 0, []
    with cursor.copy(sql.COPY) as copy:
        for number, *given in rows:
            count += 1
            try:
                copy.write_row((number, *_division(*given, areas)))
            except _WrongColumn as wrong:
                problems.append(RowProblem(number, TITLES[wrong.column][0], str(wrong)))
    return count, problems


class _WrongColumn(ValueError):
    def __init__(self, column: str, reason: str):
        super().__init__(reason)
        self.column = column


def _division(given_code, given_name, given_class, areas) -> tuple:
    """(code, name, level, parent code, class, committee) of a row; _WrongColumn says what is wrong."""
    found = _division_code(given_code, areas)
    filled = [at for at, (start, end) in enumerate(SEGMENTS) if found[start:end].strip("0")]
    if not filled or filled[0] != 0:
        raise _WrongColumn("code", "代码的前两位应为省级代码")
    name = given_name if isinstance(given_name, str) and _PLAIN.fullmatch(given_name) else _name(given_name)
    urban_rural = _read("urban_rural", code, given_class) if given_class is not None else ""
    if urban_rural and urban_rural not in RURAL_URBAN:
        raise _WrongColumn("urban_rural", "城乡分类代码应为 " + "、".join(RURAL_URBAN))
    above = found[: SEGMENTS[filled[-2]][1]].ljust(12, "0") if len(filled) > 1 else None
    level = LEVELS[filled[-1]]
    return found, name, level, above, urban_rural, _committee(found) if level == "community" else ""


def _division_code(given, areas: tuple[str, ...]) -> str:
    """Twelve digits inside the areas; a code cut short at its level is filled up with zeros."""
    found = given if isinstance(given, str) and _CODE.fullmatch(given) else _read("code", code, given)
    if len(found) in (2, 4, 6, 9) and found.isascii():
        found = found.ljust(12, "0")
    if not _CODE.fullmatch(found):
        raise _WrongColumn("code", "统计用区划代码为 12 位数字")
    if not found.startswith(areas):
        raise _WrongColumn("code", "不在您的岗位所及的区划以内")
    return found


def _name(given) -> str:
    name = _read("name", lambda cell: text(cell, longest=100), given)
    if not name:
        raise _WrongColumn("name", "必填")
    return name


def _read(column: str, reading, cell) -> str:
    try:
        return reading(cell)
    except WrongCell as wrong:
        raise _WrongColumn(column, str(wrong)) from None


def _committee(found: str) -> str:
    if is_villagers_committee(found):
        return "villagers"
    return "residents" if found[9:] < "200" else ""


def _set_problems(cursor) -> list[RowProblem]:
    """What the rows show together: each bad row is marked, so that it can be left out."""
    problems = []
    for statement, column, reason in sql.PROBLEMS:
        cursor.execute(statement)
        problems += [RowProblem(row, column, reason % detail) for row, detail in cursor.fetchall()]
    while cursor.execute(sql.ORPHANS) is not None and (orphans := cursor.fetchall()):
        problems += [
            RowProblem(row, "区划代码", f"上级 {above} 没有登记，也不在表中") for row, above in orphans
        ]
    return problems


def _apply(cursor, on: date) -> None:
    """Rename what is known, then add what is new from the province down."""
    for statement in sql.RENAME:
        cursor.execute(statement, {"on": on})
    for level in LEVELS:
        store_selected(Place, sql.ADDED, sql.ADD, [on, level])
        cursor.execute(sql.LOOK_AGAIN)
    cursor.execute(sql.ADD_VERSIONS, {"on": on})


def returned_rows(path: Path, name: str, problems: Iterable[RowProblem]) -> Iterator[list]:
    """The header and the bad rows as they were sent, each with its number before and what is wrong behind."""
    found, records = find_records(table_rows(path, name), TITLES, required=["code", "name"])
    yield ["原行号", *found.header, "问题"]
    remarks: dict[int, list[str]] = {}
    for problem in problems:
        remarks.setdefault(problem.row, []).append(f"{problem.column}：{problem.reason}")
    for number, cells in records:
        if number in remarks:
            padded = [*cells, *[None] * (len(found.header) - len(cells))]
            yield [number, *padded[: len(found.header)], "；".join(remarks[number])]


def check(rows: list[tuple[int, dict]]) -> Iterator[tuple[int, str, str]]:
    """What the rows of a county show together, for the import pages."""
    field_of = {titles[0]: field for field, titles in TITLES.items()}
    for problem in import_rows(_cells(rows), areas=("",), on=clock.today(), apply=False).problems:
        yield problem.row, field_of[problem.column], problem.reason


def apply(rows: list[dict], *, by) -> int:
    """Add and rename as of today; only inside the posts of `by`."""
    done = import_rows(_cells(enumerate(rows)), areas=_areas(by), on=clock.today(), apply=True)
    if not done.applied:
        raise PermissionDenied("只能导入您岗位所及的区划以内的区划。")
    audit.record("places.import", by=by, detail={"rows": len(rows)})
    return len(rows)


def _cells(rows: Iterable[tuple[int, dict]]) -> Iterator[tuple]:
    return ((number, v["code"], v["name"], v["urban_rural"] or None) for number, v in rows)


declare_import(
    ImportSpec(
        name="divisions",
        title="区划",
        entry=ENTRY,
        fields=(
            Field("code", TITLES["code"], code, required=True),
            Field("name", TITLES["name"], lambda cell: text(cell, longest=100), required=True),
            Field("urban_rural", TITLES["urban_rural"], code),
        ),
        allowed=lambda user: user.may(IMPORT),
        check=check,
        apply=apply,
    )
)
