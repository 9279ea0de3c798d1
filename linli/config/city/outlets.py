"""Shops of the quarter-hour circle: the twelve basic classes and the better ones, with gaps.

Elder care and crèches, the other two of the thirteen better classes, stand among the facilities.
"""

from dataclasses import dataclass

from linli.config.city.blocks import COMMERCIAL
from linli.config.city.credit import SELF_EMPLOYED, credit_code
from linli.config.city.registers import Hours, Outlet
from linli.config.city.sites import earlier, telephone
from linli.config.city.words import words

_EVERY = (1, 2, 3, 4, 5, 6, 7)


@dataclass(frozen=True)
class Category:
    """How many there are on average in an urban community and in a village."""

    name: str
    basic: bool
    urban: float
    rural: float
    area: tuple[int, int]
    opens: str
    closes: str
    ends: tuple[str, ...]  # last words of a shop's name


CATEGORIES = (
    Category("便利店", True, 2.6, 1.6, (25, 110), "07:00", "22:30", ("便利店", "小卖部", "便民店")),
    Category("综合超市", True, 0.75, 0.25, (220, 1600), "08:00", "21:30", ("超市", "生活超市")),
    Category("菜市场生鲜", True, 0.8, 0.2, (60, 1800), "06:00", "19:30", ("生鲜店", "菜市场", "果蔬店")),
    Category("早餐店", True, 1.5, 0.3, (15, 70), "05:30", "10:30", ("早点", "豆浆油条", "包子铺")),
    Category("洗染店", True, 0.55, 0.0, (18, 60), "08:30", "20:00", ("洗衣店", "干洗店")),
    Category("美容美发", True, 1.5, 0.3, (20, 120), "09:00", "21:30", ("理发店", "美发厅")),
    Category("照相文印", True, 0.5, 0.05, (15, 60), "08:30", "19:00", ("图文", "照相馆")),
    Category("家政服务", True, 0.4, 0.0, (20, 80), "08:30", "18:00", ("家政服务部",)),
    Category("维修点", True, 0.7, 0.3, (10, 50), "08:30", "19:00", ("维修部", "家电维修", "开锁配匙")),
    Category("药店", True, 1.1, 0.35, (40, 180), "08:00", "21:30", ("大药房", "药店")),
    Category("邮政快递", True, 1.2, 0.7, (20, 120), "08:30", "20:30", ("快递驿站", "邮政便民点")),
    Category("再生资源回收", True, 0.4, 0.15, (15, 90), "08:00", "18:00", ("废品回收站",)),
    Category("特色餐饮", False, 2.2, 0.2, (40, 260), "10:00", "22:00", ("面馆", "小吃", "菜馆")),
    Category("烘焙店", False, 0.35, 0.0, (25, 90), "08:00", "21:00", ("面包房",)),
    Category("书店", False, 0.12, 0.0, (40, 220), "09:30", "20:30", ("书店",)),
    Category("健身房", False, 0.25, 0.0, (120, 700), "09:00", "22:00", ("健身馆",)),
    Category("教育培训", False, 0.5, 0.0, (60, 300), "09:00", "20:30", ("艺术培训中心",)),
    Category("休闲娱乐", False, 0.35, 0.05, (60, 320), "10:00", "23:00", ("棋牌室", "电竞馆")),
    Category("旅游服务", False, 0.1, 0.04, (20, 90), "09:00", "18:30", ("旅行社门市",)),
    Category("保健养生", False, 0.35, 0.02, (40, 200), "10:00", "22:00", ("推拿馆", "养生馆")),
    Category("花店", False, 0.22, 0.0, (15, 60), "08:30", "20:30", ("花店",)),
    Category("茶咖", False, 0.4, 0.0, (20, 120), "09:00", "22:00", ("茶饮", "咖啡馆")),
    Category("宠物服务", False, 0.22, 0.0, (30, 130), "09:30", "20:30", ("宠物店",)),
)


def outlets(parts, ground, sites, last_day):
    """All shops, community by community; in some communities whole classes are missing."""
    rows = []
    for number, community in enumerate(ground.communities):
        rng = parts("outlets", number)
        rural = community.kind == "村委会"
        lively = rng.uniform(0.35, 1.5)
        within = 0
        for category in CATEGORIES:
            for _ in range(int(rng.poisson((category.rural if rural else category.urban) * lively))):
                within += 1
                code = f"{community.code}S{within:03d}"
                rows.append(
                    _outlet(
                        rng,
                        sites,
                        category,
                        community,
                        code,
                        number=number,
                        serial=len(rows),
                        last_day=last_day,
                    )
                )
    return tuple(rows)


def _outlet(rng, sites, category, community, code, *, number, serial, last_day):
    building = sites.building(rng, number, COMMERCIAL)
    lon, lat = sites.spot(rng, building)
    fair, surnames = words("fair"), words("village_surnames")
    stem = (
        f"老{surnames[rng.integers(len(surnames))]}" if rng.random() < 0.3 else fair[rng.integers(len(fair))]
    )
    low, high = category.area
    return Outlet(
        code,
        category.name,
        stem + category.ends[rng.integers(len(category.ends))],
        community.code,
        building,
        lon,
        lat,
        int(low + rng.random() ** 2 * (high - low)),
        Hours(category.opens, category.closes, _EVERY),
        telephone(rng) if rng.random() < 0.85 else "",
        credit_code(SELF_EMPLOYED, community.code[:6], 20_000_000 + serial),
        earlier(rng, last_day, years=11),
        bool(rng.random() < 0.55),
    )
