"""Residents rate the circle of the community they live in."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from linli.kernel import clock
from linli.places.models import Place

from .. import rules
from ..models import CircleRating


@transaction.atomic
def rate_circle(place: Place, *, by, stars: int) -> CircleRating:
    """One rating of each resident in a quarter; the newer word replaces the older.

    PermissionDenied: not verified to live there. ValidationError: no one to five stars.
    """
    if not rules.lives_in(by, place):
        raise PermissionDenied
    today = clock.today()
    row = CircleRating(place=place, rated_by=by, stars=stars, rated_on=today, quarter=quarter_of(today))
    row.full_clean(exclude=["place", "rated_by"], validate_unique=False, validate_constraints=False)
    CircleRating.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["place", "quarter", "rated_by"],
        update_fields=["stars", "rated_on"],
    )  # fmt: skip
    return CircleRating.objects.get(place=place, rated_by=by, quarter=row.quarter)


def quarter_of(day):
    """The first day of the day's quarter.

    >>> from datetime import date
    >>> quarter_of(date(2026, 6, 30)), quarter_of(date(2026, 1, 1))
    (datetime.date(2026, 4, 1), datetime.date(2026, 1, 1))
    """
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
