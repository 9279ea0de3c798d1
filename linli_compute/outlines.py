"""Outlines: the ground along the walked streets as polygons, of every band of one place at once.

The distance to the nearest walked street is worked out at the points of a lattice, a quarter of the width apart, and
the outline is drawn where it passes the width, straight between neighbouring points. Along a straight street that is
the exact line; where streets bend or meet it strays by less than the lattice. Uniting the streets' strips one by one
says the same and takes thirty times as long, because every crossing of two strips has to be found first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import shapely

from linli_compute.compiled import compiled
from linli_compute.errors import InputError
from linli_compute.isochrones import Isochrone
from linli_compute.network import Network
from linli_compute.search import Engine, default_engine

WIDTHS_M = (1.0, 1000.0)
POINTS_PER_WIDTH = 4
# A band's outline keeps this share of the width inside the next one's, so that rounding never lets them cross.
APART = 1 / 80
# An outline keeps off the lattice's points by this share of a cell: rings never touch, rounded or not.
CLEARANCE = 0.02
STRAIGHT_M = 0.05  # points of an outline that lie so near to a straight line are left out
MOST_POINTS = 30_000_000  # of a lattice: 240 MB


class Lattice(NamedTuple):
    """Squared metres to the nearest walked street at ((column + c) · cell, (row + r) · cell), inf beyond reach."""

    cell: float
    column: int
    row: int
    squared: np.ndarray


def outlines(
    network: Network, found: Sequence[Isochrone], *, width_m: float, engine: Engine | None = None
) -> list[shapely.Geometry]:
    """The ground within `width_m` of the streets walked in each band, in metres; holes where nobody comes.

    No point of a polygon is farther than `width_m` and a quarter from a walked street, every point within half of
    `width_m` is in it, and each band lies inside the next (drawn 1/80 of the width nearer to its streets, less
    where there are many bands). Empty for a band without a street. InputError for a width nobody means.
    """
    if not WIDTHS_M[0] <= width_m <= WIDTHS_M[1]:
        raise InputError(f"街道两侧的宽度 {width_m:g} 米不在 {WIDTHS_M[0]:g} 与 {WIDTHS_M[1]:g} 米之间。")
    order = np.argsort([band.limit for band in found], kind="stable")
    apart = width_m * min(APART, 1 / (8 * max(len(found), 1)))
    levels = width_m - apart * np.arange(len(found))[::-1]
    steps = _steps_by_band(network, [found[number] for number in order])
    grounds: list[shapely.Geometry] = [shapely.Polygon()] * len(found)
    for number, ground in zip(order, _grounds(steps, levels, width_m, engine), strict=True):
        grounds[number] = ground
    return grounds


def _steps_by_band(network: Network, bands: list[Isochrone]) -> list[np.ndarray]:
    """The steps each band walks beyond the one before it; a piece that goes on is taken whole."""
    steps, before = [], (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    for band in bands:
        begin = band.edge.astype(np.int64) << 32 | band.begin
        at = np.searchsorted(before[0], begin)
        inside = np.flatnonzero(at < len(before[0]))
        same = inside[(before[0][at[inside]] == begin[inside]) & (before[1][at[inside]] == band.end[inside])]
        fresh = np.delete(np.arange(len(begin)), same)
        steps.append(replace(band, edge=band.edge[fresh], begin=band.begin[fresh], end=band.end[fresh]))
        before = begin, band.end
    return [band.steps(network) for band in steps]


def _grounds(
    steps: list[np.ndarray], levels: np.ndarray, width_m: float, engine: Engine | None
) -> Iterator[shapely.Geometry]:
    """The ground within each level of its own steps and those of the bands before it."""
    lattice = _lattice(np.concatenate([np.empty((4, 0)), *steps], axis=1), width_m)
    lower = _lower if (engine or default_engine()) == "compiled" else _lower_by_windows
    for band, level in enumerate(levels):
        so_far = np.concatenate(steps[: band + 1], axis=1)
        if not so_far.size:
            yield shapely.Polygon()
        elif lattice is None:
            lines = shapely.linestrings(so_far.T.reshape(-1, 2, 2))
            yield shapely.union_all(shapely.buffer(lines, level, quad_segs=2))
        else:
            lower(steps[band], width_m + 1.5 * lattice.cell, lattice)
            yield _ground(_around(lattice, so_far, width_m), level)


def _box(steps: np.ndarray, width_m: float) -> tuple[int, int, int, int]:
    """First column and row of the lattice, and those behind the last, that these steps need around them."""
    cell = width_m / POINTS_PER_WIDTH
    low, high = steps.reshape(2, 2, -1).min(axis=(0, 2)), steps.reshape(2, 2, -1).max(axis=(0, 2))
    left, bottom = np.floor((low - width_m) / cell - 3.0).astype(int).tolist()
    right, top = np.ceil((high + width_m) / cell + 3.0).astype(int).tolist()
    return left, bottom, right, top


def _lattice(steps: np.ndarray, width_m: float) -> Lattice | None:
    """Room for everything within reach of these steps; None where there are none, or too much for memory."""
    if not steps.size:
        return None
    left, bottom, right, top = _box(steps, width_m)
    if (right - left) * (top - bottom) > MOST_POINTS:
        return None
    return Lattice(width_m / POINTS_PER_WIDTH, left, bottom, np.full((top - bottom, right - left), np.inf))


def _around(lattice: Lattice, steps: np.ndarray, width_m: float) -> Lattice:
    """The part of the lattice around these steps."""
    left, bottom, right, top = _box(steps, width_m)
    rows = slice(bottom - lattice.row, top - lattice.row)
    part = lattice.squared[rows, left - lattice.column : right - lattice.column]
    return lattice._replace(column=left, row=bottom, squared=part)


@compiled
def _lower(steps, reach, lattice):  # type: ignore[no-untyped-def]
    """Lowers the lattice to the distance from these steps, at least where they are within `reach`."""
    cell, column, row, squared = lattice
    for k in range(steps.shape[1]):
        x, y = steps[0, k], steps[1, k]
        along_x, along_y = steps[2, k] - x, steps[3, k] - y
        long = along_x * along_x + along_y * along_y
        if long == 0.0:
            long = 1.0
        bottom, top = min(y, y + along_y) - reach, max(y, y + along_y) + reach
        for r in range(int(np.ceil(bottom / cell)), int(np.floor(top / cell)) + 1):
            here_y = r * cell
            begin, end = 0.0, 1.0  # the part of the step within reach of this row
            if along_y != 0.0:
                one, other = (here_y - reach - y) / along_y, (here_y + reach - y) / along_y
                begin = min(max(min(one, other), 0.0), 1.0)
                end = min(max(max(one, other), 0.0), 1.0)
            left = min(x + begin * along_x, x + end * along_x) - reach
            right = max(x + begin * along_x, x + end * along_x) + reach
            for c in range(int(np.ceil(left / cell)), int(np.floor(right / cell)) + 1):
                here_x = c * cell
                share = ((here_x - x) * along_x + (here_y - y) * along_y) / long
                share = min(max(share, 0.0), 1.0)
                off_x, off_y = x + share * along_x - here_x, y + share * along_y - here_y
                away = off_x * off_x + off_y * off_y
                if away < squared[r - row, c - column]:
                    squared[r - row, c - column] = away


def _lower_by_windows(steps: np.ndarray, reach: float, lattice: Lattice) -> None:
    """`_lower` without numba: the same arithmetic on the window around each step."""
    cell, column, row, squared = lattice
    for x, y, to_x, to_y in steps.T:
        along_x, along_y = to_x - x, to_y - y
        long = (along_x * along_x + along_y * along_y) or 1.0
        rows = np.arange(np.ceil((min(y, to_y) - reach) / cell), np.floor((max(y, to_y) + reach) / cell) + 1)
        columns = np.arange(
            np.ceil((min(x, to_x) - reach) / cell), np.floor((max(x, to_x) + reach) / cell) + 1
        )
        here_x, here_y = columns * cell, (rows * cell)[:, None]
        share = np.clip(((here_x - x) * along_x + (here_y - y) * along_y) / long, 0.0, 1.0)
        off_x, off_y = x + share * along_x - here_x, y + share * along_y - here_y
        top, left = int(rows[0]) - row, int(columns[0]) - column
        window = squared[top : top + len(rows), left : left + len(columns)]
        np.minimum(window, off_x * off_x + off_y * off_y, out=window)


# Bits of a cell's corners, counter-clockwise from the lower left; a side lies between each and the next.
CORNERS = (1, 2, 8, 4)


def _turns() -> np.ndarray:
    """Per set of inner corners up to two lines (from side, to side) with the inside on their left, -1 for none.

    Going round, a line starts where the inside is left and ends where it is next entered: two inner corners
    across a cell are joined, so what is inside of a cell only grows when more of its corners are.
    """
    table = np.full((16, 2, 2), -1)
    for corners in range(1, 15):
        inner = [bool(corners & bit) for bit in CORNERS]
        leaving = [side for side in range(4) if inner[side] and not inner[(side + 1) % 4]]
        for slot, side in enumerate(leaving):
            back = next(k % 4 for k in range(side + 1, side + 4) if inner[(k + 1) % 4])
            table[corners, slot] = side, back
    return table


TURNS = _turns()


def _ground(lattice: Lattice, level: float) -> shapely.Geometry:
    """Where the lattice is at most `level` metres."""
    columns = lattice.squared.shape[1]
    inner = (lattice.squared <= level * level).view(np.uint8)
    beside = inner[:, :-1] | inner[:, 1:] << 1
    corners = (beside[:-1] | beside[1:] << 2).ravel()
    cell = np.flatnonzero(corners - np.uint8(1) < 14)  # 0 wraps round to 255: all out; 15 is all in
    kind = corners[cell]
    # Sides are numbered by the lattice point they start at: 2 · point to the right, 2 · point + 1 upwards.
    lines = np.array([0, 3, 2 * columns, 1])[TURNS]
    point = 2 * (cell + cell // (columns - 1))
    twice = TURNS[kind, 1, 0] >= 0
    sides = np.concatenate(
        [lines[kind, 0] + point[:, None], lines[kind[twice], 1] + point[twice, None]],
    )
    order = np.argsort(sides[:, 0])
    crossed = sides[order, 0]
    ring, number = _rings(np.searchsorted(crossed, sides[order, 1]))
    return _polygon(_crossings(lattice, level, crossed)[ring], number)


def _crossings(lattice: Lattice, level: float, crossed: np.ndarray) -> np.ndarray:
    """Where the distance passes `level` on these sides, in metres: (sides, 2)."""
    columns = lattice.squared.shape[1]
    point, upwards = crossed >> 1, (crossed & 1).astype(bool)
    row, column = np.divmod(point, columns)
    here = np.sqrt(lattice.squared[row, column])
    there = np.sqrt(lattice.squared[row + upwards, column + ~upwards])
    share = np.clip((level - here) / (there - here), CLEARANCE, 1.0 - CLEARANCE)
    x = (lattice.column + column + np.where(upwards, 0.0, share)) * lattice.cell
    y = (lattice.row + row + np.where(upwards, share, 0.0)) * lattice.cell
    return np.column_stack([x, y])


@compiled
def _rings(after):  # type: ignore[no-untyped-def]
    """Crossings ring by ring, each in the order `after` leads, and the number of the ring of each."""
    order, number = np.empty(len(after), np.int64), np.empty(len(after), np.int64)
    passed = np.zeros(len(after), np.uint8)
    size, rings = 0, 0
    for start in range(len(after)):
        here = start
        while not passed[here]:
            passed[here] = 1
            order[size], number[size] = here, rings
            size += 1
            here = after[here]
        if size and number[size - 1] == rings:
            rings += 1
    return order, number


def _polygon(points: np.ndarray, number: np.ndarray) -> shapely.Geometry:
    """The polygon of these rings, outer ones counter-clockwise; walked streets hang together, so there is one."""
    rings = shapely.simplify(shapely.linearrings(points, indices=number), STRAIGHT_M, preserve_topology=False)
    outer = shapely.is_ccw(rings)
    if outer.sum() == 1:
        return shapely.polygons(rings[outer][0], holes=rings[~outer])
    return shapely.build_area(shapely.geometrycollections(rings))
