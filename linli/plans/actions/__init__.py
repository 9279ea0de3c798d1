"""What changes plans and figures: installing packs, reporting and approving figures, rolling up."""

from .figures import approve_figure, report_figure, return_figure
from .rolling import recompute, roll_up

__all__ = ["approve_figure", "recompute", "report_figure", "return_figure", "roll_up"]
