"""One study of a city: every function, every group of people, every area, both rules; nothing is guessed.

A function without one place in the file is "no data". People without a street near enough are "unknown".
"""

from dataclasses import dataclass

import numpy as np
import shapely

from linli_compute.access import (
    AreaReach,
    Reach,
    Verdict,
    both_rules,
    gini,
    reach,
    reach_by_area,
    worst_tenth,
)
from linli_compute.cells import Asked, Walks, walks_of
from linli_compute.doors import Doors, doors_of
from linli_compute.geometry import Points, areas_of
from linli_compute.hours import OPEN, UNSAID
from linli_compute.network import Network
from linli_compute.packs import Circle, Function
from linli_compute.positions import Positions, snap
from linli_compute.search import nearest


@dataclass(frozen=True)
class Ground:
    """What a study stands on: people and places put onto one network."""

    network: Network
    circle: Circle
    homes: Doors
    groups: dict[str, np.ndarray]
    outlets: Positions
    outlet_points: Points
    function: np.ndarray  # of each outlet: index into the circle's functions, -1 for none of them
    opens: np.ndarray | None = None  # OPEN, SHUT or UNSAID at the moment asked for; None: nobody asked

    @property
    def known(self) -> np.ndarray:
        """Outlets that say something of a function: with a moment asked for, those with hours only."""
        return self.function >= 0 if self.opens is None else (self.function >= 0) & (self.opens != UNSAID)

    @property
    def used(self) -> np.ndarray:
        """Outlets one may walk to: with a moment asked for, those open then."""
        return self.function >= 0 if self.opens is None else (self.function >= 0) & (self.opens == OPEN)


@dataclass(frozen=True)
class FunctionReach:
    """How one function is reached; `outlets` is 0 for one without data, and then nothing else is said."""

    function: Function
    outlets: int  # at a street; with a moment asked for, those whose hours are known
    by_group: dict[str, Reach]
    worst_tenth_min: float
    gini_min: float


@dataclass(frozen=True)
class Study:
    """Minutes and choices per home and function, and what follows from them."""

    minutes: np.ndarray  # (homes, functions), inf beyond every street, nan without data
    choices: np.ndarray  # (homes, bands, functions): outlets within each band
    bands_min: tuple[float, ...]
    functions: tuple[FunctionReach, ...]
    people: str  # the group that stands for everybody: the largest in the file


@dataclass(frozen=True)
class AreaStudy:
    """Per area and function: reach of each group and the verdict of both rules; None without data."""

    area_of_home: np.ndarray
    reach: list[dict[str, AreaReach] | None]
    verdict: list[Verdict | None]


def lay_ground(
    network: Network,
    circle: Circle,
    homes: tuple[Points, dict[str, np.ndarray]],
    places: tuple[Points, np.ndarray],
    *,
    gates: tuple[Points, np.ndarray] | None = None,
    opens: np.ndarray | None = None,
) -> Ground:
    """People (points, groups) and places (points, words) on the network, each place with its function.

    `gates`: entrances by which people leave, and whose each is; `opens`: which places are open when one asks.
    """
    points, groups = homes
    outlet_points, words = places
    number = {word: i for i, f in enumerate(circle.functions) for word in f.categories}
    function = np.array([number.get(word, -1) for word in words], dtype=np.int64)
    stands, outlets = doors_of(network, points, gates), snap(network, outlet_points)
    return Ground(network, circle, stands, groups, outlets, outlet_points, function, opens)


def bands_of(circle: Circle, horizon_min: float) -> tuple[float, ...]:
    """The bands in which choices are counted: each function's own, and those of the circle that can be seen."""
    own = {f.band_min for f in circle.functions}
    return tuple(sorted(own | {band for band in circle.bands_min if band <= horizon_min}))


def asked_of(ground: Ground, *, horizon_min: float = np.inf) -> Asked:
    """What the walks of a study are: every door, the outlets one may walk to, and how far one looks."""
    return Asked(
        ground.network,
        ground.homes.positions,
        ground.outlets.take(ground.used),
        ground.function[ground.used],
        len(ground.circle.functions),
        bands_of(ground.circle, horizon_min),
        horizon_min,
    )


