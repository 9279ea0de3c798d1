"""Which of the services owed to people on the care list they received: read from visits, other cases and entries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from linli.cases.models import Case
from linli.kernel import clock

from .models import CarePerson, Delivery
from .queries import rules_at
from .rulebook import CarePack
from .walks import months_before


@dataclass(frozen=True)
class Owed:
    """One service of somebody's minimum set: within how many months, given last when."""

    code: str
    name: str
    months: int
    last_on: date | None
    received: bool


@dataclass(frozen=True)
class Tally:
    """One service over a list: how many it is owed to, and how many received it in their time."""

    code: str
    name: str
    owed: int
    received: int

    @property
    def missing(self) -> int:
        return self.owed - self.received


def owed_to(people: Iterable[CarePerson]) -> dict:
    """{key of somebody on the list: his minimum set}; the rules of each home, and two queries for the deliveries.

    `people` come with `person__home` and their standing `entries`.
    """
    people = list(people)
    packs = _packs_of(people)
    given = _given(people, packs.values())
    return {
        one.pk: tuple(
            _owed(packs[one.person.home_id], code, months, given.get((one.pk, code)))
            for code, months in packs[one.person.home_id].minimum_of(one.codes()).items()
        )
        for one in people
    }


def tallies(sets: Iterable[tuple[Owed, ...]]) -> list[Tally]:
    """Each service with how many are owed it and how many received it, in the order they first come."""
    counted: dict[str, list] = {}
    for lines in sets:
        for line in lines:
            told = counted.setdefault(line.code, [line.name, 0, 0])
            told[1] += 1
            told[2] += line.received
    return [Tally(code, *told) for code, told in counted.items()]


def _packs_of(people: list[CarePerson]) -> dict[int, CarePack]:
    """The rules of each home; asked once for each community, for rules hold for whole areas."""
    by_area: dict[tuple, CarePack] = {}
    found = {}
    for one in people:
        home = one.person.home
        area = tuple(home.ancestor_codes[:5])
        if area not in by_area:
            by_area[area] = rules_at(home).rules
        found[home.pk] = by_area[area]
    return found


def _owed(pack: CarePack, code: str, months: int, last_on: date | None) -> Owed:
    since = months_before(clock.today(), months).date()
    received = last_on is not None and last_on >= since
    return Owed(code, pack.service(code).name, months, last_on, received)


def _given(people: list[CarePerson], packs: Iterable[CarePack]) -> dict[tuple, date]:
    """{(key, service): the last day it was given}, from entries and from cases of the kinds the rules name."""
    keys = [one.pk for one in people]
    entered = Delivery.objects.filter(care_person__in=keys, on__lte=clock.today())
    rows = entered.values_list("care_person", "service").annotate(Max("on"))
    given = {(key, service): on for key, service, on in rows}
    kinds = {(line.kind, line.state): line.code for pack in packs for line in pack.services if line.kind}
    if kinds:
        by_person = {one.person_id: one.pk for one in people}
        cases = Case.objects.filter(
            reporter__in=list(by_person), kind__in=[kind for kind, _state in kinds], closed_at__isnull=False
        )
        for person, kind, state, at in cases.values_list("reporter", "kind", "state").annotate(
            Max("closed_at")
        ):
            if (kind, state) in kinds:
                day = at.astimezone(clock.CHINA).date()
                place = by_person[person], kinds[kind, state]
                given[place] = max(day, given.get(place, day))
    return given
