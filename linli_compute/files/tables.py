"""Tables in: columns of a CSV or Parquet file, and a file that is there and not empty."""

import csv
from itertools import islice
from pathlib import Path

import numpy as np

from linli_compute.errors import InputError
from linli_compute.files.engine import engine

# Rows of one table held in memory at once: about 2 GB. Cells of 100 m of the largest city are a million.
MOST_ROWS = 3_000_000
Table = dict[str, np.ndarray]


class TooManyRows(InputError):
    """More rows than are held at once."""

    def __init__(self, path: Path, count: int) -> None:
        super().__init__(
            f"{path.name} 有 {count:,} 行，一次最多 {MOST_ROWS:,} 行；请先汇总成格网（如 100 米），"
            "或按城市分成几个文件（linli reach cities）。"
        )


def existing(path: Path) -> Path:
    """The path of a file that holds something; InputError otherwise."""
    if not path.is_file():
        raise InputError(f"找不到文件 {path}。")
    if path.stat().st_size == 0:
        raise InputError(f"文件 {path} 是空的。")
    return path


def rows_of(path: Path, reader: str, options: str = "") -> Table:
    """All columns by DuckDB's reader of this name; InputError for a broken file or too many rows."""
    import duckdb

    try:
        with engine() as connection:
            source = f"from {reader}(?{options})"  # both are our own constants
            [count] = connection.execute(f"select count(*) {source}", [str(path)]).fetchone() or (0,)
            if count > MOST_ROWS:  # told before a row is held: counting streams through the file
                raise TooManyRows(path, count)
            query = f"select * {source}"
            columns = connection.execute(query, [str(path)]).fetchnumpy()
    except duckdb.Error as broken:
        raise InputError(f"{path.name} 读不出来（{str(broken).splitlines()[0]}）。") from broken
    # Empty cells are None: NumPy's own filler would be a question mark.
    return {
        name: _without_filler(column) if column.dtype == object else column
        for name, column in columns.items()
    }


def _without_filler(column: np.ndarray) -> np.ndarray:
    cells = np.ma.getdata(column).copy()
    cells[np.ma.getmaskarray(column)] = None
    return cells


def read_table(path: Path) -> Table:
    """Columns of a Parquet or CSV file (UTF-8 with or without BOM, GB 18030; UTF-8 also as .gz)."""
    existing(path)
    if path.suffix == ".parquet":
        return rows_of(path, "read_parquet")
    try:
        return rows_of(path, "read_csv", ", all_varchar=true")
    except TooManyRows:
        raise
    except InputError as not_utf8:
        if path.suffix == ".gz":
            raise
        try:
            with path.open(encoding="gb18030", newline="") as lines:
                rows = list(islice(csv.DictReader(lines, strict=True), MOST_ROWS + 1))
        except (UnicodeDecodeError, csv.Error):
            raise not_utf8 from None
    if len(rows) > MOST_ROWS:
        raise TooManyRows(path, len(rows))
    if not rows:
        raise InputError(f"{path.name} 只有表头，没有数据行。")
    return {name: np.array([row[name] for row in rows], dtype=object) for name in rows[0]}
