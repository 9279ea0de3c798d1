"""What is counted of facilities, as of the last day of a period.

A community that has stated its register complete answers 0 where it has none; one that has not, and has none
written down, says nothing. An area of which a part is not known is not known.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from linli.kernel import clock
from linli.measures import Period, measure
from linli.measures.behind import Counts, Rows
from linli.places.models import Place

from . import measures_villages as measures_villages  # declares its own
from .counted import COUNTED, Counted
from .facts import floor_areas, known_of, newest_floor_areas
from .hours import DAY_MINUTES
from .models import (
    ChildcareSite,
    Facility,
    GateName,
    HousingProject,
    Mark,
    OpeningPeriod,
    Service,
    StandardBook,
    Statement,
)
from .opening import judge_hours
from .standards import NoStandards, standards_for

NEW_URBAN_M2 = 500  # in the very name of the measure it counts (packs/measures)
DEPTH = {"county": 3, "street": 4, "community": 5}  # which code of a path names the place of a level


def counted_day(period: Period) -> date:
    """The day a stock is read on: the last of the period, today while it runs."""
    return min(period.last_day, clock.today())


def places_of(scope: str, level: str = "community") -> dict[str, Place]:
    """The standing places of a level that are asked, by code."""
    found = Place.objects.current().filter(level=level)
    if scope != "all":
        found = found.filter(urban_rural__startswith={"urban": "1", "rural": "2"}[scope])
    return {place.code: place for place in found}


def is_tagged(tag: str) -> Q:
    """A condition on facilities: their kind or a mark counts as `tag`."""
    marks = list(Mark.objects.filter(counts__contains=[tag]).values_list("code", flat=True))
    return Q(kind__counts__contains=[tag]) | Q(marks__overlap=marks)


def complete_on(day: date, level: str) -> set[str]:
    """Codes of the places of a level all of whose communities have stated their register complete."""
    stated = set(Statement.objects.filter(on__lte=day, until__gt=day).values_list("place__path", flat=True))
    if level == "community":
        return {path.rstrip("/").rpartition("/")[2] for path in stated}
    open_, whole = set(), set()
    for path in Place.objects.current().communities().values_list("path", flat=True):
        above = path.split("/")[DEPTH[level] - 1]
        (whole if path in stated else open_).add(above)
    return whole - open_


def count_of(tag: str, counted: Counted) -> Callable[[Period], Counts]:
    """The count of facilities in use that count as `tag`, by place."""

    def count(period: Period) -> Counts:
        day = counted_day(period)
        places = places_of(counted.scope, counted.level)
        found = dict.fromkeys(complete_on(day, counted.level) & places.keys(), 0)
        which = is_tagged(tag)
        for path in _where(which, day, served=counted.served):
            codes = path.rstrip("/").split("/")
            if len(codes) >= DEPTH[counted.level] and codes[DEPTH[counted.level] - 1] in places:
                code = codes[DEPTH[counted.level] - 1]
                found[code] = found.get(code, 0) + 1
        return Counts(found, Rows(_in_use(which, day)))

    return count


def _in_use(which: Q, day: date) -> QuerySet:
    """The facilities in use on a day for which a condition holds."""
    return Facility.objects.in_use_on(day).filter(which)


def _where(which: Q, day: date, *, served: bool) -> Iterable[str]:
    """The path of the place of each facility in use, and of each place it serves beside."""
    in_use = _in_use(which, day)
    yield from in_use.values_list("place__path", flat=True)
    if served:
        yield from Service.objects.filter(facility__in=in_use.values("pk")).values_list(
            "place__path", flat=True
        )


for _tag, _counted in COUNTED.items():
    measure(_counted.measure, _counted.title, unit=_counted.unit, kind="stock", scope=_counted.scope)(
        count_of(_tag, _counted)
    )


def area_of(tag: str, part: str = "area_m2") -> Callable[[Period], Counts]:
    """Hundredths of square metres, by community."""

    def count(period: Period) -> Counts:
        day = counted_day(period)
        known = known_of(places_of("all").values(), day)
        areas = {one.place.code: one.area(tag, part) for one in known.values()}
        rows = Rows(_in_use(is_tagged(tag), day), amount=part) if part == "area_m2" else None
        return Counts({code: int(area * 100) for code, area in areas.items() if area is not None}, rows)

    return count


for _name, _title, _tag, _part in (
    ("facilities.integrated_area", "综合服务设施面积", "integrated", "area_m2"),
    ("facilities.activity_area", "居民活动区域面积", "integrated", "activity_m2"),
    ("facilities.commercial_area", "社区商业面积", "commerce", "area_m2"),
    ("facilities.outdoor_area", "室外活动场地面积", "outdoor-ground", "area_m2"),
):
    measure(_name, _title, unit="㎡", kind="stock", scale=100)(area_of(_tag, _part))


@measure("places.floor_area", "社区总建筑面积", unit="㎡", kind="stock", scale=100)
def floor_area(period: Period) -> dict[str, int]:
    """The newest area entered by the day; who entered none says nothing."""
    codes = {place.pk: code for code, place in places_of("all").items()}
    day = counted_day(period)
    return Counts(
        {codes[key]: int(area * 100) for key, area in floor_areas(codes, day).items()},
        Rows(newest_floor_areas(codes, day), amount="floor_area_m2"),
    )


@measure("children.care_places", "婴幼儿托位数", unit="个", kind="stock")
def care_places(period: Period) -> dict[str, int]:
    """Approved places of filed providers, else what a childcare site can take; silent where one has said neither."""
    day, places = counted_day(period), places_of("all")
    found = dict.fromkeys(complete_on(day, "community") & places.keys(), 0)
    silent = set()
    for code, seats in _childcare(day).values_list("place__code", "seats"):
        if seats is None:
            silent.add(code)
        else:
            found[code] = found.get(code, 0) + seats
    said = {code: seats for code, seats in found.items() if code in places and code not in silent}
    return Counts(said, Rows(_childcare(day), amount="seats"))


def _childcare(day: date):
    """Childcare sites, and whatever else (a kindergarten's nursery class) has places on record, with `seats`."""
    filed = ChildcareSite.objects.filter(
        Q(archived_on=None) | Q(archived_on__gt=day), facility=OuterRef("pk")
    )
    approved = filed.order_by().values("facility").annotate(all=Sum("approved_places")).values("all")
    sites = Facility.objects.in_use_on(day).annotate(
        seats=Coalesce(Subquery(approved), "capacity", output_field=IntegerField())
    )
    return sites.filter(is_tagged("childcare") | Q(Exists(filed)), place__level="community")


@measure(
    "facilities.integrated_area_no_elder", "不含养老的综合服务设施面积", unit="㎡", kind="stock", scale=100
)
def integrated_area_no_elder(period: Period) -> dict[str, int]:
    """Without rooms nobody knows how much of it is elder care: then the community says nothing."""
    whole = area_of("integrated")(period)
    elder = area_of("integrated", "elder_m2")(period)
    return {code: area - elder[code] for code, area in whole.items() if code in elder}


@measure("facilities.volunteer_stations", "设志愿服务站点的综合服务设施数", unit="个", kind="stock")
def volunteer_stations(period: Period) -> dict[str, int]:
    """Integrated facilities with a volunteer station in them, or in their community."""
    known = known_of(places_of("all").values(), counted_day(period)).values()
    return {one.place.code: len(one.with_station()) for one in known if one.count("integrated") is not None}


def _round_the_clock(day: date) -> Q:
    """Open on seven days from midnight to midnight, or marked so."""
    whole = OpeningPeriod.objects.filter(opens_min=0, closes_min=DAY_MINUTES).values_list(
        "facility", "weekday"
    )
    days: dict[int, set] = {}
    for key, weekday in whole.iterator():
        days.setdefault(key, set()).add(weekday)
    always = [key for key, those in days.items() if len(those) == 7]
    return Q(marks__contains=["round-the-clock"]) | Q(pk__in=always)


def _counted_where(tag: str, which: Callable[[date], Q]) -> Callable[[Period], Counts]:
    """Of the facilities that count as `tag`, those for which a condition holds; silent where all are."""

    def count(period: Period) -> Counts:
        day, places = counted_day(period), places_of("all")
        found = dict.fromkeys(complete_on(day, "community") & places.keys(), 0)
        for path in _where(is_tagged(tag), day, served=False):
            found.setdefault(path.rstrip("/").rpartition("/")[2], 0)
        for path in _where(is_tagged(tag) & which(day), day, served=False):
            found[path.rstrip("/").rpartition("/")[2]] += 1
        said = {code: number for code, number in found.items() if code in places}
        return Counts(said, Rows(_in_use(is_tagged(tag) & which(day), day)))

    return count


measure("facilities.self_service_24h", "全天开放的自助服务终端数", unit="台", kind="stock")(
    _counted_where("self-service", _round_the_clock)
)
measure("facilities.self_service_areas_24h", "全天开放的自助服务区数", unit="个", kind="stock")(
    _counted_where("self-service-area", _round_the_clock)
)


def _agreements(day: date) -> Q:
    """Premises for the public good under an agreement in force on the day."""
    runs = Q(agreement_until=None) | Q(agreement_until__gte=day)
    return Q(marks__contains=["public-interest"], agreement_from__lte=day) & runs


@measure("facilities.public_interest_premises", "公益用房协议数", unit="份", kind="stock")
def public_interest_premises(period: Period) -> dict[str, int]:
    return _agreements_counted(period, Q())


@measure("facilities.zero_rent", "零租金公益用房协议数", unit="份", kind="stock")
def zero_rent(period: Period) -> dict[str, int]:
    """A community with an agreement whose rent nobody wrote down says nothing."""
    day = counted_day(period)
    unsaid = Facility.objects.in_use_on(day).filter(_agreements(day), rent_yuan=None)
    silent = set(unsaid.values_list("place__code", flat=True))
    found = _agreements_counted(period, Q(rent_yuan=0))
    return found.only(code for code in found if code not in silent)


def _agreements_counted(period: Period, which: Q) -> Counts:
    day, places = counted_day(period), places_of("all")
    agreed = Facility.objects.in_use_on(day).filter(_agreements(day))
    found = dict.fromkeys(complete_on(day, "community"), 0)
    found |= dict.fromkeys(agreed.values_list("place__code", flat=True), 0)
    for code in agreed.filter(which).values_list("place__code", flat=True):
        found[code] += 1
    return Counts(
        {code: number for code, number in found.items() if code in places}, Rows(agreed.filter(which))
    )


@measure("facilities.open_eight_hours", "每天开放八小时以上的设施数", unit="个", kind="stock")
def open_eight_hours(period: Period) -> dict[str, int]:
    """Integrated facilities whose stated and logged hours reach the standard on each open day.

    Measured, not claimed: a community one of whose facilities has no stated hours, or no logged day in the
    period, says nothing.
    """
    day, places = counted_day(period), places_of("all")
    books = list(StandardBook.objects.all())
    found = dict.fromkeys(complete_on(day, "community") & places.keys(), 0)
    silent, long_enough = set(), []
    centres = Facility.objects.in_use_on(day).filter(is_tagged("integrated"), place__level="community")
    for judged in judge_hours(centres.select_related("place"), period.start, day):
        code = judged.facility.place.code
        least = _least_minutes(books, judged.facility.place, day)
        if judged.shortest_stated is None or judged.shortest_logged is None or least is None:
            silent.add(code)
        elif min(judged.shortest_stated, judged.shortest_logged) >= least:
            found[code] = found.get(code, 0) + 1
            long_enough.append(judged.facility.pk)
        else:
            found.setdefault(code, 0)
    said = {code: number for code, number in found.items() if code in places and code not in silent}
    return Counts(said, Rows(Facility.objects.filter(pk__in=long_enough)))


def _least_minutes(books, place, day: date) -> int | None:
    try:
        return int(standards_for(books, place, day).open_hours * 60)
    except NoStandards:
        return None


# --- Housing projects -------------------------------------------------------------------------------


def _projects(day: date, **which):
    """Projects whose housing was handed over by the day, since the standards of their area hold."""
    return HousingProject.objects.filter(gates__name=GateName.HAND_OVER, gates__housing_on__lte=day, **which)


def _by_community(period: Period, found: dict[str, int], rows: Rows, scope: str = "all") -> Counts:
    """With 0 for the communities that have stated their register complete or have a project on record."""
    day, places = counted_day(period), places_of(scope)
    known = complete_on(day, "community") | set(HousingProject.objects.values_list("place__code", flat=True))
    return Counts({code: found.get(code, 0) for code in known & places.keys()}, rows)


def _summed(period: Period, fields: tuple[str, ...], scale: int = 100) -> Counts:
    """Sums over the projects handed over; a community is silent where a part is not known."""
    sums: dict[str, int] = {}
    silent = set()
    for code, *parts in _projects(counted_day(period)).values_list("place__code", *fields):
        if None in parts:
            silent.add(code)
        else:
            sums[code] = sums.get(code, 0) + int(sum(parts) * scale)
    added = sum((F(name) for name in fields[1:]), F(fields[0]))
    rows = Rows(_projects(counted_day(period)).annotate(adds=added), amount="adds")
    counted = _by_community(period, sums, rows)
    return counted.only(code for code in counted if code not in silent)


@measure("housing.delivered_area", "新建社区交付的综合服务设施面积", unit="㎡", kind="stock", scale=100)
def delivered_area(period: Period) -> dict[str, int]:
    return _summed(period, ("delivered_m2",))


@measure("housing.planned_households", "新建社区规划户数", unit="户", kind="stock")
def planned_households(period: Period) -> dict[str, int]:
    return _summed(period, ("households",), scale=1)


@measure("housing.new_service_area", "新建社区商业和综合服务设施面积", unit="㎡", kind="stock", scale=100)
def new_service_area(period: Period) -> dict[str, int]:
    return _summed(period, ("delivered_m2", "commerce_m2"))


@measure("housing.new_floor_area", "新建社区总建筑面积", unit="㎡", kind="stock", scale=100)
def new_floor_area(period: Period) -> dict[str, int]:
    return _summed(period, ("floor_area_m2",))


def _handed_over_in(period: Period):
    within = {"gates__housing_on__gte": period.start, "gates__housing_on__lt": period.end}
    return HousingProject.objects.filter(gates__name=GateName.HAND_OVER, **within)


@measure("housing.handed_over", "交付的住宅项目数", unit="个")
def handed_over(period: Period) -> dict[str, int]:
    handed = _handed_over_in(period)
    return _by_community(period, Counter(handed.values_list("place__code", flat=True)), Rows(handed))


@measure("housing.four_gates", "四同步的住宅项目数", unit="个")
def four_gates(period: Period) -> dict[str, int]:
    """Handed over in the period with all four gates passed together, and no area short."""
    found: Counter = Counter()
    synchronous = []
    for project in _handed_over_in(period).select_related("place").prefetch_related("gates"):
        together = [gate.is_together for gate in project.gates.all()]
        if len(together) == len(GateName) and all(together) and not project.is_short:
            found[project.place.code] += 1
            synchronous.append(project.pk)
    return _by_community(period, found, Rows(HousingProject.objects.filter(pk__in=synchronous)))


@measure("housing.new_urban", "新建城市社区数", unit="个", kind="stock", scope="urban")
def new_urban(period: Period) -> dict[str, int]:
    rows = _projects(counted_day(period), new_community=True)
    codes = rows.values_list("place__code", flat=True)
    return _by_community(period, dict.fromkeys(codes, 1), Rows(rows, distinct="place"), "urban")


@measure(
    "housing.new_urban_500", "设施五百平方米以上的新建城市社区数", unit="个", kind="stock", scope="urban"
)
def new_urban_500(period: Period) -> dict[str, int]:
    """Silent where a new community has not said how much was delivered."""
    rows = _projects(counted_day(period), new_community=True).values_list("place__code", "delivered_m2")
    areas: dict[str, Decimal] = {}
    silent = {code for code, area in rows if area is None}
    for code, area in rows:
        areas[code] = areas.get(code, Decimal(0)) + (area or 0)
    large = {code: int(area >= NEW_URBAN_M2) for code, area in areas.items()}
    met = [code for code, whole in large.items() if whole]
    projects = _projects(counted_day(period), new_community=True, place__code__in=met)
    counted = _by_community(period, large, Rows(projects, distinct="place"), "urban")
    return counted.only(code for code in counted if code not in silent)
