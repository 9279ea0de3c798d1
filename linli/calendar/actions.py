"""Changing the calendar: deadlines already promised stay as promised."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from linli.kernel import clock

from . import rules
from .models import CalendarYear, SpecialDay


@transaction.atomic
def announce_year(year: int, *, by, source: str, days: dict[date, tuple[str, str]]) -> None:
    """Enter the announcement of a year; from then on packs leave that year alone. Versions say who did it."""
    if not by.may(rules.EDIT):
        raise PermissionDenied
    set_year(year, source=source, days=days, edited_on=clock.today())


@transaction.atomic
def set_year(
    year: int, *, source: str, days: dict[date, tuple[str, str]], edited_on: date | None = None
) -> None:
    """Replace what is known of `year` by `days`: {day: (kind, name)}."""
    told = {"source": source, "edited_on": edited_on}
    CalendarYear.objects.update_or_create(year=year, defaults=told)
    SpecialDay.objects.filter(day__year=year).delete()
    SpecialDay.objects.bulk_create(
        SpecialDay(day=day, kind=kind, name=name) for day, (kind, name) in sorted(days.items())
    )
