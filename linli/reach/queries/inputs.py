"""What a run counts, read from the registers: communities and their circles, people by age, outlets open."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from django.db.models import Count, Q

from linli.facilities.models import Closure, Facility, OpeningPeriod
from linli.facilities.rules import after_months
from linli.kernel import clock
from linli.people.models import Person
from linli.places.models import Boundary, Place
from linli_compute.errors import InputError
from linli_compute.hours import OPEN, SHUT, UNSAID, Moment, Period

from ..frozen import GROUPS, Inputs
from ..models import CircleRule, Entrance
from ..rules import PLAN, VERIFY

BEYOND_DEG = 0.03  # about 3 km: what lies so far beyond the border may still be somebody's nearest


@dataclass(frozen=True)
class Left:
    """What could not be counted, for the page to say."""

    communities: int  # without outline or middle
    people: int  # whose home has no place on the map
    outlets: int  # without a point


def inputs_of(
    place: Place, on: date, circle, services: Collection[str] = (), moment: Moment | None = None
) -> tuple[Inputs, Left]:
    """The inputs of a study of `place` on a day, with the outlets of `services` besides the circle's.

    `moment`: what is open at an hour of the week is told of each outlet. InputError: nobody lives there, no
    outlet has a point, or a moment is asked about and none says its hours.
    """
    communities, left_out = _communities(place, circle.radius_m)
    number = {code: row for row, code in enumerate(communities["code"])}
    homes, paths, community, people, homeless = _homes(place, number, on)
    outlets, codes, function, capacity, pointless = _outlets(communities["centre"], homes, on, circle)
    box = _box(communities["centre"], homes)
    more, more_codes = _more(box, on, services)
    opens = opens_of({*codes.tolist(), *more_codes}, on, moment)
    if moment is not None and UNSAID in opens.values() and set(opens.values()) == {UNSAID}:
        raise InputError("这里没有一处网点登记了开放时间，不能按某一时刻计算。")
    gate, gate_home = gates_of(place, paths, on)
    found = Inputs(
        **communities, home=homes, community=community, people=people,
        outlet=outlets, outlet_code=codes, function=function, capacity=capacity, **more,
        opens=np.array([opens[code] for code in codes.tolist()], dtype=np.int8),
        more_opens=np.array([opens[code] for code in more_codes], dtype=np.int8),
        gate=gate, gate_home=gate_home,
    )  # fmt: skip
    return found, Left(left_out, homeless, pointless)


def opens_of(codes: Collection[str], on: date, moment: Moment | None) -> dict[str, int]:
    """OPEN, SHUT or UNSAID (nobody stated hours) of each facility at a moment of the week of the day `on`."""
    if moment is None:
        return dict.fromkeys(codes, OPEN)
    found = dict.fromkeys(codes, UNSAID)
    periods: dict[str, list[Period]] = {}
    stated = OpeningPeriod.objects.filter(facility__code__in=codes).order_by()
    for code, *period in stated.values_list("facility__code", "weekday", "opens_min", "closes_min"):
        periods.setdefault(code, []).append(tuple(period))
    found |= {code: OPEN if moment.within(week) else SHUT for code, week in periods.items()}
    shut = Closure.objects.filter(facility__code__in=codes, during__contains=on).order_by()
    return found | dict.fromkeys(shut.values_list("facility__code", flat=True), SHUT)


def gates_of(place: Place, homes: list[str], on: date) -> tuple[np.ndarray, np.ndarray]:
    """Entrances of the compound (or building) of each home, by its path: points, and the number of the home."""
    gates: dict[str, list[tuple[float, float]]] = {}
    rows = Entrance.objects.in_use_on(on).within(place).order_by("place__path", "name")
    for path, lon, lat in rows.values_list("place__path", "lon", "lat"):
        gates.setdefault(path, []).append((lon, lat))
    found = [
        (spot, number)
        for number, path in enumerate(homes if gates else [])
        for spot in gates.get(path) or gates.get(path[: path[:-1].rindex("/") + 1], ())
    ]
    if not found:
        return np.empty((0, 2)), np.empty(0, dtype=np.int64)
    spots, numbers = zip(*found, strict=True)
    return np.array(spots, dtype=float), np.array(numbers, dtype=np.int64)


def _communities(place: Place, radius_m: float) -> tuple[dict, int]:
    rows = list(Place.objects.current().communities().within(place).order_by("path"))
    rules = {rule.place_id: rule for rule in CircleRule.objects.filter(place__in=rows)}
    outlines = dict(
        Boundary.objects.filter(place__in=rows).values_list("place_id", "geometry").order_by("place_id")
    )
    found = []
    for row in rows:
        rule = rules.get(row.pk)
        middle = _middle(row, rule, outlines.get(row.pk))
        if middle is not None:
            by_rule = rule is not None and rule.lon is not None
            radius = rule.radius_m if rule else radius_m
            found.append((row.code, middle, by_rule, radius, row.urban_rural.startswith("2")))
    if not found:
        raise InputError(f"“{place}”里没有一个社区有边界或中心点，无法画服务圈。")
    code, centre, by_rule, radius, rural = zip(*found, strict=True)
    told = {
        "code": np.array(code), "centre": np.array(centre, dtype=float), "by_rule": np.array(by_rule),
        "radius_m": np.array(radius, dtype=float), "rural": np.array(rural),
    }  # fmt: skip
    return told, len(rows) - len(found)


def _middle(place: Place, rule: CircleRule | None, outline: dict | None) -> tuple[float, float] | None:
    """The middle set by hand, else of the outline, else the point of the register."""
    if rule is not None and rule.lon is not None:
        return rule.lon, rule.lat
    if outline is not None:
        middle = shapely.centroid(shapely.geometry.shape(outline))
        return round(middle.x, 7), round(middle.y, 7)
    return None if place.lon is None else (place.lon, place.lat)


def _homes(
    place: Place, number: dict[str, int], on: date
) -> tuple[np.ndarray, list[str], np.ndarray, np.ndarray, int]:
    """Homes with a point, their paths, community and people by group, and people whose home has no point."""
    counted = dict(_people_by_home(on))
    spots = Place.objects.within(place).filter(pk__in=list(counted)).order_by("path")
    homes, paths, community, people, left = [], [], [], [], 0
    for key, path, lon, lat in spots.values_list("pk", "path", "lon", "lat"):
        codes = path.split("/")
        row = number.get(codes[4]) if len(codes) > 5 else None
        if lon is None or row is None:
            left += counted[key][0]
            continue
        homes.append((lon, lat))
        paths.append(path)
        community.append(row)
        people.append(counted[key])
    if not homes:
        raise InputError(f"“{place}”里没有一处住处既有坐标又登记了居民，无法计算覆盖。")
    return np.array(homes, dtype=float), paths, np.array(community), np.array(people, dtype=np.int64), left


def _people_by_home(on: date):
    """(home, people by group) of everybody alive; who has no birth date counts in the whole only."""
    ages = {
        "a60": Q(birth_on__lte=after_months(on, -60 * 12)),
        "a80": Q(birth_on__lte=after_months(on, -80 * 12)),
        "u3": Q(birth_on__gt=after_months(on, -3 * 12)),
        "s6": Q(birth_on__lte=after_months(on, -6 * 12), birth_on__gt=after_months(on, -13 * 12)),
    }
    rows = (
        Person.objects.filter(died_on=None, purged_at=None, home__isnull=False)
        .order_by()
        .values_list("home_id")
        .annotate(everybody=Count("pk"), **{name: Count("pk", filter=q) for name, q in ages.items()})
    )
    for home, *people in rows:
        assert len(people) == len(GROUPS)
        yield home, tuple(people)


def _outlets(
    centres: np.ndarray, homes: np.ndarray, on: date, circle
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, int]:
    """Outlets open that day: points, codes, functions (a row for each), places, and how many lack a point."""
    number = {function.key: row for row, function in enumerate(circle.functions)}
    open_then = Facility.objects.in_use_on(on).filter(kind__functions__overlap=list(number))
    near = open_then.filter(_box(centres, homes)).order_by("code")
    found = [
        ((lon, lat), code, number[key], np.nan if capacity is None else float(capacity))
        for code, lon, lat, capacity, keys in near.values_list(
            "code", "lon", "lat", "capacity", "kind__functions"
        )
        for key in keys
        if key in number
    ]
    if not found:
        raise InputError("这里没有一处有坐标、在用的网点或设施，请先登记或导入。")
    point, code, function, capacity = zip(*found, strict=True)
    return (
        np.array(point, dtype=float),
        np.array(code),
        np.array(function),
        np.array(capacity, dtype=float),
        open_then.filter(lon=None).count(),
    )


def _box(centres: np.ndarray, homes: np.ndarray) -> Q:
    """Whatever may be somebody's nearest, beyond the border too."""
    spots = np.concatenate([centres, homes])
    (west, south), (east, north) = spots.min(axis=0) - BEYOND_DEG, spots.max(axis=0) + BEYOND_DEG
    return Q(lon__range=(west, east), lat__range=(south, north))


