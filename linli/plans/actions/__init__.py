"""What changes plans and figures: installing packs, reporting and approving figures, rolling up."""

from .figures import approve_figure, report_figure, report_sheet, return_figure
from .locking import lock_month, reopen_month
from .rolling import recompute, roll_up

__all__ = [
    "approve_figure", "lock_month", "recompute", "reopen_month", "report_figure", "report_sheet",
    "return_figure", "roll_up",
]  # fmt: skip
