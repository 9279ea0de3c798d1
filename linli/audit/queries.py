"""What the auditor's page reads."""

from datetime import datetime, time, timedelta

from linli.kernel.clock import CHINA

from .models import Entry


def entries_for(user, asked: dict):
    """The rows this user may read that fit the filters of EntryFilter, latest first."""
    found = Entry.objects.visible_to(user).select_related("by").order_by("-at", "-pk")
    conditions = {
        "act": asked.get("act"),
        "by__username": asked.get("by"),
        "thing_key": asked.get("thing"),
        "result": asked.get("result"),
        "at__gte": asked.get("start") and _midnight(asked["start"]),
        "at__lt": asked.get("end") and _midnight(asked["end"] + timedelta(days=1)),
    }
    return found.filter(**{name: value for name, value in conditions.items() if value})


def _midnight(day) -> datetime:
    return datetime.combine(day, time(), CHINA)
