"""What a person asked to be corrected, and when his registration ended."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.fields import SealedField
from linli.kernel.personal import Personal

PIPL = "个人信息保护法"


class Correction(models.Model):
    """A person says that something kept about him is wrong, and what is right; a worker answers (D7)."""

    class State(models.TextChoices):
        ASKED = "asked", _("待处理")
        ACCEPTED = "accepted", _("已更正")
        REFUSED = "refused", _("未更正")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="corrections")
    field = models.CharField(_("项目"), max_length=40)
    proposed = SealedField(_("正确内容"), null=True, blank=True)
    reason = models.CharField(_("说明"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("提出时间"), default=clock.now)
    due_on = models.DateField(_("答复期限"))
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.ASKED)
    answer = models.CharField(_("答复"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    personal = {
        "person": Personal(1, "更正个人信息", PIPL, "3y after answer", mask="name"),
        "field": Personal(1, "更正个人信息", PIPL, "3y after answer", mask="none"),
        "proposed": Personal(3, "更正个人信息", PIPL, "3y after answer"),
        "reason": Personal(2, "更正个人信息", PIPL, "3y after answer"),
        "answer": Personal(2, "更正个人信息", PIPL, "3y after answer"),
    }

    class Meta:
        app_label = "people"
        verbose_name = _("更正申请")
        indexes = [models.Index(fields=["due_on"], condition=Q(state="asked"), name="correction_to_answer")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "field"],
                condition=Q(state="asked"),
                name="correction_asked_once_for_a_field",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at=None)
                | Q(state__in=["accepted", "refused"], answered_at__isnull=False),
                name="correction_is_answered_iff_it_is_decided",
            ),
        ]


class Departure(models.Model):
    """A person is no longer registered: moved away, died, or asked to be forgotten; the purge follows."""

    class Reason(models.TextChoices):
        MOVED = "moved", _("迁出")
        DIED = "died", _("去世")
        ASKED = "asked", _("本人申请注销")

    person = models.OneToOneField("people.Person", models.CASCADE, primary_key=True, related_name="departure")
    on = models.DateField(_("离开日期"))
    reason = models.CharField(_("原因"), max_length=8, choices=Reason.choices)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    about = ("person",)
    personal = {
        "on": Personal(2, "按期清除个人信息", PIPL, "while registered"),
        "reason": Personal(2, "按期清除个人信息", PIPL, "while registered", mask="none"),
    }

    class Meta:
        app_label = "people"
        verbose_name = _("注销登记")
