"""DuckDB in this process; what does not fit into memory goes to a folder of its own and with it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


@contextmanager
def engine(**limits: str | int | bool) -> "Iterator[duckdb.DuckDBPyConnection]":
    """A connection with these settings of DuckDB.

    By itself DuckDB would spill into `.tmp` of the folder the program was started in, which a server may not write.
    """
    import duckdb

    room = tempfile.mkdtemp(prefix="linli-duckdb-")  # 0700: what lies in it are figures of people
    try:
        with duckdb.connect(config={**limits, "temp_directory": room}) as connection:
            yield connection
    finally:
        shutil.rmtree(room, ignore_errors=True)
