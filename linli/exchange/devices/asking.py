"""What may be asked of readings: what was said, where nothing was said, who is silent."""

import itertools
from datetime import datetime, timedelta

from django.db.models import QuerySet

from linli.kernel import clock

from ..models import Device, DeviceReading, SetAside

MISSED = 3  # so many times its interval without a word and a device counts as silent


def readings_of(device: Device, since: datetime, until: datetime) -> QuerySet[DeviceReading]:
    """What the device said of since ≤ moment < until, in the order of the moments."""
    return device.readings.filter(at__gte=since, at__lt=until).order_by("at")


def gaps_of(device: Device, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """Stretches without a reading, longer than twice the interval: a gap stays a gap, nothing is made up."""
    most = timedelta(seconds=2 * device.every_s)
    moments = [since, *readings_of(device, since, until).values_list("at", flat=True), until]
    return [(one, next_) for one, next_ in itertools.pairwise(moments) if next_ - one > most]


def silent_devices() -> list[Device]:
    """Devices that may report and did not for three times their interval; who never did, too."""
    now = clock.now()
    return [
        device
        for device in Device.objects.current()
        if device.last_at is None or now - device.last_at > MISSED * timedelta(seconds=device.every_s)
    ]


def aside_of(entry) -> QuerySet[SetAside]:
    """What was set aside of an entry's topics, the latest first."""
    return SetAside.objects.filter(topic__startswith=f"linli/{entry.code}/").order_by("-last_at", "pk")
