"""What outlets that do not stand yet would change: answered from a run's frozen inputs, in milliseconds."""

from dataclasses import asdict, dataclass
from functools import lru_cache
from threading import Lock

import numpy as np

from linli_compute.doors import Doors
from linli_compute.errors import InputError
from linli_compute.geometry import Points
from linli_compute.live import LiveReach
from linli_compute.network import Network
from linli_compute.positions import Positions, snap

from .catalogue import sited_in
from .frozen import GROUPS, Inputs, network_of_run, unpack_inputs
from .models import Run

MOST_SITES = 30
SQUARE_M = 200.0  # of each square with homes, the home with most people around stands as a candidate


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
    homes: Doors
    limit_min: np.ndarray  # of each home
    outlets: Positions  # those at a street
    capacity: np.ndarray  # places of each, nan where nobody entered them
    group: str  # whom the function is for, in the circle's words; "" for everybody
    live: LiveReach
    lock: Lock

    def minutes(self) -> np.ndarray:
        """Minutes of each home to the nearest outlet, by whichever of its doors is best."""
        return self.homes.least(self.live.cost)

    def covered(self) -> np.ndarray:
        return self.minutes() <= self.limit_min


def ground_of(run: Run, function: str) -> Ground:
    """The ground of a run's function, kept for the next question. InputError: the run lacks the function."""
    return _ground(run.pk, function)


@lru_cache(maxsize=8)
def _ground(run_pk: int, function: str) -> Ground:
    run = Run.objects.done().get(pk=run_pk)
    rows = {row["key"]: row for row in sited_in(run.parameters)}
    if function not in rows:
        raise InputError(f"这次研究没有“{function}”这项功能。")
    network, inputs = network_of_run(run), unpack_inputs(run.inputs).open_only()
    homes = inputs.doors_on(network)
    points, capacity = _outlets(run, inputs, function)
    outlets = snap(network, points)
    on = outlets.on_network
    rural = inputs.rural[inputs.community]
    limit = np.where(rural, run.parameters["sets"]["rural_band_min"], rows[function]["band_min"])
    live = LiveReach(network, outlets, homes.positions)
    group = rows[function].get("group", "")
    return Ground(network, inputs, homes, limit, outlets.take(on), capacity[on], group, live, Lock())


def _outlets(run: Run, inputs: Inputs, function: str) -> tuple[Points, np.ndarray]:
    """Outlets of a function of the circle, or of a service beside it, and their places."""
    keys = [row["key"] for row in run.functions]
    if function in keys:
        mine = inputs.function == keys.index(function)
        return Points(*inputs.outlet[mine].T), inputs.capacity[mine]
    mine = inputs.more_key == function
    return Points(*inputs.more[mine].T), inputs.more_capacity[mine]


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


def homes_as_candidates(ground: Ground) -> Points:
    """Of each square with homes at a street, the home with most people; the same on every machine."""
    people = np.where(ground.homes.on_network, ground.inputs.people[:, 0], 0)
    inputs, on = ground.inputs, np.flatnonzero(ground.homes.on_network)
    x, y = ground.network.plane.to_metres(inputs.home[on, 0], inputs.home[on, 1])
    square = np.stack([np.floor(x / SQUARE_M), np.floor(y / SQUARE_M)], axis=1).astype(np.int64)
    order = np.lexsort((on, -people[on], square[:, 1], square[:, 0]))
    fresh = np.r_[True, (np.diff(square[order], axis=0) != 0).any(axis=1)]
    chosen = on[order[fresh]]
    return Points(inputs.home[chosen, 0], inputs.home[chosen, 1])
