"""The formula language: text → tree → typed expression → a value that explains itself, or one SQL query."""

from .catalogue import Catalogue, Constant, MeasureSpec, Scope
from .compiling import Formula, compile_formula
from .evaluating import evaluate, unit_results
from .facts import Cell, Facts, Unit
from .periods import Months, month_of
from .problems import BudgetSpent, FormulaError
from .values import Value, rounded

__all__ = [
    "BudgetSpent", "Catalogue", "Cell", "Constant", "Facts", "Formula", "FormulaError", "MeasureSpec",
    "Months", "Scope", "Unit", "Value", "compile_formula", "evaluate", "month_of", "rounded", "unit_results",
]  # fmt: skip
