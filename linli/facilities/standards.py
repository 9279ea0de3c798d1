"""Which standards hold at a place."""

from datetime import date

from linli.kernel import clock
from linli.packs.schema import nearest

from .catalogue import FacilityStandardsPack
from .models import StandardBook


class NoStandards(LookupError):
    """No standards pack is installed that holds here today, not even the national one."""


def standards_at(place, day: date | None = None) -> FacilityStandardsPack:
    """The standards of the nearest area that hold at the place on a day (today)."""
    return standards_for(list(StandardBook.objects.all()), place, day)


def standards_for(books: list[StandardBook], place, day: date | None = None) -> FacilityStandardsPack:
    """The same from books that were read before, for many places. NoStandards: none holds."""
    day = day or clock.today()
    book = nearest(books, place.ancestor_codes, day)
    if book is None:
        raise NoStandards(f"no pack of facility standards holds at {place.code} on {day}")
    return book.rules
