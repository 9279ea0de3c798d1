"""Homes with the doors people leave by: the entrances of a compound where they are known, else the nearest street.

A fence makes the nearest street point a wrong beginning: who lives behind it walks to a gate first. With gates
known, a walk begins at whichever of them makes it shortest, after the straight way from the home to the gate.
"""

from dataclasses import dataclass

import numpy as np

from linli_compute.geometry import Points
from linli_compute.network import Network
from linli_compute.positions import Positions, snap
from linli_compute.within import Pairs


@dataclass(frozen=True)
class Doors:
    """`positions` of all doors, home after home; those of home h are `first[h]` to `first[h + 1]`, at least one."""

    positions: Positions
    first: np.ndarray

    def __len__(self) -> int:
        return len(self.first) - 1

    @property
    def home(self) -> np.ndarray:
        """Whose door each is."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))

    @property
    def on_network(self) -> np.ndarray:
        """Which homes have a door near enough to a street."""
        return np.logical_or.reduceat(self.positions.on_network, self.first[:-1])

    @property
    def snap_m(self) -> np.ndarray:
        """Metres from each home's best-lying door to its street (not from the home to the door)."""
        return self.least(self.positions.snap_m)

    def least(self, cost: np.ndarray) -> np.ndarray:
        """Cost of each home from the costs of the doors (rows): the least of its own."""
        return np.asarray(np.minimum.reduceat(cost, self.first[:-1], axis=0))

    def take(self, chosen: np.ndarray) -> "Doors":
        """The chosen homes (indices) with all their doors, in the order of `chosen`."""
        chosen = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
        sizes = np.diff(self.first)[chosen]
        first = np.concatenate([[0], np.cumsum(sizes)])
        rows = np.arange(first[-1]) - np.repeat(first[:-1] - self.first[:-1][chosen], sizes)
        return Doors(self.positions.take(rows), first)

    def pairs_of_homes(self, found: Pairs) -> Pairs:
        """Pairs of doors and outlets as pairs of homes and outlets: of several ways the shortest."""
        home = self.home[found.place]
        order = np.lexsort((found.ticks, found.outlet, home))
        home, outlet, ticks = home[order], found.outlet[order], found.ticks[order]
        fresh = np.r_[True, (np.diff(home) != 0) | (np.diff(outlet) != 0)] if len(home) else np.empty(0, bool)
        return Pairs(home[fresh], outlet[fresh], ticks[fresh])


def doors_of(network: Network, homes: Points, gates: tuple[Points, np.ndarray] | None = None) -> Doors:
    """The doors of homes; `gates`: entrances, and the home that each row of them belongs to.

    A gate too far from every street is none. A home without a gate leaves by the nearest street point.
    """
    direct = snap(network, homes)
    every = np.arange(len(homes))
    if gates is None or not len(gates[1]):
        return Doors(direct, np.arange(len(homes) + 1))
    points, owner = gates
    stands = snap(network, points)
    usable = stands.on_network
    inner = _inner_legs(network, homes.take(owner), points)
    walked = Positions(stands.edge, stands.at, stands.leg + inner, stands.snap_m).take(usable)
    alone = ~np.isin(every, owner[usable])
    home = np.concatenate([every[alone], owner[usable]])
    order = np.argsort(home, kind="stable")
    own = direct.take(alone)
    together = Positions(
        *(
            np.concatenate([getattr(own, name), getattr(walked, name)])[order]
            for name in ("edge", "at", "leg", "snap_m")
        )
    )
    return Doors(together, np.searchsorted(home[order], np.arange(len(homes) + 1)))


def _inner_legs(network: Network, homes: Points, gates: Points) -> np.ndarray:
    """Ticks of the straight way from each home to its gate."""
    hx, hy = network.plane.to_metres(homes.lon, homes.lat)
    gx, gy = network.plane.to_metres(gates.lon, gates.lat)
    per_unit = network.ticks_per_unit / (network.profile.speed_m_per_min or 1.0)
    return np.rint(np.hypot(hx - gx, hy - gy) * per_unit).astype(np.int64)
