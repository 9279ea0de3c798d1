"""One function's reach kept up to date: an outlet added, moved or closed changes only what lies around it.

Each junction knows its nearest outlet and the ticks to it; of two equally near the lower number wins, so the
junctions of one outlet hang together and can be taken from it and given to its neighbours.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from linli_compute.compiled import compiled
from linli_compute.network import UNREACHABLE, Network
from linli_compute.positions import Positions
from linli_compute.search import graph_of
from linli_compute.within import push, sink

NOBODY = 2**31 - 1


@dataclass(frozen=True)
class Change:
    """The places whose walk changed, and the minutes (or metres) before and after; inf for no outlet."""

    places: np.ndarray
    before: np.ndarray
    after: np.ndarray


class Labels(NamedTuple):
    """Ticks to the nearest outlet and its number, NOBODY for none."""

    ticks: np.ndarray
    owner: np.ndarray


class Book(NamedTuple):
    """Outlets as lists by edge: the first one of each edge, and the one after each."""

    first: np.ndarray
    after: np.ndarray
    edge: np.ndarray
    at: np.ndarray
    leg: np.ndarray


class LiveReach:
    """The walk from every place to its nearest open outlet, while outlets come, move and go.

    Outlets keep the number they had in `outlets`; added ones are numbered on. Not frozen: this is the one
    object of the package that changes, so that a change costs microseconds. One writer at a time.
    """

    def __init__(self, network: Network, outlets: Positions, places: Positions) -> None:
        self.network, self._graph = network, graph_of(network)
        junctions, edges = len(network.junction_x), len(network.tail)
        self._labels = Labels(np.full(junctions, UNREACHABLE, np.int64), np.full(junctions, NOBODY, np.int64))
        self._answers = Labels(
            np.full(len(places), UNREACHABLE, np.int64), np.full(len(places), NOBODY, np.int64)
        )
        self._book = Book(np.full(edges, -1, np.int64), *(np.full(0, -1, np.int64) for _ in range(4)))
        self._count = 0
        self._scratch = (
            np.empty(len(network.to) * 2 + 8, np.int64), np.empty(junctions, np.int64),
            np.zeros(junctions, np.bool_), np.zeros(edges, np.bool_),
        )  # fmt: skip
        first = np.searchsorted(places.edge[places.order], np.arange(edges + 1))
        self._places = (first, places.order, places.at[places.order], places.leg[places.order])
        numbers = self._enter(outlets)
        _flood(self._graph, self._book, self._labels, numbers, self._scratch)
        self._refresh(np.arange(edges))

    @property
    def cost(self) -> np.ndarray:
        """Minutes (or metres) from each place to its nearest outlet, inf for none."""
        return self.network.cost_of(self._answers.ticks)

    @property
    def outlets(self) -> int:
        """How many numbers were given so far; the newest outlet has this minus one."""
        return self._count

    @property
    def nearest_outlet(self) -> np.ndarray:
        """Number of each place's nearest outlet, -1 for none."""
        return np.where(self._answers.owner == NOBODY, -1, self._answers.owner)

    def add(self, outlet: Positions) -> Change:
        """What a new outlet (one position) changes; its number is the next free one."""
        return self._after(
            _flood(self._graph, self._book_with(outlet), self._labels, self._last(), self._scratch)
        )

    def close(self, number: int) -> Change:
        """What closing this outlet changes."""
        edge = self._book.edge[number]
        if edge < 0:
            return self._after(0)
        _strike(self._book, number)
        touched = _withdraw(self._graph, self._book, self._labels, (number, edge), self._scratch)
        return self._after(touched, edge)

    def move(self, number: int, outlet: Positions) -> tuple[Change, int]:
        """What moving an outlet changes, and its new number: it closes here and opens there."""
        closed, opened = self.close(number), self.add(outlet)
        places = np.union1d(closed.places, opened.places)
        before = self.cost[places]
        before[np.searchsorted(places, opened.places)] = opened.before
        before[np.searchsorted(places, closed.places)] = closed.before
        return self._kept(places, before), self._count - 1

    def _kept(self, places: np.ndarray, before: np.ndarray) -> Change:
        after = self.cost_at(places)
        other = before != after
        return Change(places[other], before[other], after[other])

    def cost_at(self, places: np.ndarray) -> np.ndarray:
        """Minutes (or metres) from some places only."""
        return self.network.cost_of(self._answers.ticks[places])

    def _enter(self, outlets: Positions) -> np.ndarray:
        begin, self._count = self._count, self._count + len(outlets)
        if self._count > len(self._book.after):
            more = np.full(self._count * 2 - len(self._book.after), -1, np.int64)
            self._book = Book(
                self._book.first, *(np.concatenate([column, more]) for column in self._book[1:])
            )
        numbers = np.arange(begin, self._count)
        for column, values in zip(self._book[2:], (outlets.edge, outlets.at, outlets.leg), strict=True):
            column[numbers] = values
        _write(self._book, numbers)
        return numbers

    def _book_with(self, outlet: Positions) -> Book:
        assert len(outlet) == 1
        self._enter(outlet)
        return self._book

    def _last(self) -> np.ndarray:
        return np.array([self._count - 1])

    def _after(self, touched: int, edge: int = -1) -> Change:
        own = self._book.edge[self._count - 1] if edge < 0 else edge
        edges = _edges_around(self._graph, touched, own, self._scratch)
        return self._refresh(edges)

    def _refresh(self, edges: np.ndarray) -> Change:
        rows, ticks = _answer_places(
            (self._graph.tail, self._graph.head, self._graph.ticks),
            self._book, self._labels, self._places, edges, self._answers,
        )  # fmt: skip
        return Change(rows, self.network.cost_of(ticks), self.cost_at(rows))


