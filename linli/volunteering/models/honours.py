"""Certificates of honour: of an award that was decided, or of a star that was earned."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.personal import Personal
from linli.places.models import Place

from .awards import Nomination
from .people import Team, Volunteer

WHY, BASIS, KEEP = "出具和核验荣誉证书", "志愿服务条例", "while registered"


class Honour(models.Model):
    """荣誉证书: what it says is kept as it was issued, signed, and checked by anybody who holds the paper."""

    number = models.CharField(_("编号"), max_length=30, unique=True)
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, null=True, related_name="honours")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="honours")
    nomination = models.ForeignKey(Nomination, models.PROTECT, null=True, related_name="honours")
    level = models.PositiveSmallIntegerField(null=True)  # of the star; none: an award
    title = models.CharField(_("荣誉"), max_length=80)
    occasion = models.CharField(max_length=120)  # the round, or by which minutes the star was earned
    issuer = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("区划"))
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signature = models.CharField(max_length=90)

    about = ("volunteer__person",)
    personal = {
        "volunteer": Personal(1, WHY, BASIS, KEEP, mask="name"),
        "issued_by": Personal(1, "履职记录", BASIS, KEEP, mask="none"),
    }
    when_purged = {"volunteer": ...}  # honour_of_a_volunteer_or_a_team: the link leads to a pseudonym

    class Meta:
        verbose_name = _("荣誉证书")
        constraints = [
            models.UniqueConstraint(fields=["nomination"], name="honour_once_for_an_award"),
            models.UniqueConstraint(fields=["volunteer", "level"], name="honour_once_for_a_star"),
            models.CheckConstraint(
                condition=Q(volunteer=None, team__isnull=False) | Q(volunteer__isnull=False, team=None),
                name="honour_of_a_volunteer_or_a_team",
            ),
            models.CheckConstraint(
                condition=Q(nomination=None, level__isnull=False, team=None)
                | Q(nomination__isnull=False, level=None),
                name="honour_for_an_award_or_a_star",
            ),
        ]
