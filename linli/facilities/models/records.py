"""What is said and done about facilities: the timeline, proposed corrections, statements that all is entered."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place

from .facilities import Facility
from .parts import WORK_RECORD


class Event(models.Model):
    """One line of a facility's history: who did what, when, why, and which facts were what before."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="events")
    act = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10, blank=True)
    changes = models.JSONField(default=dict)  # field → [before, after], as people read them
    note = models.CharField(max_length=300, blank=True, validators=[refuse_hidden_characters])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    about = ("by__person",)
    personal = {"by": WORK_RECORD}

    class Meta:
        verbose_name = _("设施记录")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["facility", "-at"], name="event_of_a_facility")]


class ChangeRequest(models.Model):
    """Somebody says that a fact of a facility is wrong; those who keep the register answer."""

    class Field(models.TextChoices):
        NAME = "name", _("名称")
        ADDRESS = "address", _("地址")
        PHONE = "phone", _("服务电话")
        HOURS = "hours", _("开放时间")
        CLOSED = "closed", _("已经不在了")
        ACCESS = "access", _("无障碍进出")
        OTHER = "other", _("其他")

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="change_requests")
    field = models.CharField(_("哪一项"), max_length=8, choices=Field.choices)
    proposed = models.CharField(_("应当是"), max_length=200, validators=[refuse_hidden_characters])
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(null=True, blank=True)
    answer = models.CharField(_("答复"), max_length=200, blank=True, validators=[refuse_hidden_characters])

    about = ("asked_by__person",)
    personal = {
        "asked_by": Personal(1, "更正错误资料", "个人信息保护法", "2y after decision", mask="name"),
        "proposed": Personal(1, "更正错误资料", "个人信息保护法", "2y after decision", mask="none"),
        "decided_by": Personal(1, "履职记录", "履行职责", "2y after decision", mask="name"),
    }
    kept_from = {"decision": "decided_at"}

    class Meta:
        verbose_name = _("资料更正")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, accepted=None)
                | Q(decided_at__isnull=False, accepted__isnull=False),
                name="change_request_decided_wholly_or_not_at_all",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="change_request_is_decided_by_another",
            ),
        ]


class Statement(models.Model):
    """A community says: all our facilities are in the register. Until somebody says so, none is not zero."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="facility_statements")
    on = models.DateField(_("日期"))
    until = models.DateField(_("有效至"))  # the first day on which it must be said again
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    about = ("by__person",)
    personal = {"by": WORK_RECORD}

    class Meta:
        verbose_name = _("台账齐全声明")
        ordering = ["-on"]
        constraints = [
            models.UniqueConstraint(fields=["place", "on"], name="facility_statement_once_a_day"),
            models.CheckConstraint(condition=Q(until__gt=F("on")), name="facility_statement_holds_some_time"),
        ]
