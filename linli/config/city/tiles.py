"""The base map as one PMTiles file: vector tiles of our own streets, houses, borders, water and names."""

import gzip
import json
import math
from pathlib import Path

import mapbox_vector_tile
import numpy as np
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from shapely import STRtree

from linli.config.city.layers import base_layers

LOWEST, HIGHEST = 9, 15
EXTENT = 4096
MARGIN = 1 / 32  # of a tile, drawn beyond its edge so that lines do not break there
ATTRIBUTION = "演示城市（虚构）· Linli"


def write_tiles(ground, path):
    """Write the base map of a city's ground to `path`; returns how many tiles it holds."""
    layers = [(layer, shapely.transform(layer.shapes, mercator)) for layer in base_layers(ground)]
    tiles = {}
    for zoom in range(LOWEST, HIGHEST + 1):
        for (x, y), content in _tiles_of(layers, zoom).items():
            tiles[zxy_to_tileid(zoom, x, y)] = gzip.compress(_encoded(content), mtime=0)
    bounds = ground.divisions[0].boundary.bounds
    with Path(path).open("wb") as out:
        writer = Writer(out)
        for number in sorted(tiles):
            writer.write_tile(number, tiles[number])
        writer.finalize(_header(bounds), _metadata(layers))
    return len(tiles)


def mercator(lonlat):
    """Web Mercator as shares of the world's width: x from the west, y from the north."""
    lon, lat = np.asarray(lonlat, dtype=float).T
    sine = np.sin(np.radians(lat))
    return np.stack([lon / 360 + 0.5, 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * math.pi)], axis=-1)


def _tiles_of(layers, zoom):
    """{(x, y): {layer: [(shape in tile units, properties)]}} of one zoom."""
    content = {}
    for layer, shapes in layers:
        rows = np.flatnonzero(layer.zoom <= zoom)
        if not len(rows):
            continue
        fitted = _fitted(shapes[rows], zoom)
        for (x, y), box, hits in _touched(fitted, zoom):
            cut = shapely.clip_by_rect(fitted[hits], *box)
            units = shapely.transform(cut, lambda p, x=x, y=y: np.round((p * 2**zoom - (x, y)) * EXTENT))
            features = [
                {"geometry": shape, "properties": layer.properties[rows[hit]]}
                for shape, hit in zip(units, hits, strict=True)
                if not shape.is_empty
            ]
            if features:
                content.setdefault((x, y), []).append({"name": layer.name, "features": features})
    return content


def _fitted(shapes, zoom):
    """Shapes without the bends that are too small to see at a zoom (a quarter of a pixel)."""
    if zoom >= HIGHEST:
        return shapes
    return shapely.simplify(shapes, 0.25 / 256 / 2**zoom, preserve_topology=False)


def _touched(shapes, zoom):
    """((x, y), box with margin, rows of the shapes in it) of the tiles that anything touches."""
    x0, y0, x1, y1 = shapely.total_bounds(shapes) * 2**zoom
    tree = STRtree(shapes)
    for x in range(int(x0), int(x1) + 1):
        for y in range(int(y0), int(y1) + 1):
            edges = np.array([x - MARGIN, y - MARGIN, x + 1 + MARGIN, y + 1 + MARGIN]) / 2**zoom
            hits = np.sort(tree.query(shapely.box(*edges), predicate="intersects"))
            if len(hits):
                yield (x, y), edges, hits


def _encoded(content):
    return mapbox_vector_tile.encode(content, default_options={"y_coord_down": True, "extents": EXTENT})


def _header(bounds):
    west, south, east, north = (round(b * 1e7) for b in bounds)
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_zoom": LOWEST,
        "max_zoom": HIGHEST,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": 12,
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }


def _metadata(layers):
    return {
        "name": "Linli demonstration city",
        "attribution": ATTRIBUTION,
        "vector_layers": [
            {"id": layer.name, "fields": {key: "String" for row in layer.properties[:1] for key in row}}
            for layer, _ in layers
        ],
    }


def write_geojson(ground, folder):
    """The same layers as GeoJSON files, for a browser without vector tiles; returns their paths."""
    paths = []
    for layer in base_layers(ground):
        shapes = shapely.set_precision(layer.shapes, 1e-6, mode="pointwise")
        features = [
            {"type": "Feature", "geometry": json.loads(text), "properties": properties}
            for text, properties in zip(shapely.to_geojson(shapes), layer.properties, strict=True)
        ]
        path = Path(folder) / f"{layer.name}.geojson"
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths
