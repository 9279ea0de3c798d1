"""Community workers, the number a community should have, how vacancies are filled, and grade by grade."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.cipher import blinds
from linli.kernel.history import tracked
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.people.models import Person
from linli.registers.models import PlacedRecord, Record, once

WHY, LAW, KEEP = "社区工作者管理", "社区工作者管理办法", "5y after left"


def text(label, length: int = 120, **more) -> models.CharField:
    """A line of text without hidden characters."""
    return models.CharField(label, max_length=length, validators=[refuse_hidden_characters], **more)


class Track(models.TextChoices):
    """三岗: which ladder of grades a post climbs."""

    HEAD = "head", _("正职")
    DEPUTY = "deputy", _("副职")
    OTHER = "other", _("其他")


class Degree(models.TextChoices):
    SECONDARY = "secondary", _("中专及以下")
    COLLEGE = "college", _("大专")
    BACHELOR = "bachelor", _("本科")
    MASTER = "master", _("研究生")


@tracked()
class Worker(PlacedRecord):
    """Somebody who works for a community: known by a number, linked to the person where there is one."""

    class Kind(models.TextChoices):
        FULL_TIME = "full_time", _("专职工作人员")
        COMMITTEE = "committee", _("两委成员")
        GRADUATE = "graduate", _("到村大学生")
        PUBLIC_POST = "public_post", _("公益性岗位")
        PART_TIME = "part_time", _("兼职人员")

    number = text(_("工号"), 40)
    name = text(_("姓名"), 50)
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="workforce", verbose_name=_("人员")
    )
    phone = text(_("手机号码"), 20, blank=True)
    birth_on = models.DateField(_("出生日期"), null=True, blank=True)
    kind = models.CharField(_("用工类别"), max_length=11, choices=Kind.choices)
    track = models.CharField(_("岗位"), max_length=6, choices=Track.choices)
    duty = text(_("分管工作"), 60, blank=True)
    degree = models.CharField(_("学历"), max_length=9, choices=Degree.choices, blank=True)
    major = text(_("专业"), 60, blank=True)
    started_on = models.DateField(_("入职日期"))
    left_on = models.DateField(_("离职日期"), null=True, blank=True)

    about = ("person",)
    personal = {
        "name": Personal(1, WHY, LAW, KEEP, mask="name"),
        "person": Personal(1, WHY, LAW, KEEP, mask="name"),
        "phone": Personal(2, WHY, LAW, KEEP, mask="phone"),
        "birth_on": Personal(2, WHY, LAW, KEEP),
        "degree": Personal(1, WHY, LAW, KEEP, mask="none"),
        "major": Personal(1, WHY, LAW, KEEP, mask="none"),
    }

    class Meta(PlacedRecord.Meta):
        verbose_name = _("社区工作者")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("worker_has_a_number_of_his_own", "number"),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gt=F("started_on")),
                name="worker_leaves_after_he_starts",
                violation_error_message=_("离职日期应晚于入职日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def settle(self) -> None:
        """Name the person this worker is: the one of the same name and phone; what was linked stays."""
        if self.person_id is None and self.phone:
            found = Person.objects.filter(
                phone_index__in=blinds("phone", self.phone), name=self.name, purged_at=None
            )[:2]
            self.person = found[0] if len(found) == 1 else None


@tracked()
class Establishment(PlacedRecord):
    """How many full-time workers a community is to have, from a day on, by which paper."""

    number = models.PositiveSmallIntegerField(_("核定人数"))
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)
    basis = text(_("依据"), blank=True)

    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("员额")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("establishment_once_from_a_day", "place", "since"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")),
                name="establishment_ends_after_it_begins",
                violation_error_message=_("结束日期应晚于开始日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} · {self.number}"


@tracked()
class RecruitmentRound(PlacedRecord):
    """One recruitment of a street or county. Applicants are not kept here: examinations have their own files."""

    class State(models.TextChoices):
        PLANNED = "planned", _("计划")
        NOTICE = "notice", _("已公告")
        EXAMINED = "examined", _("已考试面试")
        PUBLICISED = "publicised", _("公示中")
        APPOINTED = "appointed", _("已聘用")
        CANCELLED = "cancelled", _("已取消")

    # from → to; nothing is skipped, and what ended stays ended
    STEPS = {
        State.PLANNED: {State.NOTICE, State.CANCELLED},
        State.NOTICE: {State.EXAMINED, State.CANCELLED},
        State.EXAMINED: {State.PUBLICISED, State.CANCELLED},
        State.PUBLICISED: {State.APPOINTED, State.CANCELLED},
        State.APPOINTED: set(),
        State.CANCELLED: set(),
    }

    title = text(_("批次名称"))
    state = models.CharField(_("进度"), max_length=10, choices=State.choices, default=State.PLANNED)
    notice_on = models.DateField(_("公告日期"), null=True, blank=True)
    appointed_on = models.DateField(_("聘用日期"), null=True, blank=True)
    applicant_count = models.PositiveIntegerField(_("报名人数"), null=True, blank=True)
    appointed_count = models.PositiveIntegerField(_("聘用人数"), null=True, blank=True)
    priority = text(_("优先录用条件"), blank=True)
    social_work_count = models.PositiveIntegerField(_("聘用的社会工作专业人数"), null=True, blank=True)

    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("招聘批次")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("recruitment_round_once_by_its_title", "place", "title"),
            models.CheckConstraint(
                condition=~Q(state="appointed")
                | Q(appointed_on__isnull=False, appointed_count__isnull=False),
                name="recruitment_appointed_says_when_and_how_many",
                violation_error_message=_("已聘用的要填聘用日期和聘用人数。"),
            ),
            models.CheckConstraint(
                condition=Q(social_work_count=None)
                | Q(appointed_count__isnull=False, social_work_count__lte=F("appointed_count")),
                name="recruitment_social_work_within_appointed",
                violation_error_message=_("社会工作专业人数不能多于聘用人数。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def check_change(self, before: "RecruitmentRound | None", *, by) -> None:
        if before is not None and self.state != before.state and self.state not in self.STEPS[before.state]:
            raise ValidationError({"state": _("招聘进度要一步一步来，不能跳过，也不能退回。")})


@tracked()
class Vacancy(PlacedRecord):
    """Posts a community has to fill, since when, by which round, and filled when."""

    track = models.CharField(_("岗位"), max_length=6, choices=Track.choices)
    count = models.PositiveSmallIntegerField(_("空缺人数"))
    since = models.DateField(_("空缺日期"))
    filled_on = models.DateField(_("补齐日期"), null=True, blank=True)
    round = models.ForeignKey(
        RecruitmentRound,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="vacancies",
        verbose_name=_("招聘批次"),
    )

    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("岗位空缺")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("vacancy_once_from_a_day", "place", "track", "since"),
            models.CheckConstraint(condition=Q(count__gte=1), name="vacancy_is_of_somebody"),
            models.CheckConstraint(
                condition=Q(filled_on=None) | Q(filled_on__gte=F("since")),
                name="vacancy_filled_after_it_opens",
                violation_error_message=_("补齐日期应晚于空缺日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} · {self.get_track_display()} {self.count}"


@tracked()
class GradeRecord(Record):
    """A worker's grade from a day on: proposed by one, approved by another."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待审批")
        APPROVED = "approved", _("已审批")
        REFUSED = "refused", _("未通过")

    worker = models.ForeignKey(Worker, models.CASCADE, related_name="grades", verbose_name=_("工作者"))
    track = models.CharField(_("岗位"), max_length=6, choices=Track.choices)
    grade = models.PositiveSmallIntegerField(_("等级"))
    since = models.DateField(_("起算日期"))
    state = models.CharField(_("审批"), max_length=8, choices=State.choices, default=State.PROPOSED)
    basis = text(_("依据"), blank=True)

    about = ("worker__person",)
    personal = {
        "worker": Personal(1, WHY, LAW, "while employed", mask="name"),
        "grade": Personal(2, WHY, LAW, "while employed", mask="none"),
    }

    when_purged = {"grade": ...}  # figures of past years stay true; the worker is a pseudonym then

    class Meta(Record.Meta):
        verbose_name = _("岗位等级")
        constraints = [
            *Record.Meta.constraints,
            once("grade_once_from_a_day", "worker", "since"),
            models.CheckConstraint(
                condition=Q(grade__range=(1, 18)),
                name="grade_is_one_of_eighteen",
                violation_error_message=_("等级为 1 至 18 级。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} · {self.get_track_display()} {self.grade}"

    def check_change(self, before: "GradeRecord | None", *, by) -> None:
        """A grade begins as a proposal, nobody approves what he proposed, and what was decided stays decided."""
        if before is None:
            if by is not None and self.state != self.State.PROPOSED:
                raise ValidationError({"state": _("新的等级先提出，再由别人审批。")})
            return
        if self.state == before.state:
            return
        if before.state != self.State.PROPOSED:
            raise ValidationError({"state": _("已经审批过，有变化请另记一条。")})
        if by is not None and before.changed_by_id == by.pk:
            raise ValidationError({"state": _("提出的人不能自己审批。")})