def _more(box: Q, on: date, services: Collection[str]) -> tuple[dict[str, np.ndarray], list[str]]:
    """Outlets of services that the circle does not know, and their codes."""
    near = (
        Facility.objects.in_use_on(on).filter(box, kind__functions__overlap=list(services)).order_by("code")
    )
    found = [
        (lon, lat, key, np.nan if capacity is None else float(capacity), code)
        for lon, lat, capacity, keys, code in near.values_list(
            "lon", "lat", "capacity", "kind__functions", "code"
        )
        for key in keys
        if key in services
    ]
    told = {
        "more": np.array([row[:2] for row in found], dtype=float).reshape(len(found), 2),
        "more_key": np.array([row[2] for row in found], dtype=str) if found else np.empty(0, dtype="U1"),
        "more_capacity": np.array([row[3] for row in found], dtype=float),
    }
    return told, [row[4] for row in found]


def entrances_of(user) -> dict:
    """How many entrances are known where the account plans, and whether it may state more."""
    known = Entrance.objects.in_use_on(clock.today()).filter(user.scope(PLAN, "place"))
    return {"entrances": known.count(), "may_state_entrances": user.may(VERIFY)}


def outlets_by_function(inputs: Inputs, functions: list[dict]) -> dict[str, int]:
    """How many outlets each function has in the inputs."""
    held = Counter(inputs.function.tolist())
    return {function["key"]: held[number] for number, function in enumerate(functions)}
