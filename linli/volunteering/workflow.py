"""One kind: the help order, from the asking to the thanks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.cases.forms import RateForm, ReasonForm
from linli.cases.rules import is_reporter
from linli.cases.steps import STAY, Audience, Queue, Step, Workflow, register

from . import forms, rules
from .actions import helping

REQUESTER, ASSIGNEE, UNIT, FAMILY = Audience.REQUESTER, Audience.ASSIGNEE, Audience.UNIT, Audience.FAMILY


class State(models.TextChoices):
    ASKED = "asked", _("待匹配")
    MATCHED = "matched", _("待接单")
    ACCEPTED = "accepted", _("待服务")
    DONE = "done", _("待确认")
    DISPUTED = "disputed", _("有异议")
    CONFIRMED = "confirmed", _("待评价")
    CLOSED = "closed", _("已完成")
    WITHDRAWN = "withdrawn", _("已撤回")
    UNMET = "unmet", _("未能满足")


S = State
BEFORE = {S.ASKED, S.MATCHED, S.ACCEPTED}
HELP = register(
    Workflow(
        kind="help",
        label=_("邻里互助"),
        prefix="BZ",
        states=State,
        start=S.ASKED,
        final={S.CLOSED, S.WITHDRAWN, S.UNMET},
        waiting={S.CONFIRMED},
        steps=(
            Step(
                "offer",
                _("推荐志愿者"),
                {S.ASKED},
                S.MATCHED,
                rules.can_match,
                helping.offer,
                forms.OfferForm,
            ),
            Step("take", _("我来帮忙"), {S.ASKED}, S.ACCEPTED, rules.can_take, helping.take),
            Step(
                "describe",
                _("补充需要"),
                {S.ASKED},
                STAY,
                rules.can_match,
                helping.describe,
                forms.DetailsForm,
            ),
            Step("accept", _("接单"), {S.MATCHED}, S.ACCEPTED, rules.can_report_done, helping.accept),
            Step(
                "decline",
                _("这次不行"),
                {S.MATCHED, S.ACCEPTED},
                S.ASKED,
                rules.can_report_done,
                helping.let_go,
            ),
            Step(
                "serve",
                _("服务完成"),
                {S.ACCEPTED},
                S.DONE,
                rules.can_report_done,
                helping.report_served,
                forms.ServedForm,
            ),
            Step(
                "confirm",
                _("确认服务"),
                {S.DONE},
                S.CONFIRMED,
                rules.can_confirm,
                helping.confirm,
                forms.ConfirmForm,
            ),
            Step("dispute", _("提出异议"), {S.DONE}, S.DISPUTED, is_reporter, None, ReasonForm),
            Step(
                "settle",
                _("核实时长"),
                {S.DISPUTED},
                S.DONE,
                rules.can_decide,
                helping.change_minutes,
                forms.MinutesForm,
            ),
            Step("undo", _("没有服务"), {S.DISPUTED}, S.ASKED, rules.can_decide, helping.let_go, ReasonForm),
            Step("rate", _("评价"), {S.CONFIRMED}, S.CLOSED, is_reporter, helping.thank, RateForm),
            Step("close", _("归档"), {S.CONFIRMED}, S.CLOSED, rules.can_close),
            Step("withdraw", _("撤回"), BEFORE, S.WITHDRAWN, rules.can_act_as_requester, helping.drop),
            Step(
                "give_up",
                _("未能满足"),
                {S.ASKED, S.MATCHED},
                S.UNMET,
                rules.can_match,
                helping.drop,
                ReasonForm,
            ),
        ),
        queues=(
            Queue("to-match", _("待匹配"), {S.ASKED}),
            Queue("to-confirm", _("待确认"), {S.DONE, S.DISPUTED}),
        ),
        hears={
            "open": {REQUESTER, FAMILY, UNIT},
            "offer": {ASSIGNEE},
            "take": {REQUESTER, FAMILY, UNIT},
            "accept": {REQUESTER, FAMILY},
            "decline": {REQUESTER, UNIT},
            "serve": {REQUESTER, FAMILY},
            "confirm": {ASSIGNEE},
            "dispute": {ASSIGNEE, UNIT},
            "settle": {REQUESTER, ASSIGNEE},
            "undo": {REQUESTER, ASSIGNEE, UNIT},
            "withdraw": {ASSIGNEE, UNIT},
            "give_up": {REQUESTER, FAMILY},
        },
        requester_steps={"confirm", "withdraw"},
        receive=helping.receive,
    )
)
