"""Eighteen months of grid events in the demonstration city, by the real steps."""

from datetime import datetime, time, timedelta

import numpy as np
from django.conf import settings

from linli.cases.actions import take_step
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.demo import DemoWorld, demo_step
from linli.packs import pack_kinds
from linli.packs.reading import read_pack

from .actions import OFFICES, report_event, units_above

COUNTS = {"XS": 12, "S": 250, "M": 1000, "L": 2000}
KINDS = ("fire", "passage", "wires", "road", "lights", "water", "rubbish", "trees", "facilities")
SEEN = {
    "fire": "楼道堆放纸箱",
    "passage": "消防通道停车",
    "wires": "电动车飞线充电",
    "road": "井盖松动",
    "lights": "路灯不亮",
    "water": "地面积水",
    "rubbish": "垃圾没有清运",
    "trees": "树枝压住电线",
    "facilities": "健身器材松动",
}


@demo_step("grid-rules", "网格事件目录", after=("people",))
def make_rules(world: DemoWorld) -> None:
    pack, problems = read_pack(settings.PACKS_DIR / "grid" / "99.yaml")
    if pack is None:
        raise LookupError("; ".join(map(str, problems)))
    pack_kinds["grid"].install(pack)


@demo_step("grid-events", "网格事件", after=("grid-rules",), behind=True)
def make_events(world: DemoWorld) -> None:
    """Events in the order of time, found by the grid worker, handled by the head of his community."""
    finder, head = world.users["grid-worker"], world.users["community-head"]
    rng, days = np.random.default_rng([world.city.seed, 7]), (world.last_day - world.first_day).days
    for number in np.sort(rng.integers(0, days, COUNTS.get(world.size, COUNTS["S"]))):
        day = world.first_day + timedelta(days=int(number))
        moment = datetime.combine(day, time(int(rng.integers(8, 17))), tzinfo=CHINA)
        rainy = day.month in (6, 7, 8)
        kind = "water" if rainy and rng.random() < 0.4 else str(rng.choice(KINDS))
        with clock.at(moment):
            place = finder.person.posts.first().place
            case = report_event(
                place=place, kind=kind, by=finder, text=SEEN[kind], settled=rng.random() < 0.45
            )
        if case.closed_at is None and (world.last_day - day).days > 3:
            _work(case, moment, finder, head)


def _work(case, moment, finder, head) -> None:
    unit = units_above(case.place, *OFFICES)[0]
    steps = (
        ("triage", head, {"unit": unit}),
        ("handle", head, {"note": "已到现场处置，隐患消除。"}),
        ("verify", finder, {}),
        ("close", head, {}),
    )
    for hours, (name, by, fields) in enumerate(steps, 1):
        with clock.at(moment + timedelta(hours=6 * hours)):
            take_step(case, name, by=by, **fields)
