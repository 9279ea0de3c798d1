"""Does a community have what the standards ask, how much is short, and which lever closes it. Pure rules.

All areas are square metres as Decimals; None is "nobody said", which is neither met nor short.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from .catalogue import FacilityStandardsPack, LeverLine, NewHousing, StandardLine

CENT = Decimal("0.01")
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Facts:
    """What is known of a community; None: not known."""

    urban: bool
    households: int | None = None
    floor_area_m2: Decimal | None = None  # of all its buildings
    integrated_count: int | None = None
    integrated_m2: Decimal | None = None
    elder_m2: Decimal | None = None  # elder-care rooms inside the integrated facilities
    activity_m2: Decimal | None = None
    outdoor_m2: Decimal | None = None
    commerce_m2: Decimal | None = None
    shareable_m2: Decimal = Decimal(0)  # indoor area of other public facilities here: could be shared
    own_integrated: bool = False  # an integrated facility on premises of one's own: could be extended


@dataclass(frozen=True)
class Finding:
    """One standard read against a community: `met` None when something is not known (`lacks` says what)."""

    standard: StandardLine
    value: Decimal | None
    met: bool | None
    gap_m2: Decimal | None  # square metres that would close it by adding area; 0 when met
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Way:
    """A lever that can close a gap: how many square metres it takes, what that costs, what to mind."""

    lever: LeverLine
    area_m2: Decimal
    cost_yuan: Decimal | None
    feasible: bool
    why: str


LACKS = {
    "households": "户数",
    "floor_area_m2": "总建筑面积",
    "integrated_count": "综合服务设施是否齐全",
    "integrated_m2": "综合服务设施面积",
    "elder_m2": "养老用房面积（房间）",
    "activity_m2": "居民活动面积（房间）",
    "outdoor_m2": "室外场地面积",
    "commerce_m2": "商业网点面积",
}
NEEDS = {
    "integrated_count": ("integrated_count",),
    "integrated_m2": ("integrated_m2",),
    "integrated_without_elder_m2": ("integrated_m2", "elder_m2"),
    "m2_per_100_households": ("integrated_m2", "households"),
    "activity_percent": ("integrated_m2", "activity_m2"),
    "outdoor_m2": ("outdoor_m2",),
    "service_and_commerce_percent": ("integrated_m2", "commerce_m2", "floor_area_m2"),
}


def findings(pack: FacilityStandardsPack, facts: Facts) -> list[Finding]:
    """Every standard that applies to a community of this kind, in the order of the pack."""
    where = ("all", "urban" if facts.urban else "rural")
    return [finding(line, facts) for line in pack.standards if line.where in where]


def finding(standard: StandardLine, facts: Facts) -> Finding:
    """One standard read against the facts."""
    lacks = tuple(LACKS[name] for name in NEEDS[standard.figure] if getattr(facts, name) is None)
    if lacks:
        return Finding(standard, None, None, None, lacks)
    value = FIGURES[standard.figure](facts)
    if value is None:  # a share of nothing
        return Finding(standard, None, None, None, (LACKS["integrated_m2"],))
    met = value >= standard.at_least
    gap = Decimal(0) if met else _up(GAPS[standard.figure](standard.at_least, facts))
    return Finding(standard, value, met, gap)


def _without_elder(facts: Facts) -> Decimal:
    return facts.integrated_m2 - facts.elder_m2


def _per_100_households(facts: Facts) -> Decimal | None:
    return facts.integrated_m2 * HUNDRED / facts.households if facts.households else None


def _activity_share(facts: Facts) -> Decimal | None:
    return facts.activity_m2 * HUNDRED / facts.integrated_m2 if facts.integrated_m2 else None


def _service_share(facts: Facts) -> Decimal | None:
    whole = facts.floor_area_m2
    return (facts.integrated_m2 + facts.commerce_m2) * HUNDRED / whole if whole else None


FIGURES = {
    "integrated_count": lambda facts: Decimal(facts.integrated_count),
    "integrated_m2": lambda facts: facts.integrated_m2,
    "integrated_without_elder_m2": _without_elder,
    "m2_per_100_households": _per_100_households,
    "activity_percent": _activity_share,
    "outdoor_m2": lambda facts: facts.outdoor_m2,
    "service_and_commerce_percent": _service_share,
}


def _new_activity(at_least: Decimal, facts: Facts) -> Decimal:
    """Area to add, all of it for activities, until their share is reached: (a + x) / (A + x) = s."""
    share = at_least / HUNDRED
    return (share * facts.integrated_m2 - facts.activity_m2) / (1 - share)


GAPS = {
    "integrated_count": lambda at_least, facts: Decimal(0),  # how large it must be the other standards say
    "integrated_m2": lambda at_least, facts: at_least - facts.integrated_m2,
    "integrated_without_elder_m2": lambda at_least, facts: at_least - _without_elder(facts),
    "m2_per_100_households": lambda at_least, facts: (
        at_least * facts.households / HUNDRED - facts.integrated_m2
    ),
    "activity_percent": _new_activity,
    "outdoor_m2": lambda at_least, facts: at_least - facts.outdoor_m2,
    "service_and_commerce_percent": lambda at_least, facts: (
        at_least * facts.floor_area_m2 / HUNDRED - facts.integrated_m2 - facts.commerce_m2
    ),
}


def _up(area: Decimal) -> Decimal:
    """Rounded up to a hundredth: what closes a gap must not be a little too small."""
    return area.quantize(CENT, rounding=ROUND_UP)


def ways(found: Finding, facts: Facts, levers: Iterable[LeverLine]) -> list[Way]:
    """The levers that fit a gap: those that can be pulled first, then the cheapest, then as in the pack."""
    if found.met is not False or not found.gap_m2:
        return []
    offered = [_way(found, facts, lever) for lever in levers if fits(lever.code, found.standard.figure)]
    order = {id(way): number for number, way in enumerate(offered)}
    dear = Decimal("Infinity")
    return sorted(
        offered,
        key=lambda way: (not way.feasible, dear if way.cost_yuan is None else way.cost_yuan, order[id(way)]),
    )


def fits(lever: str, figure: str) -> bool:
    """Rooms are turned to activities only for their share; a square is not rented by the room."""
    if lever == "convert":
        return figure == "activity_percent"
    return figure != "outdoor_m2" or lever in ("build", "extend", "share", "allocate")


def _way(found: Finding, facts: Facts, lever: LeverLine) -> Way:
    area = found.gap_m2
    if lever.code == "convert":  # inside the building: the whole stays as large as it is
        area = _up(found.standard.at_least * facts.integrated_m2 / HUNDRED - facts.activity_m2)
    feasible, why = _feasible(lever.code, area, found.standard.figure, facts)
    cost = None if lever.yuan_per_m2 is None else area * lever.yuan_per_m2
    return Way(lever, area, cost, feasible, why)


def _feasible(lever: str, area: Decimal, figure: str, facts: Facts) -> tuple[bool, str]:
    """What the register knows for or against a lever."""
    if lever == "share" and figure != "outdoor_m2":
        if facts.shareable_m2 >= area:
            return True, f"本社区其他公共设施有 {facts.shareable_m2} ㎡"
        return False, f"本社区其他公共设施只有 {facts.shareable_m2} ㎡"
    if lever == "extend" and figure != "outdoor_m2" and not facts.own_integrated:
        return False, "没有自有的综合服务设施可扩建"
    return True, ""


def required_area(duty: NewHousing, *, households: int, floor_area_m2: Decimal) -> Decimal:
    """Service area a new housing project owes, in m²: the largest of what the duty sets."""
    owed = [
        duty.least_m2,
        duty.m2_per_100_households and duty.m2_per_100_households * households / HUNDRED,
        duty.percent_of_floor_area and duty.percent_of_floor_area * floor_area_m2 / HUNDRED,
    ]
    return _up(max((area for area in owed if area is not None), default=Decimal(0)))
