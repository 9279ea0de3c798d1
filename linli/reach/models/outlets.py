"""What people say of outlets: residents report, owners apply, workers walk through and look."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.facilities.models import Facility, Kind
from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place

from .studies import WORK_RECORD, author


class ReportQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(answered_at=None)


class Report(models.Model):
    """Somebody says that an outlet is closed, stands elsewhere or is missing; a worker goes and looks."""

    class Kind(models.TextChoices):
        CLOSED = "closed", _("已经关门了")
        MOVED = "moved", _("位置不对")
        MISSING = "missing", _("漏了一处")
        OTHER = "other", _("其他不对")

    facility = models.ForeignKey(
        Facility, models.CASCADE, null=True, blank=True, related_name="reach_reports"
    )
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在社区"))
    kind = models.CharField(_("哪里不对"), max_length=8, choices=Kind.choices)
    said = models.CharField(_("说明"), max_length=200, blank=True, validators=[refuse_hidden_characters])
    reported_by = author()  # None: a visitor
    reported_at = models.DateTimeField(default=clock.now)
    was_right = models.BooleanField(null=True, blank=True)
    answer = models.CharField(
        _("核实结果"), max_length=200, blank=True, validators=[refuse_hidden_characters]
    )
    answered_by = author()
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()
    about = ("reported_by__person",)
    personal = {
        "reported_by": Personal(1, "核实网点信息", "个人信息保护法", "2y after answer", mask="name"),
        "said": Personal(1, "核实网点信息", "个人信息保护法", "2y after answer", mask="none"),
        "answered_by": Personal(1, "履职记录", "履行职责", "2y after answer", mask="name"),
    }
    kept_from = {"answer": "answered_at"}

    when_purged = {"said": "已清除"}  # a report of something missing says what

    class Meta:
        verbose_name = _("网点线索")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["place"], name="report_waits", condition=Q(answered_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="missing", facility=None) & ~Q(said="")
                | ~Q(kind="missing") & Q(facility__isnull=False),
                name="report_names_an_outlet_or_tells_what_is_missing",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, was_right=None)
                | Q(answered_at__isnull=False, was_right__isnull=False),
                name="report_answered_wholly_or_not_at_all",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | Q(reported_by=None) | ~Q(answered_by=F("reported_by")),
                name="report_is_answered_by_another",
            ),
        ]


class EntryQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(answered_at=None)


class Entry(models.Model):
    """入驻申请: whoever runs an outlet asks to be listed; accepted, it becomes a record of the register."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在社区"))
    name = models.CharField(_("网点名称"), max_length=120, validators=[refuse_hidden_characters])
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="+", verbose_name=_("类别"))
    address = models.CharField(_("地址"), max_length=200, validators=[refuse_hidden_characters])
    hours = models.CharField(_("开放时间"), max_length=200, blank=True, validators=[refuse_hidden_characters])
    phone = models.CharField(_("服务电话"), max_length=40, blank=True, validators=[refuse_hidden_characters])
    asked_by = author()
    asked_at = models.DateTimeField(default=clock.now)
    agreed_code = models.CharField(max_length=60, blank=True)  # the edition of the entry criteria agreed to
    facility = models.OneToOneField(Facility, models.PROTECT, null=True, blank=True, related_name="entry")
    answer = models.CharField(_("答复"), max_length=200, blank=True, validators=[refuse_hidden_characters])
    answered_by = author()
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = EntryQuerySet.as_manager()
    about = ("asked_by__person",)
    personal = {
        "asked_by": Personal(1, "网点入驻", "个人信息保护法", "2y after answer", mask="name"),
        "phone": Personal(1, "网点入驻", "个人信息保护法", "2y after answer", mask="phone"),
        "answered_by": Personal(1, "履职记录", "履行职责", "2y after answer", mask="name"),
    }
    kept_from = {"answer": "answered_at"}

    class Meta:
        verbose_name = _("入驻申请")
        ordering = ["pk"]
        indexes = [models.Index(fields=["place"], name="entry_waits", condition=Q(answered_at=None))]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, facility=None)
                | Q(answered_at__isnull=False) & (Q(facility__isnull=False) | ~Q(answer="")),
                name="entry_is_listed_or_told_why_not",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | Q(asked_by=None) | ~Q(answered_by=F("asked_by")),
                name="entry_is_answered_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Look(models.Model):
    """One line of a walk-through (走查): what a worker found at an outlet; written on a phone, sent later."""

    class Found(models.TextChoices):
        AS_SAID = "as-said", _("和登记的一样")
        CLOSED = "closed", _("已经关门")
        MOVED = "moved", _("位置不对")
        NOT_FOUND = "not-found", _("没有找到")

    key = models.UUIDField(primary_key=True)  # made on the phone: a line that is sent twice counts once
    facility = models.ForeignKey(Facility, models.CASCADE, related_name="looks", verbose_name=_("网点"))
    found = models.CharField(_("看到"), max_length=9, choices=Found.choices)
    step_free = models.BooleanField(_("无障碍进出"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True, validators=[refuse_hidden_characters])
    seen_at = models.DateTimeField(_("看的时间"))
    taken_in_at = models.DateTimeField(default=clock.now)
    seen_by = author()

    about = ("seen_by__person",)
    personal = {"seen_by": WORK_RECORD}

    class Meta:
        verbose_name = _("网点走查")
        ordering = ["-seen_at"]
        constraints = [
            models.CheckConstraint(condition=Q(seen_at__lte=F("taken_in_at")), name="look_is_taken_in_after"),
        ]
