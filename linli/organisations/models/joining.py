"""What many do together: the board of the five partners, offers of mass organisations, campaigns."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.places.models import Place
from linli.registers.models import PlacedRecord, Record, follows, once, said_when

from .organisations import Organisation, Theme
from .parts import money, text


@tracked()
class LinkageNeed(PlacedRecord):
    """A need a community puts on the board of the five partners (五社联动), until a joint project has met it."""

    title = text(_("需求"))
    theme = models.CharField(_("服务对象或领域"), max_length=11, choices=Theme.choices)
    people_count = models.PositiveIntegerField(_("涉及人数"), null=True, blank=True)
    posted_on = models.DateField(_("发布日期"))
    due_on = models.DateField(_("希望完成"), null=True, blank=True)
    formed_on = models.DateField(_("组成项目日期"), null=True, blank=True)
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    outcome = text(_("成效"), 200, blank=True)

    called = ("title",)
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("五社联动需求和项目")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("linkage_need_once_from_a_day", "place", "title", "posted_on"),
            follows("linkage_need_is_due_after_it_was_posted", "posted_on", "due_on", same_day=True),
            follows("linkage_need_forms_after_it_was_posted", "posted_on", "formed_on", same_day=True),
            follows("linkage_need_done_after_it_was_formed", "formed_on", "done_on", same_day=True),
            said_when("linkage_need_done_says_what", "done_on", "outcome"),
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(formed_on__isnull=False),
                name="linkage_need_done_was_formed",
                violation_error_message=_("先组成项目，才能完成。"),
            ),
        ]

    def check_change(self, before, *, by) -> None:
        """A joint project is one of at least two kinds of partners who agreed."""
        if self.formed_on is None:
            return
        agreed = LinkagePart.objects.filter(need_id=self.pk, agreed_on__isnull=False, archived_on=None)
        if self.pk is None or agreed.values("party").distinct().count() < 2:
            raise ValidationError({"formed_on": _("至少两类主体确认参加，才能组成项目。")})


@tracked()
class LinkagePart(Record):
    """What one of the five partners offers to a need, whether it was agreed, and what it brought in the end."""

    class Party(models.TextChoices):
        COMMUNITY = "community", _("社区")
        ORGANISATION = "organisation", _("社会组织")
        SOCIAL_WORKER = "social_worker", _("社会工作者")
        VOLUNTEER = "volunteer", _("社区志愿者")
        CHARITY = "charity", _("社会慈善资源")

    need = models.ForeignKey(
        LinkageNeed, models.CASCADE, related_name="parts", verbose_name=_("五社联动需求")
    )
    party = models.CharField(_("主体"), max_length=13, choices=Party.choices)
    name = text(_("单位或队伍名称"))
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="linkage", verbose_name=_("组织")
    )
    offered_on = models.DateField(_("应答日期"))
    offers = text(_("能提供什么、多少"), 200)
    agreed_on = models.DateField(_("确认参加日期"), null=True, blank=True)
    hours = models.DecimalField(_("投入时长（小时）"), max_digits=7, decimal_places=1, null=True, blank=True)
    amount_yuan = money(_("投入资金或物资（元）"), null=True, blank=True)
    brought = text(_("实际投入"), 200, blank=True)

    called = ("name", "party")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("五社联动应答和投入")
        constraints = [
            *Record.Meta.constraints,
            once("linkage_part_once_in_a_need", "need", "party", "name"),
            follows("linkage_part_agreed_after_it_was_offered", "offered_on", "agreed_on", same_day=True),
            models.CheckConstraint(
                condition=Q(brought="", hours=None, amount_yuan=None) | Q(agreed_on__isnull=False),
                name="linkage_part_brings_what_was_agreed",
                violation_error_message=_("确认参加之后才有实际投入。"),
            ),
        ]


@tracked()
class MassOffer(PlacedRecord):
    """A service a mass organisation (妇联、共青团、工会) offers to the communities of its place."""

    class Body(models.TextChoices):
        WOMEN = "women", _("妇联")
        YOUTH = "youth", _("共青团")
        UNION = "union", _("工会")
        OTHER = "other", _("其他群团组织")

    body = models.CharField(_("群团组织"), max_length=5, choices=Body.choices)
    title = text(_("服务内容"))
    capacity = models.PositiveSmallIntegerField(_("可送社区次数"))
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)

    called = ("title", "body")
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("群团服务清单")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("mass_offer_once_from_a_day", "place", "body", "title", "since"),
            follows("mass_offer_ends_after_it_begins", "since", "until"),
        ]


@tracked()
class MassDelivery(Record):
    """A community asked for an offer of a mass organisation, and how it was delivered there."""

    offer = models.ForeignKey(
        MassOffer, models.CASCADE, related_name="deliveries", verbose_name=_("群团服务")
    )
    served = models.ForeignKey(
        Place, models.PROTECT, related_name="mass_deliveries", verbose_name=_("服务的区划")
    )
    asked_on = models.DateField(_("申请日期"))
    delivered_on = models.DateField(_("送达日期"), null=True, blank=True)
    people_count = models.PositiveIntegerField(_("参加人数"), null=True, blank=True)
    outcome = text(_("情况"), 200, blank=True)

    called = ("offer", "served")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("群团服务进社区")
        constraints = [
            *Record.Meta.constraints,
            once("mass_delivery_asked_once_a_day", "offer", "served", "asked_on"),
            follows("mass_delivery_comes_after_it_was_asked", "asked_on", "delivered_on", same_day=True),
            said_when("mass_delivery_done_says_how", "delivered_on", "outcome"),
        ]

    def check_change(self, before, *, by) -> None:
        if not self.served.path.startswith(self.offer.place.path):
            raise ValidationError({"served": _("不在“%s”的服务范围内。") % self.offer.place})

    def check_stored(self) -> None:
        """No more is promised than the offer holds."""
        offer = MassOffer.objects.select_for_update().get(pk=self.offer_id)  # two at once: one of them
        if offer.deliveries.filter(archived_on=None).count() > offer.capacity:
            told = {"offer": offer, "n": offer.capacity}
            raise ValidationError({"offer": _("“%(offer)s”的 %(n)d 次已经约满。") % told})


@tracked()
class Campaign(PlacedRecord):
    """A campaign under which many organisations act; one of the four series of the plans, or another."""

    class Series(models.TextChoices):
        NEIGHBOURS = "neighbours", _("邻里守望")
        SHARED = "shared", _("共建共治共享")
        SAFETY = "safety", _("共创平安")
        CULTURE = "culture", _("文化铸魂")
        OTHER = "other", _("其他系列")

    series = models.CharField(_("系列"), max_length=10, choices=Series.choices)
    title = text(_("活动名称"))
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)
    aim = text(_("目的"), 200, blank=True)

    called = ("title", "series")
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("系列活动")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("campaign_once_from_a_day", "place", "title", "since"),
            follows("campaign_ends_after_it_begins", "since", "until", same_day=True),
        ]


@tracked()
class CampaignActivity(Record):
    """What an organisation did under a campaign: when, where, how many came."""

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="activities", verbose_name=_("系列活动")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="campaign_activities", verbose_name=_("组织")
    )
    title = text(_("活动内容"))
    held_on = models.DateField(_("活动日期"))
    served = models.ForeignKey(
        Place, models.PROTECT, related_name="campaign_activities", verbose_name=_("服务的区划")
    )
    people_count = models.PositiveIntegerField(_("参加人数"))
    shown = text(_("可展示的成果"), 200, blank=True)

    called = ("title", "organisation")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("系列活动记录")
        constraints = [
            *Record.Meta.constraints,
            once("campaign_activity_once_a_day", "campaign", "organisation", "title", "held_on"),
        ]

    def check_change(self, before, *, by) -> None:
        campaign = self.campaign
        if self.held_on < campaign.since or (campaign.until is not None and self.held_on > campaign.until):
            raise ValidationError({"held_on": _("不在系列活动的起止日期内。")})
