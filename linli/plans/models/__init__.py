"""Plans and what they want; measures and their figures; figures on their way in."""

from .figures import AggregateValue, FigureReport, MeasureValue
from .measures import MeasureTerm, ScopeTerm
from .plans import Indicator, Plan, Target, Task
from .reporting import CheckTerm, FigureLock

__all__ = [
    "AggregateValue", "CheckTerm", "FigureLock", "FigureReport", "Indicator", "MeasureTerm", "MeasureValue",
    "Plan", "ScopeTerm", "Target", "Task",
]  # fmt: skip
