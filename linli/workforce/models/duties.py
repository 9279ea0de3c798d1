"""Who leads, who advises, who guides whom; and what is done for workers."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.kernel.personal import Personal
from linli.people.models import Person
from linli.registers.models import PlacedRecord, Record, once

from .staff import LAW, WHY, Worker, text

ENDS = _("结束日期应晚于开始日期。")


@tracked()
class LeadershipTerm(Record):
    """A worker's term in an office of the community; one person in both offices is computed, never ticked."""

    class Office(models.TextChoices):
        SECRETARY = "secretary", _("党组织书记")
        DIRECTOR = "director", _("居（村）委会主任")

    worker = models.ForeignKey(Worker, models.CASCADE, related_name="terms", verbose_name=_("工作者"))
    office = models.CharField(_("职务"), max_length=9, choices=Office.choices)
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)
    terms_served = models.PositiveSmallIntegerField(_("已连续任满届数"), default=0)

    about = ("worker__person",)
    personal = {"worker": Personal(1, WHY, LAW, "while employed", mask="name")}

    class Meta(Record.Meta):
        verbose_name = _("任职记录")
        constraints = [
            *Record.Meta.constraints,
            once("leadership_term_once_from_a_day", "worker", "office", "since"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")),
                name="leadership_term_ends_after_it_begins",
                violation_error_message=ENDS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} · {self.get_office_display()}"


@tracked()
class Mentoring(Record):
    """An older worker guides a newer one."""

    worker = models.ForeignKey(Worker, models.CASCADE, related_name="mentors", verbose_name=_("工作者"))
    mentor = models.ForeignKey(Worker, models.CASCADE, related_name="pupils", verbose_name=_("导师"))
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)

    about = ("worker__person", "mentor__person")
    personal = {
        "worker": Personal(1, WHY, LAW, "while employed", mask="name"),
        "mentor": Personal(1, WHY, LAW, "while employed", mask="name"),
    }

    class Meta(Record.Meta):
        verbose_name = _("导师带教")
        constraints = [
            *Record.Meta.constraints,
            once("mentoring_once_from_a_day", "worker", "mentor", "since"),
            models.CheckConstraint(
                condition=~Q(worker=F("mentor")),
                name="mentoring_joins_two_workers",
                violation_error_message=_("不能带教自己。"),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")),
                name="mentoring_ends_after_it_begins",
                violation_error_message=ENDS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentor} → {self.worker}"


@tracked()
class Assignment(PlacedRecord):
    """A professional or a duty holder assigned to a community: legal adviser, child director and the like."""

    class Kind(models.TextChoices):
        LEGAL = "legal", _("法律顾问")
        COUNSELLOR = "counsellor", _("心理咨询师")
        SPORTS = "sports", _("社会体育指导员")
        CHILD = "child", _("儿童主任")
        DISASTER = "disaster", _("灾害信息员")
        EMERGENCY = "emergency", _("应急队员")
        AGENT = "agent", _("政务代办员")
        ELDER = "elder", _("养老顾问")
        ASSISTANCE = "assistance", _("救助顾问")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    name = text(_("姓名"), 50)
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="assignments", verbose_name=_("人员")
    )
    phone = text(_("联系电话"), 40, blank=True)
    unit_name = text(_("所在单位"), blank=True)
    team = text(_("队伍名称"), blank=True)
    full_time = models.BooleanField(_("专职"), default=False)
    trained_on = models.DateField(_("培训日期"), null=True, blank=True)
    duty_hours = text(_("值班时间"), blank=True)
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)

    about = ("person",)
    personal = {
        "name": Personal(1, "联系专业人员", LAW, "1y after archived", mask="name"),
        "person": Personal(1, "联系专业人员", LAW, "1y after archived", mask="name"),
        "phone": Personal(2, "联系专业人员", LAW, "1y after archived", mask="phone"),
    }

    class Meta(PlacedRecord.Meta):
        verbose_name = _("专业配备")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("assignment_once_from_a_day", "place", "kind", "name", "since"),
            models.CheckConstraint(
                condition=~Q(kind="emergency") | ~Q(team=""),
                name="assignment_to_an_emergency_team_names_it",
                violation_error_message=_("应急队员要填队伍名称。"),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")),
                name="assignment_ends_after_it_begins",
                violation_error_message=ENDS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.get_kind_display()}）"


