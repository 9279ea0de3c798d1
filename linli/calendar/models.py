"""Holidays and make-up workdays as announced; staff may edit them, the pack brings them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked


@tracked()
class CalendarYear(models.Model):
    """A year whose holidays the State Council has announced; without this row we fall back and say so."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    source = models.CharField(_("依据"), max_length=200)
    edited_on = models.DateField(null=True, blank=True)  # by staff: a pack does not overwrite it

    personal: dict = {}

    class Meta:
        verbose_name = _("年度放假安排")


@tracked()
class SpecialDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a weekend day worked in exchange (调休)."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("放假")
        WORKDAY = "workday", _("调休上班")

    day = models.DateField(_("日期"), primary_key=True)
    kind = models.CharField(_("性质"), max_length=7, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=40)

    personal: dict = {}

    class Meta:
        verbose_name = _("特殊日期")
        ordering = ["day"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["holiday", "workday"]), name="special_day_is_holiday_or_workday"
            )
        ]
