"""Where to build: what was asked, the candidates, and the answer with what nothing can beat."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import numpy as np

from linli_compute.errors import InputError
from linli_compute.geometry import Points
from linli_compute.positions import Positions, snap
from linli_compute.siting import (
    Answer,
    Limits,
    Siting,
    cover_most,
    cover_share,
    in_one_house,
    least_walk,
    served,
)
from linli_compute.within import pairs

from .catalogue import house_in
from .effects import Ground, ground_of
from .frozen import GROUPS
from .models import Run, Scenario
from .study import GROUP_OF

Method = Scenario.Method
GAP = 1e-3
BY_MONEY = {Method.BUDGET, Method.CHEAPEST}
BY_SHARE = {Method.CHEAPEST, Method.FEWEST}
Tell = Callable[[float, float], bool | None]


@dataclass(frozen=True)
class Wish:
    """What a siting run is asked for; `number` is sites, 10,000 yuan or per cent, as the method has it."""

    functions: tuple[str, ...]
    group: str
    method: str
    number: float
    floor: int | None = None  # per cent of each community's people in each function's band in the end
    sources: tuple[str, ...] = ("homes",)  # idle, ground, homes
    house: bool = False  # must be a house of several services by the run's own rules
    by_places: bool = False  # a site serves no more people than it has places for
    seconds: int = 30

    def told(self) -> dict:
        """As the scenario keeps it; the functions, the group and the method stand in columns of their own."""
        return {
            "number": self.number, "floor": self.floor, "sources": list(self.sources), "house": self.house,
            "by_places": self.by_places, "seconds": self.seconds,
        }  # fmt: skip


def wish_of(scenario: Scenario) -> Wish:
    """What a waiting scenario was asked for."""
    told = dict(scenario.asked)
    told["sources"] = tuple(told["sources"])
    return Wish(tuple(scenario.keys), scenario.group, scenario.method, **told)


@dataclass(frozen=True)
class Option:
    """One place that could be chosen; area and cost are None where nobody knows them."""

    lon: float
    lat: float
    name: str
    kind: str
    area_m2: float | None = None
    cost: float | None = None  # 10,000 yuan


@dataclass(frozen=True)
class Found:
    """The chosen places and what they do; `value` and `bound` in `unit`: people, sites, cost or minutes."""

    chosen: list[Option]
    people: int
    before: int
    after: int
    by_function: dict[str, list[int]]  # people, before, after
    gains: dict[str, int]  # of communities, by code; empty where places are shared out
    unit: str
    value: float
    bound: float
    gap: float
    proven: bool
    considered: int
    left_out: dict[str, int] = field(default_factory=dict)  # why → how many candidates

    def told(self) -> dict:
        return asdict(self)


@dataclass(frozen=True, eq=False)
class Field:
    """What all functions of a wish share: the options on the streets, their price, and what stands of each."""

    options: list[Option]
    stands: Positions
    price: np.ndarray
    standing: list[Positions]  # by function: the outlets there are; empty where places do not count


@dataclass(frozen=True, eq=False)
class Part:
    """One function of the wish: who lives where, what stands, and what each option reaches of whom."""

    key: str
    ground: Ground
    people: np.ndarray  # of each home
    before: np.ndarray  # homes within the band already
    homes: np.ndarray  # the homes that are cells of the problem
    now: np.ndarray  # minutes that each cell walks already
    minutes: np.ndarray  # of each pair of the problem with an option
    problem: Siting


def find_sites(run: Run, wish: Wish, options: list[Option], *, tell: Tell | None = None) -> Found:
    """The sites of the wish among the options. InputError says why there is no answer."""
    usable, left_out = _usable(run, wish, options)
    grounds = [ground_of(run, key) for key in wish.functions]
    stands = snap(grounds[0].network, _points(usable))
    left_out["街道太远"] = int((~stands.on_network).sum())
    price = np.array([one.cost if wish.method in BY_MONEY else 1.0 for one in usable], dtype=float)
    none = stands.take(np.zeros(len(stands), dtype=bool))
    shared = Field(usable, stands, price, [ground.outlets if wish.by_places else none for ground in grounds])
    parts = [_part(run, wish, number, (ground, shared)) for number, ground in enumerate(grounds)]
    problem = parts[0].problem if len(parts) == 1 else in_one_house([part.problem for part in parts])
    limits = Limits(seconds=float(wish.seconds), gap=GAP, progress=tell)
    answer = _solved(wish, parts, problem, limits)
    return _found(wish, parts, usable, answer, {why: n for why, n in left_out.items() if n})


def _usable(run: Run, wish: Wish, options: list[Option]) -> tuple[list[Option], dict[str, int]]:
    """The options that the wish allows, and how many fall out for which reason."""
    left_out: dict[str, int] = {}
    if wish.house:
        least = (house_in(run.parameters) or {})["least_m2"]
        large = [one for one in options if one.area_m2 is not None and one.area_m2 >= least]
        left_out[f"不足 {least:g} ㎡"] = len(options) - len(large)
        options = large
    if wish.method in BY_MONEY:
        priced = [one for one in options if one.cost is not None]
        left_out["没有登记费用"] = len(options) - len(priced)
        options = priced
    if not options:
        told = "，".join(f"{why} {n} 处" for why, n in left_out.items() if n)
        raise InputError(f"没有一处可用的候选点{f'（{told}）' if told else ''}。")
    return options, left_out


def _points(options: list[Option]) -> Points:
    return Points(np.array([one.lon for one in options]), np.array([one.lat for one in options]))


def _part(run: Run, wish: Wish, number: int, given: tuple[Ground, Field]) -> Part:
    ground, shared = given
    people = _people(ground, wish)
    with ground.lock:
        now = ground.minutes()
    before = now <= ground.limit_min
    everybody = wish.by_places or wish.method == Method.WALK
    homes = np.flatnonzero((people > 0) & (everybody | ~before))
    begin = len(shared.options) + sum(len(own) for own in shared.standing[:number])
    cell, site, minutes = _near(ground, shared.stands, homes)
    own_cell, own_site, _minutes = _near(ground, shared.standing[number], homes)
    more = {} if wish.floor is None else _floor(ground, people, (homes, before & ~everybody), wish.floor)
    if wish.by_places:
        more["capacity"] = _places(run, wish, number, given)
    count = sum(len(own) for own in shared.standing)
    problem = Siting(
        people[homes],
        np.concatenate([cell, own_cell]),
        np.concatenate([site, own_site + begin]),
        np.concatenate([shared.price, np.zeros(count)]),
        kept=np.arange(len(shared.options) + count) >= len(shared.options),
        **more,
    )
    walks = np.where(before, now, np.inf)[homes]
    return Part(wish.functions[number], ground, people, before, homes, walks, minutes, problem)


def _people(ground: Ground, wish: Wish) -> np.ndarray:
    """Whom the function is for: the group asked for, or in a house of several each function's own."""
    group = wish.group if len(wish.functions) == 1 else GROUP_OF.get(ground.group, "all")
    column = GROUPS.index(group)
    if column >= ground.inputs.people.shape[1]:
        raise InputError("这次研究还没有分出这个年龄组，请先重新做一次研究。")
    return np.where(ground.homes.on_network, ground.inputs.people[:, column], 0).astype(float)


