"""What volunteers join: activities with shifts; the places in a shift are counted by the database itself."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Case
from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.people.models import Unit
from linli.places.models import Place, inside

from .charters import Charter
from .people import BASIS, WHY, Team, Volunteer


class ActivityQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state=Activity.State.OPEN)

    def near(self, place):
        """Those of a place and of everything around it in the same street."""
        return self.filter(inside(place.parent if place.parent_id else place, "place"))


class Activity(models.Model):
    """志愿服务活动: what is done, where, by whom it is led, and what one has to know before joining."""

    class State(models.TextChoices):
        OPEN = "open", _("招募中")
        CANCELLED = "cancelled", _("已取消")

    number = models.CharField(_("编号"), max_length=30, unique=True)
    title = models.CharField(_("名称"), max_length=80, validators=[refuse_hidden_characters])
    service = models.SlugField(_("服务"), max_length=60)
    charter = models.ForeignKey(Charter, models.PROTECT, related_name="+")
    description = models.TextField(_("说明"), validators=[refuse_hidden_characters])
    place = models.ForeignKey(Place, models.PROTECT, related_name="activities", verbose_name=_("社区"))
    address = models.CharField(_("地点"), max_length=200, validators=[refuse_hidden_characters])
    lon = models.FloatField(null=True)  # WGS 84 degrees
    lat = models.FloatField(null=True)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="activities")
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, related_name="activities", verbose_name=_("来自哪件事")
    )  # a request or a visit it answers
    asked_by = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("需求单位")
    )  # an organisation that needs people
    coordinator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    risk = models.CharField(
        _("风险提示"), max_length=300, blank=True, validators=[refuse_hidden_characters]
    )  # empty: nothing to be told; else joining asks for agreement and insurance covers it
    insurance = models.CharField(_("保险"), max_length=120, blank=True)
    least_age = models.PositiveSmallIntegerField(_("最低年龄"), default=0)
    elder_friendly = models.BooleanField(_("适合老年志愿者"), default=False)
    requires = models.SlugField(_("需要先参加的培训"), max_length=60, blank=True)  # code a training teaches
    teaches = models.SlugField(_("培训内容"), max_length=60, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    published_at = models.DateTimeField(default=clock.now)
    key = models.UUIDField(null=True, unique=True)  # of the form: sent twice, published once (L3)

    objects = ActivityQuerySet.as_manager()
    about = ("coordinator__person",)
    kept_from = {"": "published_at"}
    personal = {"coordinator": Personal(1, "履职记录", BASIS, "while registered", mask="name")}

    class Meta:
        verbose_name = _("志愿服务活动")
        constraints = [
            models.CheckConstraint(
                condition=Q(risk="") | ~Q(insurance=""), name="activity_with_risk_is_insured"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Shift(models.Model):
    """A time of an activity with so many places; `taken` is written by the database as people join."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="shifts")
    during = DateTimeRangeField(_("时间"))
    capacity = models.PositiveSmallIntegerField(_("人数"))
    taken = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(_("签到码"), max_length=8)
    reminded_at = models.DateTimeField(null=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("班次")
        ordering = ["during"]
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="shift_never_overfull"),
            models.CheckConstraint(condition=Q(capacity__gt=0), name="shift_has_a_place"),
            models.CheckConstraint(
                condition=Q(
                    during__isempty=False,
                    during__lower_inf=False,
                    during__upper_inf=False,
                ),
                name="shift_begins_and_ends",
            ),
            models.UniqueConstraint(fields=["activity", "during"], name="shift_once_in_an_activity"),
        ]

    @property
    def free(self) -> int:
        return self.capacity - self.taken


COUNT = pgtrigger.Trigger(
    name="joining_is_counted_in_its_shift",
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    when=pgtrigger.After,
    func="""
        IF TG_OP <> 'INSERT' AND OLD.state = 'joined' THEN
            UPDATE volunteering_shift SET taken = taken - 1 WHERE id = OLD.shift_id;
        END IF;
        IF TG_OP <> 'DELETE' AND NEW.state = 'joined' THEN
            UPDATE volunteering_shift SET taken = taken + 1 WHERE id = NEW.shift_id;
        END IF;
        RETURN NULL;
    """,
)


def one_engagement_at_a_time(name: str, *, when: str, period: str, other: str) -> pgtrigger.Trigger:
    """Nobody is at two places at once, whichever way he said yes: `other` finds him elsewhere at that time.

    Two tables cannot share an exclusion constraint; the lock on the volunteer makes the two looks one after
    the other, so that a shift joined and an order accepted in the same moment meet.
    """
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        condition=pgtrigger.Condition(when),
        func=f"""
            PERFORM pg_advisory_xact_lock(hashtextextended('engaged/' || NEW.volunteer_id, 0));
            IF EXISTS ({other} AND volunteer_id = NEW.volunteer_id AND {period}) THEN
                RAISE EXCEPTION '{name}' USING ERRCODE = 'exclusion_violation', CONSTRAINT = '{name}';
            END IF;
            RETURN NEW;
        """,
    )


class Joining(models.Model):
    """A volunteer takes part in a shift or waits for a place; those of one party move up together."""

    class State(models.TextChoices):
        JOINED = "joined", _("已报名")
        WAITING = "waiting", _("候补")
        LEFT = "left", _("已退出")

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="joinings")
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="joinings")
    party = models.UUIDField()
    during = DateTimeRangeField()  # that of the shift: the database compares it with the volunteer's others
    state = models.CharField(max_length=7, choices=State.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    risk_accepted_at = models.DateTimeField(null=True)
    insurance = models.CharField(max_length=120, blank=True)  # as it stood when he joined

    about = ("volunteer__person",)
    personal = {
        "volunteer": Personal(1, WHY, BASIS, "while registered", mask="name"),
        "by": Personal(1, "履职记录", BASIS, "while registered", mask="none"),
    }

    class Meta:
        verbose_name = _("报名")
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "volunteer"], condition=~Q(state="left"), name="joining_once_in_a_shift"
            ),
            ExclusionConstraint(
                name="joining_never_overlaps_another",
                expressions=[
                    ("volunteer", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(state="joined"),
            ),
        ]
        triggers = [
            COUNT,
            one_engagement_at_a_time(
                "joining_never_during_an_accepted_order",
                when="NEW.state = 'joined'",
                period="busy && NEW.during",
                other="SELECT 1 FROM volunteering_help WHERE busy IS NOT NULL",
            ),
        ]
