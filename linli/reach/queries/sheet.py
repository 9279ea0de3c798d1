"""The map of a printed handbook (SVG): a community's outline, its streets and compounds, services by number."""

from html import escape

import numpy as np
import shapely

from linli.places.models import Boundary, Place
from linli_compute.geometry import local_plane

from ..frozen import network_of_run
from ..models import CommunityReach

WIDE, TALL = 1000.0, 520.0  # points of the picture; the paper scales it
EDGE_M = 40.0  # around what is shown
DOT = 12.0  # radius of a number
ROUNDS = 80  # of pushing numbers apart that would lie on each other
INK, STREET, GROUND, WORD = "#0b6e5f", "#b9b2a3", "#f7f4ec", "#50605a"


def sheet_of(place: Place, circle: CommunityReach | None, spots: list[tuple[int, float, float]]) -> str:
    """`spots`: (number, lon, lat) of services; "" where the community has no outline to draw."""
    outline = Boundary.objects.filter(place=place).first()
    if outline is None:
        return ""
    network = None if circle is None else network_of_run(circle.run)
    shape = shapely.geometry.shape(outline.geometry)
    middle = shape.centroid
    plane = network.plane if network else local_plane(np.array([middle.x]), np.array([middle.y]))

    def metres(lonlat: np.ndarray) -> np.ndarray:
        return np.column_stack(plane.to_metres(lonlat[:, 0], lonlat[:, 1]))

    ground = shapely.transform(shape, metres)
    blocks = [
        (row.place.name, shapely.transform(shapely.geometry.shape(row.geometry), metres))
        for row in Boundary.objects.filter(place__parent=place, place__level="compound").select_related(
            "place"
        )
    ]
    at = [(number, shapely.Point(metres(np.array([[lon, lat]]))[0])) for number, lon, lat in spots]
    inside = [(number, point) for number, point in at if shapely.dwithin(ground, point, EDGE_M)]
    lived_in = [*(block for _name, block in blocks), *(point for _number, point in inside)]
    frame = Frame(shapely.total_bounds(lived_in or [ground]))
    return frame.drawn(ground, [] if network is None else _streets(network, frame), blocks, inside)


class Frame:
    """What part of the ground (metres, east and north) the picture shows, and its parts as SVG."""

    def __init__(self, bounds):
        west, south, east, north = bounds
        self.scale = min(WIDE / (east - west + 2 * EDGE_M), TALL / (north - south + 2 * EDGE_M))
        self.west = (west + east - WIDE / self.scale) / 2
        self.north = (south + north + TALL / self.scale) / 2
        self.box = shapely.box(
            self.west, self.north - TALL / self.scale, self.west + WIDE / self.scale, self.north
        )

    def flat(self, xy: np.ndarray) -> np.ndarray:
        return np.column_stack([(xy[:, 0] - self.west) * self.scale, (self.north - xy[:, 1]) * self.scale])

    def path(self, shape: shapely.Geometry) -> str:
        """Rings and lines as SVG writes them."""
        told = []
        for part in shapely.get_parts(shapely.transform(shape, self.flat)):
            rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
            told += [
                "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in np.asarray(r.coords)[:, :2]) for r in rings
            ]
        return "".join(told)

    def drawn(self, ground, streets, blocks, spots) -> str:
        seen = [(name, shapely.intersection(shape, self.box)) for name, shape in blocks]
        seen = [
            (name, shape)
            for name, shape in seen
            if not shape.is_empty and shape.geom_type.endswith("Polygon")
        ]
        parts = [
            f'<path d="{self.path(ground)}" fill="#ffffff" stroke="none"/>',
            *(f'<path d="{self.path(shape)}" fill="#eef3ef" stroke="#cfd8d2"/>' for _name, shape in seen),
            f'<path d="{"".join(map(self.path, streets))}" fill="none" stroke="{STREET}" stroke-width="3"/>',
            f'<path d="{self.path(ground)}" fill="none" stroke="{INK}" stroke-width="5" stroke-dasharray="14 8"/>',
            *(self.word(name, shape.representative_point()) for name, shape in seen),
            *self.numbers(spots),
        ]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE:.0f} {TALL:.0f}" '
            f'font-family="Noto Sans SC"><rect width="100%" height="100%" fill="{GROUND}"/>{"".join(parts)}</svg>'
        )

    def word(self, name: str, point) -> str:
        [(x, y)] = self.flat(shapely.get_coordinates(point))
        return f'<text x="{x:.0f}" y="{y:.0f}" font-size="17" text-anchor="middle" fill="{WORD}">{escape(name)}</text>'

    def numbers(self, spots) -> list[str]:
        """Each number beside its place: a line leads to the place where numbers made way for each other."""
        true = self.flat(shapely.get_coordinates([point for _number, point in spots]))
        told = []
        for (number, _point), (x, y), (dx, dy) in zip(spots, apart(true), true, strict=True):
            told.append(
                f'<path d="M{dx:.1f} {dy:.1f}L{x:.1f} {y:.1f}" stroke="{INK}" stroke-width="2"/>'
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{DOT:g}" fill="{INK}" stroke="#ffffff" stroke-width="2"/>'
                f'<text x="{x:.1f}" y="{y + 5:.1f}" font-size="14" text-anchor="middle" fill="#ffffff">{number}</text>'
            )
        return told


def apart(spots: np.ndarray) -> np.ndarray:
    """Places moved so little that no two numbers (nearly) lie on each other; the same ones give the same answer.

    >>> np.round(apart(np.array([[500.0, 100.0], [500.0, 100.0]])), 1).tolist()
    [[486.8, 100.0], [513.2, 100.0]]
    """
    at, gap = spots.copy(), 2.2 * DOT
    side = np.arange(len(at))[:, None] - np.arange(len(at))[None, :]
    for _round in range(ROUNDS):
        way = at[:, None, :] - at[None, :, :]
        far = np.hypot(way[..., 0], way[..., 1])
        way[far == 0, 0], near = np.sign(side[far == 0]), np.maximum(far, 1e-9)
        push = np.where((far < gap) & (side != 0), (gap - far) / 2, 0.0)
        unit = np.where((far == 0)[..., None], way, way / near[..., None])
        if not push.any():
            break
        at = np.clip(at + (unit * push[..., None]).sum(axis=1), DOT, [WIDE - DOT, TALL - DOT])
    return at


def _streets(network, frame: Frame) -> list[shapely.LineString]:
    """The edges of a walking network that lie in the frame, by their true shape, cut at its border."""
    west, south, east, north = frame.box.bounds
    x, y = network.shape_x, network.shape_y
    near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
    edges = np.unique(np.searchsorted(network.shape_start, near, side="right") - 1)
    found = []
    for edge in edges.tolist():
        part = slice(network.shape_start[edge], network.shape_start[edge + 1])
        line = shapely.intersection(shapely.linestrings(x[part], y[part]), frame.box)
        found += [
            one for one in shapely.get_parts(line) if one.geom_type == "LineString" and not one.is_empty
        ]
    return found
