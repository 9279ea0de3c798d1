"""Two kinds: the visit, and the mandatory report of harm to a child, which is a restricted kind of its own.

Small kinds beside them (households, prompts) stand in `small_kinds`, which is read with this module.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.cases.actions import rate
from linli.cases.asking import EXCLUSION_STEPS, exclusion_steps
from linli.cases.forms import RateForm, ReasonForm
from linli.cases.rules import is_timer
from linli.cases.steps import STAY, Audience, Queue, Step, Workflow, register

from . import forms, rules, small_kinds  # noqa: F401 — the small kinds are declared with these
from .actions import protecting, visiting

REQUESTER, ASSIGNEE = Audience.REQUESTER, Audience.ASSIGNEE
UNIT, FAMILY = Audience.UNIT, Audience.FAMILY


class State(models.TextChoices):
    DUE = "due", _("待探访")
    UNANSWERED = "unanswered", _("没有应答")
    ESCALATED = "escalated", _("已上报")
    REVIEW = "review", _("待审批")
    DONE = "done", _("已探访")
    SAFE = "safe", _("已确认平安")
    DECLINED = "declined", _("婉拒")
    MISSED = "missed", _("未探访")
    CANCELLED = "cancelled", _("已取消")


S = State
TRYING = {S.UNANSWERED, S.ESCALATED}
OPEN = {S.DUE, *TRYING}
OVER = {S.DONE, S.SAFE, S.DECLINED, S.MISSED}  # what counts, or counts against, in the figures
VISIT = register(
    Workflow(
        kind="visit",
        label=_("探访"),
        prefix="TF",
        main=("record", "approve", "take_over"),
        requester_label=_("被探访人"),
        states=State,
        start=S.DUE,
        final={S.DONE, S.SAFE, S.DECLINED, S.MISSED, S.CANCELLED},
        waiting={S.REVIEW},
        steps=(
            Step("record", _("登记探访"), OPEN, S.DONE, rules.can_visit, visiting.record, forms.VisitForm),
            Step("no_answer", _("没有应答"), {S.DUE}, S.UNANSWERED, rules.can_visit, visiting.begin_ladder),
            Step(
                "try_next",
                _("这一步也没有联系上"),
                {S.UNANSWERED},
                STAY,
                rules.can_visit,
                visiting.next_rung,
                ReasonForm,
            ),
            Step("climb", _("到时未处置，转下一步"), {S.UNANSWERED}, STAY, is_timer, visiting.next_rung),
            Step(
                "escalate",
                _("立即上报"),
                {S.DUE, S.UNANSWERED},
                S.ESCALATED,
                rules.can_escalate,
                visiting.escalate,
            ),
            Step(
                "escalate_higher",
                _("到时无人接手，逐级上报"),
                {S.ESCALATED},
                STAY,
                is_timer,
                visiting.escalate_higher,
            ),
            Step("take_over", _("接手处置"), {S.ESCALATED}, STAY, rules.can_take_over, visiting.take_over),
            Step(
                "confirm_safe",
                _("确认平安（未见面）"),
                TRYING,
                S.SAFE,
                rules.can_settle,
                visiting.end_ladder,
                ReasonForm,
            ),
            Step(
                "record_otherwise",
                _("改用其他方式"),
                OPEN,
                S.REVIEW,
                rules.can_visit,
                visiting.record_otherwise,
                forms.OtherWayForm,
            ),
            Step("approve", _("同意"), {S.REVIEW}, S.DONE, rules.can_approve, visiting.approve),
            Step("send_back", _("退回，请上门"), {S.REVIEW}, S.DUE, rules.can_approve, None, ReasonForm),
            Step("decline", _("本人婉拒"), OPEN, S.DECLINED, rules.can_visit, visiting.decline, ReasonForm),
            Step("assign", _("指定探访人"), OPEN, STAY, rules.can_plan, visiting.assign, forms.VisitorForm),
            Step("lapse", _("到期未探访"), {S.DUE}, S.MISSED, is_timer),
            Step("rate", _("评价"), {S.DONE}, STAY, rules.can_rate, rate, RateForm),
            Step("cancel", _("取消"), {*OPEN, S.REVIEW}, S.CANCELLED, is_timer, visiting.end_ladder),
            *exclusion_steps(OVER, rules.can_visit, rules.can_approve),
        ),
        queues=(
            Queue("due", _("待探访"), {S.DUE}),
            Queue("unanswered", _("没有应答"), TRYING),
            Queue("review", _("探访待审批"), {S.REVIEW}),
        ),
        hears={
            "record": {REQUESTER, FAMILY},
            "approve": {REQUESTER, FAMILY},
            "assign": {ASSIGNEE},
            "overdue": {ASSIGNEE, UNIT},
            "record_otherwise": {UNIT},
            "send_back": {ASSIGNEE},
            "climb": {ASSIGNEE},
            "escalate": {ASSIGNEE, FAMILY},
            "confirm_safe": {UNIT},
            "ask_exclusion": {UNIT},
            "approve_exclusion": {ASSIGNEE, UNIT},
            "refuse_exclusion": {ASSIGNEE, UNIT},
        },
        internal={
            "open",
            "overdue",
            "refer",
            "no_answer",
            "try_next",
            "climb",
            "escalate",
            "escalate_higher",
            "take_over",
            "confirm_safe",
            "record_otherwise",
            "approve",
            "send_back",
            "assign",
            "lapse",
            "cancel",
            *EXCLUSION_STEPS,
        },
        requester_steps={"rate"},
        channels=visiting.told_by,
    )
)


class HarmState(models.TextChoices):
    REPORTED = "reported", _("待报告")
    FILED = "filed", _("已报告")


H = HarmState
HARM = register(
    Workflow(
        kind="harm",
        label=_("强制报告"),
        prefix="HB",
        states=HarmState,
        start=H.REPORTED,
        final={H.FILED},
        steps=(
            Step(
                "tell", _("登记已报告"), {H.REPORTED}, STAY, rules.can_file, protecting.tell, forms.TellForm
            ),
            Step("note", _("补充情况"), {H.REPORTED}, STAY, rules.can_file, None, ReasonForm),
            Step("close", _("报告完毕"), {H.REPORTED}, H.FILED, rules.can_file, protecting.close),
        ),
        queues=(Queue("reported", _("强制报告"), {H.REPORTED}),),
        hears={"open": {UNIT}, "overdue": {UNIT}},
        internal={"open", "overdue", "tell", "note", "close"},
    )
)
