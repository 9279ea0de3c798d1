"""Forms of plans: the sheet of figures, the steps of tasks and findings."""

from .evaluations import EvaluationForm
from .sheet import SheetForm, month_asked
from .tasks import FindingForm, RoundForm, ShareForm

__all__ = ["EvaluationForm", "FindingForm", "RoundForm", "ShareForm", "SheetForm", "month_asked"]
