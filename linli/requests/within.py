"""A period of whole days in China, as moments of the database."""

from datetime import datetime, time

from django.db.models import Q

from linli.kernel.clock import CHINA
from linli.measures import Period


def moments(period: Period) -> tuple[datetime, ...]:
    """The first moment of the period and the first after it, in China."""
    return tuple(datetime.combine(day, time(0), tzinfo=CHINA) for day in (period.start, period.end))


def within(field: str, period: Period) -> Q:
    first, after = moments(period)
    return Q(**{f"{field}__gte": first, f"{field}__lt": after})
