"""Who stands by whom: strong areas by weak ones, investors by a service that is wished for, members by their posts."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.registers.models import PlacedRecord, Record, first_of_month, follows, once

from .organisations import Theme
from .parts import text


@tracked()
class Pairing(PlacedRecord):
    """A strong provider or area stands by a weaker one: managed on trust, or supported (委托管理、对口支援)."""

    class Kind(models.TextChoices):
        TRUST = "trust", _("委托管理")
        SUPPORT = "support", _("对口支援")
        TWINNED = "twinned", _("区域结对")

    partner = text(_("支援单位或地区"))
    kind = models.CharField(_("结对方式"), max_length=7, choices=Kind.choices)
    theme = models.CharField(_("服务领域"), max_length=11, choices=Theme.choices)
    agreement = text(_("协议内容"), 200)
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)

    called = ("partner", "kind")
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("对口支援协议")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("pairing_once_from_a_day", "place", "partner", "kind", "since"),
            follows("pairing_ends_after_it_begins", "since", "until"),
        ]


@tracked()
class PairingVisit(Record):
    """What was done under a pairing: a visit, staff exchanged, people trained; with what came of it."""

    class Kind(models.TextChoices):
        VISIT = "visit", _("上门指导")
        STAFF = "staff", _("人员交流")
        TRAINING = "training", _("培训")
        GOODS = "goods", _("物资支援")

    pairing = models.ForeignKey(
        Pairing, models.CASCADE, related_name="visits", verbose_name=_("对口支援协议")
    )
    kind = models.CharField(_("支援方式"), max_length=8, choices=Kind.choices)
    began_on = models.DateField(_("日期"))
    days = models.PositiveSmallIntegerField(_("天数"))
    people_count = models.PositiveSmallIntegerField(_("派出人数"))
    outcome = text(_("成效"), 200)

    called = ("pairing", "kind", "began_on")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("对口支援记录")
        constraints = [
            *Record.Meta.constraints,
            once("pairing_visit_once_a_day", "pairing", "kind", "began_on"),
            models.CheckConstraint(
                condition=Q(days__gt=0), name="pairing_visit_lasts_a_day",
                violation_error_message=_("天数至少为 1。"),
            ),
        ]  # fmt: skip

    def check_change(self, before, *, by) -> None:
        pairing = self.pairing
        if self.began_on < pairing.since or (pairing.until is not None and self.began_on >= pairing.until):
            raise ValidationError({"began_on": _("不在协议期内。")})


@tracked()
class InvestmentWish(PlacedRecord):
    """A service a place wishes somebody would set up: inclusive, not for profit, in one of the six fields."""

    class Field(models.TextChoices):
        CHILDCARE = "childcare", _("托育")
        PRESCHOOL = "preschool", _("幼教")
        HEALTH = "health", _("医疗")
        ELDER = "elder", _("养老")
        CULTURE = "culture", _("文化")
        SPORT = "sport", _("体育")

    field = models.CharField(_("领域"), max_length=9, choices=Field.choices)
    title = text(_("希望兴办的服务"))
    scale = text(_("规模要求"), blank=True)
    offers = text(_("可提供的条件"), 200, blank=True)
    published_on = models.DateField(_("发布日期"))
    closed_on = models.DateField(_("撤下日期"), null=True, blank=True)

    called = ("title", "field")
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("社会力量兴办服务需求")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("investment_wish_once_from_a_day", "place", "title", "published_on"),
            follows("investment_wish_closes_after_it_opens", "published_on", "closed_on", same_day=True),
        ]


@tracked()
class InvestmentInterest(Record):
    """Somebody wants to set up what was wished for: from the first word to the open door, at an inclusive price."""

    class State(models.TextChoices):
        SAID = "said", _("表达意向")
        TALKING = "talking", _("洽谈中")
        AGREED = "agreed", _("已签约")
        OPEN = "open", _("已开办")
        DROPPED = "dropped", _("未成")

    wish = models.ForeignKey(
        InvestmentWish, models.CASCADE, related_name="interests", verbose_name=_("兴办需求")
    )
    investor = text(_("投资单位"))
    said_on = models.DateField(_("意向日期"))
    state = models.CharField(_("进度"), max_length=7, choices=State.choices, default=State.SAID)
    agreed_on = models.DateField(_("签约日期"), null=True, blank=True)
    opened_on = models.DateField(_("开办日期"), null=True, blank=True)
    price_promise = text(_("普惠价格承诺"), 200, blank=True)
    remark = text(_("说明"), 200, blank=True)

    called = ("investor", "state")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("社会力量兴办意向")
        constraints = [
            *Record.Meta.constraints,
            once("investment_interest_once_from_a_day", "wish", "investor", "said_on"),
            models.CheckConstraint(
                condition=~Q(state__in=["agreed", "open"])
                | Q(agreed_on__isnull=False) & ~Q(price_promise=""),
                name="investment_interest_agreed_promises_a_price",
                violation_error_message=_("签约要填签约日期和普惠价格承诺。"),
            ),
            models.CheckConstraint(
                condition=Q(opened_on=None) & ~Q(state="open") | Q(state="open", opened_on__isnull=False),
                name="investment_interest_open_has_its_day",
                violation_error_message=_("已开办的要填开办日期，没有开办的不填。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(remark=""),
                name="investment_interest_dropped_says_why",
                violation_error_message=_("未成的要写明说明。"),
            ),
        ]


@tracked()
class ServicePost(PlacedRecord):
    """A post of service for Party members of a community (设岗定责): the duty and how many took it; no persons."""

    title = text(_("岗位"))
    duty = text(_("职责"), 200)
    wanted = models.PositiveSmallIntegerField(_("设岗人数"))
    taken = models.PositiveSmallIntegerField(_("认岗人数"), default=0)
    since = models.DateField(_("设立日期"))
    until = models.DateField(_("撤销日期"), null=True, blank=True)

    called = ("title",)
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("党员服务岗位")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("service_post_once_in_a_place", "place", "title", "since"),
            follows("service_post_ends_after_it_begins", "since", "until"),
            models.CheckConstraint(
                condition=Q(taken__lte=models.F("wanted")),
                name="service_post_taken_within_wanted",
                violation_error_message=_("认岗人数不能多于设岗人数。"),
            ),
        ]


@tracked()
class ServicePostMonth(Record):
    """What was done at a post in a month, for the thanks at the end of the year."""

    post = models.ForeignKey(
        ServicePost, models.CASCADE, related_name="months", verbose_name=_("党员服务岗位")
    )
    month_on = models.DateField(_("月份（填当月1日）"))
    times = models.PositiveSmallIntegerField(_("服务次数"))
    hours = models.DecimalField(_("服务时长（小时）"), max_digits=6, decimal_places=1)
    remark = text(_("服务情况"), 200, blank=True)

    called = ("post", "month_on")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("党员岗位服务记录")
        constraints = [
            *Record.Meta.constraints,
            once("service_post_month_once", "post", "month_on"),
            first_of_month("service_post_month_begins", "month_on"),
        ]
