"""Changing the calendar: deadlines already promised stay as promised."""

from datetime import date

from django.db import transaction

from .models import CalendarYear, SpecialDay


@transaction.atomic
def set_year(year: int, *, source: str, days: dict[date, tuple[str, str]]) -> None:
    """Replace what is known of `year` by `days`: {day: (kind, name)}."""
    CalendarYear.objects.update_or_create(year=year, defaults={"source": source})
    SpecialDay.objects.filter(day__year=year).delete()
    SpecialDay.objects.bulk_create(
        SpecialDay(day=day, kind=kind, name=name) for day, (kind, name) in sorted(days.items())
    )
