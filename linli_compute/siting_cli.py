"""`linli reach site`: where to build next, from people, candidates and what stands already."""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from linli_compute import files
from linli_compute.datums import DATUMS
from linli_compute.errors import InputError
from linli_compute.geometry import Points
from linli_compute.network import Network
from linli_compute.positions import Positions, snap, snapping
from linli_compute.siting import Answer, Limits, Siting, cover_most, cover_share, least_walk
from linli_compute.siting_house_cli import site_houses
from linli_compute.within import pairs

TELL_EVERY_S = 5.0


@dataclass(frozen=True)
class Ground:
    """People on the network, and kept sites (first) and candidates as one list."""

    problem: Siting
    minutes: np.ndarray
    sites: Points
    names: np.ndarray
    group: str
    people: float


def add_site_command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    network_options: Callable[[argparse.ArgumentParser], None],
    network_of: Callable[[argparse.Namespace], Network],
    say: Callable[[str], None],
) -> None:
    """Adds `site` to the commands; `say` tells the result."""
    site = commands.add_parser("site", help="补短板：在哪里建")
    network_options(site)
    site.add_argument("--people", type=Path, required=True, help="人口点或格网")
    site.add_argument("--group", help="人群列名（默认人数最多的一列）")
    site.add_argument("--candidates", type=Path, required=True, help="候选点（可带 cost、capacity 列）")
    site.add_argument("--existing", type=Path, help="已有网点，保留不动（可带 capacity 列）")
    site.add_argument("--datum", choices=sorted(DATUMS), default="wgs84", help="候选点和已有网点的坐标系")
    site.add_argument("--functions", help="合建在一处的几项功能，逗号分隔，如 elder_care,meals")
    site.add_argument(
        "--house",
        type=Path,
        default=Path("packs/reach/complex.yaml"),
        help="综合体规则（YAML），配合 --functions",
    )
    site.add_argument(
        "--by-places", action="store_true", help="合建时按面积和名额算：一处服务的人不超过它的名额"
    )
    site.add_argument("--limit-min", type=float, default=15.0, help="步行时限（分钟）")
    wish = site.add_mutually_exclusive_group(required=True)
    wish.add_argument("--share", type=float, help="目标覆盖率（0 至 1），求最少费用")
    wish.add_argument("--budget", type=float, help="预算，求覆盖最多的人")
    wish.add_argument("--least-walk", type=int, metavar="N", help="建 N 处，使总步行时间最短")
    site.add_argument("--areas", type=Path, help="区域边界，配合 --floor")
    site.add_argument("--floor", type=float, help="每个区域的最低覆盖率（0 至 1）")
    site.add_argument("--seconds", type=float, default=30.0, help="求解时限（秒）")
    site.add_argument("--gap", type=float, default=1e-3, help="证明到这个差距即停")
    site.add_argument("--out", type=Path, required=True, help="结果 .geojson")
    site.set_defaults(command=lambda options: say(_site(options, network_of(options))))


def _site(options: argparse.Namespace, network: Network) -> str:
    """Solves, writes the chosen sites, and returns what to say."""
    if options.functions is not None:
        return site_houses(options, network, limits_of(options))
    ground = _ground(options, network)
    limits = limits_of(options)
    if options.share is not None:
        answer = cover_share(ground.problem, options.share, limits=limits)
    elif options.budget is not None:
        answer = cover_most(ground.problem, options.budget, limits=limits)
    else:
        answer = least_walk(
            ground.problem, ground.minutes, options.least_walk, beyond=options.limit_min, limits=limits
        )
    chosen = ground.sites.take(answer.sites)
    columns = {
        "name": ground.names[answer.sites].tolist(),
        "cost": ground.problem.cost[answer.sites].tolist(),
    }
    files.write_geojson(options.out, shapely.points(chosen.lon, chosen.lat), columns)
    return _told(ground, answer)


def limits_of(options: argparse.Namespace) -> Limits:
    """What the options allow; how far the search is goes to stderr every few seconds."""
    last = started = time.monotonic()

    def tell(value: float, bound: float) -> bool:
        nonlocal last
        now = time.monotonic()
        if now - last >= TELL_EVERY_S and np.isfinite(bound) and value:
            last, gap = now, abs(bound - value) / abs(value)
            sys.stderr.write(f"{now - started:.0f} 秒：目前 {value:.0f}，最多还能好 {gap:.2%}\n")
        return False

    return Limits(seconds=options.seconds, gap=options.gap, progress=tell)


def _told(ground: Ground, answer: Answer) -> str:
    """What was found, what it does, and how much better it could be."""
    state = "已证明最优（在所求差距内）" if answer.proven else "到时限为止"
    names, people = "、".join(ground.names[answer.sites][:20]), ground.people
    return (
        f"新建 {len(answer.sites)} 处，费用 {answer.cost:g}：{names}\n"
        f"{ground.group} 覆盖率 {answer.before / people:.1%} → {answer.people / people:.1%}"
        f"（{people:.0f} 人中的 {answer.people:.0f} 人）\n"
        f"{state}：最多还能好 {answer.gap:.2%}（{answer.method} 的界）"
    )


def _sites(options: argparse.Namespace) -> tuple[Points, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Points, names, cost, capacity and whether it stands, of existing sites and candidates together."""
    parts = []
    for path, stands in ((options.existing, True), (options.candidates, False)):
        if path is None:
            continue
        places = files.read_places(path, datum=options.datum, default_category="site")
        count = len(places.points)
        cost = np.zeros(count) if stands else files.read_column(path, "cost", count, 1.0)
        capacity = files.read_column(path, "capacity", count, np.inf)
        parts.append((places.points.lon, places.points.lat, places.name, cost, capacity, [stands] * count))
    lon, lat, name, cost, capacity, kept = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Points(lon, lat, options.datum), name, cost, capacity, kept


def _ground(options: argparse.Namespace, network: Network) -> Ground:
    people = files.read_people(options.people)
    group = options.group or max(people.groups, key=lambda name: float(people.groups[name].sum()))
    if group not in people.groups:
        raise InputError(f"{options.people.name} 里没有人群列“{group}”；有：{'、'.join(people.groups)}。")
    homes = snap(network, people.points)
    snapping(network, homes, what=options.people.name)
    sites, names, cost, capacity, kept = _sites(options)
    stands = snap(network, sites)
    snapping(network, stands, what="候选点和已有网点")
    area, floor = _floor(options, people.points, homes)
    on = homes.on_network
    found = pairs(network, stands, homes.take(on), limit=options.limit_min)
    weight = people.groups[group][on]
    limited = bool(np.isfinite(capacity).any())
    problem = Siting(
        weight, found.place, found.outlet, cost, kept=kept,
        capacity=np.minimum(capacity, weight.sum()) if limited else None,
        area=None if area is None else area[on], floor=floor,
    )  # fmt: skip
    return Ground(problem, network.cost_of(found.ticks), sites, names, group, float(weight.sum()))


def _floor(
    options: argparse.Namespace, where: Points, homes: Positions
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Each home's area and each area's floor; homes outside every area form one more, without a floor."""
    from linli_compute.geometry import areas_of

    if options.floor is None:
        return None, None
    if options.areas is None:
        raise InputError("--floor 需要 --areas 给出区域边界。")
    polygons = files.read_areas(options.areas).polygon
    area = areas_of(where, polygons)
    return np.where(area < 0, len(polygons), area), np.append(np.full(len(polygons), options.floor), 0.0)
