"""The city's ground in its final form: divisions with codes and borders, grids, compounds, buildings."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree

from linli.config.city import bounds, grids, layout, names
from linli.config.city.blocks import COMMERCIAL, EDUCATION, PUBLIC, RESIDENTIAL, STYLES
from linli.config.city.divisions import divide
from linli.config.city.frame import to_wgs84
from linli.config.city.model import Area, Buildings, Compound, Grid, MicroGrid

GRID_HOUSEHOLDS, MICRO_HOUSEHOLDS = 430, 85


@dataclass(frozen=True)
class Geography:
    divisions: tuple
    communities: tuple
    grids: tuple
    micro_grids: tuple
    compounds: tuple
    buildings: Buildings
    streets: object
    areas: tuple


def geography(size, parts):
    """Everything about the ground of a city of this size."""
    lay = layout.lay_out(size, parts)
    houses = _house_columns(lay)
    trees, base = _cut_grids(lay, houses)
    faces, community, grid = _faces(lay, parts, trees, base, houses["xy"])
    houses["grid"] = grid[_face_of(faces, community, houses)]
    divisions, communities = divide(lay, parts, faces, community)
    grid_rows, micro_rows, houses["grid"], houses["micro"] = _grid_rows(lay, faces, grid, houses, communities)
    compounds = _compounds(lay, parts, houses, communities)
    place_names = names.PlaceNames(parts("park names"))
    areas = layout.areas(lay, parts("areas"), place_names.park)
    return Geography(
        divisions,
        communities,
        grid_rows,
        micro_rows,
        compounds,
        _buildings(houses, compounds),
        lay.network.streets(),
        tuple(Area(kind, name, to_wgs84_polygon(shape)) for kind, name, shape in areas),
    )


def to_wgs84_polygon(shape):
    return shapely.transform(shape, to_wgs84)


def _house_columns(lay):
    """The laid-out houses as columns, with their place and corners in metres."""
    rows = lay.ground.houses
    columns = {name: np.array([getattr(h, name) for h in rows]) for name in rows[0].__dataclass_fields__}
    uv = np.c_[columns["u"], columns["v"]]
    xy, along = np.empty_like(uv), np.empty_like(uv)
    for plan in np.unique(columns["plan"]):
        k = columns["plan"] == plan
        warp = lay.warps[int(plan)]
        xy[k] = warp(uv[k])
        along[k] = warp(uv[k] + (4, 0)) - warp(uv[k] - (4, 0))
    along /= np.hypot(*along.T)[:, None]
    across = np.c_[-along[:, 1], along[:, 0]]
    a, b = along * columns["length"][:, None] / 2, across * columns["depth"][:, None] / 2
    corners = np.stack([xy - a - b, xy + a - b, xy + a + b, xy - a + b], axis=1)
    return {**columns, "uv": uv, "xy": xy, "corners": corners}


def _groups(label):
    """Rows of label 0, of label 1, …"""
    return np.split(np.argsort(label, kind="stable"), np.cumsum(np.bincount(label))[:-1])


def _cut_grids(lay, houses):
    """Cut tree and first grid number of each community; villages are one grid each."""
    trees, base, first = [], [], 0
    for number, rows in enumerate(_groups(houses["community"])):
        tree, count = 0, 1
        if number < len(lay.homes):
            tree, count = grids.cut_tree(houses["uv"][rows], houses["households"][rows], GRID_HOUSEHOLDS)
        trees.append(tree)
        base.append(first)
        first += count
    return trees, base


def _faces(lay, parts, trees, base, house_xy):
    """(faces, community of each, grid of each): the ground cut by every border there is."""
    cells = [(lay.homes[k], k, cell) for k in range(len(lay.homes)) for cell in lay.homes[k].cells]
    polygons = np.array([bounds.cell_polygon(h.mesh, lay.warps[h.mesh.plan], cell) for h, _, cell in cells])
    centres = lay.centres[len(lay.homes) :]
    country = bounds.RuralGround(parts("borders"), lay.outline, centres, lay.river)
    x0, _, x1, _ = lay.outline.bounds
    river = bounds.river_line(lay.meshes[0], lay.warps[0], x0 - 100, x1 + 100)
    cuts = [c for home, k, cell in cells for c in _cut_lines(lay, home, trees[k], cell)]
    lines = [*shapely.boundary(polygons), *country.lines(), lay.outline.exterior, river, *cuts]
    faces = bounds.faces_of(lines)
    spots = shapely.point_on_surface(faces)
    keep = shapely.within(spots, lay.outline) | (_owner_cell(polygons, spots) >= 0)
    faces, spots = faces[keep], spots[keep]
    cell_of = _owner_cell(polygons, spots)
    community = len(lay.homes) + country.owner_at(shapely.get_coordinates(spots))
    urban = cell_of >= 0
    community[urban] = np.array([k for _, k, _ in cells])[cell_of[urban]]
    community = bounds.mend(faces, community)
    grid = _face_grids(lay, trees, base, community, shapely.get_coordinates(spots))
    return faces, community, bounds.mend(faces, grid, within=community)


def _owner_cell(polygons, spots):
    """Number of the superblock each spot lies in, -1 for the country."""
    spot, cell = STRtree(polygons).query(spots, predicate="within")
    found = np.full(len(spots), -1)
    found[spot] = cell
    return found


def _cut_lines(lay, home, tree, cell):
    warp = lay.warps[home.mesh.plan]
    for a, b in grids.cut_segments(tree, home.mesh.rect(cell)):
        yield shapely.LineString(bounds.cell_edge(home.mesh, warp, a, b))


def _face_grids(lay, trees, base, community, xy):
    grid = np.array(base)[community]
    for k, home in enumerate(lay.homes):
        rows = np.flatnonzero(community == k)
        river = lay.river if home.mesh.river is not None else None
        uv = bounds.plan_points(lay.warps[home.mesh.plan], xy[rows], river)
        grid[rows] += grids.leaf_at(trees[k], uv)
    return grid


def _face_of(faces, community, houses):
    """Row of the face each house stands on; a house across a border goes with its own community."""
    tree = STRtree(faces)
    points = shapely.points(houses["xy"])
    house, face = tree.query(points, predicate="dwithin", distance=400)
    own = community[face] == houses["community"][house]
    house, face = house[own], face[own]
    far = shapely.distance(points[house], faces[face])
    order = np.lexsort((face, far, house))
    found = np.full(len(points), -1)
    first = np.unique(house[order], return_index=True)[1]
    found[house[order][first]] = face[order][first]
    for one in np.flatnonzero(found < 0):  # a large city has houses far out of their community's faces
        home = np.flatnonzero(community == houses["community"][one])
        found[one] = home[np.argmin(shapely.distance(points[one], faces[home]))]
    return found


def _grid_rows(lay, faces, grid, houses, communities):
    """Grid and micro-grid rows with codes; houses' grid and micro-grid as row numbers."""
    numbers = np.unique(grid)
    owner = {}
    for g, c in zip(houses["grid"], houses["community"], strict=True):
        owner.setdefault(int(g), int(c))
    order = sorted(owner, key=lambda g: (owner[g], g))
    row_of = {g: row for row, g in enumerate(order)}
    house_grid = np.array([row_of[int(g)] for g in houses["grid"]])
    lived = np.bincount(house_grid, weights=houses["households"], minlength=len(order)).astype(int)
    rows, within = [], {}
    for row, g in enumerate(order):
        home = communities[owner[g]]
        within[home.code] = within.get(home.code, 0) + 1
        shape = shapely.coverage_union_all(faces[grid == g])
        nth = within[home.code]
        rows.append(
            Grid(
                f"{home.code}G{nth:03d}",
                f"{home.name}第{nth}网格",
                home.code,
                int(lived[row]),
                to_wgs84_polygon(shape),
            )
        )
    assert len(numbers) == len(order), "a grid without houses"
    micro_rows, house_micro = _micro_grids(lay, rows, house_grid, houses)
    return tuple(rows), micro_rows, house_grid, house_micro


