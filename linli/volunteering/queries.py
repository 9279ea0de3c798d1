"""What the pages of volunteering read; every one begins with the reader's scope."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.ledger.models import Transfer
from linli.people.models import HouseholdMember, Person, Proxy
from linli.places.models import Place, inside

from . import rules
from .models import (
    Attendance,
    Bank,
    Help,
    Issue,
    Joining,
    Membership,
    Purse,
    Reward,
    Shift,
    Station,
    Team,
)

YEAR = timedelta(days=365)


def upcoming_shifts(place=None):
    """Shifts people may still join, the soonest first; of a place and what lies in it when one is named."""
    found = Shift.objects.filter(activity__state="open", during__startswith__gt=clock.now())
    if place is not None:
        found = found.filter(inside(place, "activity__place"))
    return found.select_related("activity__place", "activity__charter").order_by("during", "pk")


def home_of(user):
    """The street around the community of a volunteer or resident; None when nobody knows it."""
    if not user.is_authenticated or user.person_id is None:
        return None
    volunteer = rules.volunteer_of(user)
    place = volunteer.place if volunteer else user.person.home
    codes = place.ancestor_codes if place else []
    return Place.objects.filter(code=codes[3]).first() if len(codes) > 3 else None


def shift_row(shift, joined: dict) -> dict:
    """One line of the list near me."""
    begin = shift.during.lower.astimezone(CHINA)
    free = max(0, shift.free)
    return {
        "title": shift.activity.title,
        "url": reverse("activity-detail", args=[shift.activity.number]),
        "begin": begin,
        "end": shift.during.upper.astimezone(CHINA),
        "place": shift.activity.place.name,
        "address": shift.activity.address,
        "elder": shift.activity.elder_friendly,
        "joined": joined.get(shift.pk, ""),
        "state": _("还有 %(n)s 个名额") % {"n": free} if free else _("已满，可候补"),
        "tone": "active" if free else "soon",
    }


def own_joinings(user, shifts) -> dict[int, str]:
    """{shift: state in words} of the reader."""
    if not user.is_authenticated or user.person_id is None:
        return {}
    rows = Joining.objects.filter(volunteer=user.person_id, shift__in=shifts).exclude(state="left")
    return {row.shift_id: row.get_state_display() for row in rows}


def map_of(shifts) -> dict:
    """Activities as points for the map; where an activity has no position, its community's."""
    features = []
    for shift in shifts:
        activity = shift.activity
        lon, lat = activity.lon or activity.place.lon, activity.lat or activity.place.lat
        if lon is None or lat is None:
            continue
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
                "properties": {
                    "id": shift.pk,
                    "title": activity.title,
                    "text": f"{shift.during.lower.astimezone(CHINA):%m-%d %H:%M} · {activity.address}",
                    "url": reverse("activity-detail", args=[activity.number]),
                },
            }
        )
    points = {"type": "FeatureCollection", "features": features}
    layer = {"kind": "points", "title": _("志愿服务活动"), "unit": "", "breaks": [], "features": points}
    return {"base": None, "layers": [layer]}


# --- One volunteer -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """What a volunteer has done: confirmed minutes and times, his star and how far the next one is."""

    minutes: int
    count: int
    year_minutes: int
    star: str
    benefit: str
    to_next: int | None
    next_star: str

    @property
    def hours(self) -> float:
        return hours_of(self.minutes)

    @property
    def year_hours(self) -> float:
        return hours_of(self.year_minutes)

    @property
    def hours_to_next(self) -> float:
        return hours_of(self.to_next or 0)


def hours_of(minutes: int) -> float:
    """Minutes as hours with one decimal, a whole number where it is one."""
    return minutes // 60 if minutes % 60 == 0 else round(minutes / 60, 1)


def coins_of(minutes: int, rule) -> float:
    """Minutes as coins, with one decimal where they are no whole number."""
    whole, rest = divmod(minutes, rule.coin_minutes)
    return whole if not rest else round(minutes / rule.coin_minutes, 1)


