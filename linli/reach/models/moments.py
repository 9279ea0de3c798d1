"""What holds for hours or days: water, power or gas that fails, works in the street, free spaces of a car park."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.facilities.models import Facility
from linli.kernel import clock
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place

from .studies import WORK_RECORD, author


class OutageQuerySet(models.QuerySet):
    def coming(self, until):
        """Going on, or beginning before a moment; withdrawn ones are told no more."""
        return self.filter(withdrawn_at=None, during__overlap=(clock.now(), until))


class Outage(models.Model):
    """停水停电和施工通知: what fails where, from when to when, and who says so."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("范围"))
    utility = models.SlugField(_("哪一项"), max_length=40)  # a code of the pack's utilities
    during = DateTimeRangeField(_("时间"))
    text = models.CharField(_("说明"), max_length=200, validators=[refuse_hidden_characters])
    source = models.CharField(_("发布单位"), max_length=60, validators=[refuse_hidden_characters])
    phone = models.CharField(_("咨询电话"), max_length=40, blank=True, validators=[refuse_hidden_characters])
    stated_at = models.DateTimeField(default=clock.now)
    stated_by = author()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = OutageQuerySet.as_manager()
    about = ("stated_by__person",)
    personal = {"stated_by": WORK_RECORD}

    class Meta:
        verbose_name = _("公用事业通知")
        ordering = ["during", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(during__isempty=False, during__startswith__isnull=False),
                name="outage_begins_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class FreeSpaces(models.Model):
    """How many spaces of a car park are free, as its gate or a worker said last."""

    facility = models.OneToOneField(Facility, models.CASCADE, primary_key=True, related_name="free_spaces")
    free = models.PositiveIntegerField(_("空余车位"))
    spaces = models.PositiveIntegerField(_("全部车位"))
    told_at = models.DateTimeField(default=clock.now)
    told_by = author()

    about = ("told_by__person",)
    personal = {"told_by": WORK_RECORD}

    class Meta:
        verbose_name = _("空余车位")
        constraints = [
            models.CheckConstraint(
                condition=Q(free__lte=F("spaces")), name="free_spaces_are_no_more_than_there_are"
            )
        ]

    def __str__(self) -> str:
        return f"{self.free}/{self.spaces}"
