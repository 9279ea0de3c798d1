"""All pairs of place and outlet within a walk, and the searches that counting shares with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from linli_compute import scipy_search
from linli_compute.compiled import compiled
from linli_compute.network import UNREACHABLE, Network
from linli_compute.positions import Positions
from linli_compute.search import Engine, Scratch, default_engine, graph_of, scratch_of, stops_of

PLACES_AT_ONCE = 20_000


class Asked(NamedTuple):
    """Places in the order of the streets, as the loops read them."""

    edge: np.ndarray
    at: np.ndarray
    leg: np.ndarray
    row: np.ndarray


@dataclass(frozen=True)
class Pairs:
    """Every place and outlet within the limit, by place, then by outlet; `ticks` is the walk between them."""

    place: np.ndarray
    outlet: np.ndarray
    ticks: np.ndarray


def asked_in_blocks(network: Network, places: Positions, at_once: int) -> Iterator[tuple[Asked, np.ndarray]]:
    """Places on the network in blocks along the streets, each block with the ends of its edges."""
    graph = graph_of(network)
    for begin in range(0, len(places.order), at_once):
        order = places.order[begin : begin + at_once]
        edge = places.edge[order]
        ends = np.unique(np.concatenate([graph.tail[edge], graph.head[edge]])).astype(np.int64)
        at, leg = places.at[order].astype(np.int32), places.leg[order].astype(np.int32)
        yield Asked(edge, at, leg, order), ends


def _blocks(
    network: Network, places: Positions, limit: int, scratch: Scratch
) -> Iterator[tuple[Asked, tuple[Any, np.ndarray]]]:
    """Places in blocks, each with what the ends of its edges reach, and the number of each such end."""
    graph = graph_of(network)
    number = np.full(len(network.junction_x), -1, dtype=np.int64)
    for asked, ends in asked_in_blocks(network, places, PLACES_AT_ONCE):
        number[ends] = np.arange(len(ends))
        scratch.stamp.fill(-1)
        yield asked, (_balls(graph, ends, limit, scratch), number)


def pairs(
    network: Network, outlets: Positions, places: Positions, *, limit: float, engine: Engine | None = None
) -> Pairs:
    """All pairs at most `limit` minutes (or metres) apart."""
    ticks = network.to_ticks(limit)
    if (engine or default_engine()) == "scipy":
        return Pairs(*scipy_search.pairs(network, outlets, places, ticks))
    stops = stops_of(network, outlets, np.zeros(len(outlets), dtype=np.int32))
    scratch, blocks = scratch_of(network), [np.empty((3, 0), dtype=np.int64)]
    for asked, known in _blocks(network, places, ticks, scratch):
        room, size = _pairs((graph_of(network), *known), stops, asked, ticks, scratch)
        blocks.append(room[:, :size])
    found = np.concatenate(blocks, axis=1)
    order = np.lexsort((found[1], found[0]))
    return Pairs(found[0, order], found[1, order], found[2, order])


@compiled
def push(heap, size, key):  # type: ignore[no-untyped-def]
    i = size
    while i > 0 and heap[(i - 1) >> 2] > key:
        heap[i] = heap[(i - 1) >> 2]
        i = (i - 1) >> 2
    heap[i] = key


@compiled
def sink(heap, size):  # type: ignore[no-untyped-def]
    """Fills the hole at the top with the last of `size` keys (four children each: fewer cache misses)."""
    key, i = heap[size], 0
    while True:
        least = 4 * i + 1
        if least >= size:
            break
        for child in range(least + 1, min(least + 3, size - 1) + 1):
            if heap[child] < heap[least]:
                least = child
        if heap[least] >= key:
            break
        heap[i] = heap[least]
        i = least
    heap[i] = key


@compiled
def _offer(scratch, state, junction, ticks):  # type: ignore[no-untyped-def]
    """Notes a shorter way to a junction; state is (heap size, junctions touched)."""
    if ticks >= scratch.reached[junction]:
        return
    if scratch.reached[junction] == UNREACHABLE:
        scratch.touched[state[1]] = junction
        state[1] += 1
    scratch.reached[junction] = ticks
    push(scratch.heap, state[0], (np.int64(ticks) << 32) | junction)
    state[0] += 1


@compiled
def spread(graph, e, at, limit, scratch):  # type: ignore[no-untyped-def]
    """Dijkstra from a place on edge e: `reached` of every junction within `limit`; returns how many."""
    state = np.zeros(2, np.int64)
    if at <= limit:
        _offer(scratch, state, graph.tail[e], at)
    if graph.ticks[e] - at <= limit:
        _offer(scratch, state, graph.head[e], graph.ticks[e] - at)
    while state[0] > 0:
        key = scratch.heap[0]
        state[0] -= 1
        sink(scratch.heap, state[0])
        j, here = np.int32(key & 0xFFFFFFFF), key >> 32
        if here > scratch.reached[j]:
            continue
        for h in range(graph.first[j], graph.first[j + 1]):
            there = here + graph.step[h]
            if there <= limit:
                _offer(scratch, state, graph.to[h], there)
    return state[1]


@compiled
def _balls(graph, wanted, limit, scratch):  # type: ignore[no-untyped-def]
    """Junctions and ticks within `limit` of each wanted junction, one after the other.

    Places on one edge, and edges at one junction, share these searches.
    """
    first, room = np.zeros(len(wanted) + 1, np.int64), np.empty((2, 4096), np.int32)
    for k in range(len(wanted)):
        e = graph.via[graph.first[wanted[k]]]
        at = np.int64(0) if graph.tail[e] == wanted[k] else np.int64(graph.ticks[e])
        touched, begin = spread(graph, e, at, limit, scratch), first[k]
        if begin + touched > room.shape[1]:
            bigger = np.empty((2, (begin + touched) * 2), np.int32)
            for i in range(begin):
                bigger[0, i], bigger[1, i] = room[0, i], room[1, i]
            room = bigger
        for i in range(touched):
            room[0, begin + i] = scratch.touched[i]
            room[1, begin + i] = scratch.reached[scratch.touched[i]]
        first[k + 1] = begin + touched
        clean(scratch, touched)
    return first, room


@compiled
def _join(ball, k, plus, limit, scratch, touched):  # type: ignore[no-untyped-def]
    """Reaches, from `plus` ticks away, what the k-th junction reaches; returns how many are touched now."""
    first, room = ball
    for i in range(first[k], first[k + 1]):
        j, there = room[0, i], room[1, i] + plus
        if there <= limit and there < scratch.reached[j]:
            if scratch.reached[j] == UNREACHABLE:
                scratch.touched[touched] = j
                touched += 1
            scratch.reached[j] = there
    return touched


@compiled
def _around(graph, ball, number, e, at, limits_scratch):  # type: ignore[no-untyped-def]
    """What a place on edge e reaches, from what the edge's two ends reach."""
    limit, scratch = limits_scratch
    touched = _join(ball, number[graph.tail[e]], at, limit, scratch, 0)
    return _join(ball, number[graph.head[e]], graph.ticks[e] - at, limit, scratch, touched)


