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
from linli_compute.counting import counts
from linli_compute.geometry import Points, areas_of
from linli_compute.network import Network
from linli_compute.packs import Circle, Function
from linli_compute.positions import Positions, snap
from linli_compute.search import nearest


@dataclass(frozen=True)
class Ground:
    """What a study stands on: people and places put onto one network."""

    network: Network
    circle: Circle
    homes: Positions
    groups: dict[str, np.ndarray]
    outlets: Positions
    outlet_points: Points
    function: np.ndarray  # of each outlet: index into the circle's functions, -1 for none of them


@dataclass(frozen=True)
class FunctionReach:
    """How one function is reached; `outlets` is 0 for one without data, and then nothing else is said."""

    function: Function
    outlets: int
    by_group: dict[str, Reach]
    worst_tenth_min: float
    gini_min: float


@dataclass(frozen=True)
class Study:
    """Minutes and choices per home and function, and what follows from them."""

    minutes: np.ndarray  # (homes, functions), inf beyond every street, nan without data
    choices: np.ndarray  # (homes, functions): outlets within the function's band
    functions: tuple[FunctionReach, ...]
    people: str  # the group that stands for everybody: the largest in the file


@dataclass(frozen=True)
class AreaStudy:
    """Per area and function: reach of the people and the verdict of both rules; None without data."""

    area_of_home: np.ndarray
    reach: list[AreaReach | None]
    verdict: list[Verdict | None]


def lay_ground(
    network: Network,
    circle: Circle,
    homes: tuple[Points, dict[str, np.ndarray]],
    places: tuple[Points, np.ndarray],
) -> Ground:
    """People (points, groups) and places (points, words) on the network, each place with its function."""
    points, groups = homes
    outlet_points, words = places
    number = {word: i for i, f in enumerate(circle.functions) for word in f.categories}
    function = np.array([number.get(word, -1) for word in words], dtype=np.int64)
    stands, outlets = snap(network, points), snap(network, outlet_points)
    return Ground(network, circle, stands, groups, outlets, outlet_points, function)


def run_study(ground: Ground) -> Study:
    """Every function's reach over the whole city."""
    used = ground.function >= 0
    outlets, function = ground.outlets.take(used), ground.function[used]
    known = ground.homes.on_network
    there = np.bincount(function[outlets.on_network], minlength=len(ground.circle.functions))
    minutes = nearest(ground.network, outlets, function, ground.homes, categories=len(there))
    minutes[:, there == 0] = np.nan
    everybody = max(ground.groups, key=lambda name: float(ground.groups[name].sum()))
    found = tuple(
        _function_reach(f, int(there[i]), minutes[:, i], ground.groups, known, everybody)
        for i, f in enumerate(ground.circle.functions)
    )
    return Study(minutes, _choices(ground, outlets, function), found, everybody)


def _choices(ground: Ground, outlets: Positions, function: np.ndarray) -> np.ndarray:
    """Outlets of each function within its own band."""
    bands = tuple(sorted({f.band_min for f in ground.circle.functions}))
    result = np.zeros((len(ground.homes), len(ground.circle.functions)), dtype=np.int32)
    for band in bands:
        wanted = np.array([f.band_min == band for f in ground.circle.functions])
        mine = wanted[function]
        if mine.any():
            within = counts(ground.network, outlets.take(mine), function[mine], ground.homes, bands=(band,))
            result[:, : within.shape[2]] += within[:, 0, :]
    return result


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
    used = ground.function >= 0
    outlets, function = ground.outlets.take(used), ground.function[used]
    walk = nearest(ground.network, outlets, function, stands, categories=len(study.functions))
    walk[~stands.on_network] = np.nan
    plane = ground.network.plane
    centre_xy = plane.to_metres(centres.lon, centres.lat)
    x, y = plane.to_metres(ground.outlet_points.lon[used], ground.outlet_points.lat[used])
    radius = np.where(np.isnan(radius_m), ground.circle.radius_m, radius_m)
    people, known = ground.groups[study.people], ground.homes.on_network
    reached: list[AreaReach | None] = []
    verdicts: list[Verdict | None] = []
    for i, found in enumerate(study.functions):
        if not found.outlets:
            reached.append(None)
            verdicts.append(None)
            continue
        limit = found.function.band_min
        reached.append(reach_by_area(study.minutes[:, i] <= limit, people, known, area, areas=len(polygons)))
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
