"""Ordinary households: who came by when, what they said in a few words, and who does not want it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Case
from linli.kernel.personal import Personal
from linli.people.models import Household

from .rules import CLEAR, CLOSED

WHY, BASIS = "联系群众，了解社情民意", "履行职责（经常性走访）"


class HouseholdVisit(models.Model):
    """走访: somebody of the community comes by at an ordinary household; a short note, no checklist, no position."""

    template = "care/_household_visit.html"

    class Tone(models.TextChoices):
        WISH = "wish", _("愿望和需求")
        COMPLAINT = "complaint", _("意见和不满")
        THANKS = "thanks", _("感谢和好评")
        NOTHING = "nothing", _("没有特别要说的")

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="homevisit")
    household = models.ForeignKey(Household, models.CASCADE, related_name="visits")
    tone = models.CharField(_("说的是什么"), max_length=9, choices=Tone.choices, blank=True)
    words = models.CharField(_("简短记录"), max_length=300, blank=True, validators=CLEAR)
    happened_at = models.DateTimeField(_("走访时间"), null=True)
    settled_at = models.DateTimeField(null=True)  # made, declined or called off
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    about = ("household__members__person",)
    kept_from = {"close": "case__closed_at"}
    personal = {
        "tone": Personal(2, WHY, BASIS, CLOSED, mask="none"),
        "words": Personal(2, WHY, BASIS, CLOSED, mask="none"),
        "happened_at": Personal(1, WHY, BASIS, CLOSED, mask="none"),
    }

    class Meta:
        verbose_name = _("走访")
        indexes = [models.Index(fields=["household", "-happened_at"], name="walk_newest_of_a_household")]
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=Q(settled_at=None), name="walk_one_waits_for_a_household"
            ),
            models.CheckConstraint(
                condition=Q(happened_at=None) | Q(settled_at__isnull=False), name="walk_made_is_settled"
            ),
        ]

    def __str__(self) -> str:
        return self.case.number


class UnwillingHousehold(models.Model):
    """A household does not want anybody to come by; it is left alone until it says otherwise."""

    household = models.OneToOneField(Household, models.CASCADE, primary_key=True, related_name="unwilling")
    since = models.DateField(_("起"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    about = ("household__members__person",)
    personal = {"since": Personal(1, WHY, "本人意愿", "while registered", mask="none")}

    class Meta:
        verbose_name = _("不愿被走访的住户")
