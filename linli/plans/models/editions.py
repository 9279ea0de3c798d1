"""A frozen edition: what a plan's numbers were at a moment, with what is needed to compute them again."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.places.models import Place

from .plans import Plan


class Edition(models.Model):
    """The tables of a plan at a place in a period, as known at a moment, each under its SHA-256."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="editions", verbose_name=_("规划"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("区划"))
    period = models.CharField(_("时期"), max_length=20)
    number = models.PositiveSmallIntegerField(_("期次"))
    known_on = models.DateTimeField(_("截至"), default=clock.now)
    tables = models.JSONField()  # name → rows; "definitions" holds the formulas of the day
    digests = models.JSONField()  # name → SHA-256
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("定稿人")
    )

    about = ("frozen_by__person",)
    personal = {"frozen_by": Personal(1, "定稿责任可追溯", "统计法", "while the account lives", mask="name")}

    class Meta:
        verbose_name = _("定稿")
        ordering = ["-known_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "place", "period", "number"], name="edition_numbered_once_for_a_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.place.name} {self.period} 第{self.number}期"
