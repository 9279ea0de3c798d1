"""What a person agreed to, and who looked at what is hidden."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.history import tracked
from linli.kernel.personal import Personal

from .persons import Person


@tracked()
class Consent(models.Model):
    """A person agreed to a purpose, by which text and when; withdrawing is as easy as giving (D5)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField(_("用途"), max_length=60)
    text_version = models.CharField(_("告知文本版本"), max_length=20)
    given_at = models.DateTimeField(_("同意时间"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    given_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("同意人")
    )  # the person, or the guardian of a child
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    about = ("person",)
    personal = {
        "person": Personal(1, "证明同意", "个人信息保护法", "3y after withdrawal"),
        "purpose": Personal(1, "证明同意", "个人信息保护法", "3y after withdrawal", mask="none"),
        "given_by": Personal(1, "证明同意", "个人信息保护法", "3y after withdrawal"),
    }

    class Meta:
        verbose_name = _("同意记录")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(withdrawn_at=None),
                name="consent_stands_once_for_a_purpose",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_is_withdrawn_after_it_is_given",
            ),
        ]


class Reading(models.Model):
    """Who looked at whose hidden fields, which, when and why; the person concerned can see it (D3)."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="readings")
    person = models.ForeignKey(Person, models.CASCADE, related_name="readings")
    fields = models.JSONField()
    purpose = models.CharField(_("事由"), max_length=200)
    at = models.DateTimeField(default=clock.now)

    personal = {
        "reader": Personal(1, "查阅留痕", "个人信息保护法", "3y", mask="name"),
        "person": Personal(1, "查阅留痕", "个人信息保护法", "3y", mask="name"),
        "purpose": Personal(1, "查阅留痕", "个人信息保护法", "3y", mask="none"),
    }

    class Meta:
        verbose_name = _("查阅记录")
        indexes = [models.Index(fields=["person", "-at"], name="reading_of_a_person")]
