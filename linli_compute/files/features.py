"""Streets and shapes in: .osm.pbf, GeoParquet, and anything GDAL reads."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from linli_compute.errors import InputError
from linli_compute.files.engine import engine
from linli_compute.files.tables import Table, existing, rows_of
from linli_compute.lines import Tags, numbers_of_coordinates, plane_of_crs, streets_of_lines, to_degrees
from linli_compute.streets import Streets

TAGS = frozenset(Tags.__dataclass_fields__)
NO_LOCATION = 2**31 - 1  # what osmium says of a node that is not in the file


def read_streets(path: Path) -> Streets:
    """Streets of an .osm.pbf, GeoParquet, shapefile, GeoPackage or GeoJSON; InputError if it is broken."""
    existing(path)
    if path.name.endswith((".pbf", ".osm", ".osm.gz")):
        return _osm_streets(path)
    geometry, columns, crs = features_of(path)
    highway = columns.get("highway", np.full(len(geometry), "road", dtype=object))
    lines = shapely.get_parts(geometry)
    owner = np.repeat(np.arange(len(geometry)), shapely.get_num_geometries(geometry))
    straight = (shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING) & (
        shapely.get_num_points(lines) > 1
    )
    if not straight.any():
        raise InputError(f"{path.name} 里没有线状道路。")
    lines, owner = lines[straight], owner[straight]
    xy = shapely.get_coordinates(lines)
    lon, lat = to_degrees(xy[:, 0], xy[:, 1], plane_of_crs(crs, xy[:, 0]))
    tags = [Tags(*(_text(columns.get(key), i) for key in Tags.__dataclass_fields__)) for i in owner]
    tags = [tag if tag.highway else Tags(str(highway[i])) for tag, i in zip(tags, owner, strict=True)]
    return streets_of_lines(
        numbers_of_coordinates(lon, lat), lon, lat, shapely.get_num_points(lines), tags, np.empty(0, np.int64)
    )


def _text(column: np.ndarray | None, row: int) -> str:
    return "" if column is None or column[row] is None else str(column[row])


def _osm_streets(path: Path) -> Streets:
    import osmium

    refs: list[tuple[int, int, int]] = []
    sizes, tags, crossings = [], [], []
    try:
        reader = osmium.FileProcessor(str(path)).with_locations()
        for item in reader.with_filter(osmium.filter.KeyFilter("highway")):
            if isinstance(item, osmium.osm.Way):
                refs += [(node.ref, node.x, node.y) for node in item.nodes]
                sizes.append(len(item.nodes))
                tags.append(Tags(**{tag.k: tag.v for tag in item.tags if tag.k in TAGS}))
            elif item.tags.get("highway") == "crossing":
                crossings.append(item.id)
    except (RuntimeError, ValueError) as broken:
        raise InputError(f"{path.name} 不是完整的 OSM 文件，可能下载中断（{broken}）。") from broken
    if not sizes:
        raise InputError(f"{path.name} 里没有道路（highway）。")
    number, x, y = np.array(refs, dtype=np.int64).T
    known = x != NO_LOCATION  # a street that leaves the extract keeps the part inside
    parts = np.add.reduceat(known.astype(np.int64), np.cumsum([0, *sizes[:-1]]))
    some = np.repeat(parts > 1, sizes) & known
    tags = [tag for tag, part in zip(tags, parts, strict=True) if part > 1]
    if not tags:
        raise InputError(f"{path.name} 里的道路都没有节点坐标；请用带节点的完整提取文件。")
    lon, lat = x[some] / 1e7, y[some] / 1e7
    return streets_of_lines(number[some], lon, lat, parts[parts > 1], tags, np.array(crossings, np.int64))


def features_of(path: Path) -> tuple[np.ndarray, Table, str | None]:
    """Geometries, columns and coordinate system of a GeoParquet or anything GDAL reads."""
    if path.suffix == ".parquet":
        return _parquet_features(path)
    import pyogrio

    encoding = "UTF-8" if path.suffix == ".shp" and not path.with_suffix(".cpg").exists() else None
    try:
        try:
            meta, _, geometry, columns = pyogrio.raw.read(path, encoding=encoding)
        except UnicodeDecodeError:
            meta, _, geometry, columns = pyogrio.raw.read(path, encoding="GB18030")
    except Exception as broken:  # GDAL's errors have no common base beneath Exception
        raise InputError(f"{path.name} 读不出来（{broken}）。") from broken
    return shapely.from_wkb(geometry), dict(zip(meta["fields"], columns, strict=True)), meta["crs"]


def _parquet_features(path: Path) -> tuple[np.ndarray, Table, str | None]:
    columns = rows_of(path, "read_parquet")
    meta = _geo_metadata(path)
    name = meta.get("primary_column", "geometry")
    if name not in columns:
        raise InputError(f"{path.name} 没有几何列，不是 GeoParquet。")
    crs = meta.get("columns", {}).get(name, {}).get("crs")
    if isinstance(crs, dict):
        code = crs.get("id", {}).get("code")
        crs = f"EPSG:{code}" if code else str(crs.get("conversion", {}).get("name", crs.get("name")))
    wkb = np.array([None if value is None else bytes(value) for value in columns.pop(name)], dtype=object)
    return shapely.from_wkb(wkb), columns, crs


def _geo_metadata(path: Path) -> dict[str, Any]:
    with engine() as connection:
        rows = connection.execute(
            "select value from parquet_kv_metadata(?) where key = 'geo'::blob", [str(path)]
        ).fetchall()
    return dict(json.loads(bytes(rows[0][0]))) if rows else {}
