"""Junctions taken out one by one, with shortcuts where they stood: every shortest path goes up, then down.

Taking out a junction of d neighbours leaves at most d(d-1)/2 shortcuts, so the distances among those that
stay do not change. Contracting chains is the case d = 2; here it goes on to the last junction, always with
the one of fewest neighbours. Two passes over the shortcuts then give the distance to the nearest of any set
of places, whatever their number, for sixteen sets at once.
"""

from dataclasses import dataclass

import numpy as np

from linli_compute.compiled import compiled
from linli_compute.network import UNREACHABLE, Network

LANES = 16


@dataclass(frozen=True)
class Hierarchy:
    """Junctions in the order they were taken out, and for each the shortcuts to those taken out later.

    `rank[j]` is junction j's place in the order; `first`, `upper`, `ticks` list, by rank, the ranks above.
    """

    rank: np.ndarray
    first: np.ndarray
    upper: np.ndarray
    ticks: np.ndarray

    def settle(self, ticks: np.ndarray) -> None:
        """Turns seed distances, (junctions by rank, LANES) int32, into shortest distances, in place."""
        assert ticks.dtype == np.int32
        assert ticks.shape == (len(self.first) - 1, LANES)
        _settle(self.first, self.upper, self.ticks, ticks)


def take_out(network: Network) -> Hierarchy:
    """The hierarchy of a network; needed once per network, whatever is searched for."""
    matrix = network.matrix
    first, upper, ticks, order = _eliminate(
        matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data.astype(np.int32)
    )
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return Hierarchy(rank, first, rank[upper], ticks)


@compiled
def _grow(pool, size):  # type: ignore[no-untyped-def]
    bigger = np.empty((2, size), np.int32)
    for i in range(pool.shape[1]):
        bigger[0, i], bigger[1, i] = pool[0, i], pool[1, i]
    return bigger


@compiled
def _enter(bucket, v, degree):  # type: ignore[no-untyped-def]
    """Puts v in front of the junctions of that degree: `bucket` holds heads, next ones and previous ones."""
    heads, after, before = bucket
    after[v], before[v] = heads[degree], -1
    if heads[degree] >= 0:
        before[heads[degree]] = v
    heads[degree] = v


@compiled
def _leave(bucket, v, degree):  # type: ignore[no-untyped-def]
    heads, after, before = bucket
    if before[v] >= 0:
        after[before[v]] = after[v]
    else:
        heads[degree] = after[v]
    if after[v] >= 0:
        before[after[v]] = before[v]


@compiled
def _rows(indptr, indices, weights):  # type: ignore[no-untyped-def]
    """Neighbours (row 0) and ticks (row 1) in one pool with some room behind each junction's."""
    count = len(indptr) - 1
    size, room, at = np.empty(count, np.int64), np.empty(count, np.int64), np.zeros(count + 1, np.int64)
    for v in range(count):
        size[v] = indptr[v + 1] - indptr[v]
        room[v] = size[v] + 4
        at[v + 1] = at[v] + room[v]
    pool = np.empty((2, at[count] * 2 + 64), np.int32)
    for v in range(count):
        for k in range(size[v]):
            pool[0, at[v] + k] = indices[indptr[v] + k]
            pool[1, at[v] + k] = weights[indptr[v] + k]
    return pool, at, size, room


@compiled
def _move(pool, rows, a, used):  # type: ignore[no-untyped-def]
    """Gives a's row twice the room at the end of the pool; returns where the pool's free part begins."""
    at, size, room = rows
    for i in range(size[a]):
        pool[0, used + i] = pool[0, at[a] + i]
        pool[1, used + i] = pool[1, at[a] + i]
    at[a] = used
    return used + room[a]


@compiled
def _shortcut(pool, rows, where, gone, k):  # type: ignore[no-untyped-def]
    """Joins neighbour k of the junction that goes to its other neighbours, and forgets the junction."""
    at, size, _ = rows
    v, near, ticks = gone
    a = near[k]
    begin = at[a]
    for i in range(size[a]):
        where[pool[0, begin + i]] = i
    hole = where[v]
    where[v] = -1
    size[a] -= 1
    last = pool[0, begin + size[a]]
    pool[0, begin + hole], pool[1, begin + hole] = last, pool[1, begin + size[a]]
    if last != v:
        where[last] = hole
    for m in range(len(near)):
        if m == k:
            continue
        along, i = min(ticks[k] + ticks[m], UNREACHABLE), where[near[m]]
        if i < 0:
            pool[0, begin + size[a]], pool[1, begin + size[a]] = near[m], along
            where[near[m]] = size[a]
            size[a] += 1
        elif along < pool[1, begin + i]:
            pool[1, begin + i] = along
    for i in range(size[a]):
        where[pool[0, begin + i]] = -1


@compiled
def _take(pool, rows, places, gone, used):  # type: ignore[no-untyped-def]
    """Joins all neighbours of the junction that goes; returns the pool and where its free part begins."""
    _, size, room = rows
    where, bucket = places
    degree = len(gone[1])
    for k in range(degree):
        a = gone[1][k]
        _leave(bucket, a, size[a])
        if size[a] + degree > room[a]:
            room[a] = (size[a] + degree) * 2
            if used + room[a] > pool.shape[1]:
                pool = _grow(pool, (used + room[a]) * 2)
            used = _move(pool, rows, a, used)
        _shortcut(pool, rows, where, gone, k)
        _enter(bucket, a, size[a])
    return pool, used


@compiled
def _eliminate(indptr, indices, weights):  # type: ignore[no-untyped-def]
    """Neighbours and ticks of each junction when it was taken out, in that order, and the order."""
    count = len(indptr) - 1
    pool, at, size, room = _rows(indptr, indices, weights)
    used = at[count]
    where, order = np.full(count, -1, np.int64), np.empty(count, np.int64)
    bucket = np.full(count + 1, -1, np.int64), np.empty(count, np.int64), np.empty(count, np.int64)
    for v in range(count - 1, -1, -1):
        _enter(bucket, v, size[v])
    first, out, least = np.zeros(count + 1, np.int64), np.empty((2, len(indices) * 2 + 64), np.int32), 0
    for step in range(count):
        least = max(least - 1, 0)
        while bucket[0][least] < 0:
            least += 1
        v, begin, degree = bucket[0][least], first[step], size[bucket[0][least]]
        _leave(bucket, v, degree)
        order[step], first[step + 1] = v, begin + degree
        if begin + degree > out.shape[1]:
            out = _grow(out, (begin + degree) * 2)
        for k in range(degree):
            out[0, begin + k], out[1, begin + k] = pool[0, at[v] + k], pool[1, at[v] + k]
        near, ticks = out[0, begin : begin + degree], out[1, begin : begin + degree]
        pool, used = _take(pool, (at, size, room), (where, bucket), (v, near, ticks), used)
    return first, out[0, : first[count]].copy(), out[1, : first[count]].copy(), order


@compiled
def _settle(first, upper, ticks, lanes):  # type: ignore[no-untyped-def]
    """Up: what is near a junction is near those above it. Down: and the other way round."""
    for r in range(len(first) - 1):
        for i in range(first[r], first[r + 1]):
            p, w = upper[i], ticks[i]
            for k in range(LANES):
                lanes[p, k] = min(lanes[p, k], np.int32(lanes[r, k] + w))
    for r in range(len(first) - 2, -1, -1):
        for i in range(first[r], first[r + 1]):
            p, w = upper[i], ticks[i]
            for k in range(LANES):
                lanes[r, k] = min(lanes[r, k], np.int32(lanes[p, k] + w))
