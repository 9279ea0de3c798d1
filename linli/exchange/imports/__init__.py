"""Import of any table: columns, dry run, problems by row, returned copy, applied once or not at all (K4).

An app declares an `ImportSpec`; pages and commands call `check_table` and then `apply_import`.
"""

from .checking import Checked, Problem, check_rows
from .spec import Field, ImportSpec, specs

__all__ = ["Checked", "Field", "ImportSpec", "Problem", "check_rows", "specs"]
