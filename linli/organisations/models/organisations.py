"""Social organisations, teams, social enterprises and funds; whom they serve and what support they got."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.people.models import Unit
from linli.places.models import Place
from linli.registers.models import PlacedRecord, Record, RecordQuerySet, once

from ..numbers import check_credit_code
from .parts import CONTACT_FIELDS, Contact, text


class Theme(models.TextChoices):
    """Whom or what a body or a project is for."""

    ELDER = "elder", _("为老服务")
    MINOR = "minor", _("未成年人保护")
    DISABLED = "disabled", _("助残")
    HARDSHIP = "hardship", _("济困和救助")
    HEALTH = "health", _("健康和心理")
    CULTURE = "culture", _("文化体育")
    GOVERNANCE = "governance", _("议事和调解")
    SAFETY = "safety", _("平安和应急")
    PROPERTY = "property", _("物业服务")
    COMMERCE = "commerce", _("社区商业")
    CONVENIENCE = "convenience", _("便民服务")
    OTHER = "other", _("其他领域")


class OrganisationQuerySet(RecordQuerySet):
    def visible_to(self, user):
        """Who there is and what they do is public; how to reach them is not."""
        return self.filter(archived_on=None)


@tracked()
class Organisation(Contact, PlacedRecord):
    """A body of residents or for them: registered, filed with the street office, or a team."""

    class Kind(models.TextChoices):
        ASSOCIATION = "association", _("社会团体")
        SERVICE = "service", _("社会服务机构")
        FOUNDATION = "foundation", _("基金会")
        COMMUNITY = "community", _("社区社会组织")
        ENTERPRISE = "enterprise", _("社会企业")
        FUND = "fund", _("社区基金")
        MASS_TEAM = "mass_team", _("群众活动团队")
        GROUP = "group", _("社区活动小组")
        DISABLED = "disabled", _("残疾人协会")

    class Standing(models.TextChoices):
        REGISTERED = "registered", _("已登记")
        FILED = "filed", _("已备案")
        NEITHER = "neither", _("未登记未备案")

    class State(models.TextChoices):
        FORMING = "forming", _("筹备中")
        ACTIVE = "active", _("活动正常")
        DORMANT = "dormant", _("停止活动")

    class Grade(models.TextChoices):
        A1 = "1A", "1A"
        A2 = "2A", "2A"
        A3 = "3A", "3A"
        A4 = "4A", "4A"
        A5 = "5A", "5A"

    name = text(_("名称"))
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    standing = models.CharField(_("登记备案"), max_length=10, choices=Standing.choices)
    credit_code = models.CharField(
        _("统一社会信用代码"), max_length=18, blank=True, validators=[check_credit_code]
    )
    grade = models.CharField(_("评估等级"), max_length=2, choices=Grade.choices, blank=True)
    state = models.CharField(_("活动状态"), max_length=8, choices=State.choices, default=State.ACTIVE)
    subject = text(_("服务领域"), 60, blank=True)
    theme = models.CharField(_("培育方向"), max_length=11, choices=Theme.choices, blank=True)
    able = models.BooleanField(_("可承接服务"), default=False)
    member_count = models.PositiveIntegerField(_("成员人数"), null=True, blank=True)
    founded_on = models.DateField(_("成立日期"), null=True, blank=True)
    ended_on = models.DateField(_("注销日期"), null=True, blank=True)

    objects = OrganisationQuerySet.as_manager()
    about = ()
    personal = CONTACT_FIELDS

    class Meta(PlacedRecord.Meta):
        verbose_name = _("社会组织和团队")
        indexes = [models.Index(fields=["name"], name="organisation_by_name")]
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("organisation_has_a_name_of_its_own_in_a_place", "place", "name"),
            models.CheckConstraint(
                condition=~Q(standing="registered") | ~Q(credit_code=""),
                name="organisation_registered_has_a_credit_code",
                violation_error_message=_("已登记的组织要填统一社会信用代码。"),
            ),
            models.CheckConstraint(
                condition=Q(grade="") | Q(standing="registered"),
                name="organisation_graded_is_registered",
                violation_error_message=_("只有已登记的组织有评估等级。"),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(founded_on=None) | Q(ended_on__gte=F("founded_on")),
                name="organisation_ends_after_it_is_founded",
                violation_error_message=_("注销日期应晚于成立日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class ServiceArea(Record):
    """An organisation serves a place that is not its seat, from a day on."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="areas", verbose_name=_("组织")
    )
    served = models.ForeignKey(
        Place, models.PROTECT, related_name="organisations_serving", verbose_name=_("服务的区划")
    )
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)

    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("服务范围")
        constraints = [
            *Record.Meta.constraints,
            once("service_area_once_from_a_day", "organisation", "served", "since"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")),
                name="service_area_ends_after_it_begins",
                violation_error_message=_("结束日期应晚于开始日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} → {self.served}"


@tracked()
class Support(Record):
    """Support an organisation received: money, a room, training, a mentor."""

    class Kind(models.TextChoices):
        MONEY = "money", _("资金")
        MICRO = "micro", _("小额资助")
        ROOM = "room", _("场地")
        TRAINING = "training", _("培训")
        MENTOR = "mentor", _("督导")
        PURCHASE = "purchase", _("购买服务")

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="supports", verbose_name=_("组织")
    )
    kind = models.CharField(_("扶持方式"), max_length=8, choices=Kind.choices)
    title = text(_("内容"))
    amount = models.DecimalField(_("金额（元）"), max_digits=12, decimal_places=2, null=True, blank=True)
    given_on = models.DateField(_("日期"))
    given_by = text(_("扶持单位"), blank=True)
    unit = models.ForeignKey(
        Unit, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("单位")
    )

    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("扶持记录")
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0), name="support_amount_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.title


@tracked()
class Brand(PlacedRecord):
    """A service a community is known for by name."""

    name = text(_("品牌名称"))
    subject = text(_("服务领域"), 60, blank=True)
    since = models.DateField(_("开始日期"), null=True, blank=True)
    until = models.DateField(_("结束日期"), null=True, blank=True)

    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("社区服务品牌")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("brand_once_in_a_place", "place", "name"),
        ]

    def __str__(self) -> str:
        return self.name
