"""How a compound (小区) is looked after: by a firm or otherwise, by its owners, by its station and stewards."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.kernel.personal import Personal
from linli.registers.models import PlacedRecord, Record, follows, once, part_of

from ..numbers import check_credit_code
from .parts import CONTACT_FIELDS, Contact, Coverage, reached_since, text

WHY, LAW = "小区服务联系", "小区工作站工作规程"


@tracked()
class PropertyFirm(Contact, PlacedRecord):
    """A firm that manages compounds."""

    name = text(_("物业企业名称"))
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, validators=[check_credit_code])
    party = models.CharField(_("党的工作覆盖"), max_length=10, choices=Coverage.choices, blank=True)
    party_on = models.DateField(_("党的工作覆盖日期"), null=True, blank=True)

    about = ()
    personal = CONTACT_FIELDS

    class Meta(PlacedRecord.Meta):
        verbose_name = _("物业企业")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("property_firm_once_by_its_code", "credit_code"),
            reached_since("property_firm_reached_since_a_day"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class CompoundProfile(PlacedRecord):
    """What is known of a compound: who manages it until when, whether the Party's work reaches it."""

    class Mode(models.TextChoices):
        MARKET = "market", _("物业企业服务")
        SELF = "self", _("居民自管")
        STATE = "state", _("国企兜底")
        NONE = "none", _("无人管理")

    class Group(models.TextChoices):
        BRANCH = "branch", _("党支部")
        GROUP = "group", _("党小组")
        INSTRUCTOR = "instructor", _("党建指导员")
        NONE = "none", _("未覆盖")

    unmanaged = models.BooleanField(_("三无小区"), default=False)
    mode = models.CharField(_("管理模式"), max_length=6, choices=Mode.choices)
    firm = models.ForeignKey(
        PropertyFirm,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="compounds",
        verbose_name=_("物业企业"),
    )
    contract_since = models.DateField(_("合同开始"), null=True, blank=True)
    contract_until = models.DateField(_("合同到期"), null=True, blank=True)
    three_members = models.BooleanField(_("有三名以上党员"), null=True, blank=True)
    party = models.CharField(_("小区党的工作"), max_length=10, choices=Group.choices, blank=True)
    party_on = models.DateField(_("小区党的工作覆盖日期"), null=True, blank=True)
    households = models.PositiveIntegerField(_("户数"), null=True, blank=True)

    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("小区治理")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("compound_profile_once", "place"),
            reached_since("compound_profile_reached_since_a_day"),
            models.CheckConstraint(
                condition=~Q(mode="market") | Q(firm__isnull=False),
                name="compound_managed_by_a_firm_names_it",
                violation_error_message=_("由物业企业服务的小区要填物业企业。"),
            ),
            models.CheckConstraint(
                condition=Q(contract_until=None)
                | Q(contract_since=None)
                | Q(contract_until__gt=F("contract_since")),
                name="compound_contract_ends_after_it_begins",
                violation_error_message=_("合同到期应晚于合同开始。"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.place)


@tracked()
class OwnersCommittee(PlacedRecord):
    """The owners' committee of a compound, from its preparation to its re-election."""

    class State(models.TextChoices):
        PREPARING = "preparing", _("筹备中")
        ELECTED = "elected", _("已选举")
        FILED = "filed", _("已备案")
        ENDED = "ended", _("已终止")

    name = text(_("业主委员会名称"))
    state = models.CharField(_("状态"), max_length=9, choices=State.choices)
    prepared_on = models.DateField(_("筹备组成立日期"), null=True, blank=True)
    owner_count = models.PositiveIntegerField(_("核实的业主数"), null=True, blank=True)
    voted_count = models.PositiveIntegerField(_("参加选举业主数"), null=True, blank=True)
    elected_on = models.DateField(_("选举日期"), null=True, blank=True)
    filed_on = models.DateField(_("备案日期"), null=True, blank=True)
    term_ends_on = models.DateField(_("任期届满"), null=True, blank=True)
    member_count = models.PositiveSmallIntegerField(_("委员人数"), null=True, blank=True)
    cross_posts = models.PositiveSmallIntegerField(_("交叉任职人数"), null=True, blank=True)

    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("业主委员会")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("owners_committee_one_at_a_time", "place", when=~Q(state="ended")),
            models.CheckConstraint(
                condition=~Q(state="filed") | Q(filed_on__isnull=False),
                name="owners_committee_filed_on_a_day",
                violation_error_message=_("已备案的要填备案日期。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="elected") | Q(elected_on__isnull=False),
                name="owners_committee_elected_on_a_day",
                violation_error_message=_("已选举的要填选举日期。"),
            ),
            part_of("owners_committee_voted_of_the_owners", "voted_count", "owner_count"),
            follows("owners_committee_elected_after_prepared", "prepared_on", "elected_on", same_day=True),
            follows("owners_committee_filed_after_elected", "elected_on", "filed_on", same_day=True),
            follows("owners_committee_ends_after_elected", "elected_on", "term_ends_on"),
            models.CheckConstraint(
                condition=Q(cross_posts=None) | Q(member_count=None) | Q(cross_posts__lte=F("member_count")),
                name="owners_committee_cross_posts_within_members",
                violation_error_message=_("交叉任职人数不能多于委员人数。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def check_change(self, before, *, by) -> None:
        """A committee goes its way forward: prepared, elected, filed, ended."""
        order = self.State.values
        if before is not None and order.index(self.state) < order.index(before.state):
            raise ValidationError(
                {"state": _("不能从“%s”退回去；换届请另登记一届。") % before.get_state_display()}
            )


@tracked()
class Station(PlacedRecord):
    """A compound's work station (小区工作站): one head, and a steward for about each hundred households."""

    name = text(_("工作站名称"))
    opened_on = models.DateField(_("设立日期"))
    closed_on = models.DateField(_("撤销日期"), null=True, blank=True)
    households = models.PositiveIntegerField(_("服务户数"), null=True, blank=True)

    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("小区工作站")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("station_once_in_a_compound", "place", when=Q(closed_on=None)),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gt=F("opened_on")),
                name="station_closes_after_it_opens",
                violation_error_message=_("撤销日期应晚于设立日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class Steward(Record):
    """The head of a station, or a steward of about a hundred households (楼栋长)."""

    class Kind(models.TextChoices):
        HEAD = "head", _("站长")
        STEWARD = "steward", _("楼栋长")

    station = models.ForeignKey(
        Station, models.CASCADE, related_name="stewards", verbose_name=_("小区工作站")
    )
    kind = models.CharField(_("职务"), max_length=7, choices=Kind.choices)
    name = text(_("姓名"), 50)
    phone = text(_("联系电话"), 40, blank=True)
    buildings = text(_("负责楼栋"), blank=True)
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)

    about = ()
    personal = {
        "name": Personal(1, WHY, LAW, "1y after archived", mask="name"),
        "phone": Personal(2, WHY, LAW, "1y after archived", mask="phone"),
    }

    class Meta(Record.Meta):
        verbose_name = _("站长和楼栋长")
        constraints = [
            *Record.Meta.constraints,
            once("steward_once_from_a_day", "station", "kind", "name", "since"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")),
                name="steward_ends_after_he_begins",
                violation_error_message=_("结束日期应晚于开始日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.get_kind_display()}）"
