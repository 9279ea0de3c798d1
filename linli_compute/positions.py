"""Places put onto the network: the exact nearest point of a street, with the way there shown and capped.

Taking the nearest street *node* instead flips the verdict on 3.5 to 6.8 % of the places in Wuhan.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from linli_compute.errors import InputError
from linli_compute.geometry import Points
from linli_compute.network import Network


@dataclass(frozen=True)
class Positions:
    """Places on the network: `at` ticks from the tail of `edge`, after a straight `leg` of so many ticks.

    `edge` is -1 for a place farther than the cap from every street; `snap_m` is its distance all the same
    where it is within three times the cap, and inf beyond.
    """

    edge: np.ndarray
    at: np.ndarray
    leg: np.ndarray
    snap_m: np.ndarray

    def __post_init__(self) -> None:
        assert len(self.edge) == len(self.at) == len(self.leg) == len(self.snap_m)

    def __len__(self) -> int:
        return len(self.edge)

    @property
    def on_network(self) -> np.ndarray:
        """Which places lie near enough to a street."""
        return self.edge >= 0

    @cached_property
    def order(self) -> np.ndarray:
        """Indices of the places on the network by edge, then by place along it."""
        on = np.flatnonzero(self.on_network)
        return on[np.argsort((self.edge[on] << 32) + self.at[on], kind="stable")]

    def take(self, chosen: np.ndarray) -> "Positions":
        """The chosen ones, in the order of `chosen` (a mask or indices)."""
        return Positions(self.edge[chosen], self.at[chosen], self.leg[chosen], self.snap_m[chosen])


@dataclass(frozen=True)
class Snapping:
    """How far the places of one file lie from the streets."""

    places: int
    too_far: int
    median_m: float
    worst_m: float  # of those within the cap
    cap_m: float


def snap(network: Network, places: Points) -> Positions:
    """Exact nearest point on a street edge for each place, up to the profile's `max_snap_m`.

    The straight leg to the street is walked too: at the profile's speed, or in metres.
    """
    x, y = network.plane.to_metres(places.lon, places.lat)
    cap = network.profile.max_snap_m
    tree, ends = _segments(network)
    which, segment = tree.query_nearest(shapely.points(x, y), max_distance=cap * 3.0)
    _, once = np.unique(which, return_index=True)  # of two equally near segments the first
    which, segment = which[once], segment[once]
    start, end = ends[segment], ends[segment] + 1
    along, metres = _project(network, start, end, x[which], y[which])
    near = metres <= cap
    edge, at = np.full(len(x), -1, dtype=np.int64), np.zeros(len(x), dtype=np.int64)
    edge[which[near]] = (np.searchsorted(network.shape_start, start, side="right") - 1)[near]
    span = network.shape_at[end] - network.shape_at[start]
    at[which[near]] = (network.shape_at[start] + np.rint(along * span).astype(np.int64))[near]
    snap_m = np.full(len(x), np.inf)
    snap_m[which] = metres
    legs = np.rint(
        np.where(edge >= 0, snap_m, 0.0) / (network.profile.speed_m_per_min or 1.0) * network.ticks_per_unit
    )
    return Positions(edge, at, legs.astype(np.int64), snap_m)


def _segments(network: Network) -> tuple[shapely.STRtree, np.ndarray]:
    """Tree over all straight pieces of the network, and the shape point at which each begins."""
    known = network.__dict__.get("_segments")
    if known is None:
        inner = np.ones(len(network.shape_x), dtype=bool)
        inner[network.shape_start[1:] - 1] = False
        begin = np.flatnonzero(inner)
        xy = np.column_stack([network.shape_x, network.shape_y])
        lines = shapely.linestrings(np.stack([xy[begin], xy[begin + 1]], axis=1))
        known = network.__dict__["_segments"] = shapely.STRtree(lines), begin
    return known


def _project(
    network: Network, start: np.ndarray, end: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Share of the way along each segment of its point nearest to (x, y), and the metres between them."""
    x0, y0 = network.shape_x[start], network.shape_y[start]
    dx, dy = network.shape_x[end] - x0, network.shape_y[end] - y0
    squared = np.maximum(dx * dx + dy * dy, 1e-12)
    along = np.clip(((x - x0) * dx + (y - y0) * dy) / squared, 0.0, 1.0)
    return along, np.hypot(x - x0 - along * dx, y - y0 - along * dy)


def snapping(network: Network, positions: Positions, *, what: str) -> Snapping:
    """Distances to the streets in one line; InputError, naming `what`, if not one place is near a street."""
    on = positions.on_network
    cap = network.profile.max_snap_m
    if not on.any():
        raise InputError(
            f"{what}没有一个点在道路 {cap:g} 米以内：点可能落在水里、路网之外，或坐标系不对"
            "（高德、腾讯用 gcj02，百度用 bd09）。"
        )
    return Snapping(
        places=len(positions),
        too_far=int((~on).sum()),
        median_m=float(np.median(positions.snap_m)),
        worst_m=float(positions.snap_m[on].max()),
        cap_m=cap,
    )


def street_points(network: Network) -> Positions:
    """Every point of the streets once: the junctions first, then the points inside the edges."""
    count = len(network.junction_x)
    edge, at = np.full(count, -1, dtype=np.int64), np.zeros(count, dtype=np.int64)
    every = np.arange(len(network.tail))
    edge[network.head], at[network.head] = every, network.ticks
    edge[network.tail], at[network.tail] = every, 0
    inner = np.ones(len(network.shape_x), dtype=bool)
    inner[network.shape_start[:-1]] = inner[network.shape_start[1:] - 1] = False
    points = np.flatnonzero(inner)
    edge = np.concatenate([edge, np.searchsorted(network.shape_start, points, side="right") - 1])
    at = np.concatenate([at, network.shape_at[points]])
    return Positions(edge, at, np.zeros(len(edge), dtype=np.int64), np.zeros(len(edge)))
