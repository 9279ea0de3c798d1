"""One study: frozen inputs and a network in, minutes, choices and people within the bands out. No database."""

from dataclasses import dataclass

import numpy as np

from linli_compute.access import gini, two_step, worst_tenth
from linli_compute.counting import counts
from linli_compute.doors import Doors
from linli_compute.geometry import Points
from linli_compute.hours import UNSAID
from linli_compute.network import Network
from linli_compute.packs import Circle
from linli_compute.positions import Positions, snap
from linli_compute.search import nearest
from linli_compute.within import pairs

from .frozen import GROUPS, Inputs

GROUP_OF = {  # words of the packs
    "": "all", "age60plus": "60", "age80plus": "80", "under3": "under3", "age6to12": "6to12",
}  # fmt: skip
FARTHEST_MIN = 999.9  # what a walk counts as when no street leads there
MIDDLES = ("shape", "rule", "building", "none")


@dataclass(frozen=True, eq=False)
class Results:
    """Per community (and function, in the circle's order). Without an outlet in the inputs: `has_data` False."""

    has_data: np.ndarray  # functions
    middle: np.ndarray  # communities: index into MIDDLES
    minutes: np.ndarray  # (communities, functions), tenths rounded up; nan: cannot be said
    band_min: np.ndarray  # (communities, functions)
    in_circle: np.ndarray  # (communities, functions)
    choices: np.ndarray  # (communities, bands, functions)
    within: np.ndarray  # (communities, bands, functions, groups)
    in_band: np.ndarray  # (communities, functions, groups): people within the function's own band
    known: np.ndarray  # (communities, groups): people whose home lies at a street
    total: np.ndarray  # (communities, groups)
    gini: np.ndarray  # functions: of the walk over all people
    worst_tenth: np.ndarray  # functions: nine in ten walk no farther
    per_thousand: np.ndarray  # (communities, functions): places per 1,000 heads of the function's group
    per_thousand_gini: np.ndarray  # functions: of the places per head over the group
    unused: np.ndarray  # functions: places of outlets that nobody reaches


def study(inputs: Inputs, network: Network, circle: Circle, *, rural_band_min: float) -> Results:
    """The circle of every community by both rules, and what its people reach.

    Where the inputs know what is open at a moment, a walk leads to what is open then; an outlet that says nothing
    of its hours is no data, and a function of which all are shut is not reached.
    """
    functions, bands = len(circle.functions), circle.bands_min
    has_data = _has_data(inputs, network, functions)
    inputs = inputs.open_only()
    outlets = snap(network, inputs.outlets)
    homes = inputs.doors_on(network)
    by_door = nearest(network, outlets, inputs.function, homes.positions, categories=functions)
    walk = homes.least(by_door)
    known = homes.on_network
    middles, middle = _middles(inputs, network, homes)
    own = np.array([function.band_min for function in circle.functions])
    band = np.where(inputs.rural[:, None], rural_band_min, own[None, :])
    minutes = nearest(network, outlets, inputs.function, middles, categories=functions)
    choices = np.zeros((len(inputs.code), len(bands), functions), dtype=np.int64)
    counted = counts(network, outlets, inputs.function, middles, bands=bands)
    choices[:, :, : counted.shape[2]] = counted
    return Results(
        has_data,
        middle,
        _tenths(minutes, middles.on_network, has_data),
        band,
        _in_circle(inputs, network, functions),
        choices,
        _within(inputs, walk, known, bands),
        _in_band(inputs, walk, known, band),
        _people(inputs, known),
        _people(inputs, np.full(len(known), True)),
        *_inequality(walk[known], inputs.people[known, 0], has_data),
        *_supply(inputs, network, (homes, outlets), circle, band),
    )


def _has_data(inputs: Inputs, network: Network, functions: int) -> np.ndarray:
    """Functions with an outlet at a street of which one can say whether it is open."""
    said = (inputs.opens != UNSAID) & snap(network, inputs.outlets).on_network
    return np.bincount(inputs.function[said], minlength=functions) > 0


def _middles(inputs: Inputs, network: Network, homes: Doors) -> tuple[Positions, np.ndarray]:
    """Where each community's walk begins: its middle, else (in fields, on water) the home nearest to it."""
    stands = snap(network, inputs.centres)
    middle = np.where(inputs.by_rule, 1, 0)
    where = inputs.centre.copy()
    x, y = network.plane.to_metres(inputs.home[:, 0], inputs.home[:, 1])
    for number in np.flatnonzero(~stands.on_network):
        mine = np.flatnonzero((inputs.community == number) & homes.on_network)
        if not len(mine):
            middle[number] = 3
            continue
        cx, cy = network.plane.to_metres(inputs.centre[number, :1], inputs.centre[number, 1:])
        where[number] = inputs.home[mine[np.argmin(np.hypot(x[mine] - cx, y[mine] - cy))]]
        middle[number] = 2
    return snap(network, Points(where[:, 0], where[:, 1])), middle


