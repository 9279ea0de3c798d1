"""The life of a facility as a table: from planned to closed, and who takes which step."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    PLANNED = "planned", _("规划中")
    BUILT = "built", _("已建成")
    ACCEPTED = "accepted", _("已验收")
    OPEN = "open", _("在用")
    SUSPENDED = "suspended", _("暂停开放")
    CLOSED = "closed", _("已关停")


@dataclass(frozen=True)
class Step:
    """One row: what the step is called, from where to where, which permission takes it, must it say why."""

    name: str
    label: str
    from_states: frozenset[str]
    to_state: str
    permission: str
    asks_why: bool = False


S = State
EDIT, LOG, APPROVE = "facilities.edit", "facilities.log", "facilities.approve"
STEPS = {
    step.name: step
    for step in (
        Step("build", _("建成"), frozenset({S.PLANNED}), S.BUILT, EDIT),
        Step("accept", _("验收"), frozenset({S.BUILT}), S.ACCEPTED, APPROVE),
        Step("open", _("启用"), frozenset({S.ACCEPTED}), S.OPEN, EDIT),
        Step("suspend", _("暂停开放"), frozenset({S.OPEN}), S.SUSPENDED, LOG, asks_why=True),
        Step("reopen", _("恢复开放"), frozenset({S.SUSPENDED}), S.OPEN, LOG),
        Step(
            "close",
            _("关停"),
            frozenset({S.PLANNED, S.BUILT, S.ACCEPTED, S.OPEN, S.SUSPENDED}),
            S.CLOSED,
            APPROVE,
            asks_why=True,
        ),
    )
}


class UpgradeState(models.TextChoices):
    FOUND = "found", _("发现缺口")
    CHOSEN = "chosen", _("已定方式")
    FUNDED = "funded", _("资金落实")
    WORKS = "works", _("施工中")
    ACCEPTED = "accepted", _("已验收")
    DROPPED = "dropped", _("已终止")


U = UpgradeState
UPGRADE_STEPS = {
    step.name: step
    for step in (
        Step("choose", _("确定补短方式"), frozenset({U.FOUND}), U.CHOSEN, APPROVE),
        Step("fund", _("落实资金"), frozenset({U.CHOSEN}), U.FUNDED, APPROVE),
        Step("begin", _("开工"), frozenset({U.FUNDED}), U.WORKS, EDIT),
        Step("accept", _("验收"), frozenset({U.WORKS}), U.ACCEPTED, APPROVE),
        Step(
            "drop",
            _("终止"),
            frozenset({U.FOUND, U.CHOSEN, U.FUNDED, U.WORKS}),
            U.DROPPED,
            APPROVE,
            asks_why=True,
        ),
    )
}
