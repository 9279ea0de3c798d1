"""A table from a file: xlsx, xls, ods or csv in UTF-8 or GB 18030 → header and rows, or a sentence why not."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from .cells import unguarded

OPENING = Path(__file__).with_name("opening.py")
LIBRARY = Path(find_spec("python_calamine").origin).parents[1]

MOST_BYTES = 200 * 1024 * 1024  # the national list of divisions as xlsx is 25 MB, as csv 45
MOST_ROWS = 1_048_576  # what a sheet can hold
MOST_COLUMNS = 300  # the widest statistical form seen has 120
MOST_CELLS = 20_000_000
SECONDS = 120
MEMORY = 1536 * 1024 * 1024  # of the other process; a dense sheet of 20 million cells fits
LONGEST_CELL = 32_767  # what a spreadsheet can hold
TOO_MUCH = "表格太大或太复杂，没有读取；请另存为 csv，或分开导入。"
WORKBOOKS = (".xlsx", ".xls", ".ods")


class TableRefused(ValueError):
    """The file is not read; the text is a sentence for the person who sent it."""


@dataclass(frozen=True)
class Table:
    """The rows of one sheet with their numbers in the file, from 1; cells are text, numbers, dates or None."""

    name: str
    rows: list[tuple[int, list]]


def read_table(path: Path, name: str) -> Table:
    """Read the table at `path`, called `name` by the person; TableRefused says why it cannot be read."""
    return Table(Path(name).stem, list(table_rows(path, name)))


def table_rows(path: Path, name: str) -> Iterator[tuple[int, list]]:
    """The rows that hold something, with their numbers in the file, as they come; TableRefused on the way."""
    if path.stat().st_size > MOST_BYTES:
        raise TableRefused(f"表格超过 {MOST_BYTES // 1024 // 1024} MB，请分开导入。")
    ending = Path(name.lower()).suffix
    if ending in WORKBOOKS:
        yield from _workbook_rows(path)
    elif ending in (".csv", ".txt"):
        yield from csv_rows(path)
    else:
        raise TableRefused("可以导入 xlsx、xls、ods、csv 表格。")


def _workbook_rows(path: Path) -> Iterator[tuple[int, list]]:
    bounds = [MOST_ROWS, MOST_COLUMNS, MOST_CELLS, SECONDS, MEMORY]
    command = [sys.executable, "-I", "-S", str(OPENING), str(path), *map(str, bounds), str(LIBRARY)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}) as opening:
        try:
            yield from _answered(opening.stdout)
        finally:
            opening.kill()  # whoever stops reading early


def _answered(lines: Iterator[bytes]) -> Iterator[tuple[int, list]]:
    """The rows the other process printed; TableRefused with its sentence, or ours when it broke off."""
    ended = False
    for number, line in enumerate(lines):
        try:
            said = json.loads(line)
        except ValueError:
            raise TableRefused(TOO_MUCH) from None
        if isinstance(said, dict):
            if "refused" in said:
                raise TableRefused(said["refused"])
            ended = "end" in said
            continue
        row = [_typed(cell) for cell in said]
        if any(cell is not None for cell in row):
            yield number, row
    if not ended:
        raise TableRefused(TOO_MUCH)


def _typed(cell):
    """Blank text becomes None, a date a date; everything else stays as it was."""
    if isinstance(cell, list):
        return date.fromisoformat(cell[1])
    if isinstance(cell, str):
        return cell.strip()[:LONGEST_CELL] or None
    return cell


def csv_rows(path: Path) -> Iterator[tuple[int, list]]:
    """The rows of a csv with their line numbers, read as they come; blank lines are left out."""
    with path.open(encoding=_encoding_of(path), newline="") as file:
        reader = csv.reader(file, _dialect(file))
        while True:
            try:
                row = next(reader, None)
            except csv.Error:
                raise TableRefused(f"第 {reader.line_num} 行不是有效的 csv，请检查引号。") from None
            if row is None:
                return
            if len(row) > MOST_COLUMNS:
                raise TableRefused(f"第 {reader.line_num} 行有 {len(row)} 列，超过 {MOST_COLUMNS} 列。")
            if reader.line_num > MOST_ROWS:
                raise TableRefused(f"表格超过 {MOST_ROWS} 行，请分开导入。")
            cells = [unguarded(cell.strip()) or None for cell in row]
            if any(cells):
                yield reader.line_num, cells


def _encoding_of(path: Path) -> str:
    """UTF-8 or GB 18030, by reading it all once: half a file in the wrong letters is worse than none."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding, newline="") as file:
                while block := file.read(1024 * 1024):
                    if "\0" in block:
                        raise TableRefused("这不是文本表格；如果是 Excel 文件，请用 .xlsx 扩展名。")
            return encoding
        except UnicodeDecodeError:
            continue
    raise TableRefused("文字编码不是 UTF-8，也不是 GB 18030；请在 Excel 或 WPS 里另存为“CSV UTF-8”。")


def _dialect(file: io.TextIOBase) -> type[csv.Dialect]:
    """Comma, semicolon or tab, whichever the first line uses most."""
    first = file.readline()
    file.seek(0)

    class Used(csv.excel):
        delimiter = max(",;\t", key=first.count)

    return Used