def standing_of(volunteer, charter) -> Standing:
    """Figures of the volunteer himself; nobody is compared with anybody."""
    rows = volunteer.attendances.confirmed()
    year = Q(during__startswith__gte=clock.now() - YEAR)
    said = rows.aggregate(
        total=Sum("minutes", default=0), count=Count("pk"), year=Sum("minutes", filter=year, default=0)
    )
    star = star_of(volunteer, charter, said["total"])
    above = [line for line in charter.rules.stars if line.minutes > said["total"]]
    following = min(above, key=lambda line: line.minutes, default=None)
    return Standing(
        minutes=said["total"],
        count=said["count"],
        year_minutes=said["year"],
        star=star.name if star else "",
        benefit=star.benefit if star else "",
        to_next=following.minutes - said["total"] if following else None,
        next_star=following.name if following else "",
    )


def star_of(volunteer, charter, minutes: int | None = None):
    """The star his confirmed minutes (given, or read) earn as the records stand now; None below the first."""
    if minutes is None:
        minutes = volunteer.attendances.confirmed().aggregate(sum=Sum("minutes", default=0))["sum"]
    return charter.rules.star_for(minutes, volunteer.attendances.filter(state="refused").count())


def own_shifts(volunteer):
    """What a volunteer has joined and is still to come."""
    return (
        volunteer.joinings.exclude(state="left")
        .filter(during__endswith__gt=clock.now())
        .select_related("shift__activity__place")
        .order_by("during")
    )


def to_confirm_by(user):
    """Records others served to this person (or those he acts for), waiting for his word."""
    received = Q(receiver=user.person_id) | Q(receiver__in=user.principals())
    return Attendance.objects.filter(received, state="recorded").select_related("volunteer__person")


def family_of(person) -> list[Person]:
    """Household and family, to whom coins may be given."""
    homes = HouseholdMember.objects.filter(person=person).values("household")
    links = Proxy.objects.filter(during__contains=clock.today(), kind__in=["family", "guardian"])
    keys = set(HouseholdMember.objects.filter(household__in=homes).values_list("person", flat=True))
    keys |= set(links.filter(principal=person).values_list("proxy", flat=True))
    keys |= set(links.filter(proxy=person).values_list("principal", flat=True))
    return list(Person.objects.filter(pk__in=keys - {person.pk}, purged_at=None).order_by("name_key"))


def rewards_for(place):
    """What partner shops around a place give for coins today."""
    codes = place.ancestor_codes if place else []
    return (
        Reward.objects.filter(
            during__contains=clock.today(), shop__closed_on=None, shop__place__code__in=codes, left__gt=0
        )
        .select_related("shop")
        .order_by("minutes", "pk")
    )


# --- The coordinator's desk --------------------------------------------------------------------------


def todays_shifts(user):
    """The shifts of today where the reader organises, with how many come and how many were marked."""
    today = clock.now().astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    window = Q(during__startswith__gte=today, during__startswith__lt=today + timedelta(days=2))
    return (
        Shift.objects.filter(window & user.scope(rules.ORGANISE, "activity__place"))
        .exclude(activity__state="cancelled")
        .select_related("activity__place")
        .annotate(came=Count("attendances", distinct=True))
        .order_by("during")
    )


def waiting_records(user):
    """Records somebody else than the reader has to confirm or decide, disputes first."""
    return (
        Attendance.objects.open()
        .filter(user.scope(rules.CONFIRM, "place"))
        .exclude(volunteer=user.person_id)
        .exclude(recorded_by=user.person_id)
        .select_related("volunteer__person", "recorded_by", "receiver", "place", "charter")
        .order_by(F("state").asc(), "recorded_at")
    )


def untaken_orders(user):
    """Orders nobody took whose time is near or past, where the reader matches; the oldest time first."""
    rows = (
        Help.objects.untaken()
        .filter(user.scope(rules.MATCH, "case__place"))
        .select_related("case__place", "charter")
        .order_by("wanted", "pk")
    )
    now = clock.now()
    return [row for row in rows[:500] if row.is_near(now)]


# --- Planner, public, bank ---------------------------------------------------------------------------


@dataclass(frozen=True)
class CommunityLine:
    """One community as a planner sees it."""

    place: Place
    teams: int
    members: int
    stations: int
    hours: int
    unmet: int
    waiting: int
    lacking: str  # which services were asked for and not given, the most wanted first

    @property
    def is_empty(self) -> bool:
        """Nobody has begun there and nobody has asked."""
        return not any((self.teams, self.members, self.stations, self.hours, self.unmet, self.waiting))


