"""Plans and what they want; measures and their figures; figures on their way in."""

from .drafts import PlanDraft
from .editions import Edition
from .evaluations import Evaluation, EvaluationComment, EvaluationIndex, EvaluationRound
from .figures import AggregateValue, FigureReport, MeasureValue
from .handed_in import EvaluatorReport, ProjectPhoto
from .measures import FigureRules, MeasureTerm, ScopeTerm
from .plans import Indicator, Plan, Target, Task
from .replies import Reply
from .reporting import CheckTerm, FigureLock
from .requested import DataRequest, DataUse
from .tasks import Finding, SupervisionRound, TaskShare
from .works import Adoption, LivelihoodProject, MethodCard, Pilot, ProjectLog

__all__ = [
    "Adoption", "AggregateValue", "CheckTerm", "DataRequest", "DataUse", "Edition", "Evaluation", "EvaluationComment",
    "EvaluationIndex", "EvaluationRound", "EvaluatorReport", "FigureLock", "FigureReport", "FigureRules",
    "Finding", "Indicator", "LivelihoodProject", "MeasureTerm", "MeasureValue", "MethodCard", "Pilot", "Plan",
    "PlanDraft", "ProjectLog", "ProjectPhoto", "Reply", "ScopeTerm", "SupervisionRound", "Target", "Task", "TaskShare",
]  # fmt: skip
