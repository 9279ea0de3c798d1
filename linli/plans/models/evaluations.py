"""Evaluation by an index: rounds over a place, each community a case, what was drawn, checked, said and graded."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Case
from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place
from linli.services.models import Provider

from .works import LivelihoodProject


class EvaluationIndex(models.Model):
    """One version of an index, from a pack; a later version leaves the rounds of this one alone."""

    code = models.SlugField(_("代码"), max_length=60)
    version = models.PositiveSmallIntegerField(_("版本"))
    title = models.CharField(_("评价指标体系"), max_length=200)
    source = models.CharField(_("出处"), max_length=300)
    area = models.CharField(_("区划代码"), max_length=12)
    scope = models.CharField(_("范围"), max_length=60)
    proposal = models.BooleanField(_("建议稿"), default=False)
    note = models.CharField(_("说明"), max_length=400, blank=True)
    self_check_days = models.PositiveSmallIntegerField(_("自评天数"))
    comment_days = models.PositiveSmallIntegerField(_("公示天数"))
    improve_days = models.PositiveSmallIntegerField(_("整改天数"))
    rules = models.JSONField()  # gates, items, bands, with the typed form of each formula
    digest = models.CharField(max_length=64)
    installed_on = models.DateField(default=clock.today)
    retired_on = models.DateField(_("停用日期"), null=True, blank=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("评价指标体系")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="index_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(retired_on=None), name="index_stands_in_one_version"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class EvaluationRound(models.Model):
    """One round: an index, a place, the period whose data are drawn."""

    index = models.ForeignKey(EvaluationIndex, models.PROTECT, related_name="rounds")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("区划"))
    period = models.CharField(_("数据时期"), max_length=20)
    title = models.CharField(_("评价名称"), max_length=100, validators=[refuse_hidden_characters])
    opened_on = models.DateField(_("开始"), default=clock.today)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("发起人")
    )

    about = ("opened_by__person",)
    personal = {
        "opened_by": Personal(1, "评价责任可追溯", "履行职责", "while the account lives", mask="name")
    }

    class Meta:
        verbose_name = _("评价")
        ordering = ["-opened_on", "-pk"]

    def __str__(self) -> str:
        return self.title


class Evaluation(models.Model):
    """One community, unit, provider or project in a round.

    Values are exact fractions as text, by code; None where nothing is known.
    """

    template = "plans/_evaluation.html"

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="evaluation")
    round = models.ForeignKey(EvaluationRound, models.PROTECT, related_name="evaluations")
    provider = models.ForeignKey(
        Provider,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evaluations",
        verbose_name=_("服务机构"),
    )
    project = models.ForeignKey(
        LivelihoodProject,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evaluations",
        verbose_name=_("项目"),
    )
    drawn = models.JSONField(_("提取的数据"))
    drawn_at = models.DateTimeField(_("提取时间"), default=clock.now)
    corrected = models.JSONField(_("现场核定"), default=dict)  # code → value, why
    self_check = models.TextField(_("自评"), blank=True)
    site_check = models.TextField(_("现场核查"), blank=True)
    appeal = models.TextField(_("申诉"), blank=True)
    comments_until = models.DateField(_("公示至"), null=True, blank=True)
    grade = models.CharField(_("等次"), max_length=20, blank=True)
    score = models.DecimalField(_("得分"), max_digits=7, decimal_places=4, null=True, blank=True)
    attempt = models.PositiveSmallIntegerField(_("第几次"), default=1)
    earlier = models.JSONField(_("以前的结果"), default=list)

    personal: dict = {}

    class Meta:
        verbose_name = _("社区评价")
        constraints = [
            models.CheckConstraint(
                condition=Q(score=None, grade="") | Q(score__range=(0, 100)),
                name="evaluation_score_is_of_hundred",
            ),
            models.CheckConstraint(condition=Q(attempt__gte=1), name="evaluation_attempts_count_from_one"),
            models.CheckConstraint(
                condition=Q(provider=None) | Q(project=None), name="evaluation_is_of_one_thing"
            ),
        ]

    @property
    def name(self) -> str:
        """What people call the thing evaluated."""
        if self.provider is not None:
            return self.provider.name
        if self.project is not None:
            return self.project.title
        return self.case.unit.name if self.round.index.rules.get("of") else self.case.place.name


class EvaluationComment(models.Model):
    """What somebody says about a published evaluation; nobody is asked who he is."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="comments")
    words = models.TextField(_("意见"), max_length=1000, validators=[refuse_hidden_characters])
    at = models.DateTimeField(_("时间"), default=clock.now)
    answer = models.TextField(_("采纳情况"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    about = ("answered_by__person",)
    personal = {
        "words": Personal(2, "听取对评价的意见", "履行职责", "while the index stands", mask="none"),
        "answered_by": Personal(1, "答复责任可追溯", "履行职责", "while the account lives", mask="name"),
    }

    class Meta:
        verbose_name = _("评价意见")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None)
                | (~Q(answer="") & Q(answered_at__gte=F("at"), answered_by__isnull=False)),
                name="comment_is_answered_by_somebody",
            )
        ]