@compiled
def clean(scratch, touched):  # type: ignore[no-untyped-def]
    for i in range(touched):
        scratch.reached[scratch.touched[i]] = UNREACHABLE


@compiled
def edges_with_stops(graph, stops, asked, scratch, touched, found):  # type: ignore[no-untyped-def]
    """Lists in `found`, once each, the edges with outlets that touch the reached part; returns how many."""
    e, q = asked
    size = 0
    scratch.stamp[e] = q
    if stops.first[e + 1] > stops.first[e]:
        found[size] = e
        size += 1
    for i in range(touched):
        j = scratch.touched[i]
        for h in range(graph.first[j], graph.first[j + 1]):
            f = graph.via[h]
            if scratch.stamp[f] != q:
                scratch.stamp[f] = q
                if stops.first[f + 1] > stops.first[f]:
                    found[size] = f
                    size += 1
    return size


@compiled
def _walk_to(graph, stops, i, f, own, scratch):  # type: ignore[no-untyped-def]
    """Ticks from the place (`own` is its edge and its `at`) to outlet i on edge f, its leg included."""
    at = np.int64(stops.at[i])
    over_tail = scratch.reached[graph.tail[f]] + at
    over_head = scratch.reached[graph.head[f]] + graph.ticks[f] - at
    best = min(over_tail, over_head)
    if f == own[0]:
        best = min(best, abs(at - own[1]))
    return best + stops.leg[i]


@compiled
def _pairs(known, stops, asked, limit, scratch):  # type: ignore[no-untyped-def]
    graph, ball, number = known
    found = np.empty(len(graph.tail), np.int32)
    out, size = np.empty((3, 1024), np.int64), 0
    for q in range(len(asked.edge)):
        e, at = asked.edge[q], np.int64(asked.at[q])
        touched = _around(graph, ball, number, e, at, (limit - asked.leg[q], scratch))
        for k in range(edges_with_stops(graph, stops, (e, q), scratch, touched, found)):
            f = found[k]
            if size + stops.first[f + 1] - stops.first[f] > out.shape[1]:
                bigger = np.empty((3, out.shape[1] * 2 + stops.first[f + 1] - stops.first[f]), np.int64)
                for i in range(size):
                    bigger[0, i], bigger[1, i], bigger[2, i] = out[0, i], out[1, i], out[2, i]
                out = bigger
            for i in range(stops.first[f], stops.first[f + 1]):
                ticks = _walk_to(graph, stops, i, f, (e, at), scratch) + asked.leg[q]
                if ticks <= limit:
                    out[0, size], out[1, size], out[2, size] = asked.row[q], stops.number[i], ticks
                    size += 1
        clean(scratch, touched)
    return out, size
