"""Frozen data asked for by people outside: who wants which edition for what, who allowed it, each time it was taken."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters

from .editions import Edition

CLEAR = [refuse_hidden_characters]
KEEP = "while the account lives"


class DataRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, and those of the places whose editions one freezes."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(asked_by=user) | user.scope("plans.freeze", "edition__place"))

    def waiting(self):
        return self.filter(decision="waiting")


class DataRequest(models.Model):
    """A researcher asks for the de-identified tables of one edition; a second person decides, until a day."""

    class Decision(models.TextChoices):
        WAITING = "waiting", _("待审批")
        ALLOWED = "allowed", _("已批准")
        REFUSED = "refused", _("未批准")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="requests", verbose_name=_("定稿"))
    institution = models.CharField(_("单位（高校、科研院所、智库）"), max_length=100, validators=CLEAR)
    purpose = models.TextField(_("研究什么，为什么要这些数据"), max_length=1000, validators=CLEAR)
    outcome = models.CharField(_("成果怎么发表、怎么反馈"), max_length=200, validators=CLEAR)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("申请人")
    )
    asked_at = models.DateTimeField(_("申请时间"), default=clock.now)
    decision = models.CharField(_("审批"), max_length=7, choices=Decision.choices, default=Decision.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("审批人"),
    )
    decided_at = models.DateTimeField(_("审批时间"), null=True, blank=True)
    until = models.DateField(_("可使用到"), null=True, blank=True)
    answer = models.CharField(_("审批意见"), max_length=200, blank=True, validators=CLEAR)

    objects = DataRequestQuerySet.as_manager()
    about = ("asked_by__person", "decided_by__person")
    personal = {
        "asked_by": Personal(1, "数据使用可追溯", "数据安全法", KEEP, mask="name"),
        "decided_by": Personal(1, "审批责任可追溯", "履行职责", KEEP, mask="name"),
    }

    class Meta:
        verbose_name = _("数据申请")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="waiting", decided_by=None, decided_at=None, until=None)
                | Q(
                    decision="allowed",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    until__isnull=False,
                )
                | (
                    Q(decision="refused", decided_by__isnull=False, decided_at__isnull=False, until=None)
                    & ~Q(answer="")
                ),
                name="data_request_is_decided_wholly",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="data_request_is_decided_by_another",
            ),
            models.UniqueConstraint(
                fields=["edition", "asked_by"],
                condition=Q(decision="waiting"),
                name="data_request_waits_once_for_an_edition",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution}：{self.edition}"

    @property
    def open(self) -> bool:
        """May the tables be taken now?"""
        return self.decision == self.Decision.ALLOWED and clock.today() <= self.until


class DataUse(models.Model):
    """The tables were taken once: when, and exactly what."""

    request = models.ForeignKey(DataRequest, models.PROTECT, related_name="uses")
    at = models.DateTimeField(_("时间"), default=clock.now)
    digest = models.CharField(_("数据包 SHA-256"), max_length=64)

    personal: dict = {}

    class Meta:
        verbose_name = _("数据使用")
        ordering = ["-at", "-pk"]
