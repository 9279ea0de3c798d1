"""Days that come near in what is kept already: birthdays, reviews, entrustments that end (主动发现, PD-029).

Each source says who in an area has such a day from one day to another; nothing is asked of anybody for it.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from linli.people.models import Person, Proxy
from linli.places.models import Place, inside

from .models import CareEntry
from .rulebook import PromptLine

Found = Iterator[tuple[Person, date]]


def living(area: Place | None):
    """Persons who live in the area (everywhere without one) and are alive."""
    people = Person.objects.filter(died_on=None, purged_at=None, home__isnull=False)
    return people if area is None else people.filter(inside(area, "home"))


def birthdays(line: PromptLine, area: Place | None, first: date, until: date) -> Found:
    """Who turns the age of the line from `first` up to `until`; a leap day is kept on the 28th of other years."""
    born = _years_before(first, line.age or 0), _years_before(until, line.age or 0)
    for person in living(area).filter(birth_on__range=born).select_related("home"):
        day = _in_year(person.birth_on, person.birth_on.year + (line.age or 0))
        if first <= day <= until:
            yield person, day


def reviews(line: PromptLine, area: Place | None, first: date, until: date) -> Found:
    """Who is on the care list in a category that is to be looked at again."""
    due = CareEntry.objects.filter(
        review_on__range=(first, until), during__contains=first, care_person__ended_on=None
    )
    entries = due.filter(care_person__person__in=living(area))
    for entry in entries.select_related("care_person__person__home").order_by("review_on", "pk"):
        yield entry.care_person.person, entry.review_on


def proxies(line: PromptLine, area: Place | None, first: date, until: date) -> Found:
    """Whose entrustment of somebody with his affairs ends."""
    ending = Proxy.objects.filter(
        during__endswith__range=(first, until), during__startswith__lt=first, principal__in=living(area)
    )
    for proxy in ending.select_related("principal__home").order_by("pk"):
        yield proxy.principal, proxy.during.upper


SOURCES: dict[str, Callable[[PromptLine, Place | None, date, date], Found]] = {
    "birthday": birthdays,
    "review": reviews,
    "proxy": proxies,
}


def coming(line: PromptLine, area: Place | None, today: date) -> Found:
    """The persons and days of a line of the rules from today on, as many days ahead as it says."""
    return SOURCES[line.on](line, area, today, today + timedelta(days=line.days))


def _years_before(day: date, years: int) -> date:
    return _in_year(day, day.year - years)


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 2, 28)
