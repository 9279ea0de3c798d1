"""Who serves here: teams with what they did, stations, volunteers by skill, free time and duty."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.kernel.masking import mask_name
from linli.places.models import inside
from linli.ui.lists import Choice, Filter

from . import rules
from .models import Activity, Attendance, Duty, Membership, Station, Team, Volunteer
from .models.people import SLOTS

YEAR = timedelta(days=365)


def teams_near(place=None) -> QuerySet:
    """Teams that stand, of a place and what lies in it, with how many belong to each."""
    found = Team.objects.filter(disbanded_on=None)
    if place is not None:
        found = found.filter(inside(place, "place"))
    belong = Count("memberships", filter=Q(memberships__until=None))
    return (
        found.select_related("place", "unit").annotate(members=belong).order_by("place__path", "name", "pk")
    )


def stations_near(place=None) -> QuerySet:
    """Stations that are open, whatever their label."""
    found = Station.objects.filter(closed_on=None)
    if place is not None:
        found = found.filter(inside(place, "place"))
    return found.select_related("place", "facility").order_by("place__path", "name", "pk")


def stations_of(user) -> QuerySet:
    """Open stations where the reader organises; none for everybody else."""
    if not user.is_authenticated:
        return Station.objects.none()
    here = Station.objects.filter(user.scope(rules.ORGANISE, "place"), closed_on=None)
    return here.select_related("place", "facility")


@dataclass(frozen=True)
class TeamLog:
    """One activity of a team: how many came and the minutes that were confirmed; nobody is named."""

    activity: Activity
    begin: object
    came: int
    minutes: int


def log_of(team: Team, *, limit: int = 30) -> list[TeamLog]:
    """What a team did and will do, the newest first."""
    confirmed = Q(shifts__attendances__state=Attendance.State.CONFIRMED)
    rows = (
        team.activities.exclude(state=Activity.State.CANCELLED)
        .annotate(
            came=Count("shifts__attendances__volunteer", filter=confirmed, distinct=True),
            minutes=Coalesce(Sum("shifts__attendances__minutes", filter=confirmed), Value(0)),
            begin=F("published_at"),
        )
        .order_by("-published_at", "pk")[:limit]
    )
    return [TeamLog(row, row.begin, row.came, row.minutes) for row in rows]


def members_of(team: Team) -> QuerySet:
    """Who belongs to a team today, the longest first."""
    return team.memberships.filter(until=None).select_related("volunteer__person").order_by("since", "pk")


def leader_words(team: Team) -> str:
    """The leader as everybody may read him: masked name and number; empty when there is none."""
    if team.leader is None:
        return ""
    return f"{mask_name(team.leader.person.name)}（{team.leader.number}）"


# --- The roster of whoever organises ------------------------------------------------------------------


def roster(user) -> QuerySet:
    """Volunteers where the reader organises, with confirmed minutes of the last year; in order of number."""
    since = clock.now() - YEAR
    served = Sum(
        "attendances__minutes",
        filter=Q(attendances__state="confirmed", attendances__during__startswith__gte=since),
    )
    found = Volunteer.objects.filter(user.scope(rules.ORGANISE, "place")).exclude(state="left")
    return (
        found.select_related("person", "place", "consent")
        .annotate(year_minutes=Coalesce(served, Value(0)))
        .order_by("number")
    )


def roster_filters(charter) -> list[Filter]:
    """What a roster may be narrowed by: skill, free time, duty, children who wait for consent."""
    lines = charter.rules
    return [
        Filter("skill", _("特长"), tuple(Choice(line.code, line.name) for line in lines.skills)),
        Filter("free", _("空闲时间"), tuple(Choice(code, str(words)) for code, words in SLOTS)),
        Filter("duty", _("任职"), tuple(Choice(line.code, line.name) for line in lines.duties)),
        Filter("who", _("人员"), (Choice("waiting", _("待监护人同意")), Choice("elder", _("老年志愿者")))),
    ]


def narrowed(rows: QuerySet, filters, words: str, *, elder_age: int) -> QuerySet:
    """The roster as the address asks for it; words are a number or a name."""
    chosen = {one.name: one.chosen.value for one in filters if one.chosen}
    if skill := chosen.get("skill"):
        rows = rows.filter(skills__contains=[skill])
    if slot := chosen.get("free"):
        rows = rows.filter(free__contains=[slot])
    if duty := chosen.get("duty"):
        held = Duty.objects.filter(volunteer=OuterRef("pk"), code=duty, until=None)
        rows = rows.filter(Exists(held))
    if chosen.get("who") == "waiting":
        rows = rows.filter(pk__in=Volunteer.objects.awaiting_consent())
    if chosen.get("who") == "elder":
        today = clock.today()
        born = today.replace(year=today.year - elder_age, day=min(today.day, 28))
        rows = rows.filter(person__birth_on__lte=born)
    if words:
        rows = rows.filter(Q(number__iexact=words) | Q(person__name__icontains=words))
    return rows


def trainings_of(volunteer) -> list[Attendance]:
    """Confirmed trainings of a volunteer, the newest first."""
    found = volunteer.attendances.confirmed().exclude(shift__activity__teaches="").exclude(shift=None)
    return list(found.select_related("shift__activity").order_by("-during")[:20])


def duties_of(volunteer) -> list[Duty]:
    """What somebody does beyond tasks today."""
    return list(
        volunteer.duties.filter(until=None).select_related("charter", "place", "case").order_by("since")
    )


def teams_of(volunteer) -> list[Membership]:
    return list(volunteer.memberships.filter(until=None).select_related("team__place").order_by("since"))
