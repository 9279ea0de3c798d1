"""What the base map shows: the city's water, green, houses, roads, borders and names as layers of features.

The layers' and classes' names are those that `ui/assets/js/map-style.js` draws.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from linli.config.city.model import HIGHWAYS, USES

ROAD_CLASS = {"primary": "main", "secondary": "main", "tertiary": "side", "unclassified": "side",
              "residential": "side", "service": "path", "footway": "path", "track": "path"}  # fmt: skip
# from which zoom on a thing is drawn
ROAD_ZOOM = {"primary": 9, "secondary": 10, "tertiary": 11, "unclassified": 11, "residential": 13,
             "service": 14, "footway": 14, "track": 14}  # fmt: skip
GREEN_ZOOM = {"farmland": 9, "wood": 9, "hill": 9, "park": 11, "riverside": 11, "garden": 14}
BORDER_ZOOM = {"city": 9, "county": 9, "street": 11, "community": 13}
NAME_ZOOM = {"city": 9, "county": 9, "street": 11, "community": 13, "village": 11, "park": 13, "compound": 15}


@dataclass(frozen=True)
class Layer:
    """Shapes in WGS 84 with the zoom each begins at and its properties."""

    name: str
    shapes: np.ndarray
    zoom: np.ndarray
    properties: tuple


def _layer(name, rows):
    shapes, zooms, properties = zip(*rows, strict=True)
    return Layer(name, np.array(shapes), np.array(zooms), properties)


def base_layers(ground):
    """All layers, those drawn first coming first."""
    return (
        _layer("green", list(_green(ground))),
        _layer("water", list(_water(ground))),
        _layer("sites", [(c.boundary, 14, {"kind": c.kind, "name": c.name}) for c in ground.compounds]),
        _layer("buildings", list(_buildings(ground))),
        _layer("roads", list(_roads(ground))),
        _layer("boundaries", list(_borders(ground))),
        _layer("places", list(_names(ground))),
    )


def _green(ground):
    order = list(GREEN_ZOOM)
    for area in sorted((a for a in ground.areas if a.kind in order), key=lambda a: order.index(a.kind)):
        yield area.boundary, GREEN_ZOOM[area.kind], {"kind": area.kind, "name": area.name}


def _water(ground):
    for area in ground.areas:
        if area.kind in ("river", "water"):
            yield area.boundary, 9 if area.kind == "river" else 12, {"kind": area.kind, "name": area.name}


def _buildings(ground):
    b = ground.buildings
    for k, shape in enumerate(shapely.polygons(b.footprint)):
        house = {"use": USES[b.use[k]], "storeys": int(b.storeys[k])}
        if b.number[k] and b.flats_per_floor[k] > 1:
            house["number"] = str(b.number[k])
        yield shape, 14, house


def _roads(ground):
    s = ground.streets
    order = np.argsort(-s.kind.astype(int), kind="stable")  # grand ones last, above the others
    for w in order:
        kind = HIGHWAYS[s.kind[w]]
        road = {"class": ROAD_CLASS[kind], "kind": kind, "bridge": bool(s.bridge[w])}
        if s.names[s.name[w]]:
            road["name"] = s.names[s.name[w]]
        yield shapely.LineString(s.line(w)), ROAD_ZOOM[kind], road


def _borders(ground):
    """Each border once, under the highest level it divides."""
    drawn = shapely.MultiLineString()
    for level, zoom in BORDER_ZOOM.items():
        shapes = [d.boundary for d in ground.divisions if d.level == level]
        lines = shapely.unary_union(shapely.boundary(shapes))
        fresh = shapely.line_merge(shapely.difference(lines, drawn))
        drawn = lines
        for line in shapely.get_parts(fresh):
            if line.geom_type == "LineString":
                yield line, zoom, {"level": level}


def _names(ground):
    for d in ground.divisions:
        level = "village" if d.kind == "村委会" else d.level
        if level in NAME_ZOOM:
            yield shapely.Point(d.lon, d.lat), NAME_ZOOM[level], {"level": level, "name": d.name}
    for area in ground.areas:
        if area.kind == "park":
            yield (
                shapely.point_on_surface(area.boundary),
                NAME_ZOOM["park"],
                {"level": "park", "name": area.name},
            )
    for c in ground.compounds:
        level = "compound" if c.kind != "hamlet" else "hamlet"
        yield shapely.Point(c.lon, c.lat), 15 if level == "compound" else 13, {"level": level, "name": c.name}
