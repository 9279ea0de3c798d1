"""How organisations are helped to grow: hubs and seats, coaching, incubation, incentives, yearly reports."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.registers.models import PlacedRecord, Record, follows, once, part_of, said_when

from .linkage import EnterpriseEntry
from .organisations import Organisation, Theme
from .parts import money, text


@tracked()
class SupportHub(PlacedRecord):
    """A federation, service centre or incubation base that supports the organisations of a street or county."""

    class Kind(models.TextChoices):
        FEDERATION = "federation", _("社会组织联合会")
        CENTRE = "centre", _("社会组织服务中心")
        BASE = "base", _("孵化基地")

    name = text(_("平台名称"))
    kind = models.CharField(_("平台类别"), max_length=10, choices=Kind.choices)
    operator = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="hubs_run", verbose_name=_("运营组织")
    )  # fmt: skip
    seats = models.PositiveSmallIntegerField(_("孵化工位数"), default=0)
    templates = text(_("提供的范本"), 200, blank=True)  # charter, accounts …: where they are to be had
    opened_on = models.DateField(_("设立日期"))
    closed_on = models.DateField(_("撤销日期"), null=True, blank=True)

    called = ("name",)
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("社会组织支持平台")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("support_hub_once_in_a_place", "place", "name"),
            follows("support_hub_closes_after_it_opens", "opened_on", "closed_on"),
        ]


@tracked()
class HubMembership(Record):
    """An organisation belongs to a hub; with a seat, one of those the hub has."""

    hub = models.ForeignKey(
        SupportHub, models.CASCADE, related_name="memberships", verbose_name=_("支持平台")
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="memberships", verbose_name=_("组织")
    )
    seated = models.BooleanField(_("入驻工位"), default=False)
    since = models.DateField(_("加入日期"))
    until = models.DateField(_("退出日期"), null=True, blank=True)

    called = ("organisation", "hub")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("平台成员")
        constraints = [
            *Record.Meta.constraints,
            once("hub_membership_once_at_a_time", "hub", "organisation", when=Q(until=None)),
            follows("hub_membership_ends_after_it_begins", "since", "until"),
        ]

    def check_stored(self) -> None:
        """A hub has no more seats than it has."""
        if not self.seated or self.until is not None:
            return
        hub = SupportHub.objects.select_for_update().get(pk=self.hub_id)  # two at once: one seat
        if hub.memberships.filter(seated=True, until=None, archived_on=None).count() > hub.seats:
            raise ValidationError(
                {"seated": _("“%(hub)s”的 %(n)d 个工位已满。") % {"hub": hub, "n": hub.seats}}
            )


@tracked()
class Coaching(Record):
    """An organisation was coached: by which unit, on what, for how long."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="coachings", verbose_name=_("组织")
    )
    hub = models.ForeignKey(
        SupportHub, models.SET_NULL, null=True, blank=True, related_name="coachings", verbose_name=_("支持平台")
    )  # fmt: skip
    coached_on = models.DateField(_("辅导日期"))
    subject = text(_("辅导内容"))
    given_by = text(_("辅导单位"), blank=True)
    hours = models.DecimalField(_("时长（小时）"), max_digits=4, decimal_places=1)

    called = ("organisation", "subject")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("辅导记录")
        constraints = [
            *Record.Meta.constraints,
            once("coaching_once_a_day_on_a_subject", "organisation", "coached_on", "subject"),
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=24),
                name="coaching_lasts_within_a_day",
                violation_error_message=_("时长应大于 0、不超过 24 小时。"),
            ),
        ]


