"""What outlets that do not stand yet would change: answered from a run's frozen inputs, in milliseconds."""

from dataclasses import asdict, dataclass
from functools import lru_cache
from threading import Lock

import numpy as np

from linli_compute.errors import InputError
from linli_compute.geometry import Points
from linli_compute.live import LiveReach
from linli_compute.network import Network
from linli_compute.positions import Positions, snap
from linli_compute.siting import Answer, Limits, Siting, cover_most, cover_share
from linli_compute.within import pairs

from .frozen import GROUPS, Inputs, network_of_run, unpack_inputs
from .models import Run

MOST_SITES = 30
SQUARE_M = 200.0  # of each square with homes, the home with most people around stands as a candidate
SECONDS = 20.0


@dataclass(frozen=True)
class Effect:
    """People of a group within the band before and after; communities that gain, by code."""

    people: int
    before: int
    after: int
    gains: dict[str, int]
    bound: float | None = None  # what no choice of sites can beat (people, or sites); None by hand
    gap: float | None = None
    proven: bool | None = None

    def told(self) -> dict:
        return asdict(self)


@dataclass(frozen=True, eq=False)
class Ground:
    """One function of one run, ready to be asked; the live reach is one writer's at a time."""

    network: Network
    inputs: Inputs
    homes: Positions
    limit_min: np.ndarray  # of each home
    live: LiveReach
    lock: Lock

    def covered(self) -> np.ndarray:
        return self.live.cost <= self.limit_min


def ground_of(run: Run, function: str) -> Ground:
    """The ground of a run's function, kept for the next question. InputError: the run lacks the function."""
    return _ground(run.pk, function)


@lru_cache(maxsize=8)
def _ground(run_pk: int, function: str) -> Ground:
    run = Run.objects.done().get(pk=run_pk)
    keys = [row["key"] for row in run.functions]
    if function not in keys:
        raise InputError(f"这次研究没有“{function}”这项功能。")
    number = keys.index(function)
    network, inputs = network_of_run(run), unpack_inputs(run.inputs)
    homes = snap(network, inputs.homes)
    outlets = snap(network, inputs.outlets).take(inputs.function == number)
    rural = inputs.rural[inputs.community]
    limit = np.where(rural, run.parameters["sets"]["rural_band_min"], run.functions[number]["band_min"])
    return Ground(network, inputs, homes, limit, LiveReach(network, outlets, homes), Lock())


def effect_of(run: Run, function: str, group: str, sites: list[tuple[float, float]]) -> Effect:
    """What these sites (lon, lat) would change. InputError: too many, or one lies off every street."""
    if not 1 <= len(sites) <= MOST_SITES:
        raise InputError(f"一次试算 1 至 {MOST_SITES} 个点位。")
    ground = ground_of(run, function)
    lon, lat = np.array(sites, dtype=float).T
    stands = snap(ground.network, Points(lon, lat))
    if not stands.on_network.all():
        raise InputError("有点位离街道太远，走不到；请点在街道旁边。")
    with ground.lock:
        before = ground.covered()
        numbers = []
        try:
            for row in range(len(sites)):
                ground.live.add(stands.take(np.array([row])))
                numbers.append(ground.live.outlets - 1)
            after = ground.covered()
        finally:
            for number in numbers:
                ground.live.close(number)
    return _effect(ground, GROUPS.index(group), before, after)


def _effect(ground: Ground, group: int, before: np.ndarray, after: np.ndarray, **more) -> Effect:
    inputs, known = ground.inputs, ground.homes.on_network
    people = np.where(known, inputs.people[:, group], 0)
    gained = np.bincount(
        inputs.community, weights=np.where(after & ~before, people, 0), minlength=len(inputs.code)
    )
    gains = {str(inputs.code[n]): int(gained[n]) for n in np.flatnonzero(gained)}
    return Effect(int(people.sum()), int(people[before].sum()), int(people[after].sum()), gains, **more)


def site(
    run: Run,
    function: str,
    group: str,
    *,
    count: int | None = None,
    share: float | None = None,
    floor: float | None = None,
) -> tuple[list[tuple[float, float]], Effect]:
    """Where to build: most people with `count` sites, or a `share` (0 to 1) with the fewest; with its bound.

    `floor` is the least share of each community's people to be within the band in the end.
    """
    ground, number = ground_of(run, function), GROUPS.index(group)
    with ground.lock:
        before = ground.covered()
    people = np.where(ground.homes.on_network, ground.inputs.people[:, number], 0).astype(float)
    open_homes = np.flatnonzero(~before & (people > 0))
    candidates = _candidates(ground, people)
    found = pairs(
        ground.network, snap(ground.network, candidates), ground.homes.take(open_homes),
        limit=float(ground.limit_min.max()),
    )  # fmt: skip
    near = ground.network.cost_of(found.ticks) <= ground.limit_min[open_homes][found.place]
    problem = Siting(
        people[open_homes], found.place[near], found.outlet[near], np.ones(len(candidates.lon)),
        **_floor_of(ground, people, before, open_homes, floor),
    )  # fmt: skip
    answer = _solved(problem, people, before, count=count, share=share)
    after = before.copy()
    chosen = np.isin(found.outlet, answer.sites) & near
    after[open_homes[found.place[chosen]]] = True
    spots = [(float(candidates.lon[n]), float(candidates.lat[n])) for n in answer.sites]
    bound = answer.bound + float(people[before].sum()) if share is None else answer.bound
    told = {"bound": bound, "gap": float(answer.gap), "proven": bool(answer.proven)}
    return spots, _effect(ground, number, before, after, **told)


def _floor_of(
    ground: Ground, people: np.ndarray, before: np.ndarray, open_homes: np.ndarray, floor: float | None
) -> dict[str, np.ndarray]:
    """The share of each community's people still outside that must be reached, so that the floor holds."""
    if floor is None:
        return {}
    community, count = ground.inputs.community, len(ground.inputs.code)
    total = np.bincount(community, weights=people, minlength=count)
    inside = np.bincount(community, weights=np.where(before, people, 0), minlength=count)
    outside = total - inside
    lacking = np.maximum(floor * total - inside, 0.0)
    share = np.divide(lacking, outside, out=np.zeros(count), where=outside > 0)
    return {"area": community[open_homes], "floor": np.minimum(share, 1.0)}


def _solved(
    problem: Siting, people: np.ndarray, before: np.ndarray, *, count: int | None, share: float | None
) -> Answer:
    limits = Limits(seconds=SECONDS, gap=1e-3)
    if not problem.people.sum():
        raise InputError("已经没有人在时限之外，不需要补点。")
    if share is None:
        return cover_most(problem, float(count or 0), limits=limits)
    missing = share * people.sum() - people[before].sum()
    if missing <= 0:
        raise InputError("现有网点已经达到这个覆盖率。")
    return cover_share(problem, min(1.0, missing / problem.people.sum()), limits=limits)


def _candidates(ground: Ground, people: np.ndarray) -> Points:
    """Of each square with homes at a street, the home with most people; the same on every machine."""
    inputs, on = ground.inputs, np.flatnonzero(ground.homes.on_network)
    x, y = ground.network.plane.to_metres(inputs.home[on, 0], inputs.home[on, 1])
    square = np.stack([np.floor(x / SQUARE_M), np.floor(y / SQUARE_M)], axis=1).astype(np.int64)
    order = np.lexsort((on, -people[on], square[:, 1], square[:, 0]))
    fresh = np.r_[True, (np.diff(square[order], axis=0) != 0).any(axis=1)]
    chosen = on[order[fresh]]
    return Points(inputs.home[chosen, 0], inputs.home[chosen, 1])
