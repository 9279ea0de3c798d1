"""What a demonstration city consists of: frozen rows for what is few, columns (arrays) for what is many."""

from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from hashlib import sha256
from typing import ClassVar

import numpy as np
from shapely import Geometry, Polygon, to_wkb

HIGHWAYS = (
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "service",
    "track",
    "footway",
)

USES = ("residential", "public", "commercial", "education", "farmhouse")


@dataclass(frozen=True)
class Division:
    """A place with a 12-digit statistical code, province to community; boundary in WGS 84."""

    code: str
    name: str
    level: str  # province, city, county, street, community
    parent: str
    kind: str  # of a committee: 居委会 or 村委会; of a street: 街道, 镇 or 乡; else the level's own word
    urban_rural: str  # 111 … 220 for communities, else ""
    tags: tuple[str, ...]
    lon: float
    lat: float
    boundary: Geometry  # a community is one polygon; what it adds up to may lie in parts


@dataclass(frozen=True)
class Grid:
    """Ground of one grid worker: code = committee code + 3 digits."""

    code: str
    name: str
    community: str
    households: int
    boundary: Polygon


@dataclass(frozen=True)
class MicroGrid:
    """Some buildings of a grid: code = grid code + 2 digits."""

    code: str
    name: str
    grid: str
    households: int


@dataclass(frozen=True)
class Compound:
    """A 小区 (or a hamlet of a village) with its address."""

    code: str
    name: str
    community: str
    kind: str  # old, mixed, new, relocation, hamlet
    year: int
    address: str
    lon: float
    lat: float
    boundary: Polygon


@dataclass(frozen=True)
class Area:
    """Water, green, hills: what the base map shows beside streets and buildings."""

    kind: str  # river, water, park, riverside, hill, wood, farmland, square
    name: str
    boundary: Polygon


@dataclass(frozen=True)
class Streets:
    """Ways over shared nodes: two streets meet where they name the same node."""

    nodes: np.ndarray  # (n, 2) longitude, latitude
    offsets: np.ndarray  # way w holds members[offsets[w]:offsets[w + 1]]
    members: np.ndarray  # node numbers
    kind: np.ndarray  # number in HIGHWAYS
    name: np.ndarray  # number in `names`; 0: none
    bridge: np.ndarray
    names: tuple[str, ...]
    highways: ClassVar[tuple[str, ...]] = HIGHWAYS  # what `kind` counts in

    def __len__(self):
        return len(self.kind)

    def line(self, way):
        """Coordinates (k, 2) of one way."""
        return self.nodes[self.members[self.offsets[way] : self.offsets[way + 1]]]


@dataclass(frozen=True)
class Buildings:
    """Columns over buildings; `community`, `compound`, `grid`, `micro`: row numbers in the city's tuples."""

    USES: ClassVar = USES

    code: np.ndarray  # code of the compound + B + 4 digits
    name: np.ndarray
    community: np.ndarray  # number among City.communities
    compound: np.ndarray
    grid: np.ndarray
    micro: np.ndarray
    number: np.ndarray  # 3 → "3号楼"
    use: np.ndarray  # number in USES
    storeys: np.ndarray
    units: np.ndarray
    flats_per_floor: np.ndarray  # in one unit
    year: np.ndarray
    lift: np.ndarray
    households: np.ndarray  # lived-in dwellings
    lon: np.ndarray
    lat: np.ndarray
    footprint: np.ndarray  # (n, 4, 2) corners
    plan: np.ndarray  # (n, 3): which plan, u, v; for those who build the city further

    def __len__(self):
        return len(self.use)


def digest(thing):
    """Hexadecimal SHA-256 of everything in a city or in a part of one; equal if and only if all of it is."""
    sink = sha256()
    _feed(sink, thing)
    return sink.hexdigest()


def _feed(sink, thing):
    if is_dataclass(thing):
        for field in fields(thing):
            sink.update(field.name.encode())
            _feed(sink, getattr(thing, field.name))
    elif isinstance(thing, np.ndarray):
        sink.update(str((thing.dtype, thing.shape)).encode())
        sink.update(np.ascontiguousarray(thing).tobytes())
    elif isinstance(thing, Geometry):
        sink.update(to_wkb(thing))
    elif isinstance(thing, (tuple, list)):
        sink.update(f"({len(thing)}".encode())
        for item in thing:
            _feed(sink, item)
    elif isinstance(thing, (str, int, float, bool, date, type(None), np.generic)):
        sink.update(repr(thing).encode())
    else:
        raise TypeError(f"digest: cannot read a {type(thing).__name__}")
