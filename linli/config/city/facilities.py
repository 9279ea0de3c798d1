"""Service facilities of every community, some communities deliberately short of them."""

from dataclasses import dataclass

from linli.config.city.blocks import COMMERCIAL, EDUCATION, PUBLIC
from linli.config.city.registers import Facility, Hours, Room
from linli.config.city.sites import earlier, telephone

WEEKDAYS, ALL_DAYS = (1, 2, 3, 4, 5), (1, 2, 3, 4, 5, 6, 7)
OFFICE = Hours("08:30", "17:30", WEEKDAYS)
LONG = Hours("08:00", "20:30", ALL_DAYS)
MEALS = Hours("10:30", "18:30", ALL_DAYS)
SCHOOL = Hours("07:40", "17:40", WEEKDAYS)
CLINIC = Hours("08:00", "18:00", (1, 2, 3, 4, 5, 6))


@dataclass(frozen=True)
class Kind:
    """How often a facility occurs and how large it is (m²); `use` None: in the open."""

    name: str
    urban: float
    rural: float
    area: tuple[int, int]
    use: int | None
    hours: Hours | None
    places: int = 0  # per 100 m²


KINDS = (
    Kind("党群服务中心", 1.0, 1.0, (320, 1250), PUBLIC, LONG),
    Kind("日间照料中心", 0.62, 0.1, (220, 760), PUBLIC, OFFICE, 7),
    Kind("互助幸福院", 0.0, 0.42, (120, 380), PUBLIC, OFFICE, 7),
    Kind("老年助餐点", 0.55, 0.3, (55, 220), PUBLIC, MEALS, 45),
    Kind("卫生服务站", 0.82, 0.0, (100, 280), COMMERCIAL, CLINIC),
    Kind("村卫生室", 0.0, 0.95, (60, 140), PUBLIC, CLINIC),
    Kind("幼儿园", 0.58, 0.17, (1800, 4400), EDUCATION, SCHOOL, 9),
    Kind("托育点", 0.3, 0.0, (120, 380), COMMERCIAL, SCHOOL, 12),
    Kind("儿童之家", 0.55, 0.42, (45, 160), PUBLIC, OFFICE),
    Kind("文化活动站", 0.74, 0.6, (180, 980), PUBLIC, LONG),
    Kind("新时代文明实践站", 0.9, 0.8, (60, 220), PUBLIC, OFFICE),
    Kind("志愿服务站", 0.7, 0.34, (20, 70), PUBLIC, OFFICE),
    Kind("退役军人服务站", 1.0, 0.9, (15, 45), PUBLIC, OFFICE),
    Kind("人民调解室", 0.92, 0.6, (15, 40), PUBLIC, OFFICE),
    Kind("微型消防站", 0.9, 0.3, (20, 60), PUBLIC, None),
    Kind("健身场地", 0.86, 0.72, (150, 1150), None, None),
    Kind("公厕", 0.66, 0.4, (28, 82), None, None),
    Kind("垃圾分类收集点", 0.96, 0.85, (10, 40), None, None),
    Kind("电动自行车充电棚", 0.64, 0.1, (40, 160), None, None),
    Kind("应急避难场所", 0.36, 0.3, (1500, 6000), None, None, 50),
    Kind("自助服务终端", 0.44, 0.12, (2, 4), PUBLIC, LONG),
)

_ROOMS = (
    ("一站式办事大厅", "office", 0.16), ("居民议事厅", "activity", 0.09), ("多功能活动室", "activity", 0.2),
    ("老年活动室", "elder", 0.14), ("儿童活动室", "child", 0.1), ("图书阅览室", "culture", 0.1),
    ("健身室", "sport", 0.08), ("社会组织孵化室", "activity", 0.05), ("办公室", "office", 0.08),
)  # fmt: skip


def facilities(parts, ground, sites, last_day):
    """All facilities, community by community."""
    rows = []
    for number, community in enumerate(ground.communities):
        rng = parts("facilities", number)
        short = rng.random() < 0.2  # a community the plan has forgotten
        within = 0
        for kind in KINDS:
            share = kind.urban if community.kind == "居委会" else kind.rural
            if rng.random() < (share if share == 1.0 or not short else share * 0.45):
                within += 1
                code = f"{community.code}F{within:02d}"
                rows.append(
                    _facility(
                        rng, sites, kind, community, code, number=number, short=short, last_day=last_day
                    )
                )
    return tuple(rows)


def _facility(rng, sites, kind, community, code, *, number, short, last_day):
    low, high = kind.area
    rural = community.kind == "村委会"
    span = (high - low) * (0.25 if short else 0.5 if rural else 1.0)
    area = int(low * (0.6 if short else 1) + rng.random() ** 1.3 * span)
    building = sites.building(rng, number, PUBLIC if kind.use is None else kind.use, PUBLIC)
    lon, lat = sites.yard(rng, building) if kind.use is None else sites.spot(rng, building)
    stem = community.name.removesuffix("社区") if not rural else community.name.removesuffix("村")
    ends = "" if kind.name.startswith("村") else ("村" if rural else "社区")
    return Facility(
        code,
        kind.name,
        f"{stem}{ends}{kind.name}",
        community.code,
        -1 if kind.use is None else building,
        lon,
        lat,
        area,
        _rooms(area) if kind is KINDS[0] else (),
        kind.hours,
        telephone(rng),
        earlier(rng, last_day, years=18),
        str(rng.choice(("owned", "lent", "rented"), p=(0.62, 0.24, 0.14))),
        bool(rng.random() < (0.78 if not short else 0.4)),
        area * kind.places // 100,
    )


def _rooms(area):
    """Rooms of a service centre; a small one has fewer of them."""
    chosen = _ROOMS if area >= 450 else _ROOMS[:5]
    whole = sum(share for _, _, share in chosen) / 0.94
    return tuple(Room(name, use, max(8, int(area * share / whole))) for name, use, share in chosen)
