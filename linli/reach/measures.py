"""What the newest runs say of every community, for the plans. Where a run cannot say, the measure is silent.

A function of which the run knew no outlet has no data: it makes no community fail. But a community that
misses one function of a set fails whatever the others are.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from linli.measures import MOST_RECORDS, Period, Record, RecordList, lists_records, measure
from linli.places.models import Place

from .models import CommunityReach, FunctionReach, Run
from .queries.ratings import ratings_on
from .rules import LEAST

TENTHS = 10


@dataclass(frozen=True)
class Circle:
    """One community's newest circle: its functions, and what the run's packs ask."""

    functions: dict[str, FunctionReach]
    bands: list[float]
    sets: dict[str, dict]

    def minutes(self, key: str) -> float | None:
        return self.functions[key].minutes if key in self.functions else None

    def meets(self, code: str) -> int | None:
        """1 all functions of the set are within its minutes, 0 one is not, None it cannot be said."""
        asked = self.sets.get(code)
        if asked is None:
            return None
        walks = [self.minutes(key) for key in asked["functions"]]
        if any(walk is not None and walk > asked["minutes"] for walk in walks):
            return 0
        return None if None in walks else 1

    def farthest(self, code: str) -> float | None:
        walks = [self.minutes(key) for key in self.sets[code]["functions"]] if code in self.sets else [None]
        return None if None in walks else max(walks)

    def in_radius(self) -> int | None:
        """Functions within the straight circle; None where those without data could change the verdict."""
        known = [line.in_circle > 0 for line in self.functions.values() if line.has_data]
        whole = len(known) == len(self.functions)
        return sum(known) if known and (whole or not all(known)) else None

    def people_within(self, key: str, minutes: float, group: str) -> int | None:
        line = self.functions.get(key)
        if line is None or line.within is None or minutes not in self.bands:
            return None
        return line.within[group][self.bands.index(minutes)]


def circles_on(period: Period) -> dict[str, Circle]:
    """Each community's circle in the newest run on or before the last day, of the walker the plans count."""
    newest = (
        CommunityReach.objects.filter(run__state=Run.State.DONE, run__on__lte=period.last_day)
        .filter(run__counts=True)
        .order_by("place_id", "-run__on", "-run_id")
        .distinct("place_id")
        .values_list("pk", "place__code", "run_id")
    )
    rows = list(newest)
    runs = Run.objects.filter(pk__in={run for _pk, _code, run in rows}).in_bulk()
    lines: dict[int, dict[str, FunctionReach]] = {pk: {} for pk, _code, _run in rows}
    for line in FunctionReach.objects.filter(community__in=list(lines)).order_by("pk"):
        lines[line.community_id][line.function] = line
    return {code: circle_from(lines[pk], runs[run]) for pk, code, run in rows}


def circle_from(functions: dict[str, FunctionReach], run: Run) -> Circle:
    """The circle that these rows make under the run's own packs."""
    sets = {row["code"]: row for row in run.parameters["sets"]["sets"]}
    return Circle(functions, run.parameters["circle"]["bands_min"], sets)


def said(values: Iterable[tuple[str, float | None]], *, scale: int = 1) -> dict[str, int]:
    """What can be said, scaled."""
    return {code: round(value * scale) for code, value in values if value is not None}


@dataclass(frozen=True)
class Reading:
    """One measure of the life circle: what it reads of one community's circle."""

    name: str
    title: str
    unit: str
    of: Callable[[Circle], float | None]
    scale: int = 1

    def over(self, circles: Mapping[str, Circle]) -> dict[str, int]:
        """The measure of every community that can be told, scaled."""
        return said(((code, self.of(circle)) for code, circle in circles.items()), scale=self.scale)


