"""The names formulas may use: measures and scopes, installed from packs."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ScopeTerm(models.Model):
    """A named set of places that report."""

    code = models.SlugField(max_length=60, unique=True)
    title = models.CharField(_("范围"), max_length=40)
    level = models.CharField(_("级别"), max_length=12)
    within = models.CharField(max_length=60, blank=True)
    urban_rural = models.CharField(max_length=1, blank=True)
    tag = models.CharField(_("标签"), max_length=40, blank=True)
    order = models.PositiveSmallIntegerField()
    retired_on = models.DateField(_("停用日期"), null=True, blank=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("范围")
        ordering = ["order"]


class MeasureTerm(models.Model):
    """One countable thing: how it is defined, and which app counts it once that app can."""

    code = models.CharField(_("代码"), max_length=80, unique=True)
    title = models.CharField(_("计数项"), max_length=100)
    unit = models.CharField(_("单位"), max_length=10)
    kind = models.CharField(_("种类"), max_length=8)
    scope = models.CharField(_("范围"), max_length=60)
    decimals = models.PositiveSmallIntegerField(_("小数位"), default=0)
    good_for_months = models.PositiveSmallIntegerField(_("有效月数"), default=1)
    due_within_days = models.PositiveSmallIntegerField(_("期后几天内报"), default=10)
    counted_by = models.CharField(_("由何处计数"), max_length=30)
    definition = models.CharField(_("口径"), max_length=200)
    retired_on = models.DateField(_("停用日期"), null=True, blank=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("计数项")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["title"], condition=Q(retired_on=None), name="measure_title_once_among_the_standing"
            )
        ]

    def __str__(self) -> str:
        return self.title
