"""The choices within each band: how many outlets of each kind lie within each walk of every place.

Each junction's list of outlets within the widest band is searched once; a place on an edge adds the lists of
the edge's two ends up. A dead end needs no list: whatever lies beyond its own edge is reached over the other
end.
"""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from linli_compute import scipy_search
from linli_compute.compiled import compiled
from linli_compute.network import UNREACHABLE, Network
from linli_compute.positions import Positions
from linli_compute.search import Engine, Graph, Stops, default_engine, graph_of, scratch_of, stops_of
from linli_compute.within import Asked, asked_in_blocks, clean, spread

PLACES_AT_ONCE = 8_000
FAR = 2**30 - 1  # ticks; twice it still fits 32 bits
SEEN = -1


def counts(
    network: Network,
    outlets: Positions,
    category: np.ndarray,
    places: Positions,
    *,
    bands: tuple[float, ...],
    engine: Engine | None = None,
    threads: int | None = None,
) -> np.ndarray:
    """Outlets of each category within each band (minutes or metres): int32 (places, bands, categories).

    Bands rise; a band counts what the bands before it count. Places off the network have zeros. `threads`:
    as many as the machine gives this process; the answer does not depend on it.
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
        return result
    stops, blocks = (
        stops_of(network, outlets, category),
        list(asked_in_blocks(network, places, PLACES_AT_ONCE)),
    )
    threads = min(threads or cores(), len(blocks))
    if threads <= 1:
        _count_blocks(network, stops, blocks, limits, result)
        return result
    with ThreadPoolExecutor(threads) as pool:
        shares = [blocks[n::threads] for n in range(threads)]  # each block has rows of its own in the result
        list(pool.map(lambda mine: _count_blocks(network, stops, mine, limits, result), shares))
    return result


def cores() -> int:
    """Processors this process may use."""
    mine = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(mine(0)) if mine else os.cpu_count() or 1


def _without_dead_ends(network: Network) -> Graph:
    """The graph in which no search walks into a dead end; kept with the network."""
    known = network.__dict__.get("_without_dead_ends")
    if known is None:
        graph = graph_of(network)
        degree = np.diff(graph.first)
        keep = degree[graph.to] > 1
        row = np.repeat(np.arange(len(degree)), degree)[keep]
        first = np.zeros(len(degree) + 1, dtype=np.int64)
        np.cumsum(np.bincount(row, minlength=len(degree)), out=first[1:])
        known = graph._replace(first=first, to=graph.to[keep], via=graph.via[keep], step=graph.step[keep])
        network.__dict__["_without_dead_ends"] = known
    return known


def _edges_at(network: Network) -> tuple[np.ndarray, np.ndarray]:
    """The edges at each junction, one that returns to it once; kept with the network."""
    known = network.__dict__.get("_edges_at")
    if known is None:
        every = np.arange(len(network.tail))
        straight = network.tail != network.head
        row = np.concatenate([network.tail, network.head[straight]])
        via = np.concatenate([every, every[straight]])[np.argsort(row, kind="stable")]
        first = np.zeros(len(network.junction_x) + 1, dtype=np.int64)
        np.cumsum(np.bincount(row, minlength=len(network.junction_x)), out=first[1:])
        known = network.__dict__["_edges_at"] = first, via.astype(np.int32)
    return known


def _count_blocks(
    network: Network,
    stops: Stops,
    blocks: list[tuple[Asked, np.ndarray]],
    limits: np.ndarray,
    result: np.ndarray,
) -> None:
    """Counts for the places of these blocks; blocks keep the lists of their ends small."""
    graph, scratch, inner = graph_of(network), scratch_of(network), _without_dead_ends(network)
    edges = _edges_at(network)
    number = np.full(len(network.junction_x), -1, dtype=np.int64)
    from_tail = np.full(len(stops.at), FAR, dtype=np.int32)
    limit = limits.astype(np.int32)
    for asked, ends in blocks:
        number[ends] = np.arange(len(ends))
        lists = _lists((graph, inner, edges), stops, ends, limit[-1], scratch)
        _count((graph, number), lists, stops, asked, (limit, from_tail, result))


@compiled
def _list_around(graph, ends, stops, scratch, touched_limit, room):  # type: ignore[no-untyped-def]
    """Writes the outlets near the searched junction with their ticks from it; returns how many.

    Each edge is looked at from its tail, and from its head where the tail was not reached.
    """
    touched, limit = touched_limit
    first, via = ends
    size = 0
    for n in range(touched):
        j = scratch.touched[n]
        for h in range(first[j], first[j + 1]):
            f = via[h]
            tail = graph.tail[f]
            if tail != j and scratch.reached[tail] != UNREACHABLE:
                continue
            a, b = scratch.reached[tail], scratch.reached[graph.head[f]] + graph.ticks[f]
            for i in range(stops.first[f], stops.first[f + 1]):
                ticks = min(a + stops.at[i], b - stops.at[i]) + stops.leg[i]
                room[0, size], room[1, size] = i, ticks
                size += ticks <= limit
    return size


@compiled
def _lists(graphs, stops, wanted, limit, scratch):  # type: ignore[no-untyped-def]
    """Outlets within `limit` of each wanted junction and the ticks to them, one list after the other."""
    graph, inner, ends = graphs
    most = len(stops.at) + 1  # of one list; one more is written and overwritten
    first, room = np.zeros(len(wanted) + 1, np.int64), np.empty((2, most + 65536), np.int32)
    for k in range(len(wanted)):
        begin = first[k]
        first[k + 1] = begin
        if graph.first[wanted[k] + 1] - graph.first[wanted[k]] == 1:
            continue
        if begin + most > room.shape[1]:
            room = _longer(room, begin, begin * 2 + most)
        e = graph.via[graph.first[wanted[k]]]
        at = np.int64(0) if graph.tail[e] == wanted[k] else np.int64(graph.ticks[e])
        touched = spread(inner, e, at, limit, scratch)
        first[k + 1] = begin + _list_around(graph, ends, stops, scratch, (touched, limit), room[:, begin:])
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
def _write(counted, lanes, row):  # type: ignore[no-untyped-def]
    """The counts of one place, each band with what the bands before it hold."""
    for band in range(row.shape[0]):
        for k in range(lanes):
            row[band, k] = counted[band * lanes + k] + (row[band - 1, k] if band else 0)


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
            _count_own(graph, lists, stops, (e, np.int64(at), np.int64(leg), lanes, pair), limits, counted)
        _write(counted, lanes, result[asked.row[q]])
        counted[:] = 0
