"""One walk from door to door: the way along the streets with its true shape, and its legs."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from scipy.sparse import csgraph

from linli_compute.isochrones import edge_piece
from linli_compute.network import Network
from linli_compute.positions import Positions

TURN_DEG = 30.0  # a bend below this is the same street going on
COMPASS = ("北", "东北", "东", "东南", "南", "西南", "西", "西北")


@dataclass(frozen=True)
class Route:
    """The walk: its line in metres on the network's plane, and what it costs with both legs (minutes or metres)."""

    line: shapely.LineString
    cost: float

    def legs(self) -> list[tuple[str, int]]:
        """Straight stretches in order: where to (one of eight directions) and how many metres.

        >>> Route(shapely.linestrings([(0, 0), (0, 80), (60, 80)]), 2.0).legs()
        [('北', 80), ('东', 60)]
        """
        found: list[list[float]] = []
        before = None
        for (x0, y0), (x1, y1) in zip(self.line.coords[:-1], self.line.coords[1:], strict=True):
            metres = float(np.hypot(x1 - x0, y1 - y0))
            if metres == 0:
                continue
            heading = float(np.degrees(np.arctan2(x1 - x0, y1 - y0)) % 360)
            turned = None if before is None else abs((heading - before + 180) % 360 - 180)
            if turned is None or turned > TURN_DEG:
                found.append([heading, metres])
            else:
                found[-1][1] += metres
            before = heading
        return [(COMPASS[round(heading / 45) % 8], round(metres)) for heading, metres in found]


def route(network: Network, origin: Positions, goal: Positions) -> Route | None:
    """The cheapest walk between two places; None where either is off the network or no street leads over."""
    assert len(origin) == len(goal) == 1
    if not (origin.on_network[0] and goal.on_network[0]):
        return None
    starts, ends = _ends(network, origin), _ends(network, goal)
    reached, before = csgraph.dijkstra(
        network.matrix, indices=[junction for junction, _ticks in starts], return_predecessors=True
    )
    options = [
        (away + reached[i, junction] + back, i, n)
        for i, (_start, away) in enumerate(starts)
        for n, (junction, back) in enumerate(ends)
    ]
    ticks, i, n = min(options)
    pieces = []
    edge, here, there = int(origin.edge[0]), int(origin.at[0]), int(goal.at[0])
    if edge == goal.edge[0] and abs(here - there) <= ticks:
        ticks = abs(here - there)
        pieces.append((edge, here, there))
    elif not np.isfinite(ticks):
        return None
    else:
        pieces = _pieces(network, (origin, goal), (starts[i][0], ends[n][0], i, n), before[i])
    line = [xy for piece in pieces for xy in edge_piece(network, *piece).coords]
    legs = int(origin.leg[0]) + int(goal.leg[0])
    return Route(shapely.linestrings(line), float(network.cost_of(np.array(ticks + legs))))


def _ends(network: Network, place: Positions) -> list[tuple[int, int]]:
    """Both ends of the place's edge, and the ticks to each."""
    edge, at = int(place.edge[0]), int(place.at[0])
    return [(int(network.tail[edge]), at), (int(network.head[edge]), int(network.ticks[edge]) - at)]


def _pieces(
    network: Network,
    places: tuple[Positions, Positions],
    chosen: tuple[int, int, int, int],
    before: np.ndarray,
) -> list[tuple[int, int, int]]:
    """Pieces of edges from the origin over the junctions to the goal: edge, from and to in ticks."""
    origin, goal = places
    start, end, start_side, end_side = chosen
    way = [end]
    while way[-1] != start:
        way.append(int(before[way[-1]]))
    way.reverse()
    first, last = int(origin.edge[0]), int(goal.edge[0])
    pieces = [(first, int(origin.at[0]), int(network.ticks[first]) if start_side else 0)]
    for a, b in pairwise(way):
        slots = np.arange(network.first[a], network.first[a + 1])
        mine = network.via[slots[network.to[slots] == b]]
        edge = int(mine[np.argmin(network.ticks[mine])])
        forth = network.tail[edge] == a
        whole = int(network.ticks[edge])
        pieces.append((edge, 0, whole) if forth else (edge, whole, 0))
    pieces.append((last, int(network.ticks[last]) if end_side else 0, int(goal.at[0])))
    return pieces
