"""What the lists, maps and pages of facilities read."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import cos, hypot, radians
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.places.models import Place
from linli.ui.lists import Choice, Fetched, Filter, read_filters, read_words
from linli.ui.maps import base_layer

from ..hours import write_hours
from ..models import Closure, Event, Facility, Inspection, Kind, OpeningPeriod, StandardBook
from ..opening import open_now
from ..standards import standards_at, standards_for
from ..states import STEPS, State
from ..walking import minutes_from

NEAR_DEGREES = 0.03  # about three kilometres: what a list of places near by looks through
MOST_ON_MAP = 400
METRES_A_DEGREE = 111_320
LEASE_SOON = timedelta(days=180)


def groups() -> list[tuple[str, str]]:
    """(code, name) of the groups of kinds, in the order of the pack."""
    rows = Kind.objects.filter(retired_on=None).order_by("order").values_list("group", "group_name")
    return list(dict.fromkeys(rows))


def _choices(rows) -> tuple[Choice, ...]:
    return tuple(Choice(str(code), str(name)) for code, name in rows)


def open_at(facilities: QuerySet, moment: datetime) -> QuerySet:
    """Those that state hours in which the moment lies, and are not shut that day."""
    local = moment.astimezone(CHINA)
    minute = local.hour * 60 + local.minute
    week = OpeningPeriod.objects.filter(
        facility=OuterRef("pk"), weekday=local.isoweekday(), opens_min__lte=minute, closes_min__gt=minute
    )
    shut = Closure.objects.filter(facility=OuterRef("pk"), during__contains=local.date())
    return facilities.filter(Exists(week), ~Exists(shut), state=State.OPEN)


# --- Residents: what is near ------------------------------------------------------------------------


def public_filters(query):
    return read_filters(
        query,
        [
            Filter("group", _("类别"), _choices(groups())),
            Filter("open", _("现在"), _choices([("now", _("现在开放"))])),
            Filter("access", _("无障碍"), _choices([("step-free", _("无障碍进出"))])),
        ],
    )


def community_of(query, user) -> Place | None:
    """The community of the address, else one's own."""
    asked = query.get("place", "")
    if asked:
        return Place.objects.current().filter(code=asked[:24]).first()
    person = getattr(user, "person", None) if user.is_authenticated else None
    home = person.home if person is not None else None
    codes = home.ancestor_codes if home is not None else []
    return Place.objects.filter(code=codes[4]).first() if len(codes) > 4 else None


def public_facilities(query, user, filters) -> tuple[Sequence[Facility], Place | None]:
    """What residents can go to by the filters, nearest to the community first (by name without one)."""
    found = Facility.objects.standing().filter(state__in=[State.OPEN, State.SUSPENDED])
    found = _narrowed(found, {one.name: one.chosen.value for one in filters if one.chosen})
    if words := read_words(query):
        found = found.filter(
            Q(name__icontains=words)
            | Q(address__icontains=words)
            | Q(kind__name__icontains=words)
            | Q(place__name__icontains=words)
        )
    place = community_of(query, user)
    if place is None or place.lon is None:
        return found.select_related("kind", "place").order_by("name"), place
    box = Q(lon__range=(place.lon - NEAR_DEGREES, place.lon + NEAR_DEGREES))
    box &= Q(lat__range=(place.lat - NEAR_DEGREES, place.lat + NEAR_DEGREES))
    near = list(found.filter(box | Q(place=place)).values_list("pk", "code", "lon", "lat", named=True))
    ways = [
        Way(one.pk, one.code, minutes, distance_m(place, one))
        for one, minutes in zip(near, minutes_from(place, near), strict=True)
    ]
    return Fetched(sorted(ways, key=_how_far), _with_ways), place


class Way(NamedTuple):
    """How far a facility is: of a large city this much is read, and the rest of those on the page."""

    key: int
    code: str
    walk_min: int | None
    distance_m: int | None


def _with_ways(ways: Sequence[Way]) -> list[Facility]:
    """The facilities of these ways; one that is gone since they were measured is left out."""
    known = Facility.objects.select_related("kind", "place").in_bulk([way.key for way in ways])
    found = []
    for way in ways:
        if one := known.get(way.key):
            one.walk_min, one.distance_m = way.walk_min, way.distance_m
            found.append(one)
    return found


