"""Sites of elder care: who runs them how, what they can do, the six aids with their prices, mutual help, consortia."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.organisations.models import Organisation
from linli.registers.models import PlacedRecord, Record, first_of_month, follows, once, part_of, said_when

from .facilities import Facility
from .services import OfFacility, money, text


@tracked()
class ElderSite(OfFacility):
    """How a site of elder care is run, what it offers, and which centre stands behind it (1+N)."""

    class Mode(models.TextChoices):
        PUBLIC = "public", _("公办公营")
        TRUST = "trust", _("公建民营")
        AIDED = "aided", _("民办公助")
        PRIVATE = "private", _("民办")
        MUTUAL = "mutual", _("互助")

    mode = models.CharField(_("运营方式"), max_length=7, choices=Mode.choices)
    operator = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="elder_sites", verbose_name=_("运营组织")
    )  # fmt: skip
    operator_name = text(_("运营单位名称"), blank=True)
    contract_since = models.DateField(_("委托合同开始"), null=True, blank=True)
    contract_until = models.DateField(_("委托合同到期"), null=True, blank=True)
    centre = models.ForeignKey(
        Facility, models.SET_NULL, null=True, blank=True, related_name="satellites",
        verbose_name=_("所属综合为老服务中心"),
    )  # fmt: skip
    meals = models.BooleanField(_("助餐"), default=False)
    day_care = models.BooleanField(_("日托"), default=False)
    health = models.BooleanField(_("健康管理"), default=False)
    recreation = models.BooleanField(_("文化娱乐"), default=False)
    training = models.BooleanField(_("教育培训"), default=False)
    incapacity = models.BooleanField(_("失能护理"), default=False)
    rated_on = models.DateField(_("评级日期"), null=True, blank=True)
    rating = models.PositiveSmallIntegerField(_("评级（星）"), null=True, blank=True)

    called = ("facility", "mode")
    FUNCTIONS = ("meals", "day_care", "health", "recreation", "training")
    personal: dict = {}

    class Meta(OfFacility.Meta):
        verbose_name = _("养老服务站运营")
        constraints = [
            *OfFacility.Meta.constraints,
            once("elder_site_once_for_a_facility", "facility"),
            follows("elder_site_contract_ends_after_it_begins", "contract_since", "contract_until"),
            models.CheckConstraint(
                condition=~Q(mode="trust")
                | Q(contract_since__isnull=False) & (Q(operator__isnull=False) | ~Q(operator_name="")),
                name="elder_site_on_trust_has_a_contract",
                violation_error_message=_("公建民营的要填运营单位和委托合同开始日期。"),
            ),
            models.CheckConstraint(
                condition=Q(rating=None, rated_on=None) | Q(rating__range=(1, 5), rated_on__isnull=False),
                name="elder_site_rated_on_a_day",
                violation_error_message=_("评级为 1 到 5 星，并填评级日期。"),
            ),
        ]

    @property
    def missing(self) -> list[str]:
        """The functions of the standard that the site does not offer."""
        return [
            str(self._meta.get_field(name).verbose_name) for name in self.FUNCTIONS if not getattr(self, name)
        ]

    def check_change(self, before, *, by) -> None:
        if "elder_care" not in self.facility.kind.functions:
            raise ValidationError({"facility": _("“%s”不是养老服务设施。") % self.facility})
        if self.centre_id is not None and "elder-centre" not in self.centre.kind.counts:
            raise ValidationError({"centre": _("“%s”不是综合为老服务中心。") % self.centre})


@tracked()
class AidService(OfFacility):
    """One of the aids a site gives (助餐、助浴、助洁、助医、助行、助急 …): price, subsidy, by whom."""

    class Kind(models.TextChoices):
        MEAL = "meal", _("助餐")
        BATH = "bath", _("助浴")
        CLEAN = "clean", _("助洁")
        MEDICAL = "medical", _("助医")
        WALK = "walk", _("助行")
        EMERGENCY = "emergency", _("助急")
        INCAPACITY = "incapacity", _("失能照护")
        DAY = "day", _("日间照料")
        COMFORT = "comfort", _("精神慰藉")

    kind = models.CharField(_("服务类型"), max_length=10, choices=Kind.choices)
    provider = text(_("服务单位"))
    price_yuan = money(_("价格（元）"))
    subsidy_yuan = money(_("政府补贴（元）"), default=0)
    unit = text(_("计价单位"), 20)
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)

    called = ("kind", "provider")
    personal: dict = {}

    class Meta(OfFacility.Meta):
        verbose_name = _("助老服务项目")
        constraints = [
            *OfFacility.Meta.constraints,
            once("aid_service_once_from_a_day", "facility", "kind", "provider", "since"),
            follows("aid_service_ends_after_it_begins", "since", "until"),
            part_of("aid_service_subsidy_of_the_price", "subsidy_yuan", "price_yuan"),
        ]


@tracked()
class AidMonth(Record):
    """How often an aid was given in a month, and how it was rated."""

    service = models.ForeignKey(
        AidService, models.CASCADE, related_name="months", verbose_name=_("助老服务项目")
    )
    month_on = models.DateField(_("月份（填当月1日）"))
    served = models.PositiveIntegerField(_("服务人次"))
    rated = models.PositiveIntegerField(_("评价人次"), default=0)
    satisfied = models.PositiveIntegerField(_("满意人次"), default=0)

    called = ("service", "month_on")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("助老服务月登记")
        constraints = [
            *Record.Meta.constraints,
            once("aid_month_once", "service", "month_on"),
            first_of_month("aid_month_begins", "month_on"),
            part_of("aid_month_rated_of_the_served", "rated", "served"),
            part_of("aid_month_satisfied_of_the_rated", "satisfied", "rated"),
        ]


@tracked()
class MutualGroup(PlacedRecord):
    """Younger old people who look after older ones: counts alone, the pairs know each other."""

    name = text(_("互助小组名称"))
    facility = models.ForeignKey(
        Facility, models.SET_NULL, null=True, blank=True, related_name="mutual_groups", verbose_name=_("活动设施")
    )  # fmt: skip
    helpers = models.PositiveSmallIntegerField(_("低龄帮助者人数"))
    helped = models.PositiveSmallIntegerField(_("受助高龄老人人数"))
    roster = text(_("值班安排"), 200, blank=True)
    since = models.DateField(_("成立日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)
    checked_on = models.DateField(_("社区核查日期"), null=True, blank=True)
    check_said = text(_("核查情况"), 200, blank=True)

    called = ("name",)
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("互助养老小组")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("mutual_group_once_in_a_place", "place", "name"),
            follows("mutual_group_ends_after_it_begins", "since", "until"),
            said_when("mutual_group_checked_says_how", "checked_on", "check_said"),
            models.CheckConstraint(
                condition=Q(helpers__gt=0, helped__gt=0), name="mutual_group_has_both",
                violation_error_message=_("帮助者和受助者至少各 1 人。"),
            ),
        ]  # fmt: skip


@tracked()
class ConsortiumMember(OfFacility):
    """A clinic, an elder site or another that belongs to a care consortium (康养联合体)."""

    class Role(models.TextChoices):
        CLINIC = "clinic", _("基层医疗机构")
        HOSPITAL = "hospital", _("医院")
        ELDER = "elder", _("养老服务机构")
        OTHER = "other", _("其他成员")

    role = models.CharField(_("成员类别"), max_length=8, choices=Role.choices)
    name = text(_("成员单位"))
    since = models.DateField(_("加入日期"))
    until = models.DateField(_("退出日期"), null=True, blank=True)

    called = ("name", "role")
    personal: dict = {}

    class Meta(OfFacility.Meta):
        verbose_name = _("康养联合体成员")
        constraints = [
            *OfFacility.Meta.constraints,
            once("consortium_member_once", "facility", "name", when=Q(until=None)),
            follows("consortium_member_leaves_after_it_came", "since", "until"),
        ]

    def check_change(self, before, *, by) -> None:
        if "care-consortium" not in self.facility.kind.counts:
            raise ValidationError({"facility": _("“%s”不是康养联合体。") % self.facility})


@tracked()
class Referral(OfFacility):
    """How many a consortium referred in a month between its members; no names."""

    month_on = models.DateField(_("月份（填当月1日）"))
    to_hospital = models.PositiveSmallIntegerField(_("转到医疗机构人次"))
    to_care = models.PositiveSmallIntegerField(_("转到养老机构人次"))

    called = ("facility", "month_on")
    personal: dict = {}

    class Meta(OfFacility.Meta):
        verbose_name = _("康养转介月登记")
        constraints = [
            *OfFacility.Meta.constraints,
            once("referral_once_a_month", "facility", "month_on"),
            first_of_month("referral_month_begins", "month_on"),
        ]
