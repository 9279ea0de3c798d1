"""Plans and what they want; measures and their figures; figures on their way in."""

from .drafts import PlanDraft
from .editions import Edition
from .evaluations import Evaluation, EvaluationComment, EvaluationIndex, EvaluationRound
from .figures import AggregateValue, FigureReport, MeasureValue
from .measures import MeasureTerm, ScopeTerm
from .plans import Indicator, Plan, Target, Task
from .replies import Reply
from .reporting import CheckTerm, FigureLock
from .tasks import Finding, SupervisionRound, TaskShare

__all__ = [
    "AggregateValue", "CheckTerm", "Edition", "Evaluation", "EvaluationComment", "EvaluationIndex", "EvaluationRound",
    "FigureLock", "FigureReport", "Finding", "Indicator", "MeasureTerm", "MeasureValue", "Plan", "PlanDraft", "Reply", "ScopeTerm",
    "SupervisionRound", "Target", "Task", "TaskShare",
]  # fmt: skip
