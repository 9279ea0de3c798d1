"""Which volunteers suit, and why: skill, free time, the way on foot. Proposed, never forced."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.places.models import Place, inside

from .charters import NoCharter, charter_at
from .models import Attendance, Help, Joining, Volunteer
from .rules import is_grown
from .walking import Way, ways_between

STREET = 3  # where it stands among the ancestor codes of a place
MOST = 12  # shown to a person who chooses
WALK_M_PER_MIN = 60  # only to sort those off the streets among the others, never shown


@dataclass(frozen=True)
class Match:
    """A volunteer with the reasons that speak for him, the strongest first."""

    volunteer: Volunteer
    score: int
    reasons: tuple[str, ...]
    way: Way | None

    @property
    def why(self) -> str:
        return "，".join(self.reasons)


def candidates(order: Help, *, limit: int = MOST) -> list[Match]:
    """Volunteers of the street of an order who are not busy then and live near enough, the best first."""
    case = order.case
    line = order.charter.rules.service(order.service)
    around = street_of(case.place)
    busy = Joining.objects.filter(
        volunteer=OuterRef("pk"), state=Joining.State.JOINED, during__overlap=order.wanted
    )
    helping = Help.objects.filter(
        volunteer=OuterRef("pk"), case__closed_at=None, case__state__in=["matched", "accepted"],
        wanted__overlap=order.wanted,
    )  # fmt: skip
    found = (
        Volunteer.objects.active()
        .filter(inside(around, "place"))
        .exclude(pk=case.reporter_id)
        .filter(~Exists(busy), ~Exists(helping))
        .select_related("person", "place")
    )
    if line.skill:
        found = found.filter(skills__contains=[line.skill])
    known = set(
        Attendance.objects.confirmed().filter(receiver=case.reporter_id).values_list("volunteer", flat=True)
    )
    found = found.select_related("person__home").order_by("number")[:500]
    people = [one for one in found if is_grown(one, order.charter)]
    ways = ways_between(order.case.place, [one.person.home or one.place for one in people])
    matches = [
        _match(one, order, line, one.pk in known, way)
        for one, way in zip(people, ways, strict=True)
        if way is None or way.straight_m <= one.reach_m
    ]
    return sorted(matches, key=lambda one: (-one.score, *nearness(one.way), one.volunteer.number))[:limit]


def street_of(place) -> Place:
    """The street a community, a building or a grid lies in; a place above streets itself."""
    return Place.objects.get(code=place.ancestor_codes[: STREET + 1][-1])


def nearness(way: Way | None) -> tuple[int, int]:
    """What sorts the nearer first: minutes on foot, else the straight line at 60 metres a minute."""
    if way is None:
        return (0, 0)
    return (way.minutes or way.straight_m // WALK_M_PER_MIN, way.straight_m)


def companions(person, *, limit: int = MOST) -> list[Match]:
    """Volunteers of the street of somebody, the nearest first, with what speaks for a lasting pair."""
    home, around = person.home, street_of(person.home)
    served = Attendance.objects.confirmed().filter(receiver=person)
    known = set(served.values_list("volunteer", flat=True))
    found = Volunteer.objects.active().filter(inside(around, "place"), minor=False).exclude(pk=person.pk)
    people = list(found.select_related("person__home", "place").order_by("number")[:500])
    ways = ways_between(home, [one.person.home or one.place for one in people])
    peers = peers_of(person)
    matches = []
    for one, way in zip(people, ways, strict=True):
        is_peer = one.person.age_on(clock.today()) in peers
        reasons = [_("以前帮助过求助人")] if one.pk in known else []
        reasons += [_("低龄老人，陪高龄老人")] if is_peer else []
        reasons += [way.words] if way and way.words else []
        matches.append(Match(one, 20 * (one.pk in known) + 10 * is_peer, tuple(reasons), way))
    return sorted(matches, key=lambda one: (-one.score, *nearness(one.way), one.volunteer.number))[:limit]


def peers_of(person) -> range:
    """The ages of young elders (低龄老人) where somebody is very old, by the charter of his home; else none.

    They are old enough to know what it is like and young enough to help.
    """
    try:
        rules = charter_at(person.home).rules
    except NoCharter:
        return range(0)
    is_very_old = (person.age_on(clock.today()) or 0) >= rules.coins.pool_age
    return range(*rules.limits.young_elder) if is_very_old else range(0)


def _match(volunteer, order, line, has_helped: bool, way: Way | None) -> Match:
    reasons, score = [], 0
    if line.skill:
        reasons.append(_("有“%(skill)s”特长") % {"skill": line.name})
        score += 40
    if slot_of(order.wanted.lower) in volunteer.free:
        reasons.append(_("那时有空"))
        score += 30
    if has_helped:
        reasons.append(_("以前帮助过求助人"))
        score += 20
    if volunteer.place_id == order.case.place_id:
        reasons.append(_("同一社区"))
        score += 20
    if way is not None:
        reasons += [way.words] if way.words else []
        score += max(0, 20 - nearness(way)[0] // 3)
    return Match(volunteer, score, tuple(reasons), way)


def slot_of(moment: datetime) -> str:
    """The day and part of day of a moment in China: 3pm is Wednesday afternoon."""
    here = moment.astimezone(CHINA)
    part = "am" if here.hour < 12 else "pm" if here.hour < 18 else "ev"
    return f"{here.isoweekday()}{part}"


def orders_for(volunteer: Volunteer, *, limit: int = 20) -> list[Help]:
    """Open orders near a volunteer that ask for nothing he lacks, the soonest first; without names.

    None for a child: he serves where grown-ups lead.
    """
    if volunteer.minor and not is_grown(volunteer, charter_at(volunteer.place)):
        return []
    street = volunteer.place.parent if volunteer.place.parent_id else volunteer.place
    found = (
        Help.objects.filter(
            inside(street, "case__place"), case__state="asked", wanted__endswith__gt=clock.now()
        )
        .exclude(case__reporter=volunteer.pk)
        .select_related("case__place", "charter")
        .order_by("wanted")
    )
    suiting = []
    for order in found[:200]:
        skill = order.charter.rules.service(order.service).skill
        if skill is None or skill in volunteer.skills:
            suiting.append(order)
    return suiting[:limit]
