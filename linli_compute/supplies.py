"""Two-step floating catchment of a study on files: places per head of each home, function by function."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from linli_compute.access import gini, two_step
from linli_compute.packs import Function
from linli_compute.study import Ground, Study
from linli_compute.within import pairs

SUPPLY_HEADER = [
    "功能", "步行时限(分钟)", "人群", "写明容量的网点", "容量", "没有人走得到的容量", "每千人容量", "人均容量基尼系数",
]  # fmt: skip


@dataclass(frozen=True)
class Supply:
    """What the outlets of one function that state their places give to each home."""

    function: Function
    group: str
    outlets: int
    places: float
    unused: float
    per_head: np.ndarray  # (homes,); 0 where nothing is near
    per_thousand: float
    gini: float


def supplies_of(ground: Ground, study: Study, capacity: np.ndarray) -> list[Supply]:
    """Functions with at least one outlet at a street that states its places (others state nan: unknown, not 0).

    Each outlet shares its places among all of the function's own group (elders for elder care, where the file
    counts them) who walk to it within the band.
    """
    found = []
    for i, function in enumerate(ground.circle.functions):
        mine = ground.used & (ground.function == i) & np.isfinite(capacity) & ground.outlets.on_network
        if mine.any():
            found.append(_supply(ground, study, function, (mine, capacity[mine])))
    return found


def _supply(ground: Ground, study: Study, function: Function, given: tuple[np.ndarray, np.ndarray]) -> Supply:
    mine, places = given
    group = function.group if function.group in ground.groups else study.people
    known = ground.homes.on_network
    people = np.where(known, ground.groups[group], 0.0)
    by_door = pairs(
        ground.network, ground.outlets.take(mine), ground.homes.positions, limit=function.band_min
    )
    near = ground.homes.pairs_of_homes(by_door)
    shared = two_step(near.place, near.outlet, people, places)
    everybody = float(people.sum())
    return Supply(
        function, group, int(mine.sum()), float(places.sum()), shared.unused, shared.per_head,
        float(shared.per_head @ people) / everybody * 1000 if everybody else float("nan"),
        gini(shared.per_head, people),
    )  # fmt: skip


def supply_rows(supplies: list[Supply], title_of: Any) -> list[list[Any]]:
    """One row per function; `title_of` names a group of people."""
    return [
        [
            one.function.title, one.function.band_min, title_of(one.group), one.outlets, round(one.places, 1),
            round(one.unused, 1), round(one.per_thousand, 2) if np.isfinite(one.per_thousand) else "",
            round(one.gini, 3) if np.isfinite(one.gini) else "",
        ]
        for one in supplies
    ]  # fmt: skip