def community_lines(user) -> list[CommunityLine]:
    """Teams, members, hours of the last year and needs nobody met, by community; those in most need first."""
    places = list(
        Place.objects.current().communities().filter(user.scope(rules.PLAN)).order_by("path")[:2000]
    )
    since = clock.now() - YEAR
    teams = _count(Team.objects.filter(disbanded_on=None), "place")
    members = _count(Membership.objects.filter(until=None, team__disbanded_on=None), "team__place")
    stations = _count(Station.objects.filter(closed_on=None), "place")
    served = Attendance.objects.confirmed().filter(during__startswith__gte=since)
    hours = dict(served.values_list("place").annotate(Sum("minutes")))
    asked = Help.objects.filter(case__opened_at__gte=since)
    unmet = _count(asked.filter(case__state="unmet"), "case__place")
    waiting = _count(asked.filter(case__state="asked"), "case__place")
    lacking = lacking_by_place(asked)
    lines = [
        CommunityLine(
            place,
            teams.get(place.pk, 0),
            members.get(place.pk, 0),
            stations.get(place.pk, 0),
            round(hours.get(place.pk, 0) / 60),
            unmet.get(place.pk, 0),
            waiting.get(place.pk, 0),
            lacking.get(place.pk, ""),
        )
        for place in places
    ]
    return sorted(lines, key=lambda line: (-line.unmet - line.waiting, line.teams, line.place.path))


def lacking_by_place(asked) -> dict[int, str]:
    """{community: 上门理发 2、陪同就医 1} of the orders nobody met or matched."""
    counted: dict[int, Counter] = {}
    for order in asked.filter(case__state__in=["unmet", "asked"]).select_related("case", "charter"):
        counted.setdefault(order.case.place_id, Counter())[order.service_name] += 1
    return {
        place: "、".join(f"{name} {count}" for name, count in kinds.most_common(3))
        for place, kinds in counted.items()
    }


def _count(rows, field: str) -> dict:
    return dict(rows.values_list(field).annotate(Count("pk")))


def unmet_by_kind(user) -> list[tuple[str, int, int]]:
    """(service, unmet, waiting) of the last year where the reader plans."""
    rows = Help.objects.filter(
        user.scope(rules.PLAN, "case__place"), case__opened_at__gte=clock.now() - YEAR
    ).filter(case__state__in=["unmet", "asked"])
    counted: dict[str, list[int]] = {}
    for order in rows.select_related("case", "charter"):
        line = counted.setdefault(order.service_name, [0, 0])
        line[order.case.state == "asked"] += 1
    return sorted(((name, *both) for name, both in counted.items()), key=lambda row: -row[1] - row[2])


def pool_lines() -> list[dict]:
    """What the public pools hold and did: minutes in, minutes out, orders paid; nobody is named."""
    lines = []
    for bank in Bank.objects.select_related("place", "pool").order_by("place__path"):
        came = Transfer.objects.filter(credit=bank.pool, phase__in=["posted", "post"])
        went = Transfer.objects.filter(debit=bank.pool, phase__in=["posted", "post"])
        if not (bank.pool.credits or bank.pool.debits):
            continue
        orders = Help.objects.filter(inside(bank.place, "case__place"), from_pool=True, paid__isnull=False)
        lines.append(
            {
                "name": bank.place.name,
                "balance": hours_of(bank.pool.balance),
                "came": hours_of(came.aggregate(sum=Sum("amount", default=0))["sum"]),
                "donated": hours_of(
                    came.filter(reason="donation").aggregate(sum=Sum("amount", default=0))["sum"]
                ),
                "went": hours_of(went.aggregate(sum=Sum("amount", default=0))["sum"]),
                "orders": orders.count(),
            }
        )
    return lines


def banks_of(user):
    """The banks whose accounts the reader checks or settles."""
    seen = user.scope(rules.GRANT, "place") | user.scope(rules.SETTLE, "place")
    return (
        Bank.objects.filter(seen)
        .select_related("place", "issuing", "pool", "clearing")
        .order_by("place__path")
    )


def issues_of(user):
    """Minutes asked for or made by offices, the open ones first: each is looked at by a second person."""
    seen = user.scope(rules.GRANT, "bank__place") | user.scope(rules.ISSUE, "bank__place")
    return (
        Issue.objects.filter(seen)
        .select_related("bank__place", "asked_by__person", "decided_by__person", "to_person")
        .order_by("state", "-asked_at")
    )


def purse_figures(person):
    """The purse of a person as it stands; None when he has none yet."""
    return (
        Purse.objects.filter(account__holder=person, account__closed_at=None)
        .select_related("account", "bank__place")
        .first()
    )
