"""Certificates with their validity; courses, who took them, with how many hours."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.kernel.personal import Personal
from linli.registers.models import PlacedRecord, Record, follows, once

from .staff import LAW, WHY, Track, Worker, text


@tracked()
class Certificate(Record):
    """A social worker's professional certificate, and until when its registration is valid."""

    class Level(models.TextChoices):
        ASSISTANT = "assistant", _("助理社会工作师")
        SOCIAL_WORKER = "social_worker", _("社会工作师")
        SENIOR = "senior", _("高级社会工作师")

    worker = models.ForeignKey(Worker, models.CASCADE, related_name="certificates", verbose_name=_("工作者"))
    level = models.CharField(_("证书级别"), max_length=13, choices=Level.choices)
    number = text(_("证书编号"), 40, blank=True)
    issued_on = models.DateField(_("取得日期"))
    valid_until = models.DateField(_("登记有效期至"), null=True, blank=True)

    about = ("worker__person",)
    personal = {
        "worker": Personal(1, WHY, LAW, "while employed", mask="name"),
        "number": Personal(2, WHY, LAW, "while employed"),
    }

    class Meta(Record.Meta):
        verbose_name = _("职业证书")
        constraints = [
            *Record.Meta.constraints,
            once("certificate_once_for_a_level", "worker", "level", "issued_on"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("issued_on")),
                name="certificate_ends_after_it_is_issued",
                violation_error_message=_("登记有效期应晚于取得日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} · {self.get_level_display()}"


@tracked()
class TrainingStandard(PlacedRecord):
    """A version of the standard of vocational training for a post: how many hours, since when, by whom."""

    title = text(_("培训标准"))
    edition = text(_("版本"), 20)
    track = models.CharField(_("适用岗位"), max_length=6, choices=Track.choices)
    hours = models.DecimalField(_("最低学时"), max_digits=5, decimal_places=1)
    since = models.DateField(_("实施日期"))
    until = models.DateField(_("废止日期"), null=True, blank=True)
    source = text(_("发布单位和文号"))

    called = ("title", "edition")
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("职业培训标准")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("training_standard_once_an_edition", "place", "title", "edition", "track"),
            follows("training_standard_ends_after_it_begins", "since", "until"),
            models.CheckConstraint(
                condition=Q(hours__gt=0), name="training_standard_has_hours",
                violation_error_message=_("最低学时应大于 0。"),
            ),
        ]  # fmt: skip

    def holds_on(self, day) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@tracked()
class Course(PlacedRecord):
    """A training course of a street, county or city."""

    class Kind(models.TextChoices):
        INDUCTION = "induction", _("初任培训")
        YEARLY = "yearly", _("年度轮训")
        THEME = "theme", _("主题培训")
        EXAM = "exam", _("考前培训")

    class Mode(models.TextChoices):
        CLASS = "class", _("面授")
        ONLINE = "online", _("同步课堂（在线）")
        CASE = "case", _("案例教学")
        PRACTICE = "practice", _("实战实训")

    title = text(_("课程名称"))
    kind = models.CharField(_("培训类别"), max_length=9, choices=Kind.choices)
    hours = models.DecimalField(_("学时"), max_digits=5, decimal_places=1)
    begins_on = models.DateField(_("开课日期"))
    ends_on = models.DateField(_("结课日期"))
    mode = models.CharField(_("培训方式"), max_length=8, choices=Mode.choices, blank=True)
    organiser = text(_("举办单位"), blank=True)
    standard = models.ForeignKey(
        TrainingStandard, models.PROTECT, null=True, blank=True, related_name="courses",
        verbose_name=_("对照的培训标准"),
    )  # fmt: skip
    track = models.CharField(_("适用岗位"), max_length=6, choices=Track.choices, blank=True)
    teacher = models.ForeignKey(
        "workforce.Teacher", models.SET_NULL, null=True, blank=True, related_name="courses",
        verbose_name=_("授课教师"),
    )  # fmt: skip
    pass_mark = models.PositiveSmallIntegerField(_("合格分数"), null=True, blank=True)

    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("培训课程")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("course_once_from_a_day", "place", "title", "begins_on"),
            models.CheckConstraint(condition=Q(hours__gt=0), name="course_has_hours"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("begins_on")),
                name="course_ends_after_it_begins",
                violation_error_message=_("结课日期应晚于开课日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def check_change(self, before, *, by) -> None:
        """A course by a standard holds its hours, while the edition is in force."""
        if self.standard is None:
            return
        if not self.standard.holds_on(self.begins_on):
            raise ValidationError({"standard": _("开课那天这个版本的标准不在实施。")})
        if self.hours < self.standard.hours:
            raise ValidationError({"hours": _("标准要求不少于 %s 学时。") % self.standard.hours})


@tracked()
class Enrolment(Record):
    """A worker takes a course: enrolled, attended so many hours, passed."""

    class State(models.TextChoices):
        ENROLLED = "enrolled", _("已报名")
        ATTENDED = "attended", _("已参加")
        PASSED = "passed", _("已合格")
        ABSENT = "absent", _("未参加")

    course = models.ForeignKey(Course, models.CASCADE, related_name="enrolments", verbose_name=_("培训课程"))
    worker = models.ForeignKey(Worker, models.CASCADE, related_name="enrolments", verbose_name=_("工作者"))
    state = models.CharField(_("结果"), max_length=8, choices=State.choices, default=State.ENROLLED)
    hours = models.DecimalField(_("学时"), max_digits=5, decimal_places=1, default=0)
    score = models.PositiveSmallIntegerField(_("测验分数"), null=True, blank=True)

    about = ("worker__person",)
    personal = {
        "worker": Personal(1, WHY, LAW, "while employed", mask="name"),
        "score": Personal(1, WHY, LAW, "while employed", mask="none"),
    }

    class Meta(Record.Meta):
        verbose_name = _("培训记录")
        constraints = [
            *Record.Meta.constraints,
            once("enrolment_once_in_a_course", "course", "worker"),
            models.CheckConstraint(
                condition=Q(hours__gte=0) & (Q(state__in=["attended", "passed"]) | Q(hours=0)),
                name="enrolment_hours_come_from_attending",
                violation_error_message=_("参加了才有学时。"),
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(state__in=["attended", "passed"], score__lte=100),
                name="enrolment_score_comes_from_attending",
                violation_error_message=_("参加了才有测验分数，最高 100 分。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} · {self.course}"

    def check_change(self, before, *, by) -> None:
        """Where a course ends with a test, passing it is a matter of the mark."""
        mark = self.course.pass_mark
        if mark is not None and self.state == self.State.PASSED and (self.score is None or self.score < mark):
            raise ValidationError({"state": _("测验不到 %d 分，不能记为合格。") % mark})


@tracked()
class StudySupport(Record):
    """What a worker who studies for a certificate was given: fee, books, a course, days off."""

    class Kind(models.TextChoices):
        FEE = "fee", _("报名费")
        BOOKS = "books", _("教材")
        COURSE = "course", _("考前培训费")
        LEAVE = "leave", _("学习考试假")
        AWARD = "award", _("取证奖励")

    worker = models.ForeignKey(Worker, models.CASCADE, related_name="supports", verbose_name=_("工作者"))
    level = models.CharField(_("报考证书"), max_length=13, choices=Certificate.Level.choices)
    kind = models.CharField(_("支持方式"), max_length=6, choices=Kind.choices)
    given_on = models.DateField(_("日期"))
    amount_yuan = models.DecimalField(_("金额（元）"), max_digits=9, decimal_places=2, null=True, blank=True)
    days = models.DecimalField(_("天数"), max_digits=4, decimal_places=1, null=True, blank=True)

    about = ("worker__person",)
    personal = {"worker": Personal(1, WHY, LAW, "while employed", mask="name")}

    class Meta(Record.Meta):
        verbose_name = _("考证支持")
        constraints = [
            *Record.Meta.constraints,
            once("study_support_once_a_day", "worker", "level", "kind", "given_on"),
            models.CheckConstraint(
                condition=Q(kind="leave", days__isnull=False, days__gt=0)
                | ~Q(kind="leave") & Q(amount_yuan__isnull=False, amount_yuan__gt=0),
                name="study_support_says_how_much",
                violation_error_message=_("假期填天数，其余填金额。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} · {self.get_kind_display()}"