def _tenths(minutes: np.ndarray, on_network: np.ndarray, has_data: np.ndarray) -> np.ndarray:
    """Rounded up, so that no walk of 5.04 minutes passes for 5."""
    told = np.minimum(np.ceil(minutes * 10 - 1e-6) / 10, FARTHEST_MIN)
    told[~on_network] = np.nan
    told[:, ~has_data] = np.nan
    return np.round(told, 1)


def _in_circle(inputs: Inputs, network: Network, functions: int) -> np.ndarray:
    x, y = network.plane.to_metres(inputs.outlet[:, 0], inputs.outlet[:, 1])
    cx, cy = network.plane.to_metres(inputs.centre[:, 0], inputs.centre[:, 1])
    result = np.zeros((len(inputs.code), functions), dtype=np.int64)
    for number, radius in enumerate(inputs.radius_m):
        near = np.hypot(x - cx[number], y - cy[number]) <= radius
        result[number] = np.bincount(inputs.function[near], minlength=functions)
    return result


def _sum(inputs: Inputs, group: int, chosen: np.ndarray) -> np.ndarray:
    weights = np.where(chosen, inputs.people[:, group], 0)
    return np.bincount(inputs.community, weights=weights, minlength=len(inputs.code)).astype(np.int64)


def _people(inputs: Inputs, chosen: np.ndarray) -> np.ndarray:
    return np.stack([_sum(inputs, group, chosen) for group in range(inputs.people.shape[1])], axis=1)


def _within(inputs: Inputs, walk: np.ndarray, known: np.ndarray, bands: tuple[float, ...]) -> np.ndarray:
    found = [[_people(inputs, known & (walk[:, f] <= band)) for f in range(walk.shape[1])] for band in bands]
    return np.moveaxis(np.array(found), 2, 0)


def _in_band(inputs: Inputs, walk: np.ndarray, known: np.ndarray, band: np.ndarray) -> np.ndarray:
    limit = band[inputs.community]
    found = [_people(inputs, known & (walk[:, f] <= limit[:, f])) for f in range(walk.shape[1])]
    return np.stack(found, axis=1)


def _inequality(walk: np.ndarray, people: np.ndarray, has_data: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gini of the walk among those who reach anything, and the walk nine in ten do not exceed."""
    spread, far = np.full(len(has_data), np.nan), np.full(len(has_data), np.nan)
    for number in np.flatnonzero(has_data):
        reached = np.isfinite(walk[:, number]) & (people > 0)
        if reached.any():
            spread[number] = round(gini(walk[reached, number], people[reached].astype(float)), 6)
            tenth = worst_tenth(walk[:, number], people.astype(float))
            far[number] = min(round(tenth, 1), FARTHEST_MIN)
    return spread, far


def _supply(
    inputs: Inputs, network: Network, positions: tuple[Doors, Positions], circle: Circle, band: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two-step floating catchment of every function with places entered: each outlet shares its places among
    all of its group who reach it within their band. nan where nobody entered places."""
    homes, outlets = positions
    functions = len(circle.functions)
    each = np.full((len(inputs.code), functions), np.nan)
    spread, unused = np.full(functions, np.nan), np.full(functions, np.nan)
    for f in range(functions):
        known = (inputs.function == f) & np.isfinite(inputs.capacity) & outlets.on_network
        if not known.any():
            continue
        group = GROUPS.index(GROUP_OF.get(circle.functions[f].group, "all"))
        limit = band[inputs.community, f]
        by_door = pairs(network, outlets.take(known), homes.positions, limit=float(limit.max()))
        found = homes.pairs_of_homes(by_door)
        near = network.cost_of(found.ticks) <= limit[found.place]
        people = np.where(homes.on_network, inputs.people[:, group], 0).astype(float)
        shared = two_step(found.place[near], found.outlet[near], people, inputs.capacity[known])
        heads = _sum(inputs, group, homes.on_network)
        held = np.bincount(inputs.community, weights=shared.per_head * people, minlength=len(heads))
        each[:, f] = np.round(
            1000 * np.divide(held, heads, out=np.full(len(heads), np.nan), where=heads > 0), 1
        )
        spread[f], unused[f] = round(gini(shared.per_head, people), 6), shared.unused
    return each, spread, unused