def _micro_grids(lay, rows, house_grid, houses):
    micro, found = np.zeros(len(house_grid), dtype=int), []
    for row, members in zip(rows, _groups(house_grid), strict=True):
        lived = houses["households"][members]
        if houses["community"][members[0]] >= len(lay.homes):
            leaf = np.unique(houses["plot"][members], return_inverse=True)[1]
        else:
            tree, _ = grids.cut_tree(houses["uv"][members], lived, MICRO_HOUSEHOLDS)
            leaf = grids.leaf_at(tree, houses["uv"][members])
        for nth, value in enumerate(np.unique(leaf), start=1):
            here = leaf == value
            micro[members[here]] = len(found)
            found.append(
                MicroGrid(
                    f"{row.code}{nth:02d}", f"{row.name}{nth}号微网格", row.code, int(lived[here].sum())
                )
            )
    return tuple(found), micro


def _compounds(lay, parts, houses, communities):
    """Compound rows in the order of the plots."""
    namer, rows, within = names.PlaceNames(parts("compound names")), [], {}
    for plot in lay.ground.plots:
        home = communities[plot.community]
        within[home.code] = within.get(home.code, 0) + 1
        shape = to_wgs84_polygon(layout.plan_polygon(lay.warps[plot.plan], plot.rect))
        name = namer.compound(plot.style) if plot.style in STYLES else plot.name
        street, number = plot.gate
        middle = shape.centroid
        rows.append(
            Compound(
                f"{home.code}C{within[home.code]:03d}",
                name,
                home.code,
                plot.style,
                plot.year,
                f"{street.name}{number}号" if plot.style in STYLES else f"{home.name}{name}",
                round(middle.x, 7),
                round(middle.y, 7),
                shape,
            )
        )
    return tuple(rows)


_NAMES = {PUBLIC: "社区用房", COMMERCIAL: "沿街商铺", EDUCATION: "校舍"}


def _plates(houses, compounds):
    """(codes, names) of the buildings: numbered within their compound, homes by their own numbers."""
    codes, names, within = [], [], {}
    for plot, use, number in zip(houses["plot"], houses["use"], houses["number"], strict=True):
        code = compounds[plot].code
        within[code] = nth = within.get(code, 0) + 1
        codes.append(f"{code}B{nth:04d}")
        names.append(_NAMES.get(int(use)) or (f"{number}号楼" if use == RESIDENTIAL else f"{number}号"))
    return np.array(codes), np.array(names)


def _buildings(houses, compounds):
    codes, plates = _plates(houses, compounds)
    lonlat = to_wgs84(houses["xy"])
    small = {
        "community": np.int32, "compound": np.int32, "grid": np.int32, "micro": np.int32,
        "number": np.int16,
        "use": np.uint8, "storeys": np.uint8, "units": np.uint8, "flats_per_floor": np.uint8,
        "year": np.int16,
        "lift": bool, "households": np.int16,
    }  # fmt: skip
    source = {**houses, "compound": houses["plot"], "flats_per_floor": houses["flats"]}
    return Buildings(
        code=codes,
        name=plates,
        **{name: source[name].astype(kind) for name, kind in small.items()},
        lon=lonlat[:, 0],
        lat=lonlat[:, 1],
        footprint=to_wgs84(houses["corners"]),
        plan=np.c_[houses["plan"], houses["uv"]],
    )
