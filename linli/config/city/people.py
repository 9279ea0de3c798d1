"""Who lives in the houses: households and their members as columns, made town by town.

Ages, kinds of household and where people are registered follow what is usual for the kind of compound: elders
alone in old estates and villages, young families and tenants in new towers, grandparents with children in
villages. Every person is made up; numbers are valid by their check digit but lie in region 99, which is
allocated to nobody, and telephone numbers begin with 154, which no operator has been given.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from linli.config.city import naming
from linli.config.city.families import FAMILIES, MIX, RELATIONS, draw_members

KINDS = ("registered", "resident", "floating")  # 户籍, 常住, 流动


@dataclass(frozen=True)
class Households:
    KINDS: ClassVar = KINDS

    building: np.ndarray  # row of City.buildings
    unit: np.ndarray
    floor: np.ndarray
    flat: np.ndarray
    kind: np.ndarray  # number in KINDS
    family: np.ndarray  # number in families.FAMILIES
    size: np.ndarray
    first: np.ndarray  # row of its head in People; the members follow

    def __len__(self):
        return len(self.building)

    def doors(self, rows):
        """Door plates of the households in `rows`: 2单元1203室; a farmhouse has none."""
        number = zip(self.unit[rows], self.floor[rows], self.flat[rows], strict=True)
        return [f"{u}单元{f}{d:02d}室" for u, f, d in number]


@dataclass(frozen=True)
class People:
    RELATIONS: ClassVar = RELATIONS

    household: np.ndarray  # row of Households
    relation: np.ndarray  # number in families.RELATIONS
    sex: np.ndarray  # 1 male, 2 female
    birth: np.ndarray  # datetime64[D]
    name: np.ndarray
    ethnicity: np.ndarray  # GB/T 3304: 1 Han …
    region: np.ndarray  # six digits of the place of registration
    id_number: np.ndarray  # bytes; empty where the number is not known yet
    phone: np.ndarray  # 0: none; couples and elders may share one
    needs_help: np.ndarray  # with a telephone's menus

    def __len__(self):
        return len(self.household)

    def age_on(self, day):
        """Full years on `day`."""
        day = np.datetime64(day, "D")
        months = day.astype("datetime64[M]").astype(int) - self.birth.astype("datetime64[M]").astype(int)
        of_month = (self.birth - self.birth.astype("datetime64[M]")).astype(int)
        early = (day - day.astype("datetime64[M]")).astype(int) < of_month
        return (months - early) // 12


@dataclass(frozen=True)
class Population:
    """Households and people of one town or of a whole city."""

    households: Households
    people: People


def populate(rng, geography, rows, *, last_day, town, region, rank_from):
    """Households and people of the buildings `rows`, all in one town.

    `town` is the town's number in the city, `region` its county's six digits, `rank_from` the first free
    running number of its ID numbers: what keeps numbers unique without asking the other towns.
    """
    b = geography.buildings
    style = _styles(geography, rows)
    count = b.households[rows].astype(int)
    building = np.repeat(rows, count)
    kind_of_house = np.repeat(style, count)
    door = _doors(rng, b, rows, count)
    family = _draw_families(rng, kind_of_house)
    kind = _registration(rng, kind_of_house, family)
    members = draw_members(rng, family, rural=kind_of_house == len(MIX) - 1)
    size = np.bincount(members["household"], minlength=len(building))
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    households = Households(building, *door, kind, family, size.astype(np.uint8), first)
    people = _people(
        rng, households, members, last_day=last_day, town=town, region=region, rank_from=rank_from
    )
    return Population(households, people)


def _styles(geography, rows):
    order = list(MIX)
    by_compound = np.array([order.index(c.kind) for c in geography.compounds])
    return by_compound[geography.buildings.compound[rows]]


def _doors(rng, b, rows, count):
    """(unit, floor, flat) of every lived-in dwelling: some doors of a building, in order."""
    units, floors, flats = [], [], []
    for row, lived in zip(rows, count, strict=True):
        per_floor = max(1, int(b.flats_per_floor[row]))
        doors = int(b.units[row]) * int(b.storeys[row]) * per_floor if per_floor > 1 else max(1, lived)
        chosen = np.sort(rng.permutation(doors)[:lived])
        unit, rest = np.divmod(chosen, int(b.storeys[row]) * per_floor if per_floor > 1 else 1)
        floor, flat = np.divmod(rest, per_floor)
        units.append(unit + 1), floors.append(floor + 1), flats.append(flat + 1)
    return tuple(np.concatenate(part).astype(np.uint8) for part in (units, floors, flats))


def _draw_families(rng, kind_of_house):
    family = np.empty(len(kind_of_house), dtype=np.uint8)
    for number, weights in enumerate(MIX.values()):
        rows = np.flatnonzero(kind_of_house == number)
        share = np.array(weights, dtype=float)
        family[rows] = rng.choice(len(FAMILIES), size=len(rows), p=share / share.sum())
    return family


def _registration(rng, kind_of_house, family):
    """Registered here, living here but registered elsewhere, or passing (流动)."""
    names = list(MIX)
    floating = np.array([0.08, 0.13, 0.09, 0.15, 0.02])[kind_of_house]
    away = np.array([0.14, 0.2, 0.1, 0.3, 0.02])[kind_of_house]
    assert names[-1] == "hamlet"
    floating = np.where(family == list(FAMILIES).index("shared"), 0.85, floating)
    draw = rng.random(len(family))
    return np.where(draw < floating, 2, np.where(draw < floating + away, 1, 0)).astype(np.uint8)


def _people(rng, households, members, *, last_day, town, region, rank_from):
    household = members["household"]
    days = (members["age"] * 365.2425 + rng.integers(0, 365, len(household))).astype(int)
    birth = np.datetime64(last_day, "D") - days
    names, ethnicity = naming.names(rng, members, birth)
    regions = naming.regions(rng, households.kind, town, region)[household]
    numbers = naming.id_numbers(birth, members["sex"], regions, own=int(region), rank_from=rank_from)
    newborn = (members["age"] < 1) & (rng.random(len(household)) < 0.3)
    phone = _phones(rng, households, members, town)
    return People(
        household.astype(np.int32),
        members["relation"].astype(np.uint8),
        members["sex"].astype(np.uint8),
        birth,
        names,
        ethnicity,
        regions,
        np.where(newborn, b"", numbers),
        phone,
        (members["age"] >= 72) & (rng.random(len(household)) < 0.45),
    )


def _phones(rng, households, members, town):
    """154 and eight digits, one each for most; elders share with their partner, small children have none."""
    age, household = members["age"], members["household"]
    chance = np.select([age < 9, age < 14, age < 18, age < 72, age < 80], [0, 0.25, 0.8, 0.985, 0.82], 0.6)
    running = town * 200_000 + np.arange(len(age))
    own = (
        15_400_000_000 + (running * 48_271 + 13_577) % 100_000_000
    )  # 48271 is odd and no multiple of 5: no repeats
    phone = np.where(rng.random(len(age)) < chance, own, 0)
    partner = members["relation"] == RELATIONS.index("配偶")
    share = partner & (age >= 66) & (rng.random(len(age)) < 0.3)
    head = phone[households.first[household]]
    return np.where(share & (head > 0), head, phone)
