"""One city in cells: the walks of each square's people are a task of its own, over a margin of its surroundings.

Nobody who walks at most `horizon` minutes gets farther than the walker's speed allows, so the streets and outlets
within that margin (1.25 km for 15 minutes of an adult) give each home of the cell the same answer as the whole
city: the same edges, the same whole ticks. Beyond the horizon everything is "farther than that" either way.
"""

import hashlib
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from linli_compute import files
from linli_compute.counting import counts
from linli_compute.errors import InputError
from linli_compute.network import Network, neighbours_of
from linli_compute.positions import Positions
from linli_compute.saving import network_from, saved
from linli_compute.search import nearest

SPARE_M = 125.0
PLACES = ("edge", "at", "leg", "snap_m")


@dataclass(frozen=True)
class Asked:
    """What every cell is asked: doors of homes, outlets with their function, bands for choices, the horizon."""

    network: Network
    doors: Positions
    outlets: Positions
    function: np.ndarray
    functions: int
    bands_min: tuple[float, ...]  # rising; the last one is no farther than the horizon
    horizon_min: float


@dataclass(frozen=True)
class Walks:
    """Minutes (inf beyond the horizon) and outlets within each band, of each door and function."""

    minutes: np.ndarray  # (doors, functions)
    choices: np.ndarray  # (doors, bands, functions)
    bands_min: tuple[float, ...]


def walks_of(asked: Asked) -> Walks:
    """The walks of all doors in this process."""
    network, outlets, function = asked.network, asked.outlets, asked.function
    minutes = nearest(network, outlets, function, asked.doors, categories=asked.functions)
    minutes[minutes > asked.horizon_min] = np.inf
    choices = np.zeros((len(asked.doors), len(asked.bands_min), asked.functions), dtype=np.int32)
    within = counts(network, outlets, function, asked.doors, bands=asked.bands_min)
    choices[:, :, : within.shape[2]] = within
    return Walks(minutes, choices, asked.bands_min)


def margin_m(network: Network, horizon_min: float) -> float:
    """How far from a cell somebody can be who walks so long, at the fastest, and a little more."""
    profile = network.profile
    fastest = (profile.speed_m_per_min or 1.0) / min(1.0, min(profile.slower.values(), default=1.0))
    return max(horizon_min * fastest, 3.0 * profile.max_snap_m) + SPARE_M


def walks_by_cells(
    asked: Asked, room: Path, *, side_m: float, workers: int = 0, scheduler: str | None = None
) -> Walks:
    """The walks, cell by cell; what stands in `room` of the same inputs is kept. The room goes when all is done."""
    if not np.isfinite(asked.horizon_min) or asked.horizon_min < asked.bands_min[-1]:
        raise InputError("按格子计算时，--horizon-min 不能小于最长的步行时限。")
    if side_m < 500.0:
        raise InputError("格子边长不能小于 0.5 公里。")
    room.mkdir(parents=True, exist_ok=True)
    minutes = np.full((len(asked.doors), asked.functions), np.inf)
    choices = np.zeros((len(asked.doors), len(asked.bands_min), asked.functions), dtype=np.int32)
    number, cells = _cells_of(asked, side_m)
    tasks = [_handed_out(asked, room, cell, np.flatnonzero(number == k)) for k, cell in enumerate(cells)]
    for task in _done(tasks, workers, scheduler):
        with np.load(task.out) as found:
            minutes[found["doors"]], choices[found["doors"]] = found["minutes"], found["choices"]
    shutil.rmtree(room)
    return Walks(minutes, choices, asked.bands_min)


@dataclass(frozen=True)
class Task:
    """A file that says everything about a cell, and the file its answer goes to (named after what was asked)."""

    given: Path
    out: Path


def _cells_of(asked: Asked, side_m: float) -> tuple[np.ndarray, np.ndarray]:
    """The cell of each door (-1 off the network), and the lower-left corner and side of each cell."""
    doors, network = asked.doors, asked.network
    number = np.full(len(doors), -1, dtype=np.int64)
    on = np.flatnonzero(doors.on_network)
    tail = network.tail[doors.edge[on]]  # the cell of the street's beginning: near enough, each door has one
    column = np.floor(network.junction_x[tail] / side_m).astype(np.int64)
    line = np.floor(network.junction_y[tail] / side_m).astype(np.int64)
    cells, number[on] = np.unique(np.stack([column, line], axis=1), axis=0, return_inverse=True)
    return number, np.column_stack([cells * side_m, np.full(len(cells), side_m)])


