"""The walking network: streets of one profile, chains of degree-2 points contracted exactly.

Costs are whole ticks: 0.1 mm where the profile counts metres, a millionth of a minute where it counts
minutes. Whole numbers add up the same in any order, so every search gives the same answer to the last digit.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from linli_compute.compiled import compiled
from linli_compute.errors import InputError
from linli_compute.geometry import Plane, local_plane
from linli_compute.streets import Profile, Streets

TICKS_PER_METRE = 10_000
TICKS_PER_MINUTE = 1_000_000
# Farther than this (107 km, 1,073 min) counts as unreachable; twice it still fits 32 bits.
UNREACHABLE = 2**30 - 1
# An edge added to an unreachable distance, and the leg of a place, must still fit.
LONGEST = UNREACHABLE - 2**27


@dataclass(frozen=True)
class Network:
    """Junctions joined by edges; an edge is a whole chain of street points with its shape.

    The point `i` of edge `e`'s shape (`shape_start[e] <= i < shape_start[e + 1]`) lies at
    (`shape_x[i]`, `shape_y[i]`) metres on `plane` and at `shape_at[i]` ticks from the edge's tail.
    `first`, `to`, `via` list each junction's neighbours and the edges to them.
    """

    profile: Profile
    plane: Plane
    junction_x: np.ndarray
    junction_y: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    ticks: np.ndarray
    shape_start: np.ndarray
    shape_x: np.ndarray
    shape_y: np.ndarray
    shape_at: np.ndarray
    first: np.ndarray
    to: np.ndarray
    via: np.ndarray
    component: np.ndarray  # per junction; 0 is the one with most street length

    @property
    def unit(self) -> str:
        """What costs are counted in: "min" or "m"."""
        return self.profile.unit

    @property
    def ticks_per_unit(self) -> int:
        """Ticks in a minute, or in a metre."""
        return TICKS_PER_METRE if self.unit == "m" else TICKS_PER_MINUTE

    def to_ticks(self, cost: float) -> int:
        """Whole ticks of minutes (or metres); InputError beyond what the network can hold."""
        if not 0.0 < cost * self.ticks_per_unit < UNREACHABLE:
            raise InputError(f"步行上限 {cost} 不在 0 与 {UNREACHABLE / self.ticks_per_unit:.0f} 之间。")
        return round(cost * self.ticks_per_unit)

    def cost_of(self, ticks: np.ndarray) -> np.ndarray:
        """Minutes (or metres) as float64, inf where unreachable."""
        return np.where(ticks >= UNREACHABLE, np.inf, ticks / self.ticks_per_unit)

    @cached_property
    def lengths_m(self) -> np.ndarray:
        """Metres of each edge along its shape."""
        steps = np.hypot(np.diff(self.shape_x), np.diff(self.shape_y))
        steps[self.shape_start[1:-1] - 1] = 0.0  # no step leads from one edge's shape to the next
        return np.add.reduceat(steps, self.shape_start[:-1])

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """Ticks between junctions for SciPy: the shorter of parallel edges, no loops."""
        return lightest(self.tail, self.head, self.ticks, len(self.junction_x))

    def share_of_main_component(self) -> float:
        """Share of the street length that lies in the largest connected part."""
        metres = np.bincount(self.component[self.tail], weights=self.lengths_m)
        return float(metres[0] / metres.sum())


def build_network(streets: Streets, profile: Profile) -> Network:
    """The network this profile walks on; InputError if nothing is left to walk on."""
    keep = profile.passable(streets) & (streets.tail != streets.head)
    if not keep.any():
        known = "、".join(streets.kinds[:12]) or "没有"
        raise InputError(f"没有“{profile.title}”可走的道路（文件中的道路类别：{known}）。")
    used, (tail, head) = _numbered(streets.tail[keep], streets.head[keep], len(streets.lon))
    plane = local_plane(streets.lon[used], streets.lat[used])
    x, y = plane.to_metres(streets.lon[used], streets.lat[used])
    all_metres = np.zeros(len(keep))
    all_metres[keep] = np.hypot(x[tail] - x[head], y[tail] - y[head])
    per_unit = TICKS_PER_METRE if profile.unit == "m" else TICKS_PER_MINUTE
    ticks = np.maximum(np.rint(profile.cost(streets, all_metres)[keep] * per_unit), 1.0)
    if ticks.max() >= LONGEST:
        raise InputError(f"有一段直线道路长 {all_metres.max() / 1000:.0f} 公里，不合理；请检查坐标系。")
    pieces = lightest(tail, head, ticks, len(used))
    return _contract(profile, plane, (x, y), pieces)


def _numbered(tail: np.ndarray, head: np.ndarray, count: int) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """The points of 0 to `count` that are used, in order, and both ends as numbers among them."""
    used = np.zeros(count, dtype=bool)
    used[tail] = used[head] = True
    number = np.cumsum(used) - 1
    return np.flatnonzero(used), (number[tail], number[head])


def lightest(tail: np.ndarray, head: np.ndarray, ticks: np.ndarray, count: int) -> sparse.csr_array:
    """Symmetric matrix of ticks; of several lines between two points the lightest."""
    line = np.minimum(tail, head).astype(np.int64) * count + np.maximum(tail, head)
    order = np.argsort(line)
    line = line[order]
    begin = np.flatnonzero(np.r_[True, np.diff(line) != 0]) if len(line) else np.empty(0, dtype=np.int64)
    ticks = np.minimum.reduceat(np.asarray(ticks, dtype=float)[order], begin) if len(line) else np.empty(0)
    low, high = np.divmod(line[begin], count)
    low, high, ticks = low[low != high], high[low != high], ticks[low != high]
    rows, columns = np.concatenate([low, high]), np.concatenate([high, low])
    return sparse.csr_array((np.tile(ticks, 2), (rows, columns)), shape=(count, count))


def _contract(
    profile: Profile, plane: Plane, xy: tuple[np.ndarray, ...], matrix: sparse.csr_array
) -> Network:
    x, y = xy
    shape_node, shape_start, shape_at = _chains(matrix)
    begins, ends = shape_node[shape_start[:-1]], shape_node[shape_start[1:] - 1]
    nodes, _ends = _numbered(begins, ends, len(x))
    nodes = nodes[np.argsort(_morton(x[nodes], y[nodes]), kind="stable")]  # neighbours close in memory
    number = np.full(len(x), -1)
    number[nodes] = np.arange(len(nodes))
    tail, head = number[begins], number[ends]
    first, to, via = neighbours_of(tail, head, len(nodes))
    ticks = shape_at[shape_start[1:] - 1]
    return Network(
        profile, plane, x[nodes], y[nodes], tail, head, ticks.astype(np.int32), shape_start,
        x[shape_node], y[shape_node], shape_at.astype(np.int32), first, to, via,
        _components(tail, head, ticks, len(nodes)),
    )  # fmt: skip


def _chains(matrix: sparse.csr_array) -> tuple[np.ndarray, ...]:
    """Points of every chain, where each starts, and ticks from its start; none is longer than LONGEST."""
    junction = np.diff(matrix.indptr) != 2
    while True:
        node, step, start = _trace(matrix.indptr, matrix.indices, junction)
        total = np.cumsum(np.where(step >= 0, matrix.data[step], 0.0).astype(np.int64))
        at = total - np.repeat(total[start[:-1]], np.diff(start))
        long = np.flatnonzero(at[start[1:] - 1] >= LONGEST)
        if not len(long):
            return node, start, at
        junction[node[(start[long] + start[long + 1]) // 2]] = True


def _morton(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Position along a curve that keeps neighbours together (16 bits each way)."""
    code = np.zeros(len(x), dtype=np.uint64)
    for shift, values in enumerate((x, y)):
        span = max(float(np.ptp(values)), 1e-9)
        cell = ((values - values.min()) / span * 65535).astype(np.uint64)
        for bit in range(16):
            code |= ((cell >> np.uint64(bit)) & np.uint64(1)) << np.uint64(2 * bit + shift)
    return code


