"""found → settled on the spot | reported → triaged → handled → verified → closed."""

from functools import partial

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.cases.forms import DispatchForm, RateForm, ReasonForm
from linli.cases.rules import is_reporter
from linli.cases.steps import STAY, Audience, Queue, Step, Workflow, register

from . import actions, rules


class State(models.TextChoices):
    REPORTED = "reported", _("待受理")
    TRIAGED = "triaged", _("待处置")
    HANDLED = "handled", _("待核查")
    VERIFIED = "verified", _("已核查")
    CLOSED = "closed", _("已办结")
    SETTLED = "settled", _("当场解决")


up, down = partial(actions.move, up=True), partial(actions.move, up=False)
S, OPEN, UNIT = State, {"reported", "triaged"}, {Audience.UNIT}
EVENT = register(
    Workflow(
        kind="event",
        label=_("网格事件"),
        prefix="SJ",
        main=("settle", "verify", "close", "handle", "triage"),
        requester_label=_("发现人"),
        states=State,
        start=S.REPORTED,
        final={S.CLOSED, S.SETTLED},
        waiting={S.HANDLED, S.VERIFIED},
        receive=actions.receive,
        steps=(
            Step("settle", _("当场解决了"), {S.REPORTED}, S.SETTLED, is_reporter),
            Step(
                "triage", _("受理派出"), OPEN, S.TRIAGED, rules.can_triage, actions.cases.assign, DispatchForm
            ),
            Step("handle", _("处置完成"), OPEN, S.HANDLED, rules.can_work, None, ReasonForm),
            Step("escalate", _("上报上一级"), OPEN, STAY, rules.can_triage, up, ReasonForm),
            Step("hand_back", _("交回下一级"), OPEN, STAY, rules.can_triage, down, ReasonForm),
            Step("pass_on", _("转为诉求办理"), OPEN, S.CLOSED, rules.can_triage, actions.pass_on),
            Step("verify", _("核查属实"), {S.HANDLED}, S.VERIFIED, rules.can_verify),
            Step("redo", _("没有处置好"), {S.HANDLED}, S.TRIAGED, rules.can_verify, None, ReasonForm),
            Step("close", _("办结"), {S.VERIFIED}, S.CLOSED, rules.can_triage),
            Step("rate", _("评价"), {S.CLOSED}, STAY, is_reporter, actions.cases.rate, RateForm),
        ),
        queues=(
            Queue("reported", _("网格事件待受理"), {S.REPORTED}),
            Queue("handled", _("网格事件待核查"), {S.HANDLED}),
        ),
        hears=dict.fromkeys(("open", "triage", "escalate", "hand_back", "redo"), UNIT)
        | dict.fromkeys(("handle", "close"), frozenset({Audience.REQUESTER, Audience.FOLLOWERS})),
    )
)
