"""What a message of a device says: pure, without the database.

A message is JSON, one reading or a list of them: {"at": "2026-03-04T10:00:00+08:00", "value": 21.5}. Its topic is
linli/ENTRY/DEVICE; the broker lets a device write to its own topic alone, and the topic is believed, nothing inside.
"""

import json
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_BYTES = 20_000
MOST_READINGS = 500  # in one message: a device that was without a network sends what it kept
AHEAD = timedelta(minutes=5)  # clocks of devices run fast and slow
OLDEST = timedelta(days=30)


class NotAReading(Exception):
    """The message is set aside; `reason` is one of SetAside.Reason."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Said:
    """One reading: when by the device's clock, and how much."""

    at: datetime
    value: float


def device_of(topic: str) -> tuple[str, str]:
    """(entry, device) that a topic names; ("", "") when it is none of ours."""
    parts = topic.split("/")
    return (parts[1], parts[2]) if len(parts) == 3 and parts[0] == "linli" else ("", "")


def read(payload: bytes, *, device: str) -> list[dict]:
    """The readings of a message as they were written; NotAReading when it is none, or says to be another's."""
    if len(payload) > MOST_BYTES:
        raise NotAReading("unreadable")
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        raise NotAReading("unreadable") from None
    lines = said if isinstance(said, list) else [said]
    if not lines or len(lines) > MOST_READINGS or not all(isinstance(line, dict) for line in lines):
        raise NotAReading("unreadable")
    if any(line.get("device", device) != device for line in lines):
        raise NotAReading("foreign")
    return lines


def believed(line: dict, *, low: float, high: float, now: datetime) -> Said:
    """One line as a reading, or NotAReading with what is wrong with it."""
    value, at = line.get("value"), line.get("at")
    if isinstance(value, bool) or not isinstance(value, int | float) or not isinstance(at, str):
        raise NotAReading("unreadable")
    try:
        moment = datetime.fromisoformat(at)
        number = float(value)
    except (ValueError, OverflowError):
        raise NotAReading("unreadable") from None
    if moment.tzinfo is None:
        raise NotAReading("unreadable")  # a moment carries its zone (I4)
    if not math.isfinite(number) or not low <= number <= high:
        raise NotAReading("range")
    if moment > now + AHEAD:
        raise NotAReading("future")
    if moment < now - OLDEST:
        raise NotAReading("old")
    return Said(moment, number)
