"""Lays out the whole ground of a city: river, towns, villages, streets; everything but borders and people."""

from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry import box

from linli.config.city import blocks, mesh, names, rural
from linli.config.city.bounds import cell_polygon
from linli.config.city.streets import Network
from linli.config.city.terrain import LocalWarp, River, RiverWarp, blob


@dataclass(eq=False)
class Layout:
    """The ground as drawn, in metres and plan coordinates."""

    size: object
    river: River
    warps: dict
    meshes: list
    homes: list  # urban communities in order; the number of a community is its place here …
    villages: list  # … and then here
    ground: blocks.Ground
    network: Network
    outline: object
    hills: list = field(default_factory=list)
    styles: list = field(default_factory=list)  # of the urban communities

    @property
    def centres(self):
        """Middles (n, 2) of all communities, in metres."""
        urban = [self.warps[h.mesh.plan](h.centre[None])[0] for h in self.homes]
        return np.array([*urban, *(v.centre for v in self.villages)])


def lay_out(size, parts):
    """Draw the ground of a city of this size; `parts` gives each part its own random numbers."""
    river = River(parts("river"), size)
    main = mesh.river_mesh(parts("mesh"), size, plan=0)
    r = main.river
    mesh.settle(parts("north"), main, list(range(r + 1, len(main.vs) - 1)), size.north)
    mesh.settle(parts("south"), main, list(range(r - 2, -1, -1)), size.south)
    warps = {0: RiverWarp(parts("warp"), river, size)}
    town_area = sum(_area(main, cell) for home in main.homes for cell in home.cells)
    outline = rural.county_outline(parts("outline"), size, town_area)
    meshes = [main, *_seats(parts("seats"), size, outline, warps)]
    ground, network = blocks.Ground(), Network(warps)
    place_names = names.PlaceNames(parts("street names"))
    name_of = names.StreetNames(parts("street names 2"), place_names)
    for town in meshes:
        ground.lines += mesh.street_lines(town, name_of)
    homes = [home for town in meshes for home in town.homes]
    styles = _build_homes(parts, ground, homes, place_names, wanted_homes=size.households)
    layout = Layout(size, river, warps, meshes, homes, [], ground, network, outline, styles=styles)
    _settle_country(parts, layout)
    for line in ground.lines:
        network.add_line(line)
    _walks_in_parks(layout)
    return layout


def _area(town, cell):
    u0, v0, u1, v1 = town.rect(cell)
    return (u1 - u0) * (v1 - v0)


def _seats(rng, size, outline, warps):
    """The county seats: small towns between the city and the edge of the county."""
    _, _, x1, y1 = outline.bounds
    for k, angle in enumerate(rural.seat_angles(size.counties), start=1):
        centre = np.array([0.58 * x1 * np.cos(angle), 0.72 * y1 * np.sin(angle)])
        town = mesh.town_mesh(rng, size.county_town, plan=k)
        mesh.settle(rng, town, list(range(len(town.vs) - 1)), size.county_town)
        warps[k] = LocalWarp(rng, centre, angle=rng.uniform(-0.35, 0.35), bend=22, length=420)
        yield town


def _build_homes(parts, ground, homes, place_names, *, wanted_homes):
    """Blocks of every urban community."""
    mean, spread, least, most = wanted_homes
    sizes = np.clip(parts("households").normal(mean, spread, len(homes)), least, most)
    styles = []
    for number, (home, wanted) in enumerate(zip(homes, sizes, strict=True)):
        rng = parts("blocks", number)
        styles.append(
            blocks.build_home(rng, ground, home, number, households=wanted, lane_name=place_names.lane)
        )
    return styles


def _settle_country(parts, layout):
    """Hills, villages and country roads around the towns."""
    size, warps, network = layout.size, layout.warps, layout.network
    towns = shapely.union_all(
        [cell_polygon(m, warps[m.plan], c) for m in layout.meshes for h in m.homes for c in h.cells]
    )
    x0, _, x1, _ = layout.outline.bounds
    bed = layout.river.bed(x0 - 3000, x1 + 3000)
    taken = shapely.union_all([towns.buffer(520), bed.buffer(330)])
    layout.hills = rural.hills(
        parts("hills"), layout.outline.buffer(-250), shapely.union_all([towns.buffer(300), bed.buffer(200)])
    )
    blocked = shapely.union_all([taken, *(h[0].buffer(120) for h in layout.hills)])
    layout.villages = rural.choose_sites(parts("villages"), layout.outline, blocked, size.villages)
    clear = layout.outline.buffer(-200).difference(shapely.union_all([towns.buffer(250), bed.buffer(170)]))
    shapely.prepare(clear)
    hamlet_names = names.PlaceNames(parts("hamlet names"))
    links = []
    for k, village in enumerate(layout.villages):
        number = len(layout.homes) + k
        links += rural.build_village(
            parts("village", k), layout.ground, village, number, warps, clear=clear, names=hamlet_names
        )
    rng = parts("roads")
    for a, b in links:
        _join(network, rng, warps, (a, 0, 0), (b, 0, 0), kind="residential", name="")
    barrier = shapely.union_all([towns.buffer(-25), bed, *(h[1] for h in layout.hills)])
    _country_roads(rng, layout, barrier)


def _country_roads(rng, layout, barrier):
    keys, groups = [(v.hamlets[0], 0.0, 0.0) for v in layout.villages], list(range(len(layout.villages)))
    for k, town in enumerate(layout.meshes):
        exits = _exits(town, spacing=2 if town.river is None else max(2, int(layout.size.stretch * 1.6)))
        keys += [(town.plan, u, v) for u, v in exits]
        groups += [-1 - k] * len(exits)
    points = np.array([layout.warps[plan](np.array([[u, v]]))[0] for plan, u, v in keys])
    for number, (a, b) in enumerate(rural.country_links(points, groups, barrier), start=1):
        grand = groups[a] < 0 or groups[b] < 0
        kind, name = (
            ("tertiary", f"县道X{100 + number}") if grand else ("unclassified", f"乡道Y{200 + number}")
        )
        _join(layout.network, rng, layout.warps, keys[a], keys[b], kind=kind, name=name)


