"""A task on its way: shares of it given to units, rounds of supervision, what they found."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Case
from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.places.models import Place

from .plans import Plan, Task


class TaskShare(models.Model):
    """One unit's part of a task of a plan: a case with a deadline, a timeline and evidence."""

    template = "plans/_share.html"

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="plantask")
    task = models.ForeignKey(Task, models.PROTECT, related_name="shares", verbose_name=_("任务"))
    part = models.TextField(_("做什么"))
    percent = models.PositiveSmallIntegerField(_("进度"), default=0)
    told = models.TextField(_("最近进展"), blank=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("任务分解")
        constraints = [
            models.CheckConstraint(condition=Q(percent__range=(0, 100)), name="share_is_done_by_a_percentage")
        ]


class SupervisionRound(models.Model):
    """One look at how a plan is carried out in a place; it closes when every finding is closed."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="rounds", verbose_name=_("规划"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("区划"))
    title = models.CharField(_("督导名称"), max_length=100)
    opened_on = models.DateField(_("开始"), default=clock.today)
    closed_on = models.DateField(_("结束"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("发起人")
    )

    about = ("opened_by__person",)
    personal = {
        "opened_by": Personal(1, "督导责任可追溯", "履行职责", "while the account lives", mask="name")
    }

    class Meta:
        verbose_name = _("规划督导")
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=models.F("opened_on")),
                name="round_closes_after_it_opens",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Finding(models.Model):
    """What a round, or the reconciliation of figures, found at a unit: found, put right, looked at again."""

    template = "plans/_finding.html"

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="finding")
    round = models.ForeignKey(
        SupervisionRound, models.PROTECT, null=True, related_name="findings", verbose_name=_("督导")
    )  # none: an evaluation, or the reconciliation of figures, found it
    evaluation = models.ForeignKey(
        "plans.Evaluation", models.PROTECT, null=True, related_name="tasks", verbose_name=_("社区评价")
    )
    words = models.TextField(_("发现的问题"))
    remedy = models.TextField(_("整改情况"), blank=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("督导问题")