def _handed_out(asked: Asked, room: Path, cell: np.ndarray, doors: np.ndarray) -> Task:
    """Writes the cell's streets, doors and outlets; the name of the answer is the digest of what is written."""
    network = asked.network
    box = _box_of(network, asked.doors.take(doors))
    part, edge = cut(network, box, margin_m(network, asked.horizon_min))
    near = asked.outlets.on_network & (edge[asked.outlets.edge] >= 0)
    arrays = saved(part) | {
        "doors": doors, "function": asked.function[near], "functions": np.array(asked.functions),
        "bands": np.array(asked.bands_min), "horizon": np.array(asked.horizon_min),
    }  # fmt: skip
    for name, places in (("door", asked.doors.take(doors)), ("outlet", asked.outlets.take(near))):
        moved = Positions(edge[places.edge], places.at, places.leg, places.snap_m)
        arrays |= {f"{name}_{part_}": getattr(moved, part_) for part_ in PLACES}
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    digest = hashlib.sha256(_bytes_of(arrays)).hexdigest()[:16]
    name = f"{int(cell[0])}_{int(cell[1])}"
    task = Task(room / f"{name}.in.npz", room / f"{name}.{digest}.npz")
    if not task.out.exists():
        with files.file_written_whole(task.given) as goal:
            goal.write_bytes(content.getvalue())
    return task


def _bytes_of(arrays: dict[str, np.ndarray]) -> bytes:
    """What the arrays hold, not how they are packed (a zip carries the time of day)."""
    total = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        total.update(json.dumps([name, array.shape, str(array.dtype)]).encode())
        total.update(array.tobytes())
    return total.digest()


def _box_of(network: Network, doors: Positions) -> tuple[float, float, float, float]:
    """West, south, east, north of the edges on which the doors stand."""
    west, south, east, north = edge_boxes(network)
    return (
        float(west[doors.edge].min()), float(south[doors.edge].min()),
        float(east[doors.edge].max()), float(north[doors.edge].max()),
    )  # fmt: skip


def edge_boxes(network: Network) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """West, south, east and north of every edge's shape, in metres."""
    start = network.shape_start[:-1]
    return (
        np.minimum.reduceat(network.shape_x, start), np.minimum.reduceat(network.shape_y, start),
        np.maximum.reduceat(network.shape_x, start), np.maximum.reduceat(network.shape_y, start),
    )  # fmt: skip


def cut(
    network: Network, box: tuple[float, float, float, float], margin: float
) -> tuple[Network, np.ndarray]:
    """The edges that come within `margin` metres of a box, whole and in their order, and the new number of each
    edge (-1: not in it). Directions and ticks stay: what is reached inside costs the same to the last tick."""
    west, south, east, north = edge_boxes(network)
    keep = (west <= box[2] + margin) & (east >= box[0] - margin)
    keep &= (south <= box[3] + margin) & (north >= box[1] - margin)
    edges = np.flatnonzero(keep)
    number = np.full(len(keep), -1, dtype=np.int64)
    number[edges] = np.arange(len(edges))
    nodes = np.unique(np.concatenate([network.tail[edges], network.head[edges]]))
    node = np.full(len(network.junction_x), -1, dtype=np.int64)
    node[nodes] = np.arange(len(nodes))
    tail, head = node[network.tail[edges]], node[network.head[edges]]
    sizes = np.diff(network.shape_start)[edges]
    start = np.concatenate([[0], np.cumsum(sizes)])
    rows = np.arange(start[-1]) - np.repeat(start[:-1] - network.shape_start[:-1][edges], sizes)
    first, to, via = neighbours_of(tail, head, len(nodes))
    part = Network(
        network.profile, network.plane, network.junction_x[nodes], network.junction_y[nodes], tail, head,
        network.ticks[edges], start, network.shape_x[rows], network.shape_y[rows], network.shape_at[rows],
        first, to, via, network.component[nodes],
    )  # fmt: skip
    return part, number


def walk_cell(task: Task) -> Task:
    """Answers one cell's file with another, which appears whole or not at all."""
    if task.out.exists():
        return task
    with np.load(task.given) as given:
        doors, outlets = (
            Positions(*(given[f"{name}_{part}"] for part in PLACES)) for name in ("door", "outlet")
        )
        asked = Asked(
            network_from(given),
            doors,
            outlets,
            given["function"],
            int(given["functions"]),
            tuple(given["bands"].tolist()),
            float(given["horizon"]),
        )
        whose = given["doors"]
    walks = walks_of(asked)
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, doors=whose, minutes=walks.minutes, choices=walks.choices)
    with files.file_written_whole(task.out) as goal:
        goal.write_bytes(content.getvalue())
    task.given.unlink(missing_ok=True)
    return task


def _done(tasks: list[Task], workers: int, scheduler: str | None) -> Iterator[Task]:
    from linli_compute.scale import done_by

    yield from done_by(walk_cell, tasks, workers=workers, scheduler=scheduler)
