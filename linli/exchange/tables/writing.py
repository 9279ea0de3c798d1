"""Tables out: xlsx in the style of official tables, csv for other systems; nothing in them runs (I10)."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO, Literal

import xlsxwriter

from linli.kernel.clock import CHINA

from .cells import guarded

SIGNATURES = ("填报单位（盖章）：", "负责人：", "审核人：", "填表人：", "联系电话：", "填报日期：")
WIDEST = 40


@dataclass(frozen=True)
class Column:
    """A column with its title; `group` is the title above it when the header has two rows."""

    title: str
    group: str = ""
    width: int = 0  # characters; 0: by the title
    decimals: int | None = None  # of a number; None: as it comes


@dataclass(frozen=True)
class Sheet:
    """What an official table says around its rows."""

    title: str
    columns: Sequence[Column]
    unit: str = ""  # 单位：人
    as_of: date | None = None
    note: str = ""
    signatures: Sequence[str] = field(default=SIGNATURES)


def write_xlsx(target: BinaryIO, sheet: Sheet, rows: Iterable[Sequence]) -> int:
    """Write title, unit and date, header, rows, note and signature lines; return how many rows.

    Rows may come from an iterator: one at a time is held. Text is written as text, whatever it begins with.
    """
    book = xlsxwriter.Workbook(
        target,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False},
    )
    book.set_properties({"author": "", "company": "", "comments": ""})
    page = book.add_worksheet("表")
    styles = _Styles(book, sheet)
    at = _write_head(page, sheet, styles)
    count = 0
    for row in rows:
        for column, value in enumerate(row):
            _write_cell(page, (at + count, column), value, styles)
        count += 1
    _write_foot(page, at + count, sheet, styles)
    book.close()
    return count


class _Styles:
    def __init__(self, book: xlsxwriter.Workbook, sheet: Sheet):
        edge = {"border": 1, "font_name": "宋体", "font_size": 11, "valign": "vcenter"}
        plain = {"font_name": "宋体", "font_size": 11}
        self.title = book.add_format({"font_name": "黑体", "font_size": 18, "align": "center"})
        self.plain = book.add_format(plain)
        self.right = book.add_format({**plain, "align": "right"})
        self.head = book.add_format({**edge, "bold": True, "align": "center", "text_wrap": True})
        self.text = book.add_format({**edge, "num_format": "@"})
        self.number = book.add_format(edge)
        self.day = book.add_format({**edge, "num_format": "yyyy-mm-dd"})
        shapes = {c.decimals for c in sheet.columns if c.decimals is not None}
        forms = {n: book.add_format({**edge, "num_format": "0." + "0" * n if n else "0"}) for n in shapes}
        self.by_column = [forms.get(column.decimals, self.number) for column in sheet.columns]


def _write_head(page, sheet: Sheet, styles: _Styles) -> int:
    """Title, unit and date, header in one or two rows; return the row the records begin at."""
    last = max(len(sheet.columns) - 1, 0)
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, column.width or min(max(2 * len(column.title) + 4, 8), WIDEST))
    _across(page, 0, (0, last), sheet.title, styles.title)
    page.set_row(0, 30)
    said = [
        f"单位：{sheet.unit}" if sheet.unit else "",
        f"截至 {sheet.as_of:%Y-%m-%d}" if sheet.as_of else "",
    ]
    _across(page, 1, (0, last), "　".join(filter(None, said)), styles.right)
    double = any(column.group for column in sheet.columns)
    if not double:
        page.write_row(2, 0, [column.title for column in sheet.columns], styles.head)
        return 3
    _write_groups(page, sheet.columns, styles)
    page.write_row(3, 0, [c.title if c.group else "" for c in sheet.columns], styles.head)
    return 4


def _write_groups(page, columns: Sequence[Column], styles: _Styles) -> None:
    """The upper header row; equal neighbours share one cell. In constant memory a cell cannot span rows."""
    start = 0
    while start < len(columns):
        end = start
        group = columns[start].group
        while group and end + 1 < len(columns) and columns[end + 1].group == group:
            end += 1
        _across(page, 2, (start, end), group or columns[start].title, styles.head)
        start = end + 1


def _across(page, row: int, span: tuple[int, int], text: str, style) -> None:
    if span[0] == span[1]:
        page.write_string(row, span[0], text, style)
    else:
        page.merge_range(row, span[0], row, span[1], text, style)


def _write_cell(page, at: tuple[int, int], value, styles: _Styles) -> None:
    """Typed: a number is a number, a day a day; all else is text that stays text."""
    if value is None:
        page.write_blank(*at, None, styles.text)
    elif isinstance(value, bool):
        page.write_string(*at, "是" if value else "否", styles.text)
    elif isinstance(value, int | float | Decimal) and abs(value) < 10**15:
        style = styles.by_column[at[1]] if at[1] < len(styles.by_column) else styles.number
        page.write_number(*at, float(value) if isinstance(value, Decimal) else value, style)
    elif isinstance(value, datetime):
        page.write_string(*at, f"{value.astimezone(CHINA):%Y-%m-%d %H:%M}", styles.text)
    elif isinstance(value, date):
        page.write_datetime(*at, datetime(value.year, value.month, value.day), styles.day)  # noqa: DTZ001
    else:
        page.write_string(*at, _printable(str(value))[:32_767], styles.text)


def _write_foot(page, row: int, sheet: Sheet, styles: _Styles) -> None:
    if sheet.note:
        page.write_string(row, 0, _printable(f"注：{sheet.note}"), styles.plain)
        row += 1
    step = max(len(sheet.columns) // 3, 1)
    for at, line in enumerate(sheet.signatures):
        page.write_string(row + 1 + at // 3, (at % 3) * step, line, styles.plain)


def _printable(text: str) -> str:
    """XML of a workbook cannot hold control characters."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def write_csv(
    target: BinaryIO,
    titles: Sequence[str],
    rows: Iterable[Sequence],
    *,
    encoding: Literal["utf-8-sig", "gb18030"] = "utf-8-sig",
) -> int:
    """Write a csv (UTF-8 with BOM, or GB 18030) and return how many rows; text that a spreadsheet would run
    gets an apostrophe in front."""
    out = io.TextIOWrapper(target, encoding=encoding, newline="", write_through=True)
    writer = csv.writer(out)
    writer.writerow([_harmless(title) for title in titles])
    count = 0
    for row in rows:
        writer.writerow([_harmless(value) for value in row])
        count += 1
    out.flush()
    out.detach()
    return count


def _harmless(value) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M}"
    if isinstance(value, int | float | Decimal | date):
        return value
    return guarded(_printable(str(value)))
