"""What is due, what came of it, the ladder when nobody answers, and reports of harm."""

import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Case
from linli.kernel.fields import SealedField
from linli.kernel.personal import Personal

from .persons import CarePerson
from .rules import BASIS, CLOSED, WHY, CareRules


class Due(models.Model):
    """Somebody is to be visited once between two days: planned ahead, a visit from its first day on."""

    care_person = models.ForeignKey(CarePerson, models.CASCADE, related_name="dues")
    during = DateRangeField()
    rhythm = models.CharField(max_length=10)
    after_change = models.BooleanField(default=False)  # within hours of a major change, besides the rhythm

    personal: dict = {}

    class Meta:
        verbose_name = _("应探访")
        constraints = [
            ExclusionConstraint(
                name="due_once_at_a_time",
                expressions=[("care_person", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(after_change=False),
            )
        ]


class Visit(models.Model):
    """探访: what was planned, and what the visitor saw, heard and promised."""

    template = "care/_visit.html"

    class Way(models.TextChoices):
        DOOR = "door", _("上门")
        PHONE = "phone", _("电话")
        VIDEO = "video", _("视频")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.OneToOneField(Case, models.CASCADE, related_name="visit")
    care_person = models.ForeignKey(CarePerson, models.CASCADE, related_name="visits")
    due = models.OneToOneField(Due, models.SET_NULL, null=True, related_name="visit")
    rules = models.ForeignKey(CareRules, models.PROTECT, related_name="+")  # by which it was planned
    way = models.CharField(_("方式"), max_length=5, choices=Way.choices, blank=True)
    happened_at = models.DateTimeField(_("探访时间"), null=True)
    checks = SealedField(_("状况"), null=True)  # JSON: {code: ok | watch | urgent}
    words = SealedField(_("老人怎么说、看到什么"), null=True)
    promised = SealedField(_("答应下次带来或办好的"), null=True)
    urgent_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(null=True, unique=True)  # of the sending device: sent twice, kept once (L3)
    key_digest = models.CharField(max_length=64, blank=True)

    about = ("care_person__person",)
    personal = {
        "way": Personal(1, WHY, BASIS, CLOSED, mask="none"),
        "happened_at": Personal(1, WHY, BASIS, CLOSED, mask="none"),
        "checks": Personal(3, WHY, BASIS, CLOSED),
        "words": Personal(3, WHY, BASIS, CLOSED),
        "promised": Personal(3, WHY, BASIS, CLOSED),
    }

    class Meta:
        verbose_name = _("探访")
        indexes = [models.Index(fields=["care_person", "-happened_at"], name="visit_newest_of_a_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("recorded_by")),
                name="visit_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.case.number


class Supplement(models.Model):
    """What a second device wrote of a visit that was already recorded: kept beside it, nothing is lost (L6)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="supplements")
    key = models.UUIDField(unique=True)
    body = SealedField(_("补充内容"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    about = ("visit__care_person__person",)
    kept_from = {"close": "visit__case__closed_at"}
    personal = {"body": Personal(3, WHY, BASIS, CLOSED)}

    class Meta:
        verbose_name = _("探访补充")
        ordering = ["at"]


class Rung(models.Model):
    """One thing tried because nobody answered: by when, and who did it or that nobody did."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="rungs")
    level = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=60)
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    personal: dict = {}

    class Meta:
        verbose_name = _("未应答处置")
        ordering = ["level"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "level"], name="rung_once_for_a_level"),
            models.UniqueConstraint(
                fields=["visit"], condition=Q(ended_at=None), name="rung_one_stands_at_a_time"
            ),
        ]


class Harm(models.Model):
    """侵害未成年人的强制报告: restricted, on nobody's public page, in no figure, in no other timeline."""

    template = "care/_harm.html"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.OneToOneField(Case, models.CASCADE, related_name="harm")
    rules = models.ForeignKey(CareRules, models.PROTECT, related_name="+")
    seen = SealedField(_("哪个孩子、看到听到什么"), null=True)
    told = models.JSONField(_("已报告"), default=list)  # [{"who": …, "at": …, "receipt": …}]

    about = ()  # the child is named in the sealed text alone: no copy, no count leads from him to this report
    personal = {"seen": Personal(3, "保护未成年人", "未成年人保护法 11", "5y after close")}

    class Meta:
        verbose_name = _("强制报告")
