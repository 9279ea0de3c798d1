"""Which volunteers suit an order, and why: skill, free time, distance. Proposed, never forced."""

import math
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from linli.kernel.clock import CHINA
from linli.places.models import inside

from .models import Attendance, Help, Joining, Volunteer

DEGREE_M = 111_320
MOST = 12  # shown to a person who chooses


@dataclass(frozen=True)
class Match:
    """A volunteer with the reasons that speak for him, the strongest first."""

    volunteer: Volunteer
    score: int
    reasons: tuple[str, ...]
    distance_m: int | None

    @property
    def why(self) -> str:
        return "，".join(self.reasons)


def candidates(order: Help, *, limit: int = MOST) -> list[Match]:
    """Volunteers of the street of an order who are not busy then and live near enough, the best first."""
    case = order.case
    line = order.charter.rules.service(order.service)
    around = case.place.parent if case.place.level == "community" and case.place.parent_id else case.place
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
    matches = [_match(one, order, line, one.pk in known) for one in found.order_by("number")[:500]]
    near = [one for one in matches if one.distance_m is None or one.distance_m <= one.volunteer.reach_m]
    return sorted(near, key=lambda one: (-one.score, one.distance_m or 0, one.volunteer.number))[:limit]


def _match(volunteer, order, line, has_helped: bool) -> Match:
    distance = distance_m(volunteer.person.home or volunteer.place, order.case.place)
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
    if distance is not None:
        reasons.append(_("直线 %(distance)s 米") % {"distance": distance})
        score += max(0, 20 - distance // 200)
    return Match(volunteer, score, tuple(reasons), distance)


def slot_of(moment: datetime) -> str:
    """The day and part of day of a moment in China: 3pm is Wednesday afternoon."""
    here = moment.astimezone(CHINA)
    part = "am" if here.hour < 12 else "pm" if here.hour < 18 else "ev"
    return f"{here.isoweekday()}{part}"


def distance_m(one, other) -> int | None:
    """Metres in a straight line between two places; None where one has no position."""
    if None in (one.lon, one.lat, other.lon, other.lat):
        return None
    wide = (one.lon - other.lon) * math.cos(math.radians((one.lat + other.lat) / 2))
    return round(math.hypot(wide, one.lat - other.lat) * DEGREE_M)


def orders_for(volunteer: Volunteer, *, limit: int = 20) -> list[Help]:
    """Open orders near a volunteer that ask for nothing he lacks, the soonest first; without names."""
    street = volunteer.place.parent if volunteer.place.parent_id else volunteer.place
    found = (
        Help.objects.filter(inside(street, "case__place"), case__state="asked")
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
