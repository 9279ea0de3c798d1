"""How long readings stay: long enough to compare a month with the same month of last year, and no longer."""

from datetime import timedelta

from linli.kernel import clock

from ..models import DeviceReading, SetAside

READINGS_STAY = timedelta(days=800)
SET_ASIDE_STAYS = timedelta(days=90)
BATCH = 20_000


def forget_old() -> int:
    """Delete readings and set-aside messages past their time, in batches; how many rows went."""
    gone = SetAside.objects.filter(day__lt=clock.today() - SET_ASIDE_STAYS).delete()[0]
    old = DeviceReading.objects.filter(at__lt=clock.now() - READINGS_STAY)
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        gone += DeviceReading.objects.filter(pk__in=batch).delete()[0]
    return gone
