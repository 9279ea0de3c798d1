"""The way of a filling: filled by the community, reviewed by the street, then by the county."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.cases.forms import ReasonForm
from linli.cases.steps import Audience, Queue, Step, Workflow, register

from . import rules
from .actions import filling


class State(models.TextChoices):
    FILLING = "filling", _("填写中")
    STREET = "street", _("街道审核中")
    COUNTY = "county", _("区县审核中")
    APPROVED = "approved", _("已通过")
    CANCELLED = "cancelled", _("已作废")


S = State
FORM = register(
    Workflow(
        kind="form",
        label=_("报表"),
        prefix="BB",
        states=State,
        start=S.FILLING,
        final={S.APPROVED, S.CANCELLED},
        steps=(
            Step("submit", _("提交"), {S.FILLING}, S.STREET, rules.can_fill, filling.require_whole),
            Step("cancel", _("作废"), {S.FILLING}, S.CANCELLED, rules.can_fill),
            Step("pass_on", _("街道通过"), {S.STREET}, S.COUNTY, rules.can_review_street),
            Step(
                "send_back", _("街道退回"), {S.STREET}, S.FILLING, rules.can_review_street, None, ReasonForm
            ),
            Step(
                "approve",
                _("区县通过"),
                {S.COUNTY},
                S.APPROVED,
                rules.can_review_county,
                filling.return_corrections,
            ),
            Step("return", _("区县退回"), {S.COUNTY}, S.FILLING, rules.can_review_county, None, ReasonForm),
        ),
        queues=(
            Queue("forms-street", _("报表待街道审核"), {S.STREET}),
            Queue("forms-county", _("报表待区县审核"), {S.COUNTY}),
        ),
        hears={
            "overdue": {Audience.ASSIGNEE},
            "send_back": {Audience.ASSIGNEE},
            "return": {Audience.ASSIGNEE},
        },
    )
)
