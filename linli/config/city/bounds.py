"""Boundaries: one set of lines cut into faces, each owned by one grid, so that every level nests exactly."""

from itertools import pairwise

import numpy as np
import shapely
from shapely import LineString, MultiPoint, STRtree

from linli.config.city.streets import STEP
from linli.config.city.terrain import unwarp

GRAIN = 0.01  # metres; all boundary points lie on this lattice


def cell_edge(mesh, warp, a, b):
    """Points on the ground along an edge of a superblock, alike for both of its blocks."""
    pieces = max(1, int(np.ceil(np.hypot(b[0] - a[0], b[1] - a[1]) / STEP)))
    return np.round(warp(np.linspace(a, b, pieces + 1)), 2)


def cell_polygon(mesh, warp, cell):
    u0, v0, u1, v1 = mesh.rect(cell)
    bottom, top = (cell_edge(mesh, warp, (u0, v), (u1, v)) for v in (v0, v1))
    left, right = (cell_edge(mesh, warp, (u, v0), (u, v1)) for u in (u0, u1))
    return shapely.Polygon(np.vstack([bottom, right[1:], top[-2::-1], left[-2::-1]]))


def river_line(mesh, warp, x0, x1):
    """The river's centre from x0 to x1, through the same points as the blocks beside it."""
    inner = [cell_edge(mesh, warp, (a, 0.0), (b, 0.0)) for a, b in pairwise(mesh.us)]
    west = np.c_[np.arange(x0, mesh.us[0] - 20, 60.0), np.zeros(len(np.arange(x0, mesh.us[0] - 20, 60.0)))]
    east = np.c_[np.arange(mesh.us[-1] + 60, x1, 60.0), np.zeros(len(np.arange(mesh.us[-1] + 60, x1, 60.0)))]
    parts = [np.round(warp(west), 2), *inner, np.round(warp(east), 2)]
    return LineString(np.vstack([p for p in parts if len(p)]))


class RuralGround:
    """Which village the land at a point belongs to: ragged cells around it, never across the river."""

    def __init__(self, rng, outline, centres, river, *, per_village=46):
        x0, y0, x1, y1 = outline.buffer(400).bounds
        self.sites = rng.uniform((x0, y0), (x1, y1), (len(centres) * per_village, 2))
        ripple = 170 * np.sin(self.sites[:, ::-1] / 310 + rng.uniform(0, 6.28, 2))
        self._river = river
        north = self._is_north(centres)
        self.tree = STRtree(shapely.points(self.sites))
        self._owner = {}
        for bank in (False, True):
            rows = np.flatnonzero(north == bank)
            if len(rows):
                nearest = STRtree(shapely.points(centres[rows])).nearest(shapely.points(self.sites + ripple))
                self._owner[bank] = rows[nearest]

    def _is_north(self, points):
        return points[:, 1] > self._river.y(points[:, 0])

    def owner_at(self, points):
        """Row number of the village for each point (n, 2)."""
        site = self.tree.nearest(shapely.points(points))
        north = self._is_north(points)
        some = next(iter(self._owner.values()))
        both = {bank: self._owner.get(bank, some)[site] for bank in (False, True)}
        return np.where(north, both[True], both[False])

    def lines(self):
        """Borders between the land of different villages."""
        cells = shapely.get_parts(shapely.voronoi_polygons(MultiPoint(self.sites), ordered=True))
        for owner in self._owner.values():
            for village in np.unique(owner):
                yield shapely.coverage_union_all(cells[owner == village]).boundary


def faces_of(lines):
    """Polygons between all the lines, on the lattice."""
    noded = shapely.unary_union(lines, grid_size=GRAIN)
    return shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))


def mend(faces, owner, *, within=None):
    """Owners such that each one's faces hang together; strays go to the neighbour with the longest border.

    `within` (one value for each face) limits the neighbours to faces of the same value, where there is one.
    """
    owner = np.array(owner)
    a, b, length = _borders(faces)
    for _ in range(6):
        piece = _pieces(owner, a, b)
        area = shapely.area(faces)
        size = np.bincount(piece, weights=area)
        largest = {}
        for p in np.unique(piece):
            o = owner[np.argmax(piece == p)]
            if o not in largest or size[p] > size[largest[o]]:
                largest[o] = p
        stray = np.array([piece[f] != largest[owner[f]] for f in range(len(faces))])
        if not stray.any():
            break
        _hand_over(owner, piece, stray, (a, b, length), within)
    return owner


def _borders(faces):
    """Pairs of faces that share a border, both ways, with its length."""
    tree = STRtree(faces)
    a, b = tree.query(faces, predicate="touches")
    length = shapely.length(shapely.intersection(faces[a], faces[b]))
    keep = length > GRAIN
    return a[keep], b[keep], length[keep]


def _pieces(owner, a, b):
    """Number of the connected piece of one owner's faces that each face is in."""
    piece = np.arange(len(owner))
    same = owner[a] == owner[b]
    x, y = a[same], b[same]
    while True:
        low = piece.copy()
        np.minimum.at(low, x, piece[y])
        low = low[low]
        if (low == piece).all():
            return piece
        piece = low


def _hand_over(owner, piece, stray, borders, within):
    a, b, length = borders
    for p in np.unique(piece[stray]):
        edge = (piece[a] == p) & (piece[b] != p)
        if within is not None and (within[a] == within[b])[edge].any():
            edge &= within[a] == within[b]
        totals = {}
        for o, metres in zip(owner[b[edge]], length[edge], strict=True):
            totals[o] = totals.get(o, 0) + metres
        if totals:
            owner[piece == p] = max(totals, key=lambda o: (totals[o], -o))


def plan_points(warp, xy, river=None):
    """Plan coordinates of points on the ground for the river's plan or a turned one."""
    if river is not None:
        return unwarp(warp, xy, guess=np.c_[xy[:, 0], xy[:, 1] - river.y(xy[:, 0])])
    d = np.asarray(xy) - warp.centre
    return unwarp(
        warp,
        xy,
        guess=np.c_[d[:, 0] * warp._cos + d[:, 1] * warp._sin, d[:, 1] * warp._cos - d[:, 0] * warp._sin],
    )