def _how_far(one: Way) -> tuple:
    """The shortest walk first, then what no known street leads to by its distance, last what has no point."""
    unwalked, unknown = one.walk_min is None, one.distance_m is None
    return unwalked, unknown, one.walk_min or 0, one.distance_m or 0, one.code


def _narrowed(found: QuerySet, chosen: dict[str, str]) -> QuerySet:
    if "group" in chosen:
        found = found.filter(kind__group=chosen["group"])
    if "access" in chosen:
        found = found.filter(step_free=True)
    return open_at(found, clock.now()) if "open" in chosen else found


def distance_m(place: Place, facility) -> int | None:
    """Metres in a straight line from the middle of the community, to the nearest ten; None without points."""
    if facility.lon is None or place.lon is None:
        return None
    east = (facility.lon - place.lon) * cos(radians(place.lat))
    return round(hypot(east, facility.lat - place.lat) * METRES_A_DEGREE, -1)


def with_open(facilities) -> list[Facility]:
    """The same with `open_words` and `open_tone` as of now."""
    those = list(facilities)
    known = open_now(those, clock.now())
    for one in those:
        one.open_words, one.open_tone = _open_words(one, known[one.pk])
    return those


def _open_words(facility: Facility, is_open: bool | None) -> tuple[str, str]:
    if facility.state == State.SUSPENDED:
        return _("暂停开放"), "soon"
    if facility.state != State.OPEN:
        return str(facility.get_state_display()), facility.tone
    if is_open is None:
        return _("开放时间未公示"), "plain"
    return (_("现在开放"), "done") if is_open else (_("现在关门"), "plain")


def map_of(facilities) -> dict:
    """Facilities as points of `<linli-map>`."""
    shown = with_open(one for one in facilities[:MOST_ON_MAP] if one.lon is not None)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [one.lon, one.lat]},
            "properties": {
                "id": number,
                "title": one.name,
                "text": f"{one.kind.name} · {one.open_words}",
                "tone": one.open_tone,
                "url": f"/facilities/{one.code}/",
            },
        }
        for number, one in enumerate(shown, 1)
    ]
    layer = {
        "kind": "points",
        "title": _("设施和网点"),
        "features": {"type": "FeatureCollection", "features": features},
    }
    return {"base": base_layer(), "layers": [layer]}


# --- Staff: the register ----------------------------------------------------------------------------


def register_filters(query):
    needs = [
        ("stale", _("待确认")),
        ("no-area", _("缺面积")),
        ("no-point", _("缺位置")),
        ("no-hours", _("缺开放时间")),
        ("no-survey", _("未查看无障碍")),
        ("lease", _("协议半年内到期")),
    ]
    return read_filters(
        query,
        [
            Filter("group", _("类别"), _choices(groups())),
            Filter("state", _("状态"), _choices(State.choices)),
            Filter("needs", _("要补的"), _choices(needs)),
        ],
    )


def register_rows(query, user, permission: str, filters) -> QuerySet:
    """The facilities of the places of one's posts, narrowed by filters, words and place."""
    found = (
        Facility.objects.standing().filter(user.scope(permission, "place")).select_related("kind", "place")
    )
    chosen = {one.name: one.chosen.value for one in filters if one.chosen}
    if "group" in chosen:
        found = found.filter(kind__group=chosen["group"])
    if "state" in chosen:
        found = found.filter(state=chosen["state"])
    if "needs" in chosen:
        found = NEEDS[chosen["needs"]](found)
    if words := read_words(query):
        found = found.filter(
            Q(name__icontains=words) | Q(code__startswith=words) | Q(place__name__icontains=words)
        )
    if code := query.get("place", "")[:24]:
        found = found.filter(place__path__contains=f"{code}/")
    return found.order_by("place__path", "code")


def _without_hours(found: QuerySet) -> QuerySet:
    return found.filter(periods=None)


NEEDS = {
    "stale": lambda found: found.stale(clock.today()).order_by(F("stale_on").asc(nulls_first=True)),
    "no-area": lambda found: found.filter(area_m2=None),
    "no-point": lambda found: found.filter(lon=None),
    "no-hours": _without_hours,
    "no-survey": lambda found: found.filter(step_free=None),
    "lease": lambda found: found.filter(agreement_until__lte=clock.today() + LEASE_SOON),
}


