"""The county around the city: where villages lie, their hamlets and lanes, and the country roads between."""

from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString, Point

from linli.config.city.blocks import COMMERCIAL, FARMHOUSE, PUBLIC, House, Plot
from linli.config.city.streets import GROUND, Line
from linli.config.city.terrain import LocalWarp, blob

LANE_STEP, HOUSE_STEP = 62, 21.5  # metres between lanes, between houses along a lane


@dataclass(eq=False)
class Village:
    """A village while it is laid out; the first of its hamlets is its middle."""

    centre: np.ndarray
    hamlets: list = field(default_factory=list)  # plan numbers
    seat: int = 0  # which county


def county_outline(rng, size, town_area):
    """The edge of the whole prefecture, about an ellipse around the main city."""
    area = size.villages * 5.4e6 + town_area * 1.6
    b = (area / (np.pi * 1.35)) ** 0.5
    return blob(rng, (0, 0), 1.35 * b, b, rough=0.09, points=140)


def seat_angles(count):
    """Directions of the county seats: off the river, which runs west to east."""
    return [np.radians(152)] if count == 1 else [2 * np.pi * (k + 0.5) / count for k in range(count)]


def hills(rng, outline, taken):
    """Up to six hills inside the outline, clear of what is taken; each as three rings, low to high."""
    x0, y0, x1, y1 = outline.bounds
    found = []
    for _ in range(200):
        c = rng.uniform((x0, y0), (x1, y1))
        size = rng.uniform(0.07, 0.13) * (y1 - y0)
        base = blob(rng, c, size * rng.uniform(1.1, 1.9), size)
        if (
            outline.contains(base)
            and not base.intersects(taken)
            and not any(base.intersects(h[0]) for h in found)
        ):
            middle = base.centroid
            found.append([shapely.affinity.scale(base, k, k, origin=middle) for k in (1, 0.68, 0.36)])
        if len(found) == 6:
            break
    return found


def stream(rng, hill, river, blocked):
    """A brook from a hill to the river, as a strip of water; None where something is in its way."""
    start = np.array(hill.centroid.coords[0])
    mouth_x = start[0] + rng.uniform(-500, 900)
    end = np.array([mouth_x, float(river.y(mouth_x))])
    across = np.array([start[1] - end[1], end[0] - start[0]])
    t = np.linspace(0, 1, 60)[:, None]
    sway = np.sin(np.pi * t) * (
        0.05 * np.sin(9 * t + rng.uniform(0, 6)) + 0.03 * np.sin(23 * t + rng.uniform(0, 6))
    )
    water = LineString(start + (end - start) * t + across * sway).buffer(8)
    return None if water.intersects(blocked) else water


def choose_sites(rng, outline, taken, count):
    """Middles of villages: at random, but apart from each other and clear of what is taken."""
    x0, y0, x1, y1 = outline.buffer(-350).bounds
    apart = 0.74 * (outline.area / count) ** 0.5
    room = outline.buffer(-350).difference(taken)
    shapely.prepare(room)
    sites = np.empty((0, 2))
    while len(sites) < count:
        tries = rng.uniform((x0, y0), (x1, y1), (400, 2))
        for p in tries[shapely.contains_xy(room, tries)]:
            if len(sites) < count and (not len(sites) or np.hypot(*(sites - p).T).min() > apart):
                sites = np.vstack([sites, p])
        apart *= 0.93
    return [Village(p) for p in sites]


def build_village(rng, ground, village, community, warps, *, clear, names):
    """Lay out a village of one to three hamlets; returns the links between its hamlets as plan numbers."""
    homes = int(rng.integers(195, 275))
    shares = rng.dirichlet([7] * int(rng.integers(2, 5)))
    links, middles = [], []
    for k, share in enumerate(sorted(shares, reverse=True)):
        centre = village.centre if k == 0 else _beside(rng, middles, clear)
        middles.append(centre)
        plan = len(warps)
        warps[plan] = LocalWarp(rng, centre, angle=rng.uniform(-0.6, 0.6) + (np.pi / 2) * rng.integers(0, 2))
        village.hamlets.append(plan)
        _hamlet(rng, ground, plan, community, max(28, int(homes * share)), main=k == 0, name=names.hamlet())
        if k:
            links.append((village.hamlets[0], plan))
    return links


def _beside(rng, taken, clear):
    """Room for one more hamlet: on clear ground, near the first and apart from all of the village."""
    for far in np.linspace(500, 900, 90):
        angle = rng.uniform(0, 2 * np.pi)
        p = taken[0] + far * np.array([np.cos(angle), np.sin(angle)])
        if clear.contains(Point(p)) and min(np.hypot(*(p - q)) for q in taken) > 480:
            return p
    return taken[0] + (0, 500.0)


