"""The choices within each band: how many outlets of each kind lie within each walk of every place.

Each junction's list of outlets within the widest band is searched once; a place on an edge adds the lists of
the edge's two ends up. A dead end needs no list: whatever lies beyond its own edge is reached over the other
end. On an edge with several places most outlets fall into the same band for all of them and count once.
"""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from linli_compute import scipy_search
from linli_compute.compiled import compiled
from linli_compute.network import Network
from linli_compute.positions import Positions
from linli_compute.search import Engine, Graph, Stops, default_engine, graph_of, scratch_of, stops_of
from linli_compute.within import Asked, asked_in_blocks, clean, edges_with_stops, spread

PLACES_AT_ONCE = 8_000
FAR = 2**30 - 1  # ticks; twice it still fits 32 bits
SEEN = -1
SEVERAL = 4  # places on one edge from which it pays to settle what is the same for all of them


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


def _count_blocks(
    network: Network,
    stops: Stops,
    blocks: list[tuple[Asked, np.ndarray]],
    limits: np.ndarray,
    result: np.ndarray,
) -> None:
    """Counts for the places of these blocks; blocks keep the lists of their ends small."""
    graph, scratch, inner = graph_of(network), scratch_of(network), _without_dead_ends(network)
    number = np.full(len(network.junction_x), -1, dtype=np.int64)
    from_tail = np.full(len(stops.at), FAR, dtype=np.int32)
    limit = limits.astype(np.int32)
    for asked, ends in blocks:
        number[ends] = np.arange(len(ends))
        scratch.stamp.fill(-1)
        lists = _lists((graph, inner), stops, ends, limit[-1], scratch)
        _count((graph, number), lists, stops, asked, (limit, from_tail, result))


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
def _lists(graphs, stops, wanted, limit, scratch):  # type: ignore[no-untyped-def]
    """Outlets within `limit` of each wanted junction and the ticks to them, one list after the other."""
    graph, inner = graphs
    first, room = np.zeros(len(wanted) + 1, np.int64), np.empty((2, 65536), np.int32)
    found = np.empty(len(graph.tail), np.int32)
    for k in range(len(wanted)):
        begin = first[k]
        first[k + 1] = begin
        if graph.first[wanted[k] + 1] - graph.first[wanted[k]] == 1:
            continue
        e = graph.via[graph.first[wanted[k]]]
        at = np.int64(0) if graph.tail[e] == wanted[k] else np.int64(graph.ticks[e])
        touched = spread(inner, e, at, limit, scratch)
        edges = edges_with_stops(graph, stops, (e, k), scratch, touched, found)
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
def _settle_shared(near, size, span, limits_lanes, settled):  # type: ignore[no-untyped-def]
    """Counts what lies in one band for every place of the edge; the rest moves to the front: how many are left.

    The walk to an outlet over one end or the other is least at one of the outermost places, and nowhere more
    than over the far one of each end. span: at and length less at of both outermost places, least and most leg.
    """
    (at0, back0), (at1, back1), (leg0, leg1) = span
    limits, lanes = limits_lanes
    lane, by_tail, by_head = near[0], near[1], near[2]
    left = 0
    for k in range(size):
        t, h = by_tail[k], by_head[k]
        low = min(min(t + at0, h + back0), min(t + at1, h + back1)) + leg0
        high = min(t + at1, h + back0) + leg1
        a, b = 0, 0
        for limit in limits:
            a += low > limit
            b += high > limit
        settled[a * lanes + lane[k]] += a == b
        lane[left], by_tail[left], by_head[left] = lane[k], t, h
        left += a != b
    return left


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
def _span(asked, begin, end, length):  # type: ignore[no-untyped-def]
    """What `_settle_shared` must know of the places `begin` to `end` of one edge, which lie in order."""
    leg0, leg1 = asked.leg[begin], asked.leg[begin]
    for q in range(begin, end):
        leg0, leg1 = min(leg0, asked.leg[q]), max(leg1, asked.leg[q])
    at0, at1 = asked.at[begin], asked.at[end - 1]
    return (at0, np.int32(length - at0)), (at1, np.int32(length - at1)), (leg0, leg1)


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
    settled = np.zeros_like(counted)
    begin = 0
    while begin < len(asked.edge):
        e, end = asked.edge[begin], begin + 1
        while end < len(asked.edge) and asked.edge[end] == e:
            end += 1
        pair, own = (number[graph.tail[e]], number[graph.head[e]]), (stops.first[e], stops.first[e + 1])
        size = _gather(lists, pair, stops, own, near, from_tail)
        settled[:] = 0
        if end - begin >= SEVERAL:
            span = _span(asked, begin, end, graph.ticks[e])
            size = _settle_shared(near, size, span, (limits, lanes), settled)
        for q in range(begin, end):
            at, leg = asked.at[q], asked.leg[q]
            walk = at, np.int32(graph.ticks[e] - at), leg, limits, lanes
            counted[:] = settled
            _tally(near[0, :size], near[1, :size], near[2, :size], walk, slot[:size], counted)
            if own[1] > own[0]:
                _count_own(
                    graph, lists, stops, (e, np.int64(at), np.int64(leg), lanes, pair), limits, counted
                )
            _write(counted, lanes, result[asked.row[q]])
        begin = end