def doubles_of(facility: Facility) -> list[Facility]:
    """Standing records of the same community and kind that share the phone or stand within 50 metres."""
    same = Facility.objects.standing().filter(place=facility.place_id, kind=facility.kind_id)
    near = Q(pk__in=[])
    if facility.phone:
        near |= Q(phone=facility.phone)
    if facility.lon is not None:
        near |= Q(
            lon__range=(facility.lon - 0.0005, facility.lon + 0.0005),
            lat__range=(facility.lat - 0.0005, facility.lat + 0.0005),
        )
    return list(same.exclude(pk=facility.pk).filter(near).order_by("code")[:5])


def hours_of(facility: Facility) -> str:
    return write_hours(facility.periods.values_list("weekday", "opens_min", "closes_min"))


ACT_WORDS = {
    "register": gettext_lazy("登记"),
    "edit": gettext_lazy("修改资料"),
    "confirm": gettext_lazy("确认属实"),
    "survey": gettext_lazy("查看无障碍"),
    "merge": gettext_lazy("并入重复记录"),
    "merged": gettext_lazy("并入其他记录"),
    "archive": gettext_lazy("归档"),
    "hours": gettext_lazy("公示开放时间"),
    "closure": gettext_lazy("预告闭馆"),
    "rooms": gettext_lazy("更新房间"),
    "services": gettext_lazy("更新服务范围"),
    "inspect": gettext_lazy("品质检查"),
    "fix": gettext_lazy("整改完成"),
    "photo": gettext_lazy("添加照片"),
    "photo_removed": gettext_lazy("撤下照片"),
    "upgrade": gettext_lazy("补短项目验收，面积增加"),
    "moved": gettext_lazy("随区划调整"),
    "correction_accepted": gettext_lazy("采纳更正"),
    "correction_refused": gettext_lazy("未采纳更正"),
}


def inspection_of(facility: Facility) -> dict | None:
    """The last inspection with its points in words; None when nobody has looked yet."""
    last = facility.inspections.first()
    if last is None:
        return None
    standards = standards_at(facility.place)
    names = {line.code: line.name for line in standards.points_for(outlet=facility.kind.outlet)}
    codes = [*(code for code in names if code in last.scores), *(last.scores.keys() - names.keys())]
    points = [(names.get(code, code), last.scores[code]) for code in codes]
    return {
        "photos": list(last.photos.shown()),
        "last": last,
        "points": points,
        "grade": standards.grade_of(last.scores),
    }


def grades_of(facilities: Iterable[Facility]) -> dict[int, str]:
    """The public grade of each outlet that was looked at, by the last look; two queries for many."""
    outlets = {one.pk: one for one in facilities if one.kind.outlet}
    if not outlets:
        return {}
    last = Inspection.objects.filter(facility__in=outlets).order_by("facility_id", "-on", "-pk")
    books = list(StandardBook.objects.all())
    told = {
        look.facility_id: standards_for(books, outlets[look.facility_id].place).grade_of(look.scores)
        for look in last.distinct("facility_id")
    }
    return {key: grade for key, grade in told.items() if grade}


def timeline_of(facility: Facility) -> list[dict]:
    """Who did what, when, why, and which facts were what before; the newest first."""
    labels = {field.name: str(field.verbose_name) for field in Facility._meta.concrete_fields}
    labels |= {"functions": _("功能"), "marks": _("标记")}
    lines = []
    for event in Event.objects.filter(facility=facility).select_related("by__person")[:100]:
        title = STEPS[event.act].label if event.act in STEPS else ACT_WORDS.get(event.act, event.act)
        changed = [
            f"{labels.get(name, name)}：{before or _('空')} → {after or _('空')}"
            for name, (before, after) in event.changes.items()
        ]
        lines.append(
            {
                "title": title,
                "who": event.by.person.name if event.by and event.by.person else _("系统"),
                "at": event.at,
                "text": "\n".join([*changed, *([event.note] if event.note else [])]),
                "tone": "done" if event.act in STEPS else "plain",
            }
        )
    return lines