SETS = {
    "circle_15": "一刻钟便民生活圈达标",
    "circle_15_service": "十五分钟生活服务圈达标",
    "circle_30_service": "三十分钟生活服务圈达标",
    "circle_government": "一刻钟政务服务圈达标",
    "circle_medical": "十五分钟医疗服务圈达标",
    "circle_culture": "十五分钟文化生活圈达标",
    "circle_fitness": "十五分钟健身圈达标",
}
WALKS = {
    "shopping": ("shopping", "购物"),
    "leisure": ("leisure", "休闲"),
    "finance": ("finance", "金融"),
    "dining": ("dining", "餐饮"),
    "reading": ("reading", "阅读"),
    "government": ("government", "政务"),
    "lodging": ("lodging", "住宿"),
    "medical": ("medical", "就医"),
    "elder": ("elder_care", "养老"),
    "education": ("education", "教育"),
    "transport": ("transport", "交通"),
    "tourism": ("tourism", "旅游"),
    "fitness": ("fitness", "健身"),
    "entertainment": ("entertainment", "娱乐"),
}


def _set(code: str, title: str) -> Reading:
    return Reading(f"reach.{code}", title, "个", lambda circle: circle.meets(code))


def _walk(name: str, key: str, title: str) -> Reading:
    return Reading(
        f"reach.minutes_{name}", f"{title}步行分钟数", "分钟", lambda circle: circle.minutes(key), TENTHS
    )


READINGS = (
    *(_set(code, title) for code, title in SETS.items()),
    *(_walk(name, key, title) for name, (key, title) in WALKS.items()),
    Reading(
        "reach.elderly_in_circle", "十五分钟养老服务圈内老年人数", "人",
        lambda circle: circle.people_within("elder_care", 15, "60"),
    ),
    Reading(
        "reach.minutes_farthest", "最远一类基本服务步行分钟数", "分钟",
        lambda circle: circle.farthest("circle_15"), TENTHS,
    ),
    Reading("reach.functions_in_radius", "半径内具备的服务功能种数", "种", lambda circle: circle.in_radius()),
)  # fmt: skip


def _declare(reading: Reading) -> None:
    @measure(reading.name, reading.title, unit=reading.unit, kind="stock", scale=reading.scale)
    def count(period: Period) -> dict[str, int]:
        return reading.over(circles_on(period))


for _reading in READINGS:
    _declare(_reading)

NAMED = {reading.name: reading for reading in READINGS}


@lists_records(*NAMED)
def circles_listed(name: str, period: Period, path: str, user) -> RecordList:
    """The circles behind a number, each with what it says; a few people are not told of any circle (LEAST)."""
    reading = NAMED[name]
    found = reading.over(circles_on(period))
    below = Place.objects.filter(code__in=list(found), path__startswith=path).select_related("parent")
    amounts = {place: Decimal(found[place.code]) / reading.scale for place in below.order_by("path")}
    told = [
        Record(place.name, place.parent.name, reverse("reach-circle", args=[place.code]), amount)
        for place, amount in amounts.items()
        if reading.unit != "人" or not 0 < amount < LEAST
    ]
    return RecordList(
        sum(amounts.values(), Decimal(0)), tuple(told[:MOST_RECORDS]), records=len(amounts),
        adds_up=reading.unit not in ("分钟", "种"),
    )  # fmt: skip


@measure("reach.ratings", "居民生活圈评分份数", unit="份", kind="stock")
def ratings(period: Period) -> dict[str, int]:
    return {code: rated.count for code, rated in ratings_on(period.last_day).items()}


@measure("reach.rating_stars", "居民生活圈评分总星数", unit="星", kind="stock")
def rating_stars(period: Period) -> dict[str, int]:
    return {code: rated.stars for code, rated in ratings_on(period.last_day).items()}


@lists_records("reach.ratings", "reach.rating_stars")
def ratings_listed(name: str, period: Period, path: str, user) -> RecordList:
    """The communities behind a number; who rated is nobody's to read."""
    found = ratings_on(period.last_day)
    below = Place.objects.filter(code__in=list(found), path__startswith=path).select_related("parent")
    amounts = {
        place: Decimal(found[place.code].count if name == "reach.ratings" else found[place.code].stars)
        for place in below.order_by("path")
    }
    told = [
        Record(place.name, place.parent.name, reverse("reach-circle", args=[place.code]), amount)
        for place, amount in amounts.items()
    ]
    return RecordList(sum(amounts.values(), Decimal(0)), tuple(told[:MOST_RECORDS]), records=len(amounts))
