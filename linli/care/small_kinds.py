"""Two small kinds beside the visit: coming by at an ordinary household, and a prompt before a day that matters."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.cases.forms import ReasonForm
from linli.cases.rules import is_timer
from linli.cases.steps import STAY, Audience, Queue, Step, Workflow, register

from . import forms, rules
from .actions import prompting, walking

ASSIGNEE, UNIT = Audience.ASSIGNEE, Audience.UNIT


class WalkState(models.TextChoices):
    DUE = "due", _("待走访")
    DONE = "done", _("已走访")
    DECLINED = "declined", _("不愿走访")
    CANCELLED = "cancelled", _("已取消")


W = WalkState
HOMEVISIT = register(
    Workflow(
        kind="homevisit",
        label=_("走访"),
        prefix="ZF",
        requester_label=_("住户"),
        main=("record",),
        states=WalkState,
        start=W.DUE,
        final={W.DONE, W.DECLINED, W.CANCELLED},
        steps=(
            Step("record", _("登记走访"), {W.DUE}, W.DONE, rules.can_walk, walking.record, forms.WalkForm),
            Step("absent", _("家里没有人"), {W.DUE}, STAY, rules.can_walk),
            Step("decline", _("住户不愿走访"), {W.DUE}, W.DECLINED, rules.can_walk, walking.decline),
            Step("assign", _("指定走访人"), {W.DUE}, STAY, rules.can_send, walking.assign, forms.VisitorForm),
            Step("cancel", _("取消"), {W.DUE}, W.CANCELLED, rules.can_plan, walking.settle, ReasonForm),
        ),
        queues=(Queue("due", _("待走访"), {W.DUE}),),
        hears={"assign": {ASSIGNEE}, "overdue": {ASSIGNEE}},
    )
)  # fmt: skip — one row for each step


class PromptState(models.TextChoices):
    DUE = "due", _("待告知")
    TOLD = "told", _("已告知")
    NOT_NEEDED = "not_needed", _("不需要")
    REFUSED = "refused", _("不愿接收")
    CANCELLED = "cancelled", _("已取消")


P = PromptState
PROMPT = register(
    Workflow(
        kind="prompt",
        label=_("主动提醒"),
        prefix="TX",
        main=("tell",),
        requester_label=_("被提醒人"),
        states=PromptState,
        start=P.DUE,
        final={P.TOLD, P.NOT_NEEDED, P.REFUSED, P.CANCELLED},
        steps=(
            Step(
                "tell",
                _("已告知并帮办"),
                {P.DUE},
                P.TOLD,
                rules.can_prompt,
                prompting.take_up,
                forms.ToldForm,
            ),
            Step("not_needed", _("不需要办"), {P.DUE}, P.NOT_NEEDED, rules.can_prompt, None, ReasonForm),
            Step("refuse", _("本人不愿接收提醒"), {P.DUE}, P.REFUSED, rules.can_refuse, prompting.refuse),
            Step("cancel", _("取消"), {P.DUE}, P.CANCELLED, is_timer),
        ),
        queues=(Queue("due", _("待提醒"), {P.DUE}),),
        hears={"open": {UNIT}, "overdue": {ASSIGNEE, UNIT}},
        internal={"open", "overdue"},
        requester_steps={"refuse"},
    )
)  # fmt: skip — one row for each step
