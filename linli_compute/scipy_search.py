"""The same searches by SciPy alone: used where numba is missing, and to prove the compiled ones right.

Places become points of the graph: each edge is cut at every place on it.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from linli_compute.network import UNREACHABLE, Network, lightest
from linli_compute.positions import Positions

ROWS_AT_ONCE = 64


@dataclass(frozen=True)
class CutGraph:
    """Ticks between junctions and places on the edges; `point` is each place's row, -1 off the network."""

    matrix: sparse.csr_array
    point: list[np.ndarray]


def cut(network: Network, *several: Positions) -> CutGraph:
    """The network cut at every place of `several`."""
    edge = np.concatenate([p.edge for p in several])
    at = np.concatenate([p.at for p in several])
    on = edge >= 0
    every = np.arange(len(network.tail), dtype=np.int64)
    keys = np.unique(np.concatenate([(edge[on] << 32) + at[on], every << 32, (every << 32) + network.ticks]))
    edge_of, at_of = keys >> 32, keys & 0xFFFFFFFF
    point = len(network.junction_x) + np.arange(len(keys))
    point[at_of == network.ticks[edge_of]] = network.head[edge_of[at_of == network.ticks[edge_of]]]
    point[at_of == 0] = network.tail[edge_of[at_of == 0]]
    same = edge_of[1:] == edge_of[:-1]
    matrix = lightest(
        point[:-1][same], point[1:][same], np.diff(at_of)[same], len(network.junction_x) + len(keys)
    )
    found = [
        np.where(
            p.edge >= 0, point[np.searchsorted(keys, (np.maximum(p.edge, 0) << 32) + p.at) % len(keys)], -1
        )
        for p in several
    ]
    return CutGraph(matrix, found)


def nearest(
    network: Network, outlets: Positions, lane: np.ndarray, places: Positions, lanes: int
) -> np.ndarray:
    """Ticks from each place to the nearest outlet of each lane, UNREACHABLE for none: (places, lanes)."""
    graph = cut(network, outlets, places)
    result = np.full((len(places), lanes), UNREACHABLE, dtype=np.int64)
    on = places.on_network
    for k in range(lanes):
        mine = (lane == k) & outlets.on_network
        if mine.any():
            found = _from_offsets(graph.matrix, graph.point[0][mine], outlets.leg[mine])
            result[on, k] = np.minimum(found[graph.point[1][on]] + places.leg[on], UNREACHABLE)
    return result.astype(np.int32)


def _from_offsets(matrix: sparse.csr_array, points: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Ticks from one extra point joined to `points` at `offsets` (0 would be no edge: 1 is added)."""
    count = matrix.shape[0]
    whole = matrix.tocoo()
    rows = np.concatenate([whole.coords[0], np.full(len(points), count)])
    columns = np.concatenate([whole.coords[1], points])
    order = np.lexsort((np.concatenate([whole.data, offsets + 1.0]), columns, rows))
    rows, columns = rows[order], columns[order]
    weights = np.concatenate([whole.data, offsets + 1.0])[order]
    once = np.r_[True, (np.diff(rows) != 0) | (np.diff(columns) != 0)]
    graph = sparse.csr_array((weights[once], (rows[once], columns[once])), shape=(count + 1, count + 1))
    found = csgraph.dijkstra(graph, indices=count)[:count] - 1.0
    return np.asarray(np.minimum(found, UNREACHABLE).astype(np.int64))


def pairs(network: Network, outlets: Positions, places: Positions, limit: int) -> tuple[np.ndarray, ...]:
    """All (place, outlet, ticks) within `limit` ticks, by place, then by outlet."""
    graph = cut(network, outlets, places)
    goals, starts = np.flatnonzero(outlets.on_network), np.flatnonzero(places.on_network)
    found: list[tuple[np.ndarray, ...]] = [(np.empty(0, int), np.empty(0, int), np.empty(0, int))]
    for chunk in np.array_split(starts, max(1, -(-len(starts) // ROWS_AT_ONCE))):
        if not len(chunk):
            continue
        rows = csgraph.dijkstra(graph.matrix, indices=graph.point[1][chunk], limit=float(limit))
        ticks = rows[:, graph.point[0][goals]] + outlets.leg[goals] + places.leg[chunk][:, None]
        i, j = np.nonzero(ticks <= limit)
        found.append((chunk[i], goals[j], ticks[i, j].astype(np.int64)))
    return tuple(np.concatenate(column) for column in zip(*found, strict=True))
