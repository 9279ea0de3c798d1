"""What stands on a superblock: lanes, compounds (小区) with rows of houses, shops along streets, gardens."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from linli.config.city.model import USES
from linli.config.city.streets import Line

RESIDENTIAL, PUBLIC, COMMERCIAL, EDUCATION, FARMHOUSE = range(len(USES))

# metres from a street's middle to the first thing that may stand beside it
HALF_WIDTH = {"primary": 21, "secondary": 16, "tertiary": 12, "residential": 6.5, "service": 4}


@dataclass(frozen=True)
class Style:
    """How a compound of one age is built; lengths in metres."""

    years: tuple[int, int]
    storeys: tuple[int, int]
    house: tuple[float, float]  # length along u, depth
    pitch: tuple[float, float]  # between middles of houses, along u and across
    units: int
    flats: int  # per floor of a unit
    plot_ha: float  # blocks are cut until compounds are smaller than this


STYLES = {
    "old": Style((1979, 1999), (5, 7), (45, 11), (54, 23.5), 3, 2, 2.0),
    "mixed": Style((1999, 2010), (6, 11), (44, 13), (54, 33), 3, 2, 3.2),
    "relocation": Style((2006, 2017), (11, 18), (42, 15), (56, 46), 2, 3, 3.6),
    "new": Style((2010, 2024), (16, 28), (31, 18), (58, 54), 2, 2, 4.2),
}


@dataclass(eq=False)
class Plot:
    """A compound while it is laid out."""

    community: int
    plan: int
    rect: tuple
    style: str
    year: int
    gate: tuple  # street (Line) and number on it
    slots: list  # (u, v) free for houses
    slot_size: tuple = (0, 0)
    number: int = 0


@dataclass(eq=False)
class Ground:
    """Everything laid out so far, in plan coordinates; each list grows as the parts of the city are drawn."""

    lines: list = field(default_factory=list)
    plots: list = field(default_factory=list)
    houses: list = field(default_factory=list)  # see `House`
    gardens: list = field(default_factory=list)  # (plan, rect)


@dataclass(frozen=True)
class House:
    plan: int
    u: float
    v: float
    length: float
    depth: float
    community: int
    plot: int
    number: int
    use: int
    storeys: int
    units: int
    flats: int
    year: int
    lift: bool
    households: int


def style_of(rng, remoteness):
    """Old estates in the middle, towers further out, relocation estates at the edge."""
    weights = np.array([1.5 - 1.9 * remoteness, 0.8, 0.15 + 0.55 * remoteness**2, 0.12 + 1.1 * remoteness])
    weights = np.clip(weights, 0.04, None)
    return tuple(STYLES)[rng.choice(4, p=weights / weights.sum())]


def build_home(rng, ground, home, community, *, households, lane_name):
    """Lay out one urban community of about so many households."""
    main = style_of(rng, home.remoteness)
    plots = []
    for cell in home.blocks:
        sides = _sides(home.mesh, cell)
        cut = _cut(
            rng, ground, sides, home.mesh.rect(cell), plot_ha=STYLES[main].plot_ha, lane_name=lane_name
        )
        for rect, around in cut:
            style = main if rng.random() < 0.72 else style_of(rng, home.remoteness)
            plots.append(_plot(rng, ground, rect, around, style=style, community=community))
    _fill(rng, ground, plots, households)
    return main


def _sides(mesh, cell):
    i, j = cell
    return {
        "left": mesh.sides[("u", i, j)],
        "right": mesh.sides[("u", i + 1, j)],
        "bottom": mesh.sides[("v", j, i)],
        "top": mesh.sides[("v", j + 1, i)],
    }


def _cut(rng, ground, sides, rect, *, plot_ha, lane_name):
    """Cut a block by lanes into plots smaller than `plot_ha`; yields (rect, streets around)."""
    u0, v0, u1, v1 = rect
    plan = sides["left"].plan
    if (u1 - u0) * (v1 - v0) < plot_ha * 1e4 * rng.uniform(0.9, 1.6) or min(u1 - u0, v1 - v0) < 130:
        yield rect, sides
        return
    share = rng.uniform(0.42, 0.58)
    if u1 - u0 >= (v1 - v0) * 0.95:
        at = round(u0 + (u1 - u0) * share, 2)
        lane = Line(plan, 1, at, v0, v1, "residential", lane_name())
        sides["bottom"].stop(at), sides["top"].stop(at)
        halves = [((u0, v0, at, v1), {**sides, "right": lane}), ((at, v0, u1, v1), {**sides, "left": lane})]
    else:
        at = round(v0 + (v1 - v0) * share, 2)
        lane = Line(plan, 0, at, u0, u1, "residential", lane_name())
        sides["left"].stop(at), sides["right"].stop(at)
        halves = [((u0, v0, u1, at), {**sides, "top": lane}), ((u0, at, u1, v1), {**sides, "bottom": lane})]
    ground.lines.append(lane)
    for part, around in halves:
        yield from _cut(rng, ground, around, part, plot_ha=plot_ha, lane_name=lane_name)


def _plot(rng, ground, rect, sides, *, style, community):
    """A compound with its shops, gate, lanes and free slots for houses."""
    spec, plan = STYLES[style], sides["left"].plan
    inner = _inset(rect, {side: HALF_WIDTH[line.kind] for side, line in sides.items()})
    year = int(rng.integers(*spec.years))
    plot = Plot(community, plan, inner, style, year, gate=None, slots=[], slot_size=spec.house)
    plot.number = len(ground.plots)
    ground.plots.append(plot)
    margins = {side: _shops(rng, ground, plot, side, line) for side, line in sides.items()}
    yard = _inset(inner, margins)
    columns, spine = _columns(yard, spec)
    rows = _spread(yard[1] + spec.house[1] / 2 + 4, yard[3] - spec.house[1] / 2 - 4, spec.pitch[1])
    plot.slots = [(u, v) for v in rows for u in columns]
    side = ("bottom", "top")[int(rng.random() < 0.5)]
    street = sides[side]
    plot.gate = (street, _house_number(street, spine, odd=side == "bottom"))
    _yard_lanes(ground, street, rows, columns, spine=spine, house=spec.house)
    return plot


def _inset(rect, by):
    u0, v0, u1, v1 = rect
    return u0 + by["left"], v0 + by["bottom"], u1 - by["right"], v1 - by["top"]


def _house_number(street, along, *, odd):
    return int((along - street.start) // 18) * 2 + (1 if odd else 2)


def _columns(yard, spec):
    """Positions of houses along u on both sides of the compound's spine lane, and of that lane."""
    u0, _, u1, _ = yard
    middle, half = (u0 + u1) / 2, spec.house[0] / 2
    left = _spread(u0 + half, middle - 5 - half, spec.pitch[0])
    right = _spread(middle + 5 + half, u1 - half, spec.pitch[0])
    if left or right:
        return [*left, *right], round(middle, 2)
    return [middle + 4], round(u0 + 2, 2)


