"""`linli reach site --functions a,b --house rules.yaml`: houses of several services, on files alone."""

import argparse

import numpy as np
import shapely

from linli_compute import files
from linli_compute.errors import InputError
from linli_compute.geometry import Points
from linli_compute.network import Network
from linli_compute.positions import snap, snapping
from linli_compute.siting import Answer, Limits, cover_most, cover_share, served
from linli_compute.siting_house import (
    HouseGround,
    HousePart,
    Service,
    Standing,
    house_of,
    house_parts,
    house_problem,
    stood,
)

NOBODY = np.empty(0, dtype=np.int64)


def site_houses(options: argparse.Namespace, network: Network, limits: Limits) -> str:
    """Solves, writes the chosen houses, and returns what to say."""
    rule = house_of(files.read_pack(options.house), where=str(options.house))
    services = rule.chosen([key.strip() for key in options.functions.split(",") if key.strip()])
    if options.share is None and options.budget is None:
        raise InputError("合建只支持 --share 或 --budget。")
    ground, people, names, points, small = _ground(options, network, services, rule.least_m2)
    parts = house_parts(ground, services, people)
    answer = _answer(options, parts, limits)
    chosen = points.take(answer.sites)
    columns = {
        "name": names[answer.sites].tolist(),
        "cost": ground.cost[answer.sites].tolist(),
        "area_m2": ground.area_m2[answer.sites].tolist(),
        "functions": [",".join(service.key for service in services)] * len(answer.sites),
    }
    files.write_geojson(options.out, shapely.points(chosen.lon, chosen.lat), columns)
    return _told(parts, answer, names, (small, rule.least_m2))


def _ground(
    options: argparse.Namespace, network: Network, services: list[Service], least_m2: float
) -> tuple[HouseGround, list[np.ndarray], np.ndarray, Points, int]:
    """The ground, each service's people, and names and points of the candidates that are large enough."""
    given = files.read_people(options.people)
    homes = snap(network, given.points)
    snapping(network, homes, what=options.people.name)
    on = homes.on_network
    people = [_people_of(given, service, options)[on] for service in services]
    places = files.read_places(options.candidates, datum=options.datum, default_category="site")
    count = len(places.points)
    area = files.read_column(options.candidates, "area_m2", count)
    cost = files.read_column(options.candidates, "cost", count, 1.0)
    large = area >= least_m2
    stands = snap(network, places.points)
    usable = large & stands.on_network
    if not usable.any():
        raise InputError(f"没有一处候选点既不小于 {least_m2:g} ㎡、又在道路附近。")
    ground = HouseGround(
        network, homes.take(on), stands.take(usable), cost[usable], area[usable],
        _standing(options, network, services), options.by_places,
    )  # fmt: skip
    return ground, people, places.name[usable], places.points.take(usable), int((~large).sum())


def _people_of(given: files.People, service: Service, options: argparse.Namespace) -> np.ndarray:
    if not service.group:
        return max(given.groups.values(), key=lambda counts: float(counts.sum()))
    if service.group not in given.groups:
        raise InputError(
            f"“{service.title}”按 {service.group} 计算，{options.people.name} 里没有这一列"
            f"（有：{'、'.join(given.groups)}）；不能猜。"
        )
    return given.groups[service.group]


def _standing(options: argparse.Namespace, network: Network, services: list[Service]) -> Standing:
    """What stands of each service: its key or title stands in the column of categories."""
    if options.existing is None:
        blank = np.empty(0)
        return stood(network, Points(blank, blank), np.empty(0, dtype=np.int64), blank)
    places = files.read_places(options.existing, datum=options.datum)
    number = {word: n for n, service in enumerate(services) for word in (service.key, service.title)}
    service = np.array([number.get(word, -1) for word in places.category], dtype=np.int64)
    held = files.read_column(options.existing, "capacity", len(places.points), np.inf)
    heads = np.array([100.0 / one.needs_percent for one in services])[service] * held
    used = service >= 0
    return stood(network, places.points.take(used), service[used], heads[used])


def _answer(options: argparse.Namespace, parts: list[HousePart], limits: Limits) -> Answer:
    problem = house_problem(parts)
    if not problem.people.sum():
        raise InputError("已经没有人在时限之外，不需要补点。")
    if options.budget is not None:
        return cover_most(problem, options.budget, limits=limits)
    inside = 0.0 if options.by_places else sum(float(part.people[part.before].sum()) for part in parts)
    missing = options.share * sum(part.total for part in parts) - inside
    if missing <= 0:
        raise InputError("现有网点已经达到这个覆盖率。")
    return cover_share(problem, min(1.0, missing / float(problem.people.sum())), limits=limits)


def _told(parts: list[HousePart], answer: Answer, names: np.ndarray, small: tuple[int, float]) -> str:
    state = "已证明最优（在所求差距内）" if answer.proven else "到时限为止"
    lines = [f"新建 {len(answer.sites)} 处，费用 {answer.cost:g}：{'、'.join(names[answer.sites][:20])}"]
    for part in parts:
        inside = 0.0 if part.problem.capacity is not None else float(part.people[part.before].sum())
        before = inside + served(part.problem, NOBODY)
        after = inside + served(part.problem, answer.sites)
        lines.append(
            f"{part.service.title} {before / part.total:.1%} → {after / part.total:.1%}"
            f"（{part.service.group or '全部'} {part.total:.0f} 人，{part.service.band_min:g} 分钟）"
            if part.total
            else f"{part.service.title}：没有一个 {part.service.group}"
        )
    lines.append(f"{state}：最多还能好 {answer.gap:.2%}（{answer.method} 的界）")
    if small[0]:
        lines.append(f"不足 {small[1]:g} ㎡、没有参加的候选点 {small[0]} 处")
    return "\n".join(lines)