def _near(ground: Ground, sites: Positions, homes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cell, site and minutes of every pair within the band of the cell's home."""
    if not len(sites) or not len(homes):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)
    doors = ground.homes.take(homes)
    by_door = pairs(ground.network, sites, doors.positions, limit=float(ground.limit_min.max()))
    found = doors.pairs_of_homes(by_door)
    minutes = ground.network.cost_of(found.ticks)
    near = minutes <= ground.limit_min[homes][found.place]
    return found.place[near], found.outlet[near], minutes[near]


def _floor(
    ground: Ground, people: np.ndarray, given: tuple[np.ndarray, np.ndarray], percent: int
) -> dict[str, np.ndarray]:
    """The share of each community's cells that must be reached, so that the floor holds for all its people."""
    homes, settled = given
    community, count = ground.inputs.community, len(ground.inputs.code)
    total = np.bincount(community, weights=people, minlength=count)
    inside = np.bincount(community, weights=np.where(settled, people, 0), minlength=count)
    lacking, outside = np.maximum(percent / 100 * total - inside, 0.0), total - inside
    share = np.divide(lacking, outside, out=np.zeros(count), where=outside > 0)
    return {"area": community[homes], "floor": np.minimum(share, 1.0)}


def _places(run: Run, wish: Wish, number: int, given: tuple[Ground, Field]) -> np.ndarray:
    """People each site can serve in this function: an option by its floor area, what stands by its places.

    A site of which nobody knows the area or the places, and a function without a measure, serve whoever comes.
    """
    ground, shared = given
    house = house_in(run.parameters) or {"services": []}
    line = next((row for row in house["services"] if row["key"] == wish.functions[number]), None)
    counts = [len(own) for own in shared.standing]
    places = np.zeros(len(shared.options) + sum(counts))
    begin = len(shared.options) + sum(counts[:number])
    mine = slice(begin, begin + counts[number])
    if line is None:
        places[: len(shared.options)] = places[mine] = np.inf
        return places
    heads = 100 / line["needs_percent"]  # people of whom one wants a place
    area = np.array([np.nan if one.area_m2 is None else one.area_m2 for one in shared.options], dtype=float)
    made = np.floor(area / len(wish.functions) / line["m2_per_place"]) * heads
    places[: len(shared.options)] = np.where(np.isnan(made), np.inf, made)
    places[mine] = np.where(np.isnan(ground.capacity), np.inf, ground.capacity * heads)
    return places


