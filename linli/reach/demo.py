"""The demonstration city's streets are taken in, and one study is made of it through the real verbs."""

from datetime import datetime, time
from decimal import Decimal

import numpy as np

from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.demo import DemoWorld, demo_step
from linli.places.models import Place
from linli_compute.streets import Streets

from .actions.candidates import enter_candidate
from .actions.running import compute_run, start_run
from .actions.streets import take_in_streets

SOURCE = "邻里示范城市（虚构）的街道"


@demo_step("reach", "生活圈研究", after=("facilities",), behind=True)
def make_study(world: DemoWorld) -> None:
    """Streets as the city drew them, and the circle of each community on the last day."""
    place = Place.objects.get(level="city", code__startswith="99")
    drawn = world.city.ground.streets
    with clock.at(datetime.combine(world.last_day, time(8), tzinfo=CHINA)):
        take_in_streets(place, by=None, streets=streets_of(drawn), source=SOURCE, as_of=world.last_day)
        run = compute_run(start_run(place, by=None).pk)
        enter_idle_space(run)
    world.say(f"生活圈研究：{run.summary.get('communities', 0)} 个社区")


def enter_idle_space(run) -> None:
    """Rooms and grounds that stand empty in every third community, of sizes and prices that differ."""
    names = ["旧礼堂", "闲置校舍", "老粮站", "厂区车间", "街边空地", "拆迁腾退地块"]
    for number, row in enumerate(run.communities.select_related("place").order_by("place__path")[::3]):
        kind = number % len(names)
        enter_candidate(
            row.place, by=None, name=names[kind], kind="ground" if kind > 3 else "idle",
            lon=round(row.lon + 0.0006 * (number % 3 - 1), 6), lat=round(row.lat + 0.0005 * (number % 2), 6),
            area_m2=Decimal(360 + 140 * (number % 5)), cost_10k=Decimal(30 + 15 * (number % 7)),
        )  # fmt: skip


def streets_of(drawn) -> Streets:
    """The streets of the generator as a walking network takes them."""
    inner = np.ones(len(drawn.members), dtype=bool)
    inner[drawn.offsets[1:] - 1] = False
    begin = np.flatnonzero(inner)
    way = np.repeat(np.arange(len(drawn.kind)), np.diff(drawn.offsets))[begin]
    count = len(begin)
    return Streets(
        lon=np.asarray(drawn.nodes[:, 0], dtype=float),
        lat=np.asarray(drawn.nodes[:, 1], dtype=float),
        tail=np.asarray(drawn.members[begin], dtype=np.int64),
        head=np.asarray(drawn.members[begin + 1], dtype=np.int64),
        kind=np.asarray(drawn.kind[way], dtype=np.int16),
        kinds=tuple(drawn.highways),
        foot=np.zeros(count, dtype=np.int8),
        wheelchair=np.zeros(count, dtype=np.int8),
        incline_pct=np.full(count, np.nan, dtype=np.float32),
        crossing=np.zeros(len(drawn.nodes), dtype=bool),
    )
