"""What goes beyond the plan's text: the yearly livelihood projects, pilots, and the methods that came of them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place

from .plans import Indicator

CLEAR = [refuse_hidden_characters]
KEEP = "while the account lives"


class LivelihoodProject(models.Model):
    """One line of an area's yearly list of livelihood projects (民生实事), carried out through shares of it."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("区划"))
    year = models.PositiveSmallIntegerField(_("年度"))
    number = models.PositiveSmallIntegerField(_("序号"))
    title = models.CharField(_("项目名称"), max_length=100, validators=CLEAR)
    promise = models.TextField(_("向居民承诺什么"), max_length=1000, validators=CLEAR)
    goal = models.PositiveIntegerField(_("数量目标"))
    unit = models.CharField(_("单位"), max_length=12, validators=CLEAR)
    done = models.PositiveIntegerField(_("已完成"), default=0)
    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("支撑的规划指标"),
    )
    due_on = models.DateField(_("期限"))
    told = models.TextField(_("进展"), max_length=1000, blank=True, validators=CLEAR)
    told_on = models.DateField(_("进展日期"), null=True, blank=True)
    finished_on = models.DateField(_("完成日期"), null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人")
    )

    about = ("entered_by__person",)
    personal = {"entered_by": Personal(1, "登记责任可追溯", "履行职责", KEEP, mask="name")}

    class Meta:
        verbose_name = _("民生实事项目")
        ordering = ["-year", "place__path", "number"]
        constraints = [
            models.UniqueConstraint(fields=["place", "year", "number"], name="livelihood_number_once_a_year"),
            models.CheckConstraint(condition=Q(goal__gte=1), name="livelihood_project_has_a_goal"),
            models.CheckConstraint(
                condition=Q(finished_on=None) | Q(done__gte=F("goal")),
                name="livelihood_finished_when_goal_is_met",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.goal)

    @property
    def late(self) -> bool:
        return self.finished_on is None and self.due_on < clock.today()


class ProjectLog(models.Model):
    """Each telling of a livelihood project as it was told: what an evaluation is drawn from."""

    project = models.ForeignKey(LivelihoodProject, models.CASCADE, related_name="log")
    told_on = models.DateField(_("日期"), default=clock.today)
    done = models.PositiveIntegerField(_("已完成"))
    told = models.TextField(_("进展"), max_length=1000, blank=True, validators=CLEAR)

    personal: dict = {}

    class Meta:
        verbose_name = _("项目日志")
        ordering = ["-told_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.told_on} {self.done}"


class Pilot(models.Model):
    """Something tried in one place for a time: what is expected of it, what is done, what came out."""

    class Result(models.TextChoices):
        RUNNING = "running", _("试点中")
        WORKED = "worked", _("有效，可以推广")
        PARTLY = "partly", _("部分有效")
        FAILED = "failed", _("没有达到预期")

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("试点地方"))
    title = models.CharField(_("试点名称"), max_length=100, validators=CLEAR)
    hypothesis = models.TextField(_("预期：做什么会带来什么"), max_length=1000, validators=CLEAR)
    measures = models.TextField(_("做法和场景"), max_length=2000, validators=CLEAR)
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="pilots", verbose_name=_("看哪项指标")
    )
    begins_on = models.DateField(_("开始"))
    ends_on = models.DateField(_("结束"))
    result = models.CharField(_("结果"), max_length=8, choices=Result.choices, default=Result.RUNNING)
    findings = models.TextField(_("评估结论"), max_length=2000, blank=True, validators=CLEAR)
    closed_on = models.DateField(_("评估日期"), null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人")
    )

    about = ("entered_by__person",)
    personal = {"entered_by": Personal(1, "登记责任可追溯", "履行职责", KEEP, mask="name")}

    class Meta:
        verbose_name = _("试点")
        ordering = ["-begins_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("begins_on")), name="pilot_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(result="running", closed_on=None)
                | (~Q(result="running") & Q(closed_on__isnull=False) & ~Q(findings="")),
                name="pilot_closes_with_findings",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MethodCard(models.Model):
    """A way of working that a pilot proved, written so that others can do the same."""

    pilot = models.OneToOneField(Pilot, models.PROTECT, related_name="card", verbose_name=_("出自哪项试点"))
    title = models.CharField(_("方法名称"), max_length=100, validators=CLEAR)
    problem = models.TextField(_("解决什么问题"), max_length=1000, validators=CLEAR)
    steps = models.TextField(_("怎么做（一行一步）"), max_length=2000, validators=CLEAR)
    needs = models.TextField(_("需要什么条件"), max_length=1000, validators=CLEAR)
    published_on = models.DateField(_("发布日期"), default=clock.today)

    personal: dict = {}

    class Meta:
        verbose_name = _("经验方法")
        ordering = ["-published_on", "-pk"]

    def __str__(self) -> str:
        return self.title


class Adoption(models.Model):
    """A place that took a method over; counted once for each place."""

    card = models.ForeignKey(MethodCard, models.PROTECT, related_name="adoptions", verbose_name=_("经验方法"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("采用的地方"))
    adopted_on = models.DateField(_("采用日期"), default=clock.today)
    note = models.CharField(_("怎么用的"), max_length=200, validators=CLEAR)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人")
    )

    about = ("entered_by__person",)
    personal = {"entered_by": Personal(1, "登记责任可追溯", "履行职责", KEEP, mask="name")}

    class Meta:
        verbose_name = _("经验采用")
        ordering = ["-adopted_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["card", "place"], name="method_adopted_once_in_a_place")
        ]