def _join(network, rng, warps, a, b, *, kind, name):
    start, end = (warps[p](np.array([[u, v]], dtype=float))[0] for p, u, v in (a, b))
    rural.curve(network, rng, start, end, ends=(network.node(*a), network.node(*b)), kind=kind, name=name)


def _exits(town, *, spacing):
    """Crossings on the outer edge of a town, every `spacing`-th."""
    built = {cell for home in town.homes for cell in [*home.blocks, *home.parks]}
    inside = {
        (i, j): sum(c in built for c in ((i, j), (i - 1, j), (i, j - 1), (i - 1, j - 1)))
        for i in range(len(town.us))
        for j in range(len(town.vs))
    }
    bank = () if town.river is None else (town.river - 1, town.river, town.river + 1)
    edge = [key for key, count in inside.items() if count in (1, 2) and key[1] not in bank]
    middle = np.mean(edge, axis=0)
    edge.sort(key=lambda k: np.arctan2(k[1] - middle[1], k[0] - middle[0]))
    return [(town.us[i], town.vs[j]) for i, j in edge[::spacing]]


def _walks_in_parks(layout):
    """A footway through each park from corner to corner, and along the river before the town."""
    network = layout.network
    for home in layout.homes:
        plan = home.mesh.plan
        for cell in home.parks:
            u0, v0, u1, v1 = home.mesh.rect(cell)
            middle = ((u0 + u1) / 2, (v0 + v1) / 2)
            for a, b in (((u0, v0), (u1, v1)), ((u0, v1), (u1, v0))):
                nodes = [network.node(plan, *a)]
                nodes += [network.node(plan, *_between(a, middle, t)) for t in (0.3, 0.65, 1)]
                nodes += [network.node(plan, *_between(middle, b, t)) for t in (0.35, 0.7)]
                network.add_way([*nodes, network.node(plan, *b)], kind="footway")
        for cell in home.strips:
            u0, v0, u1, v1 = home.mesh.rect(cell)
            road, water = (v1, v0) if v0 == 0 else (v0, v1)
            along = road + (water - road) * 0.24
            nodes = [network.node(plan, w, along) for w in np.linspace(u0, u1, 7)]
            network.add_way(
                [network.node(plan, u0, road), *nodes, network.node(plan, u1, road)], kind="footway"
            )


def _between(a, b, t):
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


def plan_polygon(warp, rect):
    """A rectangle of a plan as a polygon on the ground, its sides bent with the ground."""
    return shapely.transform(shapely.segmentize(box(*rect), 40), warp)


def areas(layout, rng, park_name):
    """[(kind, name, polygon in metres)] of water and green, the large things first."""
    x0, _, x1, _ = layout.outline.bounds
    found = []
    for rings in layout.hills:
        found += [(kind, "", ring) for kind, ring in zip(("wood", "hill", "hill"), rings, strict=True)]
    for home in layout.homes:
        warp = layout.warps[home.mesh.plan]
        for cell in home.strips:
            u0, v0, u1, v1 = home.mesh.rect(cell)
            found.append(("riverside", "", plan_polygon(warp, (u0, v0, u1, v1))))
        for cell in home.parks:
            u0, v0, u1, v1 = home.mesh.rect(cell)
            found.append(("park", park_name(), plan_polygon(warp, (u0 + 16, v0 + 16, u1 - 16, v1 - 16))))
    found += _farmland(layout, rng)
    found.append(("river", names.RIVER, layout.river.bed(x0, x1).intersection(layout.outline)))
    for _, _, park in [a for a in found if a[0] == "park"]:
        c = park.centroid
        reach = park.area**0.5
        found.append(("water", "", blob(rng, (c.x, c.y + reach * 0.2), reach * 0.2, reach * 0.12)))
    found += [("water", name, water) for name, water in _brooks(layout, rng)]
    for plan, rect in layout.ground.gardens:
        found.append(("garden", "", plan_polygon(layout.warps[plan], rect)))
    return found


def _farmland(layout, rng):
    """Fields around every hamlet, and a pond beside most."""
    found = []
    for village in layout.villages:
        for plan in village.hamlets:
            centre = layout.warps[plan].centre
            field_size = rng.uniform(310, 430)
            found.append(("farmland", "", blob(rng, centre, field_size * 1.25, field_size, rough=0.14)))
            if rng.random() < 0.6:
                angle = rng.uniform(0, 2 * np.pi)
                spot = centre + 290 * np.array([np.cos(angle), np.sin(angle)])
                found.append(("water", "", blob(rng, spot, rng.uniform(25, 60), rng.uniform(18, 36))))
    fields = [f for f in found if f[0] == "farmland"]
    return fields + [f for f in found if f[0] != "farmland"]


def _brooks(layout, rng):
    """Brooks from the hills, where neither houses nor towns stand in the way."""
    yards = [plan_polygon(layout.warps[p.plan], p.rect) for p in layout.ground.plots if p.style == "hamlet"]
    towns = [
        cell_polygon(m, layout.warps[m.plan], c) for m in layout.meshes for h in m.homes for c in h.cells
    ]
    blocked = shapely.union_all([*yards, *towns])
    brooks = [rural.stream(rng, rings[2], layout.river, blocked) for rings in layout.hills]
    return [(name, water) for name, water in zip(names.BROOKS, brooks, strict=False) if water is not None]
