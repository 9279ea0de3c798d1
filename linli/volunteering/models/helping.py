"""Help people ask for, whom the pool pays for, and who was asked to become a lasting pair."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Case
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.ledger.models import Transfer
from linli.people.models import Person

from .activities import one_engagement_at_a_time
from .charters import Charter
from .people import Volunteer

WHY, BASIS, KEEP = "安排邻里互助", "同意", "2y after close"


class HelpQuerySet(models.QuerySet):
    def untaken(self):
        """Orders nobody has said yes to yet."""
        return self.filter(case__state__in=["asked", "matched"])


class Help(models.Model):
    """求助单: what somebody would like a neighbour to do; the case says how far it is."""

    template = "volunteering/_help.html"

    class Channel(models.TextChoices):
        PORTAL = "portal", _("网上")
        PHONE = "phone", _("电话")
        WINDOW = "window", _("窗口")
        FAMILY = "family", _("家人代提")
        REFERRAL = "referral", _("转办")

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="help")
    charter = models.ForeignKey(Charter, models.PROTECT, related_name="+")  # by whose rules it is served
    service = models.SlugField(_("服务"), max_length=60)
    channel = models.CharField(_("来源"), max_length=8, choices=Channel.choices)
    description = models.TextField(_("说明"), blank=True, validators=[refuse_hidden_characters])
    wanted = DateTimeRangeField(_("希望的时间"))
    minutes = models.PositiveSmallIntegerField(_("预计分钟"))
    from_pool = models.BooleanField(_("由公共池支付"), default=False)
    why_pool = models.CharField(max_length=60, blank=True)
    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, null=True, related_name="helps", verbose_name=_("志愿者")
    )
    why_matched = models.CharField(max_length=160, blank=True)
    busy = DateTimeRangeField(null=True)  # while somebody has accepted: he does nothing else at that time
    reservation = models.ForeignKey(Transfer, models.PROTECT, null=True, related_name="+")
    served = DateTimeRangeField(null=True)
    served_minutes = models.PositiveSmallIntegerField(_("实际分钟"), null=True)
    served_content = models.CharField(max_length=200, blank=True, validators=[refuse_hidden_characters])
    entered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+"
    )  # who reported it served
    silent_at = models.DateTimeField(null=True)  # nobody confirmed: the coordinator was told
    untaken_at = models.DateTimeField(
        null=True
    )  # nobody took it and its time came near: the coordinator was told
    paid = models.ForeignKey(Transfer, models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(null=True, unique=True)  # of the sender: sent twice, kept once (L3)

    objects = HelpQuerySet.as_manager()
    about = ("case__reporter", "volunteer__person")
    personal = {
        "description": Personal(2, WHY, BASIS, KEEP, mask="none"),
        "volunteer": Personal(1, WHY, BASIS, KEEP, mask="name"),
        "served_content": Personal(2, WHY, BASIS, KEEP, mask="none"),
        "why_pool": Personal(2, WHY, BASIS, KEEP, mask="none"),
        "entered_by": Personal(1, WHY, BASIS, KEEP, mask="none"),
    }

    class Meta:
        verbose_name = _("求助单")
        constraints = [
            models.CheckConstraint(
                condition=Q(served_minutes=None) | Q(served__isnull=False, volunteer__isnull=False),
                name="help_served_by_somebody_at_some_time",
            ),
            models.CheckConstraint(condition=Q(minutes__range=(15, 480)), name="help_takes_a_part_of_a_day"),
            ExclusionConstraint(
                name="help_never_overlaps_another",
                expressions=[("volunteer", RangeOperators.EQUAL), ("busy", RangeOperators.OVERLAPS)],
            ),
        ]
        triggers = [
            one_engagement_at_a_time(
                "help_never_during_a_joined_shift",
                when="NEW.busy IS NOT NULL AND NEW.volunteer_id IS NOT NULL",
                period="during && NEW.busy",
                other="SELECT 1 FROM volunteering_joining WHERE state = 'joined'",
            ),
        ]

    @property
    def service_name(self) -> str:
        return self.charter.rules.service(self.service).name

    def is_near(self, now: datetime) -> bool:
        """Whether so little time is left that somebody has to look who will do it (or it has passed)."""
        return self.wanted.lower <= now + timedelta(hours=self.charter.rules.limits.untaken_hours)


class KeyClient(models.Model):
    """重点对象: somebody the public pool pays for whatever his age, with the reason."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    reason = models.CharField(_("依据"), max_length=100, validators=[refuse_hidden_characters])
    since = models.DateField()
    until = models.DateField(null=True)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    about = ("person",)
    personal = {
        "person": Personal(2, WHY, BASIS, "while registered", mask="name"),
        "reason": Personal(2, WHY, BASIS, "while registered", mask="text"),
        "named_by": Personal(1, "履职记录", BASIS, "while registered", mask="none"),
    }

    class Meta:
        verbose_name = _("重点对象")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(until=None), name="key_client_once_at_a_time"
            )
        ]


class PairingOffer(models.Model):
    """A volunteer and somebody on the care list are asked to become a pair; once both say yes, `care` keeps it."""

    class State(models.TextChoices):
        OFFERED = "offered", _("待双方同意")
        STANDING = "standing", _("已结对")
        DECLINED = "declined", _("没有结成")

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="pairing_offers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("结对对象"))
    plan = models.CharField(_("约定"), max_length=200, validators=[refuse_hidden_characters])
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    volunteer_agreed_at = models.DateTimeField(null=True)
    person_agreed_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OFFERED)
    ended_at = models.DateTimeField(null=True)
    feedback = models.CharField(_("感受"), max_length=300, blank=True, validators=[refuse_hidden_characters])

    about = ("person", "volunteer__person")
    personal = {
        "volunteer": Personal(1, WHY, BASIS, "while registered", mask="name"),
        "person": Personal(2, WHY, BASIS, "while registered", mask="name"),
        "plan": Personal(2, WHY, BASIS, "while registered", mask="text"),
        "feedback": Personal(2, WHY, BASIS, "while registered", mask="text"),
        "offered_by": Personal(1, "履职记录", BASIS, "while registered", mask="none"),
    }

    class Meta:
        verbose_name = _("结对邀请")
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "person"],
                condition=Q(state="offered"),
                name="pairing_offered_once_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(volunteer=F("person")), name="pairing_joins_two_people"),
            models.CheckConstraint(
                condition=~Q(state="standing")
                | Q(volunteer_agreed_at__isnull=False, person_agreed_at__isnull=False),
                name="pairing_stands_once_both_agreed",
            ),
        ]