@tracked()
class CareMeasure(PlacedRecord):
    """A measure of care for workers that a county has put into effect, with what shows it."""

    title = text(_("措施"))
    done_on = models.DateField(_("落实日期"), null=True, blank=True)
    evidence = text(_("落实情况"), 200, blank=True)

    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("激励关怀措施")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("care_measure_once_in_a_county", "place", "title"),
            models.CheckConstraint(
                condition=Q(done_on=None) | ~Q(evidence=""),
                name="care_measure_done_says_how",
                violation_error_message=_("已落实的要填落实情况。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title


@tracked()
class MentoringTalk(Record):
    """A meeting of a mentor and whom he guides: what was practised, for how long."""

    worker = models.ForeignKey(Worker, models.CASCADE, related_name="talks", verbose_name=_("工作者"))
    mentor = models.ForeignKey(Worker, models.CASCADE, related_name="talks_given", verbose_name=_("导师"))
    held_on = models.DateField(_("带教日期"))
    subject = text(_("带教内容"))
    hours = models.DecimalField(_("时长（小时）"), max_digits=4, decimal_places=1)

    about = ("worker__person", "mentor__person")
    personal = {
        "worker": Personal(1, WHY, LAW, "while employed", mask="name"),
        "mentor": Personal(1, WHY, LAW, "while employed", mask="name"),
    }

    class Meta(Record.Meta):
        verbose_name = _("带教记录")
        constraints = [
            *Record.Meta.constraints,
            once("mentoring_talk_once_a_day", "worker", "mentor", "held_on"),
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=24),
                name="mentoring_talk_lasts_within_a_day",
                violation_error_message=_("时长应大于 0、不超过 24 小时。"),
            ),
            models.CheckConstraint(
                condition=~Q(worker=F("mentor")),
                name="mentoring_talk_joins_two_workers",
                violation_error_message=_("不能带教自己。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} · {self.subject}"

    def check_change(self, before, *, by) -> None:
        """A talk belongs to a mentoring that held on its day."""
        held = Q(until=None) | Q(until__gt=self.held_on)
        pairs = Mentoring.objects.filter(held, worker=self.worker, mentor=self.mentor, archived_on=None)
        if not pairs.filter(since__lte=self.held_on).exists():
            raise ValidationError({"mentor": _("这一天没有登记这两位的带教关系。")})


@tracked()
class Reserve(PlacedRecord):
    """Somebody kept in mind as a future secretary of a community; seen by personnel alone."""

    class Source(models.TextChoices):
        WORKER = "worker", _("社区工作者")
        GRADUATE = "graduate", _("高校毕业生")
        VETERAN = "veteran", _("退役军人")
        RETURNED = "returned", _("返乡人员")
        OTHER = "other", _("其他")

    name = text(_("姓名"), 50)
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="reserve", verbose_name=_("人员")
    )
    source = models.CharField(_("来源"), max_length=8, choices=Source.choices)
    since = models.DateField(_("入库日期"))
    mentor = models.ForeignKey(
        Worker, models.SET_NULL, null=True, blank=True, related_name="reserves", verbose_name=_("培养联系人")
    )
    trained_on = models.DateField(_("最近培训"), null=True, blank=True)
    until = models.DateField(_("出库日期"), null=True, blank=True)
    outcome = text(_("出库去向"), blank=True)

    about = ("person",)
    personal = {
        "name": Personal(1, WHY, LAW, "2y after archived", mask="name"),
        "person": Personal(1, WHY, LAW, "2y after archived", mask="name"),
        "mentor": Personal(1, WHY, LAW, "2y after archived", mask="name"),
    }

    class Meta(PlacedRecord.Meta):
        verbose_name = _("书记后备人才")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("reserve_once_from_a_day", "place", "name", "since"),
            models.CheckConstraint(
                condition=Q(until=None) | ~Q(outcome="") & Q(until__gt=F("since")),
                name="reserve_that_left_says_where_to",
                violation_error_message=_("出库的要填去向，日期晚于入库日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