@compiled
def _write(book, numbers):  # type: ignore[no-untyped-def]
    for o in numbers:
        e = book.edge[o]
        if e >= 0:
            book.after[o] = book.first[e]
            book.first[e] = o


@compiled
def _strike(book, number):  # type: ignore[no-untyped-def]
    e = book.edge[number]
    o, previous = book.first[e], -1
    while o != number:
        o, previous = book.after[o], o
    if previous < 0:
        book.first[e] = book.after[number]
    else:
        book.after[previous] = book.after[number]
    book.edge[number] = -1


@compiled
def _improve(labels, scratch, state, junction, offer):  # type: ignore[no-untyped-def]
    """Notes a nearer outlet, or an equally near one of lower number; state is (heap size, touched)."""
    heap, touched, seen, _ = scratch
    ticks, owner = offer
    if ticks > labels.ticks[junction] or ticks >= UNREACHABLE:
        return
    if ticks == labels.ticks[junction] and owner >= labels.owner[junction]:
        return
    labels.ticks[junction], labels.owner[junction] = ticks, owner
    if not seen[junction]:
        seen[junction] = True
        touched[state[1]] = junction
        state[1] += 1
    push(heap, state[0], (ticks << 32) | junction)
    state[0] += 1


@compiled
def _run(graph, labels, scratch, state):  # type: ignore[no-untyped-def]
    heap = scratch[0]
    while state[0] > 0:
        key = heap[0]
        state[0] -= 1
        sink(heap, state[0])
        j, here = key & 0xFFFFFFFF, key >> 32
        if here > labels.ticks[j]:
            continue
        for h in range(graph.first[j], graph.first[j + 1]):
            _improve(labels, scratch, state, graph.to[h], (here + graph.step[h], labels.owner[j]))
    for i in range(state[1]):
        scratch[2][scratch[1][i]] = False
    return state[1]


@compiled
def _seed_outlet(graph, book, labels, o, scratch, state):  # type: ignore[no-untyped-def]
    e = book.edge[o]
    at, leg = book.at[o], book.leg[o]
    _improve(labels, scratch, state, graph.tail[e], (at + leg, o))
    _improve(labels, scratch, state, graph.head[e], (graph.ticks[e] - at + leg, o))


