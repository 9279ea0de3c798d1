"""Tables as offices write them: read with their habits, written in their style."""

from .cells import WrongCell
from .reading import Table, TableRefused, read_table
from .writing import Column, Sheet, write_csv, write_xlsx

__all__ = [
    "Column",
    "Sheet",
    "Table",
    "TableRefused",
    "WrongCell",
    "read_table",
    "write_csv",
    "write_xlsx",
]
