"""Devices that report by themselves: which there are, what they said and when, and what was set aside (K9)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock


class DeviceQuerySet(models.QuerySet):
    def current(self):
        """Those that may report today: neither retired nor of an entry that has ended."""
        today = clock.today()
        entry = Q(entry__valid_from__lte=today) & (Q(entry__valid_to=None) | Q(entry__valid_to__gte=today))
        return self.filter(entry, retired_on=None)


class Device(models.Model):
    """One device of an entry of the register: what it measures, in which unit, and what it can believably say."""

    entry = models.ForeignKey("exchange.Entry", models.PROTECT, related_name="devices")
    code = models.SlugField(_("设备编号"), max_length=60, unique=True)
    title = models.CharField(_("名称"), max_length=120)
    thing = models.CharField(
        _("所在"), max_length=60, blank=True
    )  # code of the facility or place it stands in
    quantity = models.SlugField(_("测量"), max_length=60)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    low = models.FloatField(_("最小"))
    high = models.FloatField(_("最大"))
    every_s = models.PositiveIntegerField(_("间隔（秒）"))
    retired_on = models.DateField(_("停用"), null=True, blank=True)
    last_at = models.DateTimeField(_("最近读数"), null=True)  # by the device's own clock

    objects = DeviceQuerySet.as_manager()
    personal: dict = {}  # of rooms and equipment; what somebody wears is no device of this register

    class Meta:
        verbose_name = _("设备")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(low__lt=F("high")), name="device_range_holds_something"),
            models.CheckConstraint(condition=Q(every_s__gte=1), name="device_reports_from_time_to_time"),
        ]

    def __str__(self) -> str:
        return self.title


class DeviceReading(models.Model):
    """What a device said of one moment; a moment it did not speak of has no row."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="readings")
    at = models.DateTimeField(_("时间"))
    value = models.FloatField(_("读数"))
    received_at = models.DateTimeField(default=clock.now)

    personal: dict = {}

    class Meta:
        verbose_name = _("设备读数")
        constraints = [models.UniqueConstraint(fields=["device", "at"], name="reading_once_for_a_moment")]


class SetAside(models.Model):
    """A message that is no reading, with the reason; the same again is counted, not written anew."""

    class Reason(models.TextChoices):
        UNKNOWN = "unknown", _("没有登记的设备")
        UNREADABLE = "unreadable", _("看不懂的内容")
        FOREIGN = "foreign", _("冒用别的设备编号")
        RANGE = "range", _("超出合理范围")
        FUTURE = "future", _("时间在未来")
        OLD = "old", _("时间太久以前")
        DIFFERS = "differs", _("同一时间读数不同")
        CROWD = "crowd", _("发送过于频繁")

    topic = models.CharField(max_length=140)
    reason = models.CharField(_("原因"), max_length=10, choices=Reason.choices)
    day = models.DateField(_("日期"))
    payload = models.CharField(_("内容"), max_length=200, blank=True)  # the first one of the day
    count = models.PositiveIntegerField(_("次数"), default=1)
    last_at = models.DateTimeField(_("最近"), default=clock.now)

    personal: dict = {}

    class Meta:
        verbose_name = _("搁置的消息")
        constraints = [
            models.UniqueConstraint(fields=["topic", "reason", "day"], name="set_aside_counted_by_day")
        ]