@compiled
def _flood(graph, book, labels, numbers, scratch):  # type: ignore[no-untyped-def]
    """Spreads new outlets as far as they are the nearest; returns how many junctions they touched."""
    state = np.zeros(2, np.int64)
    for o in numbers:
        if book.edge[o] >= 0:
            _seed_outlet(graph, book, labels, o, scratch, state)
    return _run(graph, labels, scratch, state)


@compiled
def _claim(labels, scratch, state, junction, number):  # type: ignore[no-untyped-def]
    """Takes a junction from a closed outlet."""
    if labels.owner[junction] == number:
        labels.ticks[junction], labels.owner[junction] = UNREACHABLE, NOBODY
        scratch[2][junction] = True
        scratch[1][state[1]] = junction
        state[1] += 1


@compiled
def _withdraw(graph, book, labels, closed, scratch):  # type: ignore[no-untyped-def]
    """Gives the junctions of a closed outlet to their neighbours' outlets; returns how many were touched."""
    number, edge = closed
    state = np.zeros(2, np.int64)
    _claim(labels, scratch, state, graph.tail[edge], number)
    _claim(labels, scratch, state, graph.head[edge], number)
    i = 0
    while i < state[1]:
        j = scratch[1][i]
        for h in range(graph.first[j], graph.first[j + 1]):
            _claim(labels, scratch, state, graph.to[h], number)
        i += 1
    for i in range(state[1]):
        j = scratch[1][i]
        for h in range(graph.first[j], graph.first[j + 1]):
            near = graph.to[h]
            if labels.owner[near] != NOBODY:
                _improve(labels, scratch, state, j, (labels.ticks[near] + graph.step[h], labels.owner[near]))
            o = book.first[graph.via[h]]
            while o >= 0:
                _seed_outlet(graph, book, labels, o, scratch, state)
                o = book.after[o]
    return _run(graph, labels, scratch, state)


@compiled
def _edges_around(graph, touched, own, scratch):  # type: ignore[no-untyped-def]
    """The edges at the touched junctions and the outlet's own, each once."""
    marked, size = scratch[3], 0
    total = 1
    for i in range(touched):
        total += graph.first[scratch[1][i] + 1] - graph.first[scratch[1][i]]
    edges = np.empty(total, np.int64)
    if own >= 0:
        edges[0], marked[own], size = own, True, 1
    for i in range(touched):
        j = scratch[1][i]
        for h in range(graph.first[j], graph.first[j + 1]):
            e = graph.via[h]
            if not marked[e]:
                edges[size], marked[e] = e, True
                size += 1
    for i in range(size):
        marked[edges[i]] = False
    return edges[:size]


@compiled
def _best(ends, book, labels, e, at):  # type: ignore[no-untyped-def]
    """Ticks and number of the outlet nearest to the place at `at` on edge e."""
    tail, head, length = ends
    a, b = tail[e], head[e]
    ticks, owner = labels.ticks[a] + at, labels.owner[a]
    over = labels.ticks[b] + length[e] - at
    if over < ticks or (over == ticks and labels.owner[b] < owner):
        ticks, owner = over, labels.owner[b]
    o = book.first[e]
    while o >= 0:
        direct = abs(book.at[o] - at) + book.leg[o]
        if direct < ticks or (direct == ticks and o < owner):
            ticks, owner = direct, o
        o = book.after[o]
    return ticks, owner


@compiled
def _answer_places(ends, book, labels, places, edges, answers):  # type: ignore[no-untyped-def]
    """Answers the places on these edges anew; returns those that changed and their ticks before."""
    first, row, place_at, place_leg = places
    total = 0
    for e in edges:
        total += first[e + 1] - first[e]
    changed, before, size = np.empty(total, np.int64), np.empty(total, np.int64), 0
    for e in edges:
        for p in range(first[e], first[e + 1]):
            ticks, owner = _best(ends, book, labels, e, place_at[p])
            ticks = min(ticks + place_leg[p], UNREACHABLE)
            if ticks >= UNREACHABLE:
                owner = NOBODY
            if ticks != answers.ticks[row[p]]:
                changed[size], before[size] = row[p], answers.ticks[row[p]]
                size += 1
            answers.ticks[row[p]], answers.owner[row[p]] = ticks, owner
    return changed[:size], before[:size]