@tracked()
class Incubation(Record):
    """An organisation or enterprise in a cohort of incubation, from the application to the graduation."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="incubations", verbose_name=_("组织")
    )
    hub = models.ForeignKey(
        SupportHub, models.PROTECT, related_name="incubations", verbose_name=_("支持平台")
    )
    cohort = text(_("孵化批次"), 40)
    theme = models.CharField(_("孵化方向"), max_length=11, choices=Theme.choices)
    applied_on = models.DateField(_("申请日期"))
    diagnosed_on = models.DateField(_("诊断日期"), null=True, blank=True)
    diagnosis = text(_("诊断意见"), 200, blank=True)
    mentor_unit = text(_("导师单位"), blank=True)
    graduated_on = models.DateField(_("出壳日期"), null=True, blank=True)
    left_on = models.DateField(_("退出日期"), null=True, blank=True)
    outcome = text(_("孵化结果"), 200, blank=True)

    called = ("organisation", "cohort")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("孵化记录")
        constraints = [
            *Record.Meta.constraints,
            once("incubation_once_in_a_cohort", "organisation", "cohort"),
            follows(
                "incubation_is_diagnosed_after_the_application", "applied_on", "diagnosed_on", same_day=True
            ),
            follows("incubation_ends_after_the_diagnosis", "diagnosed_on", "graduated_on"),
            said_when("incubation_diagnosed_says_what", "diagnosed_on", "diagnosis"),
            said_when("incubation_graduated_says_what", "graduated_on", "outcome"),
            said_when("incubation_left_says_why", "left_on", "outcome"),
            models.CheckConstraint(
                condition=Q(graduated_on=None) | Q(left_on=None, diagnosed_on__isnull=False),
                name="incubation_graduates_diagnosed_or_leaves",
                violation_error_message=_("先诊断才能出壳；出壳和退出只能有一个。"),
            ),
        ]

    def check_change(self, before, *, by) -> None:
        if self.graduated_on is None:
            return
        steps = IncubationStep.objects.filter(incubation_id=self.pk, archived_on=None)
        if self.pk is None or not steps.exists() or steps.filter(reached_on=None).exists():
            raise ValidationError({"graduated_on": _("每个阶段目标都达到了才能出壳。")})


@tracked()
class IncubationStep(Record):
    """A milestone of an incubation."""

    incubation = models.ForeignKey(
        Incubation, models.CASCADE, related_name="steps", verbose_name=_("孵化记录")
    )
    goal = text(_("阶段目标"))
    due_on = models.DateField(_("约定达到"))
    reached_on = models.DateField(_("达到日期"), null=True, blank=True)
    shown_by = text(_("依据"), 200, blank=True)

    called = ("goal",)
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("孵化阶段目标")
        constraints = [
            *Record.Meta.constraints,
            once("incubation_step_once", "incubation", "goal"),
            said_when("incubation_step_reached_says_how", "reached_on", "shown_by"),
        ]


@tracked()
class EnterpriseReport(Record):
    """The yearly report of a social enterprise of the library: its surplus, what of it went back, the check."""

    enterprise = models.ForeignKey(
        EnterpriseEntry, models.CASCADE, related_name="reports", verbose_name=_("社会企业")
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    revenue_yuan = money(_("收入（元）"))
    surplus_yuan = money(_("结余（元）"))
    reinvested_yuan = money(_("再投入（元）"))
    served_count = models.PositiveIntegerField(_("服务居民人次"))
    tax_relief_yuan = money(_("享受税收优惠（元）"), null=True, blank=True)
    performance = text(_("社会绩效"), 200)
    checked_on = models.DateField(_("核查日期"), null=True, blank=True)
    passed = models.BooleanField(_("核查通过"), null=True, blank=True)
    remark = text(_("核查意见"), 200, blank=True)

    called = ("enterprise", "year")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("社会企业年度报告")
        constraints = [
            *Record.Meta.constraints,
            once("enterprise_report_once_a_year", "enterprise", "year"),
            part_of("enterprise_report_reinvests_of_the_surplus", "reinvested_yuan", "surplus_yuan"),
            part_of("enterprise_report_surplus_of_the_revenue", "surplus_yuan", "revenue_yuan"),
            models.CheckConstraint(
                condition=Q(checked_on=None, passed=None) | Q(checked_on__isnull=False, passed__isnull=False),
                name="enterprise_report_checked_wholly",
                violation_error_message=_("核查日期和结论要一起填。"),
            ),
            models.CheckConstraint(
                condition=~Q(passed=False) | ~Q(remark=""),
                name="enterprise_report_failed_says_why",
                violation_error_message=_("没有通过的要写明核查意见。"),
            ),
        ]

    def check_change(self, before, *, by) -> None:
        """What the enterprise promised to put back is what the check looks at."""
        promised = self.enterprise.reinvest_percent
        if self.passed and promised is not None and self.reinvested_yuan * 100 < self.surplus_yuan * promised:
            raise ValidationError({"passed": _("再投入低于承诺的 %d%%，不能通过。") % promised})


@tracked()
class Incentive(PlacedRecord):
    """What a place offers to those who take part in serving communities: one line of the catalogue."""

    class Kind(models.TextChoices):
        BUILDING = "building", _("建设资金补贴")
        RUNNING = "running", _("运营补贴")
        RENT = "rent", _("租金减免")
        UTILITIES = "utilities", _("水电气价格优惠")
        OTHER = "other", _("其他激励")

    title = text(_("激励政策"))
    kind = models.CharField(_("激励方式"), max_length=9, choices=Kind.choices)
    basis = text(_("依据"))
    standard = text(_("标准"), 200)
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)

    called = ("title",)
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("激励政策目录")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("incentive_once_from_a_day", "place", "title", "since"),
            follows("incentive_ends_after_it_begins", "since", "until"),
        ]


@tracked()
class IncentiveGrant(Record):
    """An application for an incentive: checked, granted or refused, and what came of it."""

    incentive = models.ForeignKey(
        Incentive, models.PROTECT, related_name="grants", verbose_name=_("激励政策")
    )
    applicant = text(_("申请单位"))
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="grants", verbose_name=_("组织")
    )
    applied_on = models.DateField(_("申请日期"))
    checked_on = models.DateField(_("审核日期"), null=True, blank=True)
    granted = models.BooleanField(_("同意"), null=True, blank=True)
    amount_yuan = money(_("兑现金额（元）"), null=True, blank=True)
    granted_on = models.DateField(_("兑现日期"), null=True, blank=True)
    reason = text(_("审核意见"), 200, blank=True)
    result = text(_("成效"), 200, blank=True)

    called = ("applicant", "incentive")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("激励申请和兑现")
        constraints = [
            *Record.Meta.constraints,
            once("incentive_grant_once_a_day", "incentive", "applicant", "applied_on"),
            follows("incentive_grant_checked_after_asked", "applied_on", "checked_on", same_day=True),
            follows("incentive_grant_given_after_checked", "checked_on", "granted_on", same_day=True),
            models.CheckConstraint(
                condition=Q(checked_on=None, granted=None)
                | Q(checked_on__isnull=False, granted__isnull=False),
                name="incentive_grant_checked_wholly",
                violation_error_message=_("审核日期和结论要一起填。"),
            ),
            models.CheckConstraint(
                condition=~Q(granted=False) | ~Q(reason=""),
                name="incentive_grant_refused_says_why",
                violation_error_message=_("不同意的要写明审核意见。"),
            ),
            models.CheckConstraint(
                condition=Q(granted_on=None)
                | Q(granted__isnull=False, granted=True, amount_yuan__isnull=False),
                name="incentive_grant_given_says_how_much",
                violation_error_message=_("同意的才能兑现，并填兑现金额。"),
            ),
        ]

    def check_change(self, before, *, by) -> None:
        line = self.incentive
        if self.applied_on < line.since or (line.until is not None and self.applied_on >= line.until):
            raise ValidationError({"applied_on": _("申请日期不在政策有效期内。")})
