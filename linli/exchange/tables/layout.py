"""Where in a sheet the table is: under which title and header, above which notes and signatures."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from .cells import WrongCell, code
from .reading import Table, TableRefused

HEADER_WITHIN = 15  # rows from the top; official tables have title, number, unit and date above the header
_ASIDE = re.compile(
    r"(注[:：]|备注[:：]|说明[:：]|填表说明|填报单位|填报人|填表人|审核人|负责人|单位负责人|联系电话|填报日期|制表)|"
    r"[合总小]\s*计$"
)
_TOTAL = re.compile(r"[合总小]\s*计$")


@dataclass(frozen=True)
class Found:
    """Which column of the file answers which title, and the rows that hold records."""

    columns: dict[str, int]
    header: list[str]  # the titles as they stand in the file
    rows: list[tuple[int, list]]


def fold(title: object) -> str:
    """A title as compared: no blanks, no unit in brackets, no width, no star of "required".

    >>> fold("＊ 常住 人口（人）")
    '常住人口'
    """
    plain = unicodedata.normalize("NFKC", str(title or ""))
    return re.sub(r"\(.*?\)|[\s*#:]", "", plain).casefold()


def find_table(table: Table, titles: dict[str, Sequence[str]], *, required: Sequence[str]) -> Found:
    """Find the header that names `titles` (name → its spellings); TableRefused says which are missing."""
    wanted = {fold(spelling): name for name, spellings in titles.items() for spelling in spellings}
    best, best_at, best_depth = {}, -1, 1
    for at, (_number, row) in enumerate(table.rows[:HEADER_WITHIN]):
        below = table.rows[at + 1][1] if at + 1 < len(table.rows) else []
        for depth, header in enumerate((row, _two_rows(row, below)), 1):
            found = _match([fold(cell) for cell in header], wanted)
            if len(found) > len(best):
                best, best_at, best_depth = found, at, depth
    missing = [titles[name][0] for name in required if name not in best]
    if not best or missing:
        raise TableRefused("表头里没有找到：" + "、".join(missing or [t[0] for t in titles.values()]))
    body = table.rows[best_at + best_depth :]
    header = table.rows[best_at][1]
    if best_depth == 2:
        header = _two_rows(header, table.rows[best_at + 1][1])
    return Found(best, [str(cell or "") for cell in header], [row for row in body if not _is_aside(row[1])])


def find_records(
    rows: Iterator[tuple[int, list]], titles: dict[str, Sequence[str]], *, required: Sequence[str]
) -> tuple[Found, Iterator[tuple[int, list]]]:
    """As `find_table`, for rows that come one at a time: the header's columns and the records still to come."""
    found = find_table(Table("", list(islice(rows, HEADER_WITHIN))), titles, required=required)
    later = (row for row in rows if not _is_aside(row[1]))
    return found, chain(found.rows, later)


def _two_rows(row: list, below: list) -> list:
    """Titles of a header in two rows: the lower where there is one, else the upper."""
    width = max(len(row), len(below))
    upper, lower = ([*cells, *[None] * (width - len(cells))] for cells in (row, below))
    return [under or above for above, under in zip(upper, lower, strict=True)]


def _match(titles: list[str], wanted: dict[str, str]) -> dict[str, int]:
    """Name → column; of two columns with one title the first counts."""
    found: dict[str, int] = {}
    for at, title in enumerate(titles):
        if title in wanted:
            found.setdefault(wanted[title], at)
    return found


def _is_aside(row: list) -> bool:
    """Notes, totals, signatures and the row that numbers the columns (甲 乙 1 2 3) hold no record."""
    first = next(cell for cell in row if cell is not None)
    if isinstance(first, str) and _ASIDE.match(first):
        return bool(_TOTAL.match(first)) or len([cell for cell in row if cell is not None]) <= 4
    return _short(first) in ("1", "甲") and _numbers_columns(
        [_short(cell) for cell in row if cell is not None]
    )


def _numbers_columns(filled: list[str]) -> bool:
    count = len(filled)
    return count > 2 and filled in (
        [str(n) for n in range(1, count + 1)],
        ["甲", *(str(n) for n in range(1, count))],
        ["甲", "乙", *(str(n) for n in range(1, count - 1))],
    )


def _short(cell) -> str:
    """The cell when it is one or two characters, as a column's number is."""
    if isinstance(cell, str) and len(cell) > 2:
        return ""
    try:
        return code(cell, longest=2)
    except WrongCell:
        return ""
