"""What units, stations and compounds do in the service of residents: meetings, tasks, visits, cases; no persons."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.kernel.personal import Personal
from linli.registers.models import PlacedRecord, Record, follows, once, said_when

from .compounds import LAW, WHY, Steward
from .linkage import SocialWorkStation
from .parts import met_again, text
from .units import ResidentUnit


@tracked()
class GroupActivity(PlacedRecord):
    """What the Party branch or group of a compound did for its residents: when, what, how many came; no persons."""

    held_on = models.DateField(_("活动日期"))
    title = text(_("活动内容"))
    people_count = models.PositiveIntegerField(_("参加人数"))
    served_count = models.PositiveIntegerField(_("服务居民户数"), null=True, blank=True)
    outcome = text(_("成效"), 200, blank=True)

    called = ("title", "held_on")
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("小区党组织服务活动")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("group_activity_once_a_day", "place", "held_on", "title"),
        ]


@tracked()
class UnitVisit(Record):
    """A visit to a firm or shop of the community: what it does, needs and could open to residents."""

    unit = models.ForeignKey(ResidentUnit, models.CASCADE, related_name="visits", verbose_name=_("驻区单位"))
    visited_on = models.DateField(_("走访日期"))
    business = text(_("经营情况"))
    three_members = models.BooleanField(_("有三名以上党员"), null=True, blank=True)
    needs = text(_("需要的支持"), 200, blank=True)
    could_open = text(_("可向社区开放的资源"), blank=True)
    settled_on = models.DateField(_("落实日期"), null=True, blank=True)
    outcome = text(_("落实情况"), 200, blank=True)
    next_on = models.DateField(_("下次走访"), null=True, blank=True)
    met_again_on = models.DateField(_("已再次走访"), null=True, blank=True)

    called = ("unit", "visited_on")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("驻区单位走访")
        constraints = [
            *Record.Meta.constraints,
            once("unit_visit_once_a_day", "unit", "visited_on"),
            follows("unit_visit_settled_after_it", "visited_on", "settled_on", same_day=True),
            said_when("unit_visit_settled_says_how", "settled_on", "outcome"),
            follows("unit_visit_next_comes_later", "visited_on", "next_on"),
            follows("unit_visit_came_again_later", "visited_on", "met_again_on"),
        ]

    def check_stored(self) -> None:
        met_again(self, "unit", "visited_on")


@tracked()
class UnitTask(Record):
    """A service a unit that checked in took on: by how many, how long, confirmed by the community, told back home."""

    unit = models.ForeignKey(ResidentUnit, models.CASCADE, related_name="tasks", verbose_name=_("驻区单位"))
    title = text(_("认领的服务或微心愿"))
    taken_on = models.DateField(_("认领日期"))
    people_count = models.PositiveSmallIntegerField(_("参加人数"), null=True, blank=True)
    hours = models.DecimalField(
        _("社区确认的时长（小时）"), max_digits=6, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    outcome = text(_("完成情况"), 200, blank=True)
    told_on = models.DateField(_("反馈派出单位日期"), null=True, blank=True)

    called = ("unit", "title")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("报到单位认领服务")
        constraints = [
            *Record.Meta.constraints,
            once("unit_task_once_from_a_day", "unit", "title", "taken_on"),
            follows("unit_task_done_after_it_was_taken", "taken_on", "done_on", same_day=True),
            follows("unit_task_told_after_it_was_done", "done_on", "told_on", same_day=True),
            models.CheckConstraint(
                condition=Q(done_on=None, hours=None, told_on=None)
                | Q(done_on__isnull=False, hours__isnull=False, people_count__isnull=False) & ~Q(outcome=""),
                name="unit_task_done_is_confirmed",
                violation_error_message=_("完成的要填人数、时长和完成情况；没有完成的不填时长和反馈日期。"),
            ),
        ]

    def check_change(self, before, *, by) -> None:
        """Who has not checked in takes nothing on."""
        if self.unit.checked_in_on is None or self.taken_on < self.unit.checked_in_on:
            raise ValidationError({"unit": _("“%s”那天还没有报到。") % self.unit})


@tracked()
class UnitYear(Record):
    """What a unit and its community did together in a year, in words; the numbers are counted from the registers."""

    unit = models.ForeignKey(ResidentUnit, models.CASCADE, related_name="years", verbose_name=_("驻区单位"))
    year = models.PositiveSmallIntegerField(
        _("年度"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    summary = text(_("年度小结"), 300)
    thanked_on = models.DateField(_("致谢日期"), null=True, blank=True)

    called = ("unit", "year")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("共驻共建年度小结")
        constraints = [
            *Record.Meta.constraints,
            once("unit_year_once", "unit", "year"),
        ]


@tracked()
class StewardTask(Record):
    """What a steward was asked to do in his buildings, or reports from them, and what came of it."""

    class Duty(models.TextChoices):
        """XA-029：小区工作站的五项职责，和楼栋长上报的需求"""

        POLICY = "policy", _("政策宣传")
        EPIDEMIC = "epidemic", _("疫情防控")
        SECURITY = "security", _("社会保障")
        MEDIATION = "mediation", _("矛盾调解")
        HELP = "help", _("困难群众帮扶")
        REPORT = "report", _("上报居民需求")

    steward = models.ForeignKey(Steward, models.CASCADE, related_name="tasks", verbose_name=_("站长或楼栋长"))
    duty = models.CharField(_("职责"), max_length=9, choices=Duty.choices)
    subject = text(_("任务或需求（不写姓名）"))
    given_on = models.DateField(_("接收或上报日期"))
    due_on = models.DateField(_("要求完成"), null=True, blank=True)
    passed_to = text(_("转给哪个单位"), blank=True)
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    outcome = text(_("完成情况"), 200, blank=True)

    called = ("subject", "duty")
    about = ()
    personal = {"steward": Personal(1, WHY, LAW, "1y after archived", mask="name")}

    class Meta(Record.Meta):
        verbose_name = _("楼栋长任务和上报")
        constraints = [
            *Record.Meta.constraints,
            once("steward_task_once_a_day", "steward", "subject", "given_on"),
            follows("steward_task_due_after_it_was_given", "given_on", "due_on", same_day=True),
            follows("steward_task_done_after_it_was_given", "given_on", "done_on", same_day=True),
            said_when("steward_task_done_says_how", "done_on", "outcome"),
        ]

    def check_change(self, before, *, by) -> None:
        steward = self.steward
        if self.given_on < steward.since or (steward.until is not None and self.given_on >= steward.until):
            raise ValidationError({"steward": _("“%s”那天不在任。") % steward})


@tracked()
class SocialWorkService(Record):
    """Case work, group work or community work of a station: plan, sessions, supervision, closing; no names."""

    class Kind(models.TextChoices):
        CASE = "case", _("个案工作")
        GROUP = "group", _("小组工作")
        COMMUNITY = "community", _("社区工作")

    station = models.ForeignKey(
        SocialWorkStation, models.CASCADE, related_name="services", verbose_name=_("社工站")
    )
    number = text(_("服务编号"), 40)
    kind = models.CharField(_("工作方法"), max_length=9, choices=Kind.choices)
    subject = text(_("服务主题（不写姓名）"))
    plan = text(_("服务计划"), 300)
    opened_on = models.DateField(_("开案日期"))
    sessions = models.PositiveSmallIntegerField(_("已开展次数"), default=0)
    people_count = models.PositiveIntegerField(_("服务人数"), null=True, blank=True)
    supervision_asked_on = models.DateField(_("申请督导日期"), null=True, blank=True)
    supervision_question = text(_("督导问题"), 200, blank=True)
    supervisor = models.ForeignKey(
        SocialWorkStation, models.SET_NULL, null=True, blank=True, related_name="supervised",
        verbose_name=_("督导的社工站"),
    )  # fmt: skip
    supervised_on = models.DateField(_("督导日期"), null=True, blank=True)
    closed_on = models.DateField(_("结案日期"), null=True, blank=True)
    outcome = text(_("结案评估"), 200, blank=True)

    called = ("number", "subject")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("社工服务记录")
        constraints = [
            *Record.Meta.constraints,
            once("social_work_service_once_by_its_number", "station", "number"),
            follows("social_work_service_closes_after_it_opened", "opened_on", "closed_on", same_day=True),
            said_when("social_work_service_closed_says_how", "closed_on", "outcome"),
            said_when("social_work_service_supervision_says_what", "supervision_asked_on", "supervision_question"),
            follows(
                "social_work_service_supervised_after_it_was_asked", "supervision_asked_on", "supervised_on",
                same_day=True,
            ),
            models.CheckConstraint(
                condition=Q(supervised_on=None) | Q(supervisor__isnull=False, supervision_asked_on__isnull=False),
                name="social_work_service_supervised_says_by_whom",
                violation_error_message=_("填了督导日期的，要有申请日期和督导的社工站。"),
            ),
        ]  # fmt: skip

    def check_change(self, before, *, by) -> None:
        """Supervision comes from a station of a higher level, above this one."""
        if self.supervisor is None:
            return
        own, above = self.station.place, self.supervisor.place
        if own.pk == above.pk or not own.path.startswith(above.path):
            raise ValidationError({"supervisor": _("督导应来自上一级的社工站。")})
