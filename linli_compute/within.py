"""What lies within a walk: the choices within each band, and all pairs of place and outlet."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from linli_compute import scipy_search
from linli_compute.compiled import compiled
from linli_compute.network import UNREACHABLE, Network
from linli_compute.positions import Positions
from linli_compute.search import Engine, Graph, Scratch, Stops, default_engine, graph_of, scratch_of, stops_of

PLACES_AT_ONCE = 20_000
COUNTED_AT_ONCE = 8_000
FAR = 2**30 - 1  # ticks; twice it still fits 32 bits
SEEN = -1


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


def _asked(graph: Graph, places: Positions, at_once: int) -> Iterator[tuple[Asked, np.ndarray]]:
    """Places in blocks, each with the ends of its edges."""
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
    for asked, ends in _asked(graph, places, PLACES_AT_ONCE):
        number[ends] = np.arange(len(ends))
        scratch.stamp.fill(-1)
        yield asked, (_balls(graph, ends, limit, scratch), number)


def counts(
    network: Network,
    outlets: Positions,
    category: np.ndarray,
    places: Positions,
    *,
    bands: tuple[float, ...],
    engine: Engine | None = None,
) -> np.ndarray:
    """Outlets of each category within each band (minutes or metres): int32 (places, bands, categories).

    Bands rise; a band counts what the bands before it count. Places off the network have zeros.
    """
    limits = np.array([network.to_ticks(band) for band in bands], dtype=np.int64)
    assert (np.diff(limits) > 0).all(), "bands must rise"
    category = np.asarray(category)
    categories = int(category.max(initial=-1)) + 1
    result = np.zeros((len(places), len(bands), categories), dtype=np.int32)
    if (engine or default_engine()) == "scipy":
        place, outlet, ticks = scipy_search.pairs(network, outlets, places, int(limits[-1]))
        np.add.at(result, (place, np.searchsorted(limits, ticks), category[outlet]), 1)
        np.cumsum(result, axis=1, out=result)
    else:
        _count_blocks(network, stops_of(network, outlets, category), places, limits, result)
    return result


def _count_blocks(
    network: Network, stops: Stops, places: Positions, limits: np.ndarray, result: np.ndarray
) -> None:
    """Counts for all places, in blocks that keep the lists of their ends small."""
    graph, scratch = graph_of(network), scratch_of(network)
    number = np.full(len(network.junction_x), -1, dtype=np.int64)
    from_tail = np.full(len(stops.at), FAR, dtype=np.int32)
    limit = limits.astype(np.int32)
    for asked, ends in _asked(graph, places, COUNTED_AT_ONCE):
        number[ends] = np.arange(len(ends))
        scratch.stamp.fill(-1)
        lists = _lists(graph, stops, ends, limit[-1], scratch)
        _count((graph, number), lists, stops, asked, (limit, from_tail, result))


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
def _edges_with_stops(graph, stops, asked, scratch, touched, found):  # type: ignore[no-untyped-def]
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
def _list_around(graph, stops, reached, found, limit, room):  # type: ignore[no-untyped-def]
    """Writes outlets on the found edges with their ticks from the searched junction; returns how many."""
    size = 0
    for k in range(len(found)):
        f = found[k]
        a, b = reached[graph.tail[f]], reached[graph.head[f]] + graph.ticks[f]
        for i in range(stops.first[f], stops.first[f + 1]):
            ticks = min(a + stops.at[i], b - stops.at[i]) + stops.leg[i]
            room[0, size], room[1, size] = i, ticks
            size += ticks <= limit
    return size


@compiled
def _lists(graph, stops, wanted, limit, scratch):  # type: ignore[no-untyped-def]
    """Outlets within `limit` of each wanted junction and the ticks to them, one list after the other."""
    first, room = np.zeros(len(wanted) + 1, np.int64), np.empty((2, 65536), np.int32)
    found = np.empty(len(graph.tail), np.int32)
    for k in range(len(wanted)):
        e, begin = graph.via[graph.first[wanted[k]]], first[k]
        at = np.int64(0) if graph.tail[e] == wanted[k] else np.int64(graph.ticks[e])
        touched = spread(graph, e, at, limit, scratch)
        edges = _edges_with_stops(graph, stops, (e, k), scratch, touched, found)
        most = 0
        for n in range(edges):
            most += stops.first[found[n] + 1] - stops.first[found[n]]
        if begin + most + 1 > room.shape[1]:
            room = _longer(room, begin, (begin + most + 1) * 2)
        first[k + 1] = begin + _list_around(
            graph, stops, scratch.reached, found[:edges], limit, room[:, begin:]
        )
        clean(scratch, touched)
    return first, room


@compiled
def _longer(room, used, size):  # type: ignore[no-untyped-def]
    bigger = np.empty((2, size), np.int32)
    for i in range(used):
        bigger[0, i], bigger[1, i] = room[0, i], room[1, i]
    return bigger


@compiled
def _gather(lists, pair, stops, own, near, from_tail):  # type: ignore[no-untyped-def]
    """Writes lane, ticks from the tail and ticks from the head of every outlet near an edge; returns how many."""
    first, room = lists
    t, h = pair
    lane, by_tail, by_head = near[0], near[1], near[2]
    size = 0
    for k in range(first[t], first[t + 1]):
        from_tail[room[0, k]] = room[1, k]
    for k in range(first[h], first[h + 1]):
        i = room[0, k]
        lane[size], by_tail[size], by_head[size] = stops.lane[i], from_tail[i], room[1, k]
        size += i < own[0] or i >= own[1]
        if from_tail[i] < FAR:
            from_tail[i] = SEEN
    for k in range(first[t], first[t + 1]):
        i = room[0, k]
        lane[size], by_tail[size], by_head[size] = stops.lane[i], room[1, k], FAR
        size += from_tail[i] != SEEN and (i < own[0] or i >= own[1])
        from_tail[i] = FAR
    return size


@compiled
def _tally(lane, by_tail, by_head, ends_limits, slot, counted):  # type: ignore[no-untyped-def]
    """Adds every outlet near the edge to its band and lane; two plain loops, so that the first is vectorised."""
    ahead, behind, leg, limits, lanes = ends_limits
    slot[:] = lane
    for limit in limits:
        left = limit - leg
        for k in range(len(lane)):
            slot[k] += lanes if min(by_tail[k] + ahead, by_head[k] + behind) > left else 0
    for k in range(len(lane)):
        counted[slot[k]] += 1


@compiled
def _count_own(graph, lists, stops, place, limits, counted):  # type: ignore[no-untyped-def]
    """Counts the outlets on the place's own edge: straight along it, or around over its ends."""
    e, at, leg, lanes, pair = place
    first, room = lists
    begin, end = stops.first[e], stops.first[e + 1]
    best = np.empty(end - begin, np.int64)
    for i in range(begin, end):
        best[i - begin] = abs(stops.at[i] - at) + stops.leg[i]
    for n in range(2):
        away = at if n == 0 else graph.ticks[e] - at
        for k in range(first[pair[n]], first[pair[n] + 1]):
            if begin <= room[0, k] < end:
                i = room[0, k] - begin
                best[i] = min(best[i], room[1, k] + away)
    for i in range(begin, end):
        band = 0
        for limit in limits:
            band += best[i - begin] + leg > limit
        counted[band * lanes + stops.lane[i]] += 1


