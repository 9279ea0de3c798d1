"""Streets as they are laid out: straight lines of a plan, joined at stops, then carried to the ground."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from linli.config.city.frame import to_wgs84
from linli.config.city.model import HIGHWAYS, Streets

GROUND = -1  # the plan of what is given in metres already
STEP = 48.0  # a street bends at least every so many metres


@dataclass(eq=False)
class Line:
    """A straight street of a plan: along u at a fixed v (axis 0), or along v at a fixed u (axis 1)."""

    plan: int
    axis: int
    at: float
    start: float
    end: float
    kind: str
    name: str = ""
    bridge: bool = False
    stops: set = field(default_factory=set)

    def __post_init__(self):
        self.at, self.start, self.end = (round(float(w), 2) for w in (self.at, self.start, self.end))
        self.stops |= {self.start, self.end}

    def stop(self, where):
        """Make another street meet this one at `where` (along it)."""
        self.stops.add(round(float(where), 2))

    def points(self):
        """Plan coordinates along the street: its stops, and bends between them."""
        stops = sorted(self.stops)
        along = [stops[0]]
        for a, b in pairwise(stops):
            pieces = max(1, int((b - a) // STEP))
            along += [round(a + (b - a) * k / pieces, 2) for k in range(1, pieces)] + [b]
        return [(w, self.at) if self.axis == 0 else (self.at, w) for w in along]


class Network:
    """Collects the streets of all plans over one set of nodes."""

    def __init__(self, warps):
        self._warps = warps
        self._numbers = {}
        self._ways = []
        self._names = {"": 0}

    def node(self, plan, u, v):
        """Number of the node at a plan's (u, v); the same place gives the same number."""
        return self._numbers.setdefault((plan, round(float(u), 2), round(float(v), 2)), len(self._numbers))

    def add_line(self, line):
        nodes = [self.node(line.plan, u, v) for u, v in line.points()]
        self.add_way(nodes, kind=line.kind, name=line.name, bridge=line.bridge)

    def add_way(self, nodes, *, kind, name="", bridge=False):
        number = self._names.setdefault(name, len(self._names))
        self._ways.append((nodes, HIGHWAYS.index(kind), number, bridge))

    def streets(self):
        """The finished `Streets`, in WGS 84."""
        keys = np.array(list(self._numbers))
        xy = np.empty((len(keys), 2))
        for plan in np.unique(keys[:, 0]):
            rows = keys[:, 0] == plan
            warp = self._warps.get(int(plan))
            xy[rows] = warp(keys[rows, 1:]) if warp else keys[rows, 1:]
        nodes, kinds, names, bridges = zip(*self._ways, strict=True)
        return Streets(
            nodes=to_wgs84(xy),
            offsets=np.cumsum([0] + [len(way) for way in nodes]),
            members=np.concatenate([np.array(way) for way in nodes]),
            kind=np.array(kinds, dtype=np.uint8),
            name=np.array(names, dtype=np.int32),
            bridge=np.array(bridges, dtype=bool),
            names=tuple(self._names),
        )
