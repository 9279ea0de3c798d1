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
from .locking import lock_month, reopen_month
from .replying import answer_words, leave_words
from .rolling import rebuild, recompute, roll_up
from .tasks import ask_about_difference, close_round, note_finding, open_round, share_task

__all__ = [
    "PARTS",
    "StaleDraft",
    "answer_words",
    "approve_figure",
    "ask_about_difference",
    "close_round",
    "comment_on",
    "drop_line",
    "freeze",
    "leave_words",
    "lock_month",
    "note_finding",
    "open_evaluation",
    "open_round",
    "rebuild",
    "recompute",
    "reopen_month",
    "report_figure",
    "report_sheet",
    "return_figure",
    "roll_up",
    "share_task",
    "start_draft",
    "take_along",
    "throw_away",
    "write_head",
    "write_line",
]  # fmt: skip
