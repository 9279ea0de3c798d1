"""Upgrade projects: how a community closes a gap to a standard, from the finding to the acceptance."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.history import tracked
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place
from linli.registers.models import Record, once

from ..states import UpgradeState
from .facilities import Facility
from .parts import WORK_RECORD


class Way(models.TextChoices):
    """The levers of the standards, as a project pulls one."""

    BUILD = "build", _("新建")
    EXTEND = "extend", _("改扩建")
    BUY = "buy", _("购买")
    RENT = "rent", _("租赁")
    SHARE = "share", _("共享")
    ALLOCATE = "allocate", _("划拨")
    CONVERT = "convert", _("一室多用")


class UpgradeProject(models.Model):
    """A gap of a community to one standard, and the works that are to close it.

    The standard, its clause and the gap stand as they were on the day the gap was found.
    """

    code = models.CharField(_("项目编号"), max_length=40, unique=True)
    place = models.ForeignKey(
        Place, models.PROTECT, related_name="upgrade_projects", verbose_name=_("所在社区")
    )
    state = models.CharField(_("进度"), max_length=8, choices=UpgradeState.choices)
    standard = models.SlugField(_("标准代码"), max_length=60)
    standard_name = models.CharField(_("对照的标准"), max_length=60)
    clause = models.CharField(_("依据"), max_length=120)
    gap_m2 = models.DecimalField(_("缺口"), max_digits=10, decimal_places=2)
    found_on = models.DateField(_("发现日期"))
    way = models.CharField(_("补短方式"), max_length=8, choices=Way.choices, blank=True)
    area_m2 = models.DecimalField(_("计划面积"), max_digits=10, decimal_places=2, null=True, blank=True)
    budget_yuan = models.DecimalField(_("预算"), max_digits=14, decimal_places=2, null=True, blank=True)
    funded_yuan = models.DecimalField(_("落实资金"), max_digits=14, decimal_places=2, null=True, blank=True)
    match_yuan = models.DecimalField(
        _("其中上级配套"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    programme = models.CharField(
        _("所属工程"), max_length=60, blank=True, validators=[refuse_hidden_characters]
    )  # 城镇社区养老幸福工程 and the like
    fund_source = models.CharField(
        _("资金来源"), max_length=120, blank=True, validators=[refuse_hidden_characters]
    )
    funded_on = models.DateField(_("资金落实日期"), null=True, blank=True)
    begun_on = models.DateField(_("开工日期"), null=True, blank=True)
    due_on = models.DateField(_("计划完工"), null=True, blank=True)
    accepted_on = models.DateField(_("验收日期"), null=True, blank=True)
    accepted_m2 = models.DecimalField(_("验收面积"), max_digits=10, decimal_places=2, null=True, blank=True)
    facility = models.ForeignKey(
        Facility, models.SET_NULL, null=True, blank=True, related_name="upgrade_projects",
        verbose_name=_("对应设施"),
    )  # fmt: skip

    personal: dict = {}

    class Meta:
        verbose_name = _("设施补短项目")
        ordering = ["-found_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=UpgradeState.values), name="upgrade_state_is_known"),
            models.CheckConstraint(condition=Q(gap_m2__gt=0), name="upgrade_closes_a_gap"),
            models.CheckConstraint(
                condition=Q(match_yuan=None)
                | Q(funded_yuan__isnull=False, match_yuan__gte=0, match_yuan__lte=F("funded_yuan")),
                name="upgrade_match_is_a_part_of_the_funds",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["found", "dropped"]) | ~Q(way="") & Q(area_m2__gt=0),
                name="upgrade_beyond_finding_has_a_way_and_an_area",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["found", "chosen", "dropped"])
                | Q(funded_yuan__gte=0, funded_on__isnull=False) & ~Q(fund_source=""),
                name="upgrade_funded_says_how_much_and_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["works", "accepted"]) | Q(begun_on__isnull=False),
                name="upgrade_works_have_begun",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", accepted_on__isnull=False, accepted_m2__gt=0)
                | ~Q(state="accepted") & Q(accepted_on=None, accepted_m2=None),
                name="upgrade_accepted_iff_it_has_a_day_and_an_area",
            ),
            models.CheckConstraint(
                condition=Q(accepted_on=None) | Q(accepted_on__gte=F("begun_on")),
                name="upgrade_is_accepted_after_it_began",
            ),
            models.UniqueConstraint(
                fields=["place", "standard"],
                condition=~Q(state__in=["accepted", "dropped"]),
                name="upgrade_under_way_once_for_a_standard_of_a_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place.name}：{self.standard_name}"

    @property
    def tone(self) -> str:
        """How a list shows the state; works past their day are late."""
        if self.is_late:
            return "late"
        return {UpgradeState.ACCEPTED: "done", UpgradeState.DROPPED: "plain"}.get(self.state, "active")

    @property
    def is_late(self) -> bool:
        """Whether works were due before today and are not accepted."""
        return self.state == UpgradeState.WORKS and self.due_on is not None and self.due_on < clock.today()


class UpgradeEvent(models.Model):
    """One line of a project's history."""

    project = models.ForeignKey(UpgradeProject, models.CASCADE, related_name="events")
    act = models.CharField(max_length=10)
    on = models.DateField(_("日期"))
    note = models.CharField(max_length=300, blank=True, validators=[refuse_hidden_characters])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    about = ("by__person",)
    personal = {"by": WORK_RECORD}

    class Meta:
        verbose_name = _("补短项目记录")
        ordering = ["-pk"]


@tracked()
class ProjectPayment(Record):
    """Money for a project from one of those who pay: planned, paid, by which paper."""

    class Payer(models.TextChoices):
        PROVINCE = "province", _("省级")
        CITY = "city", _("市级")
        COUNTY = "county", _("区县级")
        STREET = "street", _("街道（乡镇）")
        OTHER = "other", _("社会和其他")

    project = models.ForeignKey(
        UpgradeProject, models.CASCADE, related_name="payments", verbose_name=_("补短项目")
    )
    number = models.PositiveSmallIntegerField(_("第几笔"))
    payer = models.CharField(_("拨款级次"), max_length=8, choices=Payer.choices)
    planned_on = models.DateField(_("计划拨付日期"))
    planned_yuan = models.DecimalField(_("计划金额（元）"), max_digits=14, decimal_places=2)
    paid_on = models.DateField(_("拨付日期"), null=True, blank=True)
    paid_yuan = models.DecimalField(
        _("拨付金额（元）"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    document = models.CharField(
        _("拨款文号"), max_length=120, blank=True, validators=[refuse_hidden_characters]
    )

    called = ("project", "number")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("补短项目拨款")
        constraints = [
            *Record.Meta.constraints,
            once("project_payment_once_by_its_number", "project", "number"),
            models.CheckConstraint(
                condition=Q(planned_yuan__gt=0),
                name="project_payment_plans_something",
                violation_error_message=_("计划金额应大于 0。"),
            ),
            models.CheckConstraint(
                condition=Q(paid_on=None, paid_yuan=None)
                | Q(paid_on__isnull=False, paid_yuan__isnull=False, paid_yuan__gt=0) & ~Q(document=""),
                name="project_payment_paid_says_how_much_by_what",
                violation_error_message=_("拨付日期、金额和文号要一起填。"),
            ),
        ]
