"""What is said and done about facilities: the timeline, inspections, statements of completeness."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place

from .facilities import Facility
from .parts import WORK_RECORD


class Event(models.Model):
    """One line of a facility's history: who did what, when, why, and which facts were what before."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="events")
    act = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10, blank=True)
    changes = models.JSONField(default=dict)  # field → [before, after], as people read them
    note = models.CharField(max_length=300, blank=True, validators=[refuse_hidden_characters])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    about = ("by__person",)
    personal = {"by": WORK_RECORD}

    class Meta:
        verbose_name = _("设施记录")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["facility", "-at"], name="event_of_a_facility")]


class Inspection(models.Model):
    """Somebody looked at the quality of a facility: points of the standards from 1 to 5, what to put right."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="inspections")
    on = models.DateField(_("检查日期"))
    scores = models.JSONField()  # code of the point → 1 to 5
    to_fix = models.CharField(
        _("要整改的"), max_length=300, blank=True, validators=[refuse_hidden_characters]
    )
    fixed_on = models.DateField(_("整改完成"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    about = ("by__person",)
    personal = {"by": WORK_RECORD}

    class Meta:
        verbose_name = _("品质检查")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(scores={}), name="inspection_scores_something"),
            models.CheckConstraint(
                condition=Q(fixed_on=None) | ~Q(to_fix="") & Q(fixed_on__gte=F("on")),
                name="inspection_is_fixed_after_it_asked",
            ),
        ]


class Statement(models.Model):
    """A community says: all our facilities are in the register. Until somebody says so, none is not zero."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="facility_statements")
    on = models.DateField(_("日期"))
    until = models.DateField(_("有效至"))  # the first day on which it must be said again
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    about = ("by__person",)
    personal = {"by": WORK_RECORD}

    class Meta:
        verbose_name = _("台账齐全声明")
        ordering = ["-on"]
        constraints = [
            models.UniqueConstraint(fields=["place", "on"], name="facility_statement_once_a_day"),
            models.CheckConstraint(condition=Q(until__gt=F("on")), name="facility_statement_holds_some_time"),
        ]
