"""Forms of plans: the sheet of figures, the steps of tasks and findings."""

from .drafts import HeadForm, IndicatorForm, StartForm, TaskForm
from .evaluations import EvaluationForm
from .sheet import SheetForm, month_asked
from .tasks import FindingForm, RoundForm, ShareForm
from .works import AdoptionForm, MethodForm, PilotForm, PilotResultForm, ProjectForm, ProjectProgressForm

__all__ = [
    "AdoptionForm", "EvaluationForm", "FindingForm", "HeadForm", "IndicatorForm", "MethodForm", "PilotForm",
    "PilotResultForm", "ProjectForm", "ProjectProgressForm", "RoundForm", "ShareForm", "SheetForm", "StartForm",
    "TaskForm", "month_asked",
]  # fmt: skip
