"""月探访率 exactly as it is defined (domain notes §9), with who was left out of it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Min, Q

from linli.kernel import clock
from linli.kernel.clock import CHINA

from .models import CareEntry, Pause, Visit

VALID = {"state": "done"}  # a visit that counts: recorded, and approved where the rule asks


@dataclass(frozen=True)
class MonthlyRate:
    """月探访率 of a month: visited ÷ listed on its last day, and who was left out, by reason."""

    month: date
    visited: frozenset
    listed: frozenset
    excluded: dict[str, frozenset]

    @property
    def percent(self) -> float | None:
        return round(len(self.visited) * 100 / len(self.listed), 1) if self.listed else None

    @property
    def missed(self) -> frozenset:
        return self.listed - self.visited


def month_moments(first: date) -> tuple[datetime, datetime]:
    after = (first + timedelta(days=32)).replace(day=1)
    return tuple(datetime.combine(day, time(0), tzinfo=CHINA) for day in (first, after))


def monthly_rate(people, first: date, *, codes, new_days: int) -> MonthlyRate:
    """The rate of the month that begins on `first` over `people` (a CarePerson query) in the categories `codes`.

    Left out: on the list for less than `new_days`, moved, in hospital, refused — each counted once, in that order.
    """
    start, after = month_moments(first)
    last_day = min(after.date() - timedelta(days=1), clock.today())
    entries = CareEntry.objects.filter(category__in=codes, during__contains=last_day, care_person__in=people)
    entries = entries.filter(Q(care_person__ended_on=None) | Q(care_person__ended_on__gt=last_day))
    since = dict(entries.values_list("care_person").annotate(first=Min("care_person__since")))
    excluded = {"new": {key for key, day in since.items() if (last_day - day).days < new_days}}
    left = set(since) - excluded["new"]
    for reason in (Pause.Reason.MOVED, Pause.Reason.HOSPITAL, Pause.Reason.REFUSED):
        pauses = Pause.objects.filter(reason=reason, during__contains=last_day, care_person__in=people)
        excluded[reason.value] = set(pauses.values_list("care_person", flat=True)) & left
        left -= excluded[reason.value]
    made = Visit.objects.filter(
        case__state=VALID["state"], happened_at__gte=start, happened_at__lt=after, care_person__in=people
    )
    visited = set(made.values_list("care_person", flat=True)) & left
    return MonthlyRate(
        first, frozenset(visited), frozenset(left), {name: frozenset(keys) for name, keys in excluded.items()}
    )
