"""Patterns in confirmed records that a person should look at twice (L2)."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.masking import mask_name

from . import rules
from .models import Attendance

MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Unusual:
    """Something a person should look at twice; not a verdict."""

    title: str
    text: str
    count: int


def unusual_patterns(user) -> list[Unusual]:
    """Pairs who confirm each other, the same pair often, one who confirms many, nights, entries by staff (L2)."""
    since = clock.now() - MONTH
    rows = list(
        Attendance.objects.confirmed()
        .filter(user.scope(rules.CONFIRM, "place"), decided_at__gte=since)
        .select_related("charter", "volunteer__person", "confirmed_by")
    )
    names = {row.volunteer_id: row.volunteer.number for row in rows}
    pairs = Counter((row.volunteer_id, row.confirmed_by_id) for row in rows)
    found = []
    mutual = {frozenset(pair) for pair in pairs if (pair[1], pair[0]) in pairs}
    for pair in sorted(mutual, key=str):
        who = "、".join(sorted(names[key] for key in pair))
        count = sum(pairs[one, two] for one in pair for two in pair if one != two)
        found.append(Unusual(_("互相确认"), who, count))
    limit = rows[0].charter.rules.limits if rows else None
    for (volunteer, confirmer), count in sorted(pairs.items(), key=str):
        if count >= limit.same_pair:
            who = next(row.confirmed_by.name for row in rows if row.confirmed_by_id == confirmer)
            found.append(Unusual(_("同一对多次确认"), f"{names[volunteer]} · {mask_name(who)}", count))
    nights = Counter(row.volunteer_id for row in rows if _is_night(row, limit.night_hours))
    found += [Unusual(_("夜间记录"), names[key], count) for key, count in sorted(nights.items(), key=str)]
    full = Counter(row.volunteer_id for row in rows if row.minutes >= limit.day_minutes)
    found += [Unusual(_("一天记满"), names[key], count) for key, count in sorted(full.items(), key=str)]
    staff = sum(
        1 for row in rows if row.source in ("list", "self") and row.recorded_by_id != row.volunteer_id
    )
    if staff:
        found.append(Unusual(_("工作人员录入"), _("最近 30 天由工作人员录入并由第二人确认的记录"), staff))
    return found


def _is_night(row, hours) -> bool:
    begin, end = hours
    hour = row.during.lower.astimezone(CHINA).hour
    return hour >= begin or hour < end if begin > end else begin <= hour < end
