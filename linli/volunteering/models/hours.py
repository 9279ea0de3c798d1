"""Legal hours: what was served, who says so, and the certificate of it. A confirmed record is never edited."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Case
from linli.files.models import StoredFile
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.people.models import Person
from linli.places.models import Place

from .activities import Shift
from .charters import Charter
from .people import Volunteer

WHY, BASIS, KEEP = "志愿服务记录与证明", "志愿服务条例", "while registered"


class AttendanceQuerySet(models.QuerySet):
    def confirmed(self):
        return self.filter(state=Attendance.State.CONFIRMED)

    def open(self):
        """Those nobody has decided yet."""
        return self.filter(state__in=[Attendance.State.RECORDED, Attendance.State.DISPUTED])

    def visible_to(self, user):
        """One's own, those one received, and those of the places where a post confirms hours."""
        if not user.is_authenticated:
            return self.none()
        own = Q(volunteer=user.person_id) | Q(receiver=user.person_id) | Q(volunteer__in=user.principals())
        return self.filter(
            own | Q(receiver__in=user.principals()) | user.scope("volunteering.confirm", "place")
        )


class Attendance(models.Model):
    """服务记录: one volunteer, one time, so many minutes. It counts once somebody else has confirmed it.

    `recorded_by` entered it, `confirmed_by` vouches for it: two persons; the volunteer may be the first, never
    the second. A correction is a new record that `corrects` the old one; both stay.
    """

    class State(models.TextChoices):
        RECORDED = "recorded", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        DISPUTED = "disputed", _("有异议")
        REFUSED = "refused", _("未确认")
        SUPERSEDED = "superseded", _("已更正")

    class Source(models.TextChoices):
        CODE = "code", _("扫码签到")
        LIST = "list", _("名册")
        SELF = "self", _("本人申报")
        ORDER = "order", _("求助单")

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="attendances")
    source = models.CharField(_("来源"), max_length=5, choices=Source.choices)
    charter = models.ForeignKey(Charter, models.PROTECT, related_name="+")  # whose limits hold
    service = models.SlugField(_("服务"), max_length=60)
    content = models.CharField(_("内容"), max_length=200, validators=[refuse_hidden_characters])
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("地点"))
    during = DateTimeRangeField(_("时间"))
    minutes = models.PositiveSmallIntegerField(_("分钟"))
    shift = models.ForeignKey(Shift, models.PROTECT, null=True, related_name="attendances")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    receiver = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.RECORDED)
    evidence = models.CharField(_("佐证"), max_length=200, blank=True, validators=[refuse_hidden_characters])
    photo = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)  # nobody answered: the coordinator was told
    why = models.CharField(_("理由"), max_length=200, blank=True, validators=[refuse_hidden_characters])
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    key = models.UUIDField(null=True, unique=True)  # of the sender: sent twice, recorded once (L3)

    objects = AttendanceQuerySet.as_manager()
    about = ("volunteer__person", "receiver")
    personal = {
        "volunteer": Personal(1, WHY, BASIS, KEEP, mask="name"),
        "content": Personal(2, WHY, BASIS, KEEP, mask="none"),
        "evidence": Personal(2, WHY, BASIS, KEEP, mask="none"),
        "photo": Personal(2, WHY, BASIS, KEEP),
        "receiver": Personal(2, WHY, BASIS, KEEP, mask="name"),
        "recorded_by": Personal(1, WHY, BASIS, KEEP, mask="name"),
        "confirmed_by": Personal(1, WHY, BASIS, KEEP, mask="name"),
        "why": Personal(2, WHY, BASIS, KEEP, mask="none"),
    }

    class Meta:
        verbose_name = _("服务记录")
        indexes = [models.Index(fields=["volunteer", "state"], name="attendance_of_a_volunteer")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="confirmed")
                | (Q(confirmed_by__isnull=False, decided_at__isnull=False) & ~Q(evidence="")),
                name="attendance_confirmed_by_somebody_with_evidence",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("volunteer")),
                name="attendance_never_confirmed_by_the_volunteer",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("recorded_by")),
                name="attendance_confirmed_by_a_second_person",
            ),
            models.CheckConstraint(condition=Q(minutes__range=(1, 1440)), name="attendance_fits_a_day"),
            ExclusionConstraint(
                name="attendance_never_overlaps_another",
                expressions=[
                    ("volunteer", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(state="confirmed"),
            ),
            models.UniqueConstraint(
                fields=["shift", "volunteer"],
                condition=Q(corrects=None) & ~Q(state="refused"),
                name="attendance_once_in_a_shift",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="attendance_decided_is_never_edited",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                    IF OLD.state IN ('confirmed', 'superseded') AND (
                        (NEW.volunteer_id, NEW.service, NEW.during, NEW.minutes, NEW.recorded_by_id,
                         NEW.confirmed_by_id, NEW.decided_at)
                        IS DISTINCT FROM
                        (OLD.volunteer_id, OLD.service, OLD.during, OLD.minutes, OLD.recorded_by_id,
                         OLD.confirmed_by_id, OLD.decided_at)
                        OR NEW.state NOT IN (OLD.state, 'superseded')
                    ) THEN
                        RAISE EXCEPTION 'attendance_decided_is_never_edited' USING
                            ERRCODE = 'check_violation', CONSTRAINT = 'attendance_decided_is_never_edited';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class DayTotal(models.Model):
    """What a person has served or given away on a day: the database keeps it within the limit of the pack."""

    class Kind(models.TextChoices):
        SERVED = "served", _("服务")
        SPENT = "spent", _("支出")

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    day = models.DateField()
    kind = models.CharField(max_length=6, choices=Kind.choices)
    minutes = models.IntegerField()
    most = models.IntegerField()  # as the charter said when it was last added to

    about = ("person",)
    personal = {"person": Personal(1, WHY, BASIS, KEEP, mask="none")}

    class Meta:
        verbose_name = _("每日累计")
        constraints = [
            models.UniqueConstraint(fields=["person", "day", "kind"], name="day_total_once"),
            models.CheckConstraint(
                condition=Q(minutes__lte=F("most"), minutes__gte=0), name="day_total_within_the_limit"
            ),
        ]


class Certificate(models.Model):
    """志愿服务记录证明: so many minutes in a time, signed; the records it lists stay as they were."""

    number = models.CharField(_("编号"), max_length=30, unique=True)
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="certificates")
    since = models.DateField(null=True)
    until = models.DateField()
    minutes = models.PositiveIntegerField(_("分钟"))
    count = models.PositiveIntegerField(_("次数"))
    records = ArrayField(models.BigIntegerField(), default=list)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signature = models.CharField(max_length=90)

    about = ("volunteer__person",)
    personal = {
        "volunteer": Personal(1, WHY, BASIS, KEEP, mask="name"),
        "issued_by": Personal(1, "履职记录", BASIS, KEEP, mask="none"),
    }

    class Meta:
        verbose_name = _("志愿服务记录证明")
