"""A batch of messages into the database: one transaction, a fixed number of questions, each reading once."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from linli.kernel import clock

from ..actions import log_use
from ..models import Device, DeviceReading, Use
from .reading import NotAReading, believed, device_of, read

SHOWN = 200  # of a payload that is set aside

_ASIDE = """
    INSERT INTO exchange_setaside AS s (topic, reason, day, payload, count, last_at)
    SELECT * FROM unnest(%s::text[], %s::text[], %s::date[], %s::text[], %s::int[], %s::timestamptz[])
    ON CONFLICT (topic, reason, day) DO UPDATE SET count = s.count + excluded.count, last_at = excluded.last_at
"""


@dataclass(frozen=True)
class Message:
    """What came over the line; `crowded` counts how many of this device were thrown away before it."""

    topic: str
    payload: bytes
    crowded: int = 0


@dataclass(frozen=True)
class Taken:
    """How many readings are new, how many had come before, how many messages or lines were set aside."""

    stored: int
    repeated: int
    set_aside: int


@transaction.atomic
def take_in(messages: Iterable[Message]) -> Taken:
    """Write the readings of a batch; late and disordered ones are as good as others, a repeated one is one."""
    now = clock.now()
    messages = list(messages)
    devices = {
        device.code: device
        for device in Device.objects.current()
        .select_related("entry")
        .filter(code__in={device_of(message.topic)[1] for message in messages})
        .order_by("pk")
        .select_for_update(of=("self",))  # two listeners take a device's readings one after the other
    }
    aside, wanted = _Aside(now), {}
    good = sum(_sort(message, devices, wanted, aside, now) for message in messages)
    stored = _store(wanted, aside, now)
    aside.write()
    _log(stored)
    return Taken(len(stored), good - len(stored) - aside.differing, aside.count)


def _sort(message: Message, devices, wanted: dict, aside: "_Aside", now: datetime) -> int:
    """Put the readings of a message under (device, moment); how many are believed."""
    if message.crowded:
        aside.add(message.topic, "crowd", b"", message.crowded)
    entry, code = device_of(message.topic)
    device, good = devices.get(code), 0
    if device is None or device.entry.code != entry:
        aside.add(message.topic, "unknown", b"")  # nothing of a stranger's words is kept
        return 0
    try:
        lines = read(message.payload, device=code)
    except NotAReading as wrong:
        aside.add(message.topic, wrong.reason, message.payload)
        return 0
    for line in lines:
        try:
            said = believed(line, low=device.low, high=device.high, now=now)
            if wanted.setdefault((device, said.at), (said.value, message.topic))[0] != said.value:
                raise NotAReading("differs")
            good += 1
        except NotAReading as wrong:
            aside.add(message.topic, wrong.reason, json.dumps(line, ensure_ascii=False).encode())
    return good


def _store(wanted: dict, aside: "_Aside", now: datetime) -> list[DeviceReading]:
    """Write what is new; what says something else of a moment that is known is set aside: the first one stands."""
    known = {
        (reading.device_id, reading.at): reading.value
        for reading in DeviceReading.objects.filter(
            device__in={device for device, _at in wanted}, at__in={at for _device, at in wanted}
        )
    }
    fresh, latest = [], {}
    for (device, at), (value, topic) in wanted.items():
        before = known.get((device.pk, at))
        if before is None:
            fresh.append(DeviceReading(device=device, at=at, value=value, received_at=now))
            latest[device] = max(at, latest.get(device, device.last_at or at))
        elif before != value:
            aside.differing += 1
            aside.add(topic, "differs", f"{at.isoformat()} {value}".encode())
    DeviceReading.objects.bulk_create(fresh)
    for device, at in sorted(latest.items(), key=lambda pair: pair[0].pk):
        device.last_at = at
    Device.objects.bulk_update(latest, ["last_at"])
    return fresh


def _log(stored: list[DeviceReading]) -> None:
    for code, rows in sorted(Counter(reading.device.entry.code for reading in stored).items()):
        log_use(code, Use.Act.RECEIVED, by=None, row_count=rows)


class _Aside:
    """What is set aside in a batch, counted by topic, reason and day."""

    def __init__(self, now: datetime):
        self.now, self.counts, self.first = now, Counter(), {}
        self.differing = 0

    def add(self, topic: str, reason: str, payload: bytes, count: int = 1) -> None:
        key = (_plain(topic.encode("utf-8", "replace"), 140), reason)
        self.counts[key] += count
        self.first.setdefault(key, _plain(payload, SHOWN))

    @property
    def count(self) -> int:
        return self.counts.total()

    def write(self) -> None:
        if not self.counts:
            return
        keys, day = sorted(self.counts), clock.today()
        columns = [
            [topic for topic, _reason in keys],
            [reason for _topic, reason in keys],
            [day] * len(keys),
            [self.first[key] for key in keys],
            [self.counts[key] for key in keys],
            [self.now] * len(keys),
        ]
        with connection.cursor() as cursor:
            cursor.execute(_ASIDE, columns)


def _plain(text: bytes, most: int) -> str:
    """Readable and harmless: what is no letter, and what the database refuses, becomes a question mark."""
    said = text[: most * 4].decode("utf-8", "replace")[:most]
    return "".join(letter if letter.isprintable() else "?" for letter in said)
