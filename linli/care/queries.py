"""What the pages of care and its measures read."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from linli.cases.models import Case
from linli.cases.queries import units_above
from linli.kernel import clock
from linli.packs.schema import nearest
from linli.people.models import Person, Post, Unit
from linli.places.levels import Level
from linli.places.models import Place

from .models import CareEntry, CarePerson, CareRules, Visit
from .rules import DUTY

OPEN_STATES = ("due", "unanswered", "escalated", "review")


class NoCareRules(LookupError):
    """No rules of care hold at the place today; the sentence is for people."""


def rules_at(place) -> CareRules:
    """The rules of the nearest area that hold today; NoCareRules when there are none."""
    found = nearest(CareRules.objects.defer("body"), place.ancestor_codes, clock.today())
    if found is None:
        raise NoCareRules(_("%(place)s 还没有探访关爱规则。") % {"place": place.name})
    return found


def community_path(place) -> str:
    return "/".join(place.ancestor_codes[:5]) + "/"


def unit_of(place) -> Unit:
    """Who answers for visits at the place: its committee, else the office of its street."""
    return units_above(place, Unit.Kind.COMMITTEE, Unit.Kind.STREET_OFFICE)[0]


def on_duty(place, level: str):
    """Persons whose post at this level above the place is on duty; of the next level up when there is none."""
    for asked in (level, "street", "county", "city"):
        posts = Post.objects.filter(
            place__code__in=place.ancestor_codes,
            place__level=Level(asked),
            during__contains=clock.today(),
            role__retired_on=None,
            role__permissions__contains=[DUTY],
        )
        keys = list(posts.values_list("person", flat=True))  # the few keys first
        if keys:
            return Person.objects.filter(pk__in=keys).order_by("pk")
    return Person.objects.none()


def care_list(user):
    """The care list where the user's posts cover it, with its categories."""
    entries = Prefetch("entries", CareEntry.objects.filter(during__contains=clock.today()))
    found = (
        CarePerson.objects.active().visible_to(user).select_related("person__home__parent", "visitor__person")
    )
    return found.prefetch_related(entries).order_by("person__home__path", "person__name_key")


def last_visit(care_person) -> Visit | None:
    return (
        Visit.objects.filter(care_person=care_person, happened_at__isnull=False)
        .order_by("-happened_at")
        .first()
    )


# --- Today's round -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Door:
    """One door of today: who lives there, what was promised last time, by when."""

    case: Case
    visit: Visit
    name: str
    age: int | None
    address: str
    phone: str
    categories: tuple[str, ...]
    risk: str
    last_on: datetime | None
    last_words: str
    promised: str
    ways: tuple[str, ...]
    withheld: bool  # a minor's file that nobody has granted yet


def round_of(user) -> list[Door]:
    """The open visits this user was asked to make, the most urgent first."""
    visits = (
        Visit.objects.filter(case__assignee=user.pk, case__closed_at=None)
        .exclude(case__state="review")
        .select_related("case__place__parent", "care_person__person__home__parent", "rules")
        .prefetch_related("care_person__entries")
        .order_by("case__due_at", "case__place__path", "pk")
    )
    return [door_of(visit, user) for visit in visits]


def door_of(visit: Visit, user) -> Door:
    from .rules import reads_children

    cared, rules = visit.care_person, visit.rules.rules
    person, last = cared.person, last_visit(cared)
    open_file = reads_children(user, cared)
    return Door(
        case=visit.case,
        visit=visit,
        name=person.name,
        age=person.age_on(clock.today()),
        address=f"{person.home.parent.name} {person.home.name} {person.room}".strip(),
        phone=person.phone or "",
        categories=tuple(rules.category(code).name for code in cared.codes()) if open_file else (),
        risk=rules.level(cared.risk).name,
        last_on=last.happened_at if last else None,
        last_words=(last.words or "") if last and open_file else "",
        promised=(last.promised or "") if last and open_file else "",
        ways=rules.level(cared.risk).ways,
        withheld=not open_file,
    )


def checks_of(visit: Visit) -> list[tuple[str, str]]:
    """The checklist as it was filled in: (name, ok | watch | urgent)."""
    names = {line.code: line.name for line in visit.rules.rules.checks}
    return [(names.get(code, code), value) for code, value in json.loads(visit.checks or "{}").items()]


def overdue_visits(user):
    """Visits that should have been made, where the user's posts cover them; the oldest first."""
    return (
        Case.objects.open()
        .visible_to(user)
        .filter(kind="visit", due_at__lt=clock.now(), clock_stopped_at=None)
        .select_related("place", "assignee__person", "visit__care_person__person")
        .order_by("due_at")
    )


def communities_of(user, permission: str):
    return Place.objects.current().communities().filter(user.scope(permission)).order_by("path")
