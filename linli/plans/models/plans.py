"""A plan, its indicators with their targets, its tasks: installed from packs, never edited by hand."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import StrIndex
from django.utils.translation import gettext_lazy as _

WIDEST_FIRST = "省市区县街"


class PlanQuerySet(models.QuerySet):
    def standing(self):
        """Those in force, the newest first and of one period the widest first, as they bind one another."""
        return self.filter(retired_on=None).order_by(
            "-valid_to", StrIndex(Value(WIDEST_FIRST), "level"), "code"
        )

    def holding_on(self, day):
        return self.standing().filter(valid_from__lte=day, valid_to__gte=day)


class Plan(models.Model):
    """One plan of one area over its years."""

    code = models.SlugField(_("代码"), max_length=60, unique=True)
    title = models.CharField(_("名称"), max_length=200)
    source = models.CharField(_("出处"), max_length=300)
    area = models.CharField(_("区划代码"), max_length=12)
    level = models.CharField(_("级别"), max_length=2)
    valid_from = models.DateField(_("起"))
    valid_to = models.DateField(_("止"))
    directions = models.JSONField(_("方向性目标"), default=list)
    statements = models.JSONField(_("基础数据"), default=list)
    retired_on = models.DateField(_("停用日期"), null=True, blank=True)

    personal: dict = {}
    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("规划")
        ordering = ["-valid_to", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")), name="plan_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Nature(models.TextChoices):
    BINDING = "binding", _("约束性")
    EXPECTED = "expected", _("预期性")
    UNSTATED = "unstated", _("未注明")


class Direction(models.TextChoices):
    AT_LEAST = "at_least", _("不低于")
    EQUAL = "equal", _("等于")
    AT_MOST = "at_most", _("不高于")
    RANGE = "range", _("区间")
    ABOUT = "about", _("约")


class Indicator(models.Model):
    """One indicator in the plan's words, with the typed form of its formula and that form's digest."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="indicators")
    code = models.SlugField(_("代码"), max_length=60)
    order = models.PositiveSmallIntegerField()
    ref = models.CharField(_("编号"), max_length=10, blank=True)
    number = models.PositiveSmallIntegerField(_("序号"), null=True, blank=True)
    name = models.CharField(_("指标"), max_length=200)
    quote = models.CharField(_("原文"), max_length=200)
    section = models.CharField(_("条款"), max_length=20)
    unit = models.CharField(_("单位"), max_length=12)
    decimals = models.PositiveSmallIntegerField(_("小数位"))
    direction = models.CharField(_("方向"), max_length=8, choices=Direction.choices)
    nature = models.CharField(_("属性"), max_length=8, choices=Nature.choices)
    levels = models.JSONField(_("级别"), default=list)
    scope = models.CharField(_("范围"), max_length=40)
    standard = models.CharField(_("标准"), max_length=100, blank=True)
    baseline = models.JSONField(_("基期"), null=True, blank=True)
    formula = models.CharField(_("公式"), max_length=500, blank=True)
    expression = models.JSONField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    readings = models.JSONField(default=list)  # name, formula, expression, digest of each other reading
    figures = models.CharField(_("数据来源"), max_length=8, blank=True)
    publish_from = models.PositiveSmallIntegerField(_("公布所需上报率"), default=80)  # percent
    lead = models.JSONField(_("牵头"), default=list)
    support = models.JSONField(_("配合"), default=list)
    same_as = models.CharField(max_length=60, blank=True)
    not_computed = models.CharField(_("不计算的原因"), max_length=200, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    retired_on = models.DateField(_("停用日期"), null=True, blank=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("指标")
        ordering = ["plan", "order"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="indicator_code_once_in_a_plan"),
            models.CheckConstraint(
                condition=Q(formula="", expression=None, digest="")
                | (~Q(formula="") & Q(expression__isnull=False) & ~Q(digest="")),
                name="indicator_formula_is_kept_with_its_typed_form",
            ),
            models.CheckConstraint(
                condition=~Q(formula="") | ~Q(not_computed=""),
                name="indicator_has_a_formula_or_a_reason_why_not",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Target(models.Model):
    """What an indicator is to reach by a day: a value (low = high) or a range."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="targets")
    by = models.DateField(_("期限"))
    low = models.DecimalField(_("目标"), max_digits=18, decimal_places=6)
    high = models.DecimalField(_("上限"), max_digits=18, decimal_places=6)
    derived = models.BooleanField(_("推定"), default=False)
    date_assumed = models.BooleanField(_("期限未注明"), default=False)

    personal: dict = {}

    class Meta:
        verbose_name = _("目标")
        ordering = ["indicator", "by"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "by"], name="target_once_on_a_day"),
            models.CheckConstraint(condition=Q(high__gte=F("low")), name="target_range_is_in_order"),
        ]


class Task(models.Model):
    """Something the plan wants done, by whom and by when, and the indicators it serves."""

    class Kind(models.TextChoices):
        TASK = "task", _("任务")
        ACTION = "action", _("专栏行动")
        DELIVERABLE = "deliverable", _("成果")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="tasks")
    code = models.SlugField(_("代码"), max_length=60)
    order = models.PositiveSmallIntegerField()
    clause = models.CharField(_("条款"), max_length=20)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    title = models.CharField(_("任务"), max_length=60)
    box = models.CharField(_("专栏"), max_length=60, blank=True)
    quote = models.CharField(_("原文"), max_length=200)
    part_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="parts")
    lead = models.JSONField(_("牵头"), default=list)
    support = models.JSONField(_("配合"), default=list)
    due_on = models.DateField(_("期限"))
    repeats = models.CharField(max_length=8, blank=True)
    judged_by = models.CharField(max_length=10, blank=True)
    serves = models.ManyToManyField(Indicator, related_name="tasks", blank=True)
    retired_on = models.DateField(_("停用日期"), null=True, blank=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("任务")
        ordering = ["plan", "order"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="task_code_once_in_a_plan"),
            models.CheckConstraint(
                condition=~Q(kind="deliverable") | Q(part_of__isnull=False) | Q(retired_on__isnull=False),
                name="task_deliverable_is_part_of_another",
            ),
        ]

    def __str__(self) -> str:
        return self.title
