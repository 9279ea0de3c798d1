"""The demonstration city's streets are taken in, and one study is made of it through the real verbs."""

from datetime import datetime, time, timedelta
from decimal import Decimal

import numpy as np
import shapely

from linli.facilities.models import Facility, Kind
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.demo import DemoWorld, demo_step
from linli.places.models import Place
from linli_compute.streets import Streets

from .actions.candidates import enter_candidate
from .actions.entering import ask_entry
from .actions.entrances import state_entrances
from .actions.planning import save_scenario
from .actions.reporting import report_outlet
from .actions.running import compute_run, start_run
from .actions.streets import take_in_streets

FENCED = ("new", "relocation")  # older quarters and hamlets stand open to the street
GATES = ("西门", "东门")
BEFORE_DAYS = (365,)  # earlier days of which a study is made, to be laid beside that of the last day
BESIDE_DEG = 0.0008  # about 80 m: a street beside the fence
SOURCE = "邻里示范城市（虚构）的街道"


@demo_step("reach", "生活圈研究", after=("facilities",), behind=True)
def make_study(world: DemoWorld) -> None:
    """Streets as the city drew them, and the circle of each community a year ago and on the last day."""
    place = Place.objects.get(level="city", code__startswith="99")
    drawn = world.city.ground.streets
    with clock.at(datetime.combine(world.last_day, time(8), tzinfo=CHINA)):
        take_in_streets(place, by=None, streets=streets_of(drawn), source=SOURCE, as_of=world.last_day)
        gates = state_gates(world)
        for days_ago in BEFORE_DAYS:
            compute_run(start_run(place, by=None, on=world.last_day - timedelta(days=days_ago)).pk)
        run = compute_run(start_run(place, by=None).pk)
        enter_idle_space(run)
        draw_scenarios(world, run)
        hear_of_outlets(world)
    world.say(f"生活圈研究：{run.summary.get('communities', 0)} 个社区，{gates} 个小区出入口")


def state_gates(world: DemoWorld) -> int:
    """The gates of the fenced compounds: where streets cross their fence, else where one comes nearest."""
    ground = world.city.ground
    fenced = [one for one in ground.compounds if one.kind in FENCED]
    places = Place.objects.in_bulk([one.code for one in fenced], field_name="code")
    rows = [
        (places[one.code], {"name": GATES[number], "lon": lon, "lat": lat})
        for one, gates in zip(fenced, gates_of([one.boundary for one in fenced], ground.streets), strict=True)
        for number, (lon, lat) in enumerate(gates)
    ]
    return state_entrances(rows, by=None)


def gates_of(fences, drawn) -> list[list[tuple[float, float]]]:
    """At most two points (lon, lat) on each fence, far apart, the westernmost first."""
    nodes = drawn.nodes[drawn.members]
    lines = [
        shapely.linestrings(nodes[a:b])
        for a, b in zip(drawn.offsets[:-1], drawn.offsets[1:], strict=True)
        if b - a > 1
    ]
    tree, found = shapely.STRtree(lines), []
    for fence in fences:
        ring = fence.exterior
        near = tree.geometries.take(tree.query(ring, predicate="dwithin", distance=BESIDE_DEG))
        if not len(near):
            near = tree.geometries.take([tree.nearest(ring)])
        spots = shapely.get_coordinates(shapely.shortest_line(ring, near))[::2].round(6)
        order = np.lexsort((spots[:, 1], spots[:, 0]))
        ends = dict.fromkeys(tuple(spots[k].tolist()) for k in (order[0], order[-1]))
        found.append(list(ends))
    return found


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


def draw_scenarios(world: DemoWorld, run) -> None:
    """What the planner tried on the map: one more site of what fewest have on foot, in the two places furthest out."""
    served = {key: told["walking"] for key, told in run.summary["functions"].items() if told.get("walking")}
    function = min(served, key=served.get)
    for row in run.communities.select_related("place").order_by("-place__path")[:2]:
        save_scenario(
            run, by=world.users["planner"], title=f"{row.place.name}添一处", function=function, group="all",
            sites=[beside(world.city.ground.streets, row.lon, row.lat)],
        )  # fmt: skip


def beside(drawn, lon: float, lat: float) -> tuple[float, float]:
    """The point of the streets nearest to a spot."""
    nodes = drawn.nodes[drawn.members]
    across, along = (nodes[:, 0] - lon) * np.cos(np.radians(lat)), nodes[:, 1] - lat
    return tuple(nodes[np.hypot(across, along).argmin()].tolist())


def hear_of_outlets(world: DemoWorld) -> None:
    """Where the accounts live: a resident says what is missing, a shop asks to be listed, both wait."""
    home = Place.objects.communities().filter(posts__person=world.users["community-worker"].person).first()
    neighbour, shop = world.users["resident"], world.users["supplier"]
    report_outlet(by=neighbour, kind="missing", place=home, said="南门新开了一家修鞋铺，没有列出来。")
    for facility in Facility.objects.in_use().filter(place=home, kind__code="convenience").order_by("pk")[:1]:
        report_outlet(by=neighbour, kind="closed", facility=facility, said="卷帘门上贴了转让，关了一周了。")
    ask_entry(
        by=shop, place=home, name="老李理发店", kind=Kind.objects.get(code="hair"), address="1号楼底商",
        hours="周一至周日 09:00-19:00", phone="0999-5550188",
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
