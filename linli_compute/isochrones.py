"""Isochrones: the streets walked within each band, cut where the time is up.

The ground along them is drawn in outlines.py; a hull around them would claim the far bank of a river.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from linli_compute.network import Network
from linli_compute.positions import Positions
from linli_compute.search import graph_of, scratch_of
from linli_compute.within import clean, spread


@dataclass(frozen=True)
class Isochrone:
    """What is walked within `limit` minutes (or metres): pieces of edges, in ticks from their tails."""

    limit: float
    edge: np.ndarray
    begin: np.ndarray
    end: np.ndarray

    def streets(self, network: Network) -> shapely.MultiLineString:
        """The walked pieces with their true shape, in metres on the network's plane."""
        return shapely.multilinestrings(
            [_shape(network, *piece) for piece in zip(self.edge, self.begin, self.end, strict=True)]
        )

    def steps(self, network: Network) -> np.ndarray:
        """The straight steps of the pieces: x and y of where each begins, x and y of where it ends, in metres."""
        first, last = network.shape_start[self.edge], network.shape_start[self.edge + 1] - 1
        step, piece = runs(first, last)
        at, x, y = network.shape_at, network.shape_x, network.shape_y
        begin = np.maximum(at[step], self.begin[piece])
        end = np.minimum(at[step + 1], self.end[piece])
        walked = end > begin
        step, begin, end = step[walked], begin[walked], end[walked]
        share = (np.stack([begin, end]) - at[step]) / (at[step + 1] - at[step])
        (x0, x1), (y0, y1) = (v[step] + share * (v[step + 1] - v[step]) for v in (x, y))
        return np.stack([x0, y0, x1, y1])

    def length_m(self, network: Network) -> float:
        """Metres of street walked."""
        x0, y0, x1, y1 = self.steps(network)
        return float(np.hypot(x1 - x0, y1 - y0).sum())


def runs(first: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The whole numbers from each `first` up to, not with, its `last`, and the index of the run of each.

    >>> [numbers.tolist() for numbers in runs(np.array([3, 7]), np.array([5, 8]))]
    [[3, 4, 7], [0, 0, 1]]
    """
    size = last - first
    run = np.repeat(np.arange(len(size)), size)
    return np.arange(len(run)) + (first - (np.cumsum(size) - size))[run], run


def isochrones(network: Network, place: Positions, limits: tuple[float, ...]) -> list[Isochrone]:
    """One isochrone per limit (minutes or metres) around one place; empty ones if it is off the network."""
    assert len(place) == 1
    ticks = [network.to_ticks(limit) - int(place.leg[0]) for limit in limits]
    if place.edge[0] < 0 or max(ticks) < 0:
        nothing = np.empty(0, dtype=np.int64)
        return [Isochrone(limit, nothing, nothing, nothing) for limit in limits]
    edges, by_tail, by_head = _walked_edges(network, place, max(ticks))
    own = int(place.edge[0]), int(place.at[0])
    return [
        Isochrone(limit, *_pieces(network, (edges, by_tail, by_head), own, left))
        for limit, left in zip(limits, ticks, strict=True)
    ]


def _walked_edges(network: Network, place: Positions, limit: int) -> tuple[np.ndarray, ...]:
    """Edges the walk touches, and the ticks to their tails and heads."""
    graph = graph_of(network)
    spare = network.__dict__.setdefault("_scratch", [])
    # Two threads of a server never share one memory: who finds none spare makes another.
    scratch = spare.pop() if spare else scratch_of(network)
    touched = spread(graph, int(place.edge[0]), int(place.at[0]), limit, scratch)
    junctions = scratch.touched[:touched]
    slots, _ = runs(graph.first[junctions], graph.first[junctions + 1])
    edges = np.unique(np.append(graph.via[slots], place.edge)).astype(np.int64)
    by_tail = scratch.reached[graph.tail[edges]].astype(np.int64)
    by_head = scratch.reached[graph.head[edges]].astype(np.int64)
    clean(scratch, touched)
    spare.append(scratch)
    return edges, by_tail, by_head


def _pieces(
    network: Network, walked: tuple[np.ndarray, ...], own: tuple[int, int], limit: int
) -> tuple[np.ndarray, ...]:
    """Pieces of edges within `limit`: from the tail, from the head, and around the place on its own edge."""
    edges, by_tail, by_head = walked
    whole = network.ticks[edges].astype(np.int64)
    from_tail = np.clip(limit - by_tail, 0, whole)
    from_head = np.clip(limit - by_head, 0, whole)
    through = from_tail + from_head >= whole
    edge = np.concatenate([edges, edges[~through]])
    begin = np.concatenate([np.zeros_like(whole), (whole - from_head)[~through]])
    end = np.concatenate([np.where(through, whole, from_tail), whole[~through]])
    mine = network.ticks[own[0]]
    edge, begin = np.r_[edge, own[0]], np.r_[begin, max(own[1] - limit, 0)]
    end = np.r_[end, min(own[1] + limit, mine)]
    some = end > begin
    return _merged(edge[some], begin[some], end[some])


def _merged(edge: np.ndarray, begin: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, ...]:
    """The same pieces without overlaps, by edge and begin."""
    order = np.lexsort((begin, edge))
    edge, begin, end = edge[order], begin[order], end[order]
    # A piece joins those before it on its edge when it begins no later than the farthest of them ends.
    base = edge.astype(np.int64) << 32
    farthest = np.maximum.accumulate(base + end)
    fresh = np.r_[True, (base + begin)[1:] > farthest[:-1]][: len(edge)]
    first = np.flatnonzero(fresh)
    last = np.r_[first[1:], len(edge)][: len(first)] - 1
    return edge[first], begin[first], farthest[last] - base[last]


def edge_piece(network: Network, edge: int, begin: int, end: int) -> shapely.LineString:
    """Edge `edge` walked from one place to another, in ticks from its tail; backwards where `end` comes first."""
    line = _shape(network, edge, min(begin, end), max(begin, end))
    return line if begin <= end else shapely.reverse(line)


def _shape(network: Network, edge: int, begin: int, end: int) -> shapely.LineString:
    """Edge `edge` between two places given in ticks from its tail."""
    part = slice(network.shape_start[edge], network.shape_start[edge + 1])
    at, x, y = network.shape_at[part], network.shape_x[part], network.shape_y[part]
    inner = at[(at > begin) & (at < end)]
    ticks = np.concatenate([[begin], inner, [end]])
    return shapely.linestrings(np.interp(ticks, at, x), np.interp(ticks, at, y))