def _hamlet(rng, ground, plan, community, homes, *, main, name):
    """A street with lanes across it and houses along the lanes, some of them empty."""
    lanes = max(2, round(homes / 22))
    half = (lanes - 1) / 2 * LANE_STEP
    street = Line(plan, 0, 0, -half - 40, half + 40, "residential", f"{name}街")
    street.stop(0)
    spots, reach = [], 0
    for k in range(lanes):
        u = -half + k * LANE_STEP + (rng.uniform(-9, 9) if 0 < k < lanes - 1 else 0)
        up, down = rng.uniform(85, 175, 2)
        lane = Line(plan, 1, u, -down, up, "service")
        lane.stop(0), street.stop(u)
        ground.lines.append(lane)
        reach = max(reach, up, down)
        for v in np.arange(-down + 8, up - 4, HOUSE_STEP):
            spots += [(u + side * 14.5, v) for side in (-1, 1) if abs(v) > 13]
    ground.lines.append(street)
    number = len(ground.plots)
    rect = (-half - 38, -reach - 14, half + 38, reach + 14)
    plot = Plot(community, plan, rect, "hamlet", 1960, gate=(street, 1), slots=[], number=number)
    plot.name = name
    ground.plots.append(plot)
    _houses(rng, ground, plot, spots, homes, main=main)


def _houses(rng, ground, plot, spots, homes, *, main):
    order = rng.permutation(len(spots))
    near = sorted(order, key=lambda k: abs(spots[k][0]) + abs(spots[k][1]))
    special = {near[0]: PUBLIC, near[1]: PUBLIC, near[2]: COMMERCIAL, near[3]: COMMERCIAL} if main else {}
    chosen = sorted({*special, *order[: homes + len(special)]})
    count = len(chosen)
    shift, size = (
        rng.uniform((-2.2, -2.5), (2.2, 2.5), (count, 2)),
        rng.uniform((9.5, 8), (13.5, 11), (count, 2)),
    )
    year, storeys = rng.integers(1982, 2024, count), rng.choice([1, 2, 3], p=[0.45, 0.43, 0.12], size=count)
    lived_in = rng.random(count) < 0.91
    for n, k in enumerate(chosen):
        use = special.get(k, FARMHOUSE)
        home = int(use == FARMHOUSE)
        u, v = spots[k][0] + shift[n, 0], spots[k][1] + shift[n, 1]
        ground.houses.append(
            House(plot.plan, u, v, *size[n], plot.community, plot.number, n + 1, use, int(storeys[n]), 1,
                  home, int(year[n]), False, home * int(lived_in[n]))
        )  # fmt: skip


def curve(network, rng, start, end, *, ends, kind, name):
    """A bending road between two nodes whose places in metres are `start` and `end`."""
    across = np.array([start[1] - end[1], end[0] - start[0]])
    length = float(np.hypot(*across))
    t = np.linspace(0, 1, max(3, int(length / 55)))[1:-1, None]
    sway = np.sin(np.pi * t) * (
        0.055 * rng.normal() + 0.03 * np.sin(2 * np.pi * t * max(1, length / 1400) + rng.uniform(0, 6))
    )
    middle = start + (end - start) * t + across * sway
    nodes = [ends[0], *(network.node(GROUND, x, y) for x, y in middle), ends[1]]
    network.add_way(nodes, kind=kind, name=name)


def country_links(points, groups, barrier, *, near=9):
    """Pairs of points to join by road so that all groups hang together, if possible without the barrier.

    `groups` tells which points are joined already (a town's own exits). Shortest links first; one link in six
    is added beyond what joining needs, so that the county is not a tree.
    """
    far = np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
    a, b = _candidates(far, near)
    lines = shapely.linestrings(np.stack([points[a], points[b]], axis=1))
    cost = far[a, b] * np.where(shapely.intersects(lines, barrier), 60, 1)
    parent = {g: g for g in groups}

    def root(g):
        while parent[g] != g:
            g = parent[g]
        return g

    links, spare = [], []
    for k in np.argsort(cost, kind="stable"):
        ga, gb = root(groups[a[k]]), root(groups[b[k]])
        if ga != gb:
            parent[ga] = gb
            links.append((int(a[k]), int(b[k])))
        elif groups[a[k]] != groups[b[k]] and cost[k] == far[a[k], b[k]]:
            spare.append((int(a[k]), int(b[k])))
    return links + _uncrossed(points, links, spare, len(links) // 6)


def _candidates(far, near):
    """Pairs a < b of points among each other's nearest (all pairs of a small county)."""
    rank = np.argsort(far, axis=1, kind="stable")[:, 1 : near * 3]
    a = np.repeat(np.arange(len(far)), rank.shape[1])
    pairs = np.unique(np.sort(np.c_[a, rank.ravel()], axis=1), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _uncrossed(points, links, spare, count):
    """Some of the spare links that cross no road and do not run beside one."""
    taken = [LineString(points[[a, b]]) for a, b in links]
    added = []
    for a, b in spare:
        line = LineString(points[[a, b]])
        core = shapely.line_interpolate_point(line, [0.15, 0.5, 0.85], normalized=True)
        beside = max(shapely.distance(core, other).min() for other in taken) if taken else 1e9
        nearest = min(shapely.distance(p, other) for p in core for other in taken) if taken else 1e9
        if beside > 250 and nearest > 220 and not any(line.crosses(other) for other in taken):
            taken.append(line)
            added.append((a, b))
        if len(added) == count:
            break
    return added