def run_study(ground: Ground, walks: Walks | None = None) -> Study:
    """Every function's reach over the whole city; `walks` where they were computed elsewhere."""
    walks = walks or walks_of(asked_of(ground))
    known = ground.homes.on_network
    there = np.bincount(
        ground.function[ground.known & ground.outlets.on_network], minlength=len(ground.circle.functions)
    )
    minutes = ground.homes.least(walks.minutes)
    minutes[:, there == 0] = np.nan
    everybody = max(ground.groups, key=lambda name: float(ground.groups[name].sum()))
    found = tuple(
        _function_reach(f, int(there[i]), minutes[:, i], ground.groups, known, everybody)
        for i, f in enumerate(ground.circle.functions)
    )
    # Of several doors the one with most choice.
    choices = np.maximum.reduceat(walks.choices, ground.homes.first[:-1], axis=0)
    return Study(minutes, choices, walks.bands_min, found, everybody)


def _function_reach(
    function: Function,
    outlets: int,
    minutes: np.ndarray,
    groups: dict[str, np.ndarray],
    known: np.ndarray,
    everybody: str,
) -> FunctionReach:
    if not outlets:
        return FunctionReach(function, 0, {}, float("nan"), float("nan"))
    people, walk = groups[everybody][known], minutes[known]
    reached = np.isfinite(walk)
    return FunctionReach(
        function,
        outlets,
        {name: reach(minutes, counted, known, limit=function.band_min) for name, counted in groups.items()},
        worst_tenth(walk, people),
        gini(walk[reached], people[reached]),
    )


def study_areas(
    ground: Ground, study: Study, homes: Points, polygons: np.ndarray, radius_m: np.ndarray
) -> AreaStudy:
    """The same per area (WGS 84 polygons); `radius_m` overrides the circle's radius where it is not nan."""
    area = areas_of(homes, polygons)
    centroid = shapely.centroid(polygons)
    centres = Points(shapely.get_x(centroid), shapely.get_y(centroid))
    stands = snap(ground.network, centres)
    used = ground.used
    outlets, function = ground.outlets.take(used), ground.function[used]
    walk = nearest(ground.network, outlets, function, stands, categories=len(study.functions))
    walk[~stands.on_network] = np.nan
    plane = ground.network.plane
    centre_xy = plane.to_metres(centres.lon, centres.lat)
    x, y = plane.to_metres(ground.outlet_points.lon[used], ground.outlet_points.lat[used])
    radius = np.where(np.isnan(radius_m), ground.circle.radius_m, radius_m)
    known = ground.homes.on_network
    reached: list[dict[str, AreaReach] | None] = []
    verdicts: list[Verdict | None] = []
    for i, found in enumerate(study.functions):
        if not found.outlets:
            reached.append(None)
            verdicts.append(None)
            continue
        limit = found.function.band_min
        near = study.minutes[:, i] <= limit
        reached.append(
            {
                name: reach_by_area(near, people, known, area, areas=len(polygons))
                for name, people in ground.groups.items()
            }
        )
        mine = function == i
        verdicts.append(both_rules(centre_xy, (x[mine], y[mine]), radius, walk[:, i], limit=limit))
    return AreaStudy(area, reached, verdicts)


@dataclass(frozen=True)
class Gaps:
    """Squares in which people lack a function: lower-left corners in metres, people lacking each function."""

    side_m: float
    x_m: np.ndarray
    y_m: np.ndarray
    people: np.ndarray
    lacking: np.ndarray  # (squares, functions); nan without data


def gaps(ground: Ground, study: Study, homes: Points, *, side_m: float) -> Gaps:
    """Where people lack what, summed over squares so that no single home shows."""
    x, y = ground.network.plane.to_metres(homes.lon, homes.lat)
    known = ground.homes.on_network
    people = ground.groups[study.people]
    limits = np.array([f.function.band_min for f in study.functions])
    lacking = np.where(np.isnan(study.minutes), np.nan, (study.minutes > limits) * people[:, None])
    corner = np.stack([np.floor(x / side_m), np.floor(y / side_m)], axis=1)[known].astype(np.int64)
    squares, number = np.unique(corner, axis=0, return_inverse=True)
    total = np.zeros((len(squares), len(limits)))
    np.add.at(total, number, lacking[known])
    held = np.bincount(number, weights=people[known], minlength=len(squares))
    some = np.nansum(total, axis=1) > 0
    return Gaps(side_m, squares[some, 0] * side_m, squares[some, 1] * side_m, held[some], total[some])