@compiled
def _count(known, lists, stops, asked, goal):  # type: ignore[no-untyped-def]
    graph, number = known
    limits, from_tail, result = goal
    lanes = np.int32(result.shape[2])
    most = 0
    for k in range(len(lists[0]) - 1):
        most = max(most, lists[0][k + 1] - lists[0][k])
    near, slot = np.empty((3, 2 * most + 1), np.int32), np.empty(2 * most + 1, np.int32)
    counted = np.zeros((len(limits) + 1) * lanes, np.int32)
    last, size = -1, 0
    for q in range(len(asked.edge)):
        e, at, leg = asked.edge[q], asked.at[q], asked.leg[q]
        pair, own = (number[graph.tail[e]], number[graph.head[e]]), (stops.first[e], stops.first[e + 1])
        if e != last:
            last, size = e, _gather(lists, pair, stops, own, near, from_tail)
        walk = at, np.int32(graph.ticks[e] - at), leg, limits, lanes
        _tally(near[0, :size], near[1, :size], near[2, :size], walk, slot[:size], counted)
        if own[1] > own[0]:
            place = e, np.int64(at), np.int64(leg), lanes, pair
            _count_own(graph, lists, stops, place, limits, counted)
        row = result[asked.row[q]]
        for band in range(len(limits)):
            for k in range(lanes):
                row[band, k] = counted[band * lanes + k] + (row[band - 1, k] if band else 0)
        counted[:] = 0


@compiled
def _pairs(known, stops, asked, limit, scratch):  # type: ignore[no-untyped-def]
    graph, ball, number = known
    found = np.empty(len(graph.tail), np.int32)
    out, size = np.empty((3, 1024), np.int64), 0
    for q in range(len(asked.edge)):
        e, at = asked.edge[q], np.int64(asked.at[q])
        touched = _around(graph, ball, number, e, at, (limit - asked.leg[q], scratch))
        for k in range(_edges_with_stops(graph, stops, (e, q), scratch, touched, found)):
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
