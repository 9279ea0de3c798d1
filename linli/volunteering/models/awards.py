"""年度评选: nominate, publish, decide."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place

from .charters import Charter
from .people import Team, Volunteer

WHY, BASIS, KEEP = "志愿服务评选表彰", "志愿服务条例", "while registered"


class AwardRound(models.Model):
    """One round of a city or a county in a year."""

    class State(models.TextChoices):
        NOMINATING = "nominating", _("推荐中")
        PUBLISHED = "published", _("公示中")
        DECIDED = "decided", _("已公布")

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("区划"))
    year = models.PositiveSmallIntegerField(_("年度"))
    title = models.CharField(_("名称"), max_length=80, validators=[refuse_hidden_characters])
    charter = models.ForeignKey(Charter, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.NOMINATING)
    objections_until = models.DateField(null=True)  # the last day of the publication
    published_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    personal = {"by": Personal(1, "履职记录", BASIS, KEEP, mask="none")}

    class Meta:
        verbose_name = _("志愿服务评选")
        constraints = [
            models.UniqueConstraint(fields=["place", "year"], name="award_round_once_a_year"),
            models.CheckConstraint(
                condition=~Q(state="decided") | Q(decided_at__gte=F("published_at")),
                name="award_decided_after_it_was_published",
            ),
        ]


class Nomination(models.Model):
    """A volunteer or a team somebody puts forward, with the reason people will read."""

    round = models.ForeignKey(AwardRound, models.CASCADE, related_name="nominations")
    category = models.SlugField(_("奖项"), max_length=60)
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("推荐理由"), max_length=500, validators=[refuse_hidden_characters])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    awarded = models.BooleanField(null=True)

    about = ("volunteer__person",)
    personal = {
        "volunteer": Personal(1, WHY, BASIS, KEEP, mask="name"),
        "reason": Personal(2, WHY, BASIS, KEEP, mask="none"),
        "by": Personal(1, "履职记录", BASIS, KEEP, mask="none"),
    }

    when_purged = {"volunteer": ...}  # nomination_of_a_volunteer_or_a_team: the link leads to a pseudonym

    class Meta:
        verbose_name = _("推荐")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "category", "volunteer", "team"],
                nulls_distinct=False,
                name="nomination_once_in_a_round",
            ),
            models.CheckConstraint(
                condition=Q(volunteer=None, team__isnull=False) | Q(volunteer__isnull=False, team=None),
                name="nomination_of_a_volunteer_or_a_team",
            ),
        ]


class Objection(models.Model):
    """异议: what somebody has to say against a published nomination; the officer answers before deciding."""

    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="objections")
    words = models.CharField(_("异议"), max_length=500, validators=[refuse_hidden_characters])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer = models.CharField(
        _("核实结果"), max_length=500, blank=True, validators=[refuse_hidden_characters]
    )
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    about = ("by__person", "nomination__volunteer__person")
    personal = {
        "words": Personal(2, WHY, BASIS, KEEP, mask="none"),
        "by": Personal(2, WHY, BASIS, KEEP, mask="none"),
        "answer": Personal(2, WHY, BASIS, KEEP, mask="none"),
        "answered_by": Personal(1, "履职记录", BASIS, KEEP, mask="none"),
    }

    class Meta:
        verbose_name = _("评选异议")
        constraints = [
            models.UniqueConstraint(fields=["nomination", "by"], name="objection_once_by_somebody"),
            models.CheckConstraint(
                condition=Q(answered_by=None, answered_at=None)
                | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="objection_answered_by_somebody",
            ),
        ]
