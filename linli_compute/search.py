"""Who is near what: the nearest outlet of each kind, the choices within a walk, and all pairs within it."""

from typing import NamedTuple

import numpy as np

from linli_compute import scipy_search
from linli_compute.compiled import HAS_NUMBA, compiled
from linli_compute.hierarchy import LANES, Hierarchy, take_out
from linli_compute.network import UNREACHABLE, Network
from linli_compute.positions import Positions

Engine = str  # "compiled" or "scipy"


def default_engine() -> Engine:
    """What searches where nothing is said: the compiled loops if numba is there, else SciPy."""
    return "compiled" if HAS_NUMBA else "scipy"


class Graph(NamedTuple):
    """The network as the loops read it."""

    first: np.ndarray
    to: np.ndarray
    via: np.ndarray
    step: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    ticks: np.ndarray


class Stops(NamedTuple):
    """Outlets by edge: those of edge e are `first[e]` to `first[e + 1]`, in order along it."""

    first: np.ndarray
    at: np.ndarray
    leg: np.ndarray
    lane: np.ndarray
    number: np.ndarray


class Scratch(NamedTuple):
    """Memory one search leaves clean for the next."""

    reached: np.ndarray
    heap: np.ndarray
    touched: np.ndarray
    stamp: np.ndarray


def graph_of(network: Network) -> Graph:
    """The network's arrays, made once and kept with it."""
    known = network.__dict__.get("_graph")
    if known is None:
        known = network.__dict__["_graph"] = Graph(
            network.first, network.to, network.via, network.ticks[network.via],
            network.tail.astype(np.int32), network.head.astype(np.int32), network.ticks,
        )  # fmt: skip
    return known


def hierarchy_of(network: Network) -> Hierarchy:
    """The network's hierarchy, made at the first question and kept with it."""
    known = network.__dict__.get("_hierarchy")
    if known is None:
        known = network.__dict__["_hierarchy"] = take_out(network)
    return known


def stops_of(network: Network, outlets: Positions, lane: np.ndarray) -> Stops:
    """Outlets sorted along the edges; those off the network are left out."""
    order = outlets.order
    first = np.zeros(len(network.tail) + 1, dtype=np.int64)
    np.cumsum(np.bincount(outlets.edge[order], minlength=len(network.tail)), out=first[1:])
    return Stops(
        first,
        outlets.at[order].astype(np.int32),
        outlets.leg[order].astype(np.int32),
        np.asarray(lane)[order].astype(np.int32),
        order.astype(np.int64),
    )


def scratch_of(network: Network) -> Scratch:
    """Clean memory for searches on this network."""
    return Scratch(
        np.full(len(network.junction_x), UNREACHABLE, dtype=np.int32),
        np.empty(len(network.to) + 8, dtype=np.int64),
        np.empty(len(network.junction_x), dtype=np.int32),
        np.full(len(network.tail), -1, dtype=np.int64),
    )


def nearest(
    network: Network,
    outlets: Positions,
    category: np.ndarray,
    places: Positions,
    *,
    categories: int,
    engine: Engine | None = None,
) -> np.ndarray:
    """Minutes (or metres) from each place to the nearest outlet of each category: (places, categories).

    inf where there is none, or where the place is off the network; `category` runs from 0 per outlet.
    """
    return network.cost_of(
        nearest_ticks(network, outlets, category, places, categories=categories, engine=engine)
    )


def nearest_ticks(
    network: Network,
    outlets: Positions,
    category: np.ndarray,
    places: Positions,
    *,
    categories: int,
    engine: Engine | None = None,
) -> np.ndarray:
    """`nearest` in whole ticks (int32), UNREACHABLE for none."""
    category = np.asarray(category)
    if (engine or default_engine()) == "scipy":
        return scipy_search.nearest(network, outlets, category, places, categories)
    result = np.empty((len(places), categories), dtype=np.int32)
    for begin in range(0, categories, LANES):
        end = min(begin + LANES, categories)
        mine = (category >= begin) & (category < end)
        whole = bool(mine.all())
        chosen = outlets if whole else outlets.take(mine)
        lane = category - begin if whole else category[mine] - begin
        found = _nearest_lanes(network, stops_of(network, chosen, lane), places)
        result[:, begin:end] = found[:, : end - begin]
    return result


def _nearest_lanes(network: Network, stops: Stops, places: Positions) -> np.ndarray:
    hierarchy, graph = hierarchy_of(network), graph_of(network)
    lanes = np.full((len(hierarchy.rank), LANES), UNREACHABLE, dtype=np.int32)
    tail, head = hierarchy.rank[graph.tail], hierarchy.rank[graph.head]
    _seed(stops, tail, head, graph.ticks, lanes)
    hierarchy.settle(lanes)
    answers = np.full((len(places), LANES), UNREACHABLE, dtype=np.int32)
    order = places.order
    asked = (places.edge[order], places.at[order].astype(np.int32), places.leg[order].astype(np.int32), order)
    _answer(stops, (tail, head, graph.ticks), lanes, asked, answers)
    return answers


@compiled
def _seed(stops, tail, head, ticks, lanes):  # type: ignore[no-untyped-def]
    for e in range(len(tail)):
        for i in range(stops.first[e], stops.first[e + 1]):
            k, at, leg = stops.lane[i], stops.at[i], stops.leg[i]
            lanes[tail[e], k] = min(lanes[tail[e], k], np.int32(at + leg))
            lanes[head[e], k] = min(lanes[head[e], k], np.int32(ticks[e] - at + leg))


@compiled
def _answer(stops, ends, lanes, asked, answers):  # type: ignore[no-untyped-def]
    """Walks along each edge with places, forth and back, carrying the distance of every lane."""
    tail, head, ticks = ends
    edge, at, leg, row = asked
    carried = np.empty(LANES, np.int32)
    begin = 0
    while begin < len(edge):
        e, end = edge[begin], begin + 1
        while end < len(edge) and edge[end] == e:
            end += 1
        for k in range(LANES):
            carried[k] = lanes[tail[e], k]
        _forth(stops, e, (at, leg, row, begin, end), carried, answers)
        for k in range(LANES):
            carried[k] = lanes[head[e], k] + ticks[e]
        _back(stops, e, (at, leg, row, begin, end), carried, answers)
        begin = end


@compiled
def _forth(stops, e, asked, carried, answers):  # type: ignore[no-untyped-def]
    """`carried` is the distance at the tail as seen along the edge: at a point, add the point's `at`."""
    at, leg, row, begin, end = asked
    i = stops.first[e]
    for q in range(begin, end):
        while i < stops.first[e + 1] and stops.at[i] <= at[q]:
            k = stops.lane[i]
            carried[k] = min(carried[k], np.int32(stops.leg[i] - stops.at[i]))
            i += 1
        there = np.int32(at[q] + leg[q])
        for k in range(LANES):
            answers[row[q], k] = min(np.int32(carried[k] + there), np.int32(UNREACHABLE))


@compiled
def _back(stops, e, asked, carried, answers):  # type: ignore[no-untyped-def]
    at, leg, row, begin, end = asked
    i = stops.first[e + 1] - 1
    for q in range(end - 1, begin - 1, -1):
        while i >= stops.first[e] and stops.at[i] >= at[q]:
            k = stops.lane[i]
            carried[k] = min(carried[k], np.int32(stops.leg[i] + stops.at[i]))
            i -= 1
        there = np.int32(leg[q] - at[q])
        for k in range(LANES):
            answers[row[q], k] = min(np.int32(carried[k] + there), answers[row[q], k])
