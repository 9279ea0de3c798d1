"""What belongs to a case: its links to others, its files, who follows it; and the series of numbers."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.files.models import StoredFile
from linli.kernel.personal import Personal
from linli.people.models import Person

from ..actors import Bearer
from .cases import BASIS, KEEP, WHY, Case


class CaseLink(models.Model):
    """One case gave rise to another, is helped by it, or has taken it in."""

    class Kind(models.TextChoices):
        REFERRAL = "referral", _("转办")
        HELPER = "helper", _("协办")
        MERGE = "merge", _("并案")
        RECTIFICATION = "rectification", _("整改")

    origin = models.ForeignKey(Case, models.CASCADE, related_name="led_to")
    result = models.ForeignKey(Case, models.CASCADE, related_name="came_from")
    kind = models.CharField(max_length=13, choices=Kind.choices)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("事项关联")
        constraints = [
            models.CheckConstraint(condition=~Q(origin=F("result")), name="link_joins_two_cases"),
            models.UniqueConstraint(
                fields=["result", "kind"],
                condition=Q(ended_at=None),
                name="link_of_a_kind_has_one_origin_at_a_time",
            ),
        ]


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, actor):
        """Through the case (P4); what staff keep for themselves is for those who see the case as staff."""
        cases = Case.objects.visible_to(actor)
        own = Q(pk__in=[])
        if actor.is_authenticated and actor.person_id is not None:
            own = Q(case__reporter=actor.person_id)
        elif isinstance(actor, Bearer):
            own = Q(case=actor.case_id)
        return self.filter(case__in=cases).exclude(own & Q(public=False))


class Attachment(models.Model):
    """A file that belongs to a case: a photo of the matter, evidence of the answer, a paper."""

    class Kind(models.TextChoices):
        REPORT = "report", _("反映材料")
        EVIDENCE = "evidence", _("办理佐证")
        PAPER = "paper", _("文书")

    case = models.ForeignKey(Case, models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    public = models.BooleanField(default=True)  # the requester sees it; else staff alone
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()
    personal = {
        "file": Personal(2, WHY, BASIS, KEEP),
        "by": Personal(1, "履职记录", BASIS, KEEP, mask="none"),
    }

    class Meta:
        verbose_name = _("附件")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["case", "file"], name="attachment_once")]


class Follow(models.Model):
    """Somebody who wants to hear of a case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="follows")
    person = models.ForeignKey(Person, models.CASCADE, related_name="follows")
    since = models.DateTimeField()

    about = ("person",)
    personal = {"person": Personal(2, "告知关注的事项", "同意", "while following", mask="name")}

    class Meta:
        verbose_name = _("关注")
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="follow_once")]


class NumberSeries(models.Model):
    """The last number given out for a prefix and year; its row lock keeps numbers unique and without gaps."""

    prefix = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    personal: dict = {}