def _solved(wish: Wish, parts: list[Part], problem: Siting, limits: Limits) -> Answer:
    if not problem.people.sum():
        raise InputError("已经没有人在时限之外，不需要补点。")
    if not len(problem.cell):
        raise InputError("没有一个候选点能让还在时限之外的人走到。")
    if wish.method == Method.WALK:
        beyond = max(float(part.ground.limit_min.max()) for part in parts)
        minutes, now = (
            np.concatenate([getattr(part, name) for part in parts]) for name in ("minutes", "now")
        )
        return least_walk(problem, minutes, int(wish.number), beyond=beyond, limits=limits, now=now)
    if wish.method not in BY_SHARE:
        return cover_most(problem, wish.number, limits=limits)
    inside = served(problem, np.empty(0, dtype=np.int64)) if wish.by_places else _inside(parts)
    missing = wish.number / 100 * sum(float(part.people.sum()) for part in parts) - inside
    if missing <= 0:
        raise InputError("现有网点已经达到这个覆盖率。")
    wanted = missing + (inside if wish.by_places else 0.0)
    return cover_share(problem, min(1.0, wanted / float(problem.people.sum())), limits=limits)


def _inside(parts: list[Part]) -> float:
    """People within the band already, who are no cells of a covering problem."""
    return sum(float(part.people[part.before].sum()) for part in parts)


def _found(
    wish: Wish, parts: list[Part], options: list[Option], answer: Answer, left_out: dict[str, int]
) -> Found:
    told, gains = {}, {}
    for part in parts:
        told[part.key], gained = _effect(wish, part, answer)
        for code, count in gained.items():
            gains[code] = gains.get(code, 0) + count
    whole = np.array(list(told.values())).sum(axis=0).tolist()
    value, bound = answer.value, answer.bound
    if wish.method in (Method.MOST, Method.BUDGET) and not wish.by_places:
        value, bound = value + _inside(parts), bound + _inside(parts)
    return Found(
        [options[n] for n in answer.sites.tolist()], *whole, told, gains,
        unit={Method.WALK: "minutes", Method.CHEAPEST: "cost", Method.FEWEST: "sites"}.get(wish.method, "people"),
        value=float(value), bound=float(bound), gap=float(answer.gap), proven=bool(answer.proven),
        considered=len(options), left_out=left_out,
    )  # fmt: skip


def _effect(wish: Wish, part: Part, answer: Answer) -> tuple[list[int], dict[str, int]]:
    """People, those served before and after, and what each community gains (untold where places are shared)."""
    total = int(part.people.sum())
    if wish.by_places:
        both = (served(part.problem, sites) for sites in (np.empty(0, dtype=np.int64), answer.sites))
        return [total, *(int(count + 1e-6) for count in both)], {}
    new = np.zeros(len(part.people), dtype=bool)
    new[part.homes[part.problem.cell[np.isin(part.problem.site, answer.sites)]]] = True
    new &= ~part.before
    inputs = part.ground.inputs
    gained = np.bincount(inputs.community, weights=np.where(new, part.people, 0), minlength=len(inputs.code))
    before = int(part.people[part.before].sum())
    after = before + int(part.people[new].sum())
    return [total, before, after], {str(inputs.code[n]): int(gained[n]) for n in np.flatnonzero(gained)}
