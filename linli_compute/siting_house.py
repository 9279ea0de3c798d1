"""Several services under one roof (嵌入式服务综合体): the rules of a pack, and the siting problem they make."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from linli_compute.errors import InputError
from linli_compute.geometry import Points
from linli_compute.network import Network
from linli_compute.packs import shaped
from linli_compute.positions import Positions, snap
from linli_compute.siting import Siting, in_one_house
from linli_compute.within import pairs


@dataclass(frozen=True)
class Service:
    """A service of a house: for whom (a column of people, "" for everybody), how far, what a place of it takes."""

    key: str
    title: str
    band_min: float
    group: str
    m2_per_place: float
    needs_percent: float


@dataclass(frozen=True)
class HouseRule:
    """What a house of several services must hold."""

    least_m2: float
    least_functions: int
    core: tuple[str, ...]
    least_core: int
    services: tuple[Service, ...]

    def chosen(self, keys: list[str]) -> list[Service]:
        """The services of these keys; InputError where they make no house by the rule."""
        known = {service.key: service for service in self.services}
        if unknown := [key for key in keys if key not in known]:
            raise InputError(f"综合体的规则里没有功能 {'、'.join(unknown)}；有：{'、'.join(known)}。")
        if len(set(keys)) < len(keys):
            raise InputError("有功能写了两次。")
        if len(keys) < self.least_functions or len(set(keys) & set(self.core)) < self.least_core:
            names = "、".join(known[key].title for key in self.core)
            raise InputError(
                f"综合体至少要 {self.least_functions} 项功能，其中{names}至少 {self.least_core} 项。"
            )
        return [known[key] for key in keys]


def house_of(pack: Any, *, where: str) -> HouseRule:
    """The rule from a parsed pack; InputError names `where`."""
    rows = pack.get("services") if isinstance(pack, Mapping) else None
    if not isinstance(rows, list) or not rows:
        raise InputError(f"{where}：缺少“services”列表。")
    services = tuple(shaped(Service, row, where) for row in rows)
    try:
        return HouseRule(
            float(pack["least_m2"]), int(pack["least_functions"]), tuple(pack["core"]), int(pack["least_core"]),
            services,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as wrong:
        raise InputError(
            f"{where}：least_m2、least_functions、core 或 least_core 缺失或不对（{wrong}）。"
        ) from wrong


def people_served(area_m2: np.ndarray, services: int, service: Service) -> np.ndarray:
    """People whose need of a service a house of so much floor meets, the floor shared equally among the services.

    >>> meals = Service("meals", "助餐", 15, "age60plus", m2_per_place=2, needs_percent=8)
    >>> people_served(np.array([600.0]), 2, meals).tolist()  # 150 places, for one in 12.5 wants one
    [1875.0]
    """
    return np.floor(area_m2 / services / service.m2_per_place) * 100.0 / service.needs_percent


@dataclass(frozen=True)
class Standing:
    """Outlets that stand already: where, of which service, and the people each serves (inf: nobody knows)."""

    stands: Positions
    service: np.ndarray
    people: np.ndarray


@dataclass(frozen=True)
class HousePart:
    """One service: its people, those within the band already, and its own problem."""

    service: Service
    people: np.ndarray
    before: np.ndarray
    problem: Siting

    @property
    def total(self) -> float:
        """All people the service is for."""
        return float(self.people.sum())


@dataclass(frozen=True)
class HouseGround:
    """Everything the services share: the network, the homes on it, candidates with price and floor."""

    network: Network
    homes: Positions
    candidates: Positions
    cost: np.ndarray
    area_m2: np.ndarray
    standing: Standing
    by_places: bool  # a site serves no more people than it has places for


def house_parts(ground: HouseGround, services: list[Service], people: list[np.ndarray]) -> list[HousePart]:
    """The problem of each service; where places do not count, who has an outlet already is no part of it."""
    count = len(ground.candidates)
    standing = ground.standing if ground.by_places else _none(ground)
    kept = np.arange(count + len(standing.service)) >= count
    cost = np.concatenate([ground.cost, np.zeros(len(standing.service))])
    parts = []
    for number, (service, heads) in enumerate(zip(services, people, strict=True)):
        before = _reached(ground, number, service)
        left = heads if ground.by_places else np.where(before, 0.0, heads)
        mine = standing.service == number
        cell, site = _pairs(ground, service, ground.candidates)
        own_cell, own_site = _pairs(ground, service, standing.stands.take(mine))
        capacity = None
        if ground.by_places:
            capacity = np.zeros(len(kept))
            capacity[:count] = people_served(ground.area_m2, len(services), service)
            capacity[count:][mine] = np.minimum(standing.people[mine], heads.sum())
        problem = Siting(
            left, np.concatenate([cell, own_cell]),
            np.concatenate([site, np.flatnonzero(mine)[own_site] + count]), cost, kept=kept, capacity=capacity,
        )  # fmt: skip
        parts.append(HousePart(service, heads, before, problem))
    return parts


def house_problem(parts: list[HousePart]) -> Siting:
    """All services in one house."""
    return in_one_house([part.problem for part in parts])


def _none(ground: HouseGround) -> Standing:
    none = np.zeros(len(ground.standing.service), dtype=bool)
    held = ground.standing
    return Standing(held.stands.take(none), held.service[none], held.people[none])


def _reached(ground: HouseGround, number: int, service: Service) -> np.ndarray:
    """Homes with an outlet of the service within its band already."""
    mine = ground.standing.service == number
    cell, _site = _pairs(ground, service, ground.standing.stands.take(mine))
    near = np.zeros(len(ground.homes), dtype=bool)
    near[cell] = True
    return near


def _pairs(ground: HouseGround, service: Service, sites: Positions) -> tuple[np.ndarray, np.ndarray]:
    if not len(sites):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    found = pairs(ground.network, sites, ground.homes, limit=service.band_min)
    return found.place, found.outlet


def stood(network: Network, where: Points, service: np.ndarray, people: np.ndarray) -> Standing:
    """Outlets of the services that stand, those far from every street left out."""
    stands = snap(network, where)
    on = stands.on_network
    return Standing(stands.take(on), service[on], people[on])
