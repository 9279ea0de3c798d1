"""How many premises were rented, year by year: today's tenure rolled back by what the history says changed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import translation

from linli.kernel import clock
from linli.kernel.clock import CHINA

from ..models import Event, Facility
from ..models.facilities import Tenure
from ..rules import VIEW

YEARS = 5


@dataclass(frozen=True)
class TenureYear:
    """The premises of a year's last day (of this year: today's) of which the tenure is known, and the rented ones."""

    year: int
    known: int
    rented: int

    @property
    def percent(self) -> float | None:
        return round(100 * self.rented / self.known, 1) if self.known else None


def rented_by_year(user) -> list[TenureYear]:
    """Integrated service facilities in this person's reach, the oldest year first; three queries."""
    today = clock.today()
    rows = Facility.objects.standing().filter(user.scope(VIEW, "place"), kind__code="integrated")
    premises = list(rows.only("pk", "tenure", "opened_on", "closed_on"))
    moved = _changes([one.pk for one in premises])
    days = [date(year, 12, 31) for year in range(today.year - YEARS + 1, today.year)] + [today]
    told, rented = [], _rented_words()
    for day in days:
        stood = [one for one in premises if _stood(one, day)]
        tenures = [_on(one, moved[one.pk], day) for one in stood]
        told.append(TenureYear(day.year, sum(map(bool, tenures)), sum(one in rented for one in tenures)))
    return told


def _rented_words() -> set[str]:
    """“Rented” as it is stored today, and as the history tells it in the words of who changed it."""
    words = {Tenure.RENTED.value}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words.add(str(Tenure.RENTED.label))
    return words


def _changes(keys: list[int]) -> dict[int, list[tuple[date, str]]]:
    """{facility: (the day its tenure changed, what it was before), the newest first}."""
    found: dict[int, list[tuple[date, str]]] = defaultdict(list)
    events = Event.objects.filter(facility__in=keys, changes__has_key="tenure").order_by("-at", "-pk")
    for key, at, changes in events.values_list("facility", "at", "changes"):
        found[key].append((at.astimezone(CHINA).date(), changes["tenure"][0]))
    return found


def _stood(one: Facility, day: date) -> bool:
    began = one.opened_on is not None and one.opened_on <= day
    return began and (one.closed_on is None or one.closed_on > day)


def _on(one: Facility, changes: list[tuple[date, str]], day: date) -> str:
    tenure = one.tenure
    for changed_on, before in changes:
        if changed_on <= day:
            break
        tenure = before
    return tenure