def neighbours_of(tail: np.ndarray, head: np.ndarray, count: int) -> tuple[np.ndarray, ...]:
    """Where each junction's neighbours begin, the neighbours, and the edges to them."""
    rows, columns = np.concatenate([tail, head]), np.concatenate([head, tail])
    order = np.argsort(rows, kind="stable")
    first = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows, minlength=count), out=first[1:])
    via = np.tile(np.arange(len(tail)), 2)[order]
    return first, columns[order].astype(np.int32), via.astype(np.int32)


def _components(tail: np.ndarray, head: np.ndarray, ticks: np.ndarray, count: int) -> np.ndarray:
    """Component of each junction, numbered from the one with most ticks of street."""
    graph = sparse.coo_array((np.ones(len(tail)), (tail, head)), shape=(count, count))
    found, label = csgraph.connected_components(graph, directed=False)
    weight = np.bincount(label[tail], weights=ticks, minlength=found)
    rank = np.empty(found, dtype=np.int64)
    rank[np.argsort(-weight, kind="stable")] = np.arange(found)
    return rank[label]


def _trace(first: np.ndarray, to: np.ndarray, junction: np.ndarray) -> tuple[np.ndarray, ...]:
    """Points of every chain one after the other, for each the matrix entry that leads to it (-1 at a start),
    and where each chain starts (with the end appended)."""
    nodes, steps = np.empty((2, 2 * len(to)), dtype=np.int64)
    starts = np.zeros(len(to) + 1, dtype=np.int64)
    walked = np.zeros(len(to), dtype=bool)
    size, chains = _trace_all(
        first.astype(np.int64), to.astype(np.int64), junction.astype(np.uint8), (nodes, steps, starts, walked)
    )
    return nodes[:size].copy(), steps[:size].copy(), starts[: chains + 1].copy()


