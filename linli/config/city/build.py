"""Puts the parts of the demonstration city together."""

from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from linli.config.city import bodies
from linli.config.city.care import Care, care
from linli.config.city.facilities import facilities
from linli.config.city.geography import Geography, geography
from linli.config.city.outlets import outlets
from linli.config.city.parts import Parts
from linli.config.city.people import Households, People, Population, populate
from linli.config.city.sites import Sites
from linli.config.city.sizes import SIZES
from linli.config.city.workforce import workers


@dataclass(frozen=True)
class City:
    """A whole demonstration city; the same size, seed and day always give the same one."""

    size: str
    seed: int
    last_day: date
    ground: Geography
    facilities: tuple
    outlets: tuple
    organisations: tuple
    units: tuple
    population: Population | None  # None for size L: see `towns`
    care: Care | None
    teams: tuple
    workers: tuple


def generate(size="S", *, seed=99, last_day):
    """The demonstration city of a size ("S", "M" or "L") as it stands on `last_day`."""
    if size not in SIZES:
        raise ValueError(f"size is one of {', '.join(SIZES)}, not {size!r}")
    parts, spec = Parts(seed), SIZES[size]
    ground = geography(spec, parts)
    sites = Sites(ground.buildings, len(ground.communities))
    registers = {
        "facilities": facilities(parts, ground, sites, last_day),
        "outlets": outlets(parts, ground, sites, last_day),
        "organisations": bodies.organisations(parts, ground, last_day),
        "units": bodies.units(parts, ground),
    }
    people = {"population": None, "care": None, "teams": (), "workers": ()}
    if spec.with_people:
        population = _joined([p for _, p in towns(ground, seed=seed, last_day=last_day)])
        people = {
            "population": population,
            "care": care(parts("care"), ground, population, last_day),
            "teams": bodies.teams(parts, ground, population, last_day),
            "workers": workers(parts, ground, population, last_day),
        }
    return City(size, seed, last_day, ground, **registers, **people)


def towns(ground, *, seed=99, last_day):
    """(street or town, its Population) one after the other: fits into memory whatever the size."""
    parts = Parts(seed)
    streets = [d for d in ground.divisions if d.level == "street"]
    number_of = {d.code: k for k, d in enumerate(streets)}
    of_community = np.array([number_of[c.parent] for c in ground.communities])
    of_building = of_community[ground.buildings.community]
    siblings = {}
    for street in streets:
        siblings.setdefault(street.parent, []).append(street.code)
    for number, street in enumerate(streets):
        rows = np.flatnonzero((of_building == number) & (ground.buildings.households > 0))
        own = siblings[street.parent]
        rank_from = own.index(street.code) * (498 // len(own))
        place = {"town": number, "region": street.code[:6], "rank_from": rank_from}
        yield street, populate(parts("people", number), ground, rows, last_day=last_day, **place)


def _joined(populations):
    """One Population of many; rows of later ones follow those of earlier ones."""
    people_before = np.cumsum([0] + [len(p.people) for p in populations])
    homes_before = np.cumsum([0] + [len(p.households) for p in populations])
    shift = {"first": people_before, "household": homes_before}

    def column(part, name):
        pieces = [getattr(getattr(p, part), name) for p in populations]
        if name in shift:
            pieces = [piece + before for piece, before in zip(pieces, shift[name], strict=False)]
        return np.concatenate(pieces)

    return Population(
        *(
            kind(**{name: column(part, name) for name in (f.name for f in fields(kind))})
            for kind, part in ((Households, "households"), (People, "people"))
        )
    )
