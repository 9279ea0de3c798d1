"""What a facility consists of and when it is open: rooms, weekly periods, closures, the opening log, photos."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from linli.files.models import StoredFile
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place

from .catalogue import Function, RoomUse
from .facilities import Facility

WORK_RECORD = Personal(1, "履职记录", "履行职责", "while the account lives", mask="name")


class Service(models.Model):
    """A facility serves another community than the one it stands in."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="services")
    place = models.ForeignKey(Place, models.CASCADE, related_name="served_by", verbose_name=_("服务社区"))

    personal: dict = {}

    class Meta:
        verbose_name = _("服务范围")
        constraints = [
            models.UniqueConstraint(fields=["facility", "place"], name="facility_serves_a_place_once")
        ]


class Room(models.Model):
    """A room with its area and what it is used for."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="rooms")
    name = models.CharField(_("名称"), max_length=60, validators=[refuse_hidden_characters])
    use = models.ForeignKey(RoomUse, models.PROTECT, related_name="rooms", verbose_name=_("用途"))
    function = models.ForeignKey(
        Function, models.PROTECT, null=True, blank=True, related_name="rooms", verbose_name=_("功能")
    )
    area_m2 = models.DecimalField(_("面积"), max_digits=8, decimal_places=2)
    shared = models.BooleanField(_("一室多用"), default=False)

    personal: dict = {}

    class Meta:
        verbose_name = _("房间")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["facility", "name"], name="room_name_once_in_a_facility"),
            models.CheckConstraint(condition=Q(area_m2__gt=0), name="room_area_is_positive"),
        ]

    def __str__(self) -> str:
        return self.name


class IntRange(Func):
    function = "int4range"


class OpeningPeriod(models.Model):
    """Open on a weekday (1 Monday … 7 Sunday) from a minute of the day to another; 0–1440 is round the clock."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="periods")
    weekday = models.PositiveSmallIntegerField(_("星期"))
    opens_min = models.PositiveSmallIntegerField(_("开"))
    closes_min = models.PositiveSmallIntegerField(_("关"))

    personal: dict = {}

    class Meta:
        verbose_name = _("开放时间")
        ordering = ["weekday", "opens_min"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__range=(1, 7)), name="opening_period_is_on_a_day_of_the_week"
            ),
            models.CheckConstraint(
                condition=Q(closes_min__gt=F("opens_min"), closes_min__lte=1440),
                name="opening_period_closes_after_it_opens",
            ),
            ExclusionConstraint(
                name="opening_periods_of_a_day_do_not_overlap",
                expressions=[
                    ("facility", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (IntRange("opens_min", "closes_min"), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class Closure(models.Model):
    """Days on which a facility is shut although its week says open; `suspends`: not in use at all meanwhile."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="closures")
    during = DateRangeField(_("期间"))  # [from, to): open again on the day `to`; unbounded: nobody knows yet
    reason = models.CharField(_("原因"), max_length=200, validators=[refuse_hidden_characters])
    suspends = models.BooleanField(default=False)

    personal: dict = {}

    class Meta:
        verbose_name = _("闭馆")
        ordering = ["-during"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="closure_says_why"),
            models.CheckConstraint(condition=Q(during__isempty=False), name="closure_lasts_a_day"),
            ExclusionConstraint(
                name="suspensions_of_a_facility_do_not_overlap",
                expressions=[("facility", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(suspends=True),
            ),
        ]


class OpenDay(models.Model):
    """The opening log: how many minutes a facility really was open on a day; 0 is shut."""

    class Source(models.TextChoices):
        DESK = "desk", _("前台登记")
        DEVICE = "device", _("设备记录")
        INSPECTION = "inspection", _("巡查")

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="open_days")
    day = models.DateField(_("日期"))
    minutes = models.PositiveSmallIntegerField(_("开放分钟数"))
    source = models.CharField(_("来源"), max_length=10, choices=Source.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    about = ("by__person",)
    personal = {"by": WORK_RECORD}

    class Meta:
        verbose_name = _("开放记录")
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["facility", "day"], name="open_day_once"),
            models.CheckConstraint(condition=Q(minutes__lte=1440), name="open_day_has_24_hours"),
        ]


class PhotoQuerySet(models.QuerySet):
    def shown(self):
        """Those nobody has taken down."""
        return self.filter(file__deletion_asked_at=None)

    def visible_to(self, user):
        return self.filter(facility__in=Facility.objects.visible_to(user))


class Photo(models.Model):
    """A picture of a facility; whoever may see the facility sees it."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="photos")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("照片"))
    caption = models.CharField(_("说明"), max_length=60, blank=True, validators=[refuse_hidden_characters])
    added_at = models.DateTimeField(db_default=Now())
    inspection = models.ForeignKey(
        "facilities.Inspection", models.SET_NULL, null=True, blank=True, related_name="photos",
        verbose_name=_("检查时拍摄"),
    )  # fmt: skip

    objects = PhotoQuerySet.as_manager()
    about = ()
    personal: dict = {}

    class Meta:
        verbose_name = _("设施照片")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.caption or self.file.name
