"""Forms of plans: the sheet of figures, the steps of tasks and findings."""

from .drafts import HeadForm, IndicatorForm, StartForm, TaskForm
from .evaluations import EvaluationForm
from .handed_in import EvaluatorReportForm, PhotoDownForm, ProjectPhotoForm
from .requested import DataDecisionForm, DataRequestForm
from .sheet import SheetForm, month_asked
from .tasks import FindingForm, RoundForm, ShareForm
from .works import AdoptionForm, MethodForm, PilotForm, PilotResultForm, ProjectForm, ProjectProgressForm

__all__ = [
    "AdoptionForm", "DataDecisionForm", "DataRequestForm", "EvaluationForm", "EvaluatorReportForm",
    "FindingForm", "HeadForm", "IndicatorForm", "MethodForm", "PhotoDownForm", "PilotForm", "PilotResultForm",
    "ProjectForm", "ProjectPhotoForm", "ProjectProgressForm", "RoundForm", "ShareForm", "SheetForm",
    "StartForm", "TaskForm", "month_asked",
]  # fmt: skip