def _spread(first, last, pitch):
    """Positions from `first` to `last` at least `pitch` apart, evenly."""
    if last < first:
        return []
    count = int((last - first) // pitch) + 1
    if count == 1:
        return [(first + last) / 2]
    return [round(float(w), 2) for w in np.linspace(first, last, count)]


def _yard_lanes(ground, street, rows, columns, *, spine, house):
    """The spine lane from the gate, and a lane behind each row of houses."""
    if not rows:
        return
    plan, gap = street.plan, house[1] / 2 + 5
    behind = [round((a + b) / 2, 2) for a, b in pairwise(rows)] or [round(rows[0] + gap, 2)]
    low, high = (street.at, behind[-1]) if street.at < rows[0] else (behind[0], street.at)
    lane = Line(plan, 1, spine, low, high, "service")
    street.stop(spine)
    ground.lines.append(lane)
    half = house[0] / 2
    for v in behind:
        start, end = min([spine, *(u - half for u in columns)]), max([spine, *(u + half for u in columns)])
        row = Line(plan, 0, v, start, end, "service")
        row.stop(spine), lane.stop(v)
        ground.lines.append(row)


def _shops(rng, ground, plot, side, street):
    """Perhaps a row of shops on this side; metres of the plot it takes."""
    if street.kind not in ("secondary", "tertiary") or rng.random() < 0.45:
        return 3
    u0, v0, u1, v1 = plot.rect
    along = (u0, u1) if side in ("bottom", "top") else (v0, v1)
    depth, length = 11, float(rng.uniform(34, 62))
    for w in _spread(along[0] + length / 2 + 8, along[1] - length / 2 - 8, length + rng.uniform(14, 40)):
        u, v = {
            "bottom": (w, v0 + depth / 2),
            "top": (w, v1 - depth / 2),
            "left": (u0 + depth / 2, w),
            "right": (u1 - depth / 2, w),
        }[side]
        size = (length, depth) if side in ("bottom", "top") else (depth, length)
        ground.houses.append(
            House(
                plot.plan,
                u,
                v,
                *size,
                plot.community,
                plot.number,
                0,
                COMMERCIAL,
                int(rng.integers(1, 4)),
                1,
                0,
                plot.year,
                False,
                0,
            )
        )
    return depth + 5


def _fill(rng, ground, plots, households):
    """Put public houses first, then homes for about so many households; what is left becomes gardens."""
    for plot in plots:
        rng.shuffle(plot.slots)
    usable = [p for p in plots if p.slots]
    roomy = sorted(usable, key=lambda p: -len(p.slots))
    for plot in roomy[:2]:
        _public(rng, ground, plot, PUBLIC, (1, 4))
    if len(roomy[0].slots) > 6:
        _public(rng, ground, roomy[0], EDUCATION, (2, 5))
    room = np.array([_dwellings(p, STYLES[p.style].storeys[1]) for p in usable], dtype=float)
    share = households * room / room.sum()
    for plot, wanted in zip(usable, share, strict=True):
        _homes(rng, ground, plot, wanted)


def _dwellings(plot, storeys):
    spec = STYLES[plot.style]
    return len(plot.slots) * storeys * spec.units * spec.flats


def _public(rng, ground, plot, use, storeys):
    u, v = plot.slots.pop()
    length, depth = plot.slot_size[0] * 0.85, min(plot.slot_size[1] * 1.25, 19)
    ground.houses.append(
        House(
            plot.plan,
            u,
            v,
            length,
            depth,
            plot.community,
            plot.number,
            0,
            use,
            int(rng.integers(*storeys)),
            1,
            0,
            int(min(2024, plot.year + rng.integers(0, 12))),
            False,
            0,
        )
    )


def _homes(rng, ground, plot, wanted):
    """Homes for `wanted` households: as many houses of the style's height as it takes."""
    spec = STYLES[plot.style]
    lived_in = rng.uniform(0.84, 0.97)
    per_floor = spec.units * spec.flats
    typical = per_floor * np.mean(spec.storeys) * lived_in
    count = int(np.clip(round(wanted / typical), 1, len(plot.slots)))
    slots = sorted(plot.slots[:count], key=lambda s: (-s[1], s[0]))
    top = round(wanted / lived_in / per_floor / count)
    # seven floors and more need a lift since 2000; old estates have none
    for number, (u, v) in enumerate(slots, start=1):
        storeys = int(np.clip(top + rng.integers(-1, 2), 3, 33))
        year = int(plot.year + rng.integers(0, 3))
        lift = plot.style != "old" and storeys >= 7
        lived = round(storeys * per_floor * lived_in)
        length, depth = spec.house[0] * rng.uniform(0.9, 1.04), spec.house[1]
        ground.houses.append(
            House(
                plot.plan,
                u,
                v,
                length,
                depth,
                plot.community,
                plot.number,
                number,
                RESIDENTIAL,
                storeys,
                spec.units,
                spec.flats,
                year,
                lift,
                lived,
            )
        )
    for u, v in plot.slots[count:]:
        a, b = plot.slot_size
        ground.gardens.append((plot.plan, (u - a / 2, v - b * 0.7, u + a / 2, v + b * 0.7)))