ON_THE_WAY, JUNCTION, PASSED = 0, 1, 2


@compiled
def _follow(first, to, state, begin, rooms):  # type: ignore[no-untyped-def]
    """Writes the chain that starts with matrix entry `begin[1]` of junction `begin[0]`; returns its length."""
    nodes, steps = rooms
    start, h = begin
    nodes[0], steps[0] = start, -1
    nodes[1], steps[1] = to[h], h
    length, before, here = 2, start, to[h]
    while state[here] != JUNCTION:
        state[here] = PASSED
        h = first[here] + (1 if to[first[here]] == before else 0)
        before, here = here, to[h]
        nodes[length], steps[length] = here, h
        length += 1
    return length


@compiled
def _trace_from(first, to, state, start, out, size):  # type: ignore[no-untyped-def]
    """Adds every chain that starts at junction `start` and was not walked from its other end."""
    nodes, steps, starts, walked = out
    for h in range(first[start], first[start + 1]):
        if walked[h]:
            continue
        length = _follow(first, to, state, (start, h), (nodes[size[0] :], steps[size[0] :]))
        last, before = nodes[size[0] + length - 1], nodes[size[0] + length - 2]
        walked[h] = True
        for g in range(first[last], first[last + 1]):
            if to[g] == before:
                walked[g] = True
        size[0] += length
        size[1] += 1
        starts[size[1]] = size[0]


@compiled
def _trace_all(first, to, state, out):  # type: ignore[no-untyped-def]
    size = np.zeros(2, np.int64)
    for node in range(len(first) - 1):
        if state[node] == JUNCTION:
            _trace_from(first, to, state, node, out, size)
    for node in range(len(first) - 1):
        if state[node] == ON_THE_WAY:  # on a ring without any junction: its first point becomes one
            state[node] = JUNCTION
            _trace_from(first, to, state, node, out, size)
    return size
