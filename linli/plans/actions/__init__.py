"""What changes plans and figures: installing packs, reporting and approving figures, rolling up."""

from .drafting import (
    PARTS,
    StaleDraft,
    drop_line,
    start_draft,
    take_along,
    throw_away,
    write_head,
    write_line,
)
from .evaluating import comment_on, open_evaluation
from .figures import approve_figure, report_figure, report_sheet, return_figure
from .freezing import freeze
from .handing_in import add_project_photo, hand_in_report, publish_report, remove_project_photo
from .locking import lock_month, reopen_month
from .replying import answer_words, leave_words
from .requesting import ask_for_data, decide_request, take_data
from .rolling import rebuild, recompute, refill, roll_up
from .tasks import ask_about_difference, close_round, note_finding, open_round, share_task
from .works import adopt_method, assess_pilot, begin_pilot, enter_project, publish_method, tell_project

__all__ = [
    "PARTS",
    "StaleDraft",
    "add_project_photo",
    "adopt_method",
    "answer_words",
    "approve_figure",
    "ask_about_difference",
    "ask_for_data",
    "assess_pilot",
    "begin_pilot",
    "close_round",
    "comment_on",
    "decide_request",
    "drop_line",
    "enter_project",
    "freeze",
    "hand_in_report",
    "leave_words",
    "lock_month",
    "note_finding",
    "open_evaluation",
    "open_round",
    "publish_method",
    "publish_report",
    "rebuild",
    "recompute",
    "refill",
    "remove_project_photo",
    "reopen_month",
    "report_figure",
    "report_sheet",
    "return_figure",
    "roll_up",
    "share_task",
    "start_draft",
    "take_along",
    "take_data",
    "tell_project",
    "throw_away",
    "write_head",
    "write_line",
]  # fmt: skip
