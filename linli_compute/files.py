"""The only module that touches a disk: files in, results out, moved to their goal when complete: never half a file."""

import csv
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import yaml

from linli_compute.errors import InputError
from linli_compute.geometry import Points, points
from linli_compute.lines import Tags, numbers_of_coordinates, plane_of_crs, streets_of_lines, to_degrees
from linli_compute.network import Network
from linli_compute.packs import Circle, circle_of, profiles_of
from linli_compute.saving import network_from, saved
from linli_compute.streets import Profile, Streets

LON_NAMES = ("lon", "lng", "longitude", "经度", "x")
LAT_NAMES = ("lat", "latitude", "纬度", "y")
CATEGORY_NAMES = ("category", "类别", "类型", "功能")
NAME_NAMES = ("name", "name_poi", "名称", "社区", "title")
TAGS = frozenset(Tags.__dataclass_fields__)
NO_LOCATION = 2**31 - 1  # what osmium says of a node that is not in the file
Table = dict[str, np.ndarray]


@dataclass(frozen=True)
class Places:
    """Places with the words of their category and their names, as the file gives them."""

    points: Points
    category: np.ndarray
    name: np.ndarray


@dataclass(frozen=True)
class People:
    """Counts of people by group at points; only the groups the file has."""

    points: Points
    groups: Table


@dataclass(frozen=True)
class Areas:
    """Named polygons in WGS 84 degrees: communities, streets, districts."""

    name: np.ndarray
    polygon: np.ndarray
    radius_m: np.ndarray  # of the circle on paper, where the file overrides it; else nan


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise InputError(f"找不到文件 {path}。")
    if path.stat().st_size == 0:
        raise InputError(f"文件 {path} 是空的。")
    return path


def read_streets(path: Path) -> Streets:
    """Streets of an .osm.pbf, GeoParquet, shapefile, GeoPackage or GeoJSON; InputError if it is broken."""
    _existing(path)
    if path.name.endswith((".pbf", ".osm", ".osm.gz")):
        return _osm_streets(path)
    geometry, columns, crs = _features(path)
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


def _features(path: Path) -> tuple[np.ndarray, Table, str | None]:
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
    columns = _duckdb(path, "read_parquet")
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
    import duckdb

    with duckdb.connect() as connection:
        rows = connection.execute(
            "select value from parquet_kv_metadata(?) where key = 'geo'::blob", [str(path)]
        ).fetchall()
    return dict(json.loads(bytes(rows[0][0]))) if rows else {}


def _duckdb(path: Path, reader: str, options: str = "") -> Table:
    import duckdb

    try:
        with duckdb.connect() as connection:
            query = f"select * from {reader}(?{options})"  # noqa: S608 — both are our own constants
            columns = connection.execute(query, [str(path)]).fetchnumpy()
    except duckdb.Error as broken:
        raise InputError(f"{path.name} 读不出来（{str(broken).splitlines()[0]}）。") from broken
    # Empty cells are None: NumPy's own filler would be a question mark.
    return {
        name: _without_filler(column) if column.dtype == object else column
        for name, column in columns.items()
    }


def _without_filler(column: np.ndarray) -> np.ndarray:
    cells = np.ma.getdata(column).copy()
    cells[np.ma.getmaskarray(column)] = None
    return cells


def read_table(path: Path) -> Table:
    """Columns of a Parquet or CSV file (UTF-8 with or without BOM, GB 18030; UTF-8 also as .gz)."""
    _existing(path)
    if path.suffix == ".parquet":
        return _duckdb(path, "read_parquet")
    try:
        return _duckdb(path, "read_csv", ", all_varchar=true")
    except InputError as not_utf8:
        if path.suffix == ".gz":
            raise
        try:
            with path.open(encoding="gb18030", newline="") as lines:
                rows = list(csv.DictReader(lines, strict=True))
        except (UnicodeDecodeError, csv.Error):
            raise not_utf8 from None
    if not rows:
        raise InputError(f"{path.name} 只有表头，没有数据行。")
    return {name: np.array([row[name] for row in rows], dtype=object) for name in rows[0]}


def _column(table: Table, wanted: tuple[str, ...], path: Path, what: str) -> np.ndarray:
    for name, values in table.items():
        if name.strip().lower() in wanted:
            return values
    raise InputError(
        f"{path.name} 里没有{what}列（可用的列名：{'、'.join(wanted)}；文件里有：{'、'.join(table)}）。"
    )


def _numbers(values: np.ndarray, path: Path, what: str) -> np.ndarray:
    if values.dtype != object:
        return np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)
    try:
        return np.array(
            [np.nan if v is None or not str(v).strip() else float(v) for v in values], dtype=float
        )
    except ValueError as wrong:
        raise InputError(f"{path.name} 的{what}列里有不是数字的值（{wrong}）。") from wrong


def _points(table: Table, path: Path, datum: str) -> Points:
    lon = _numbers(_column(table, LON_NAMES, path, "经度"), path, "经度")
    lat = _numbers(_column(table, LAT_NAMES, path, "纬度"), path, "纬度")
    return points(lon, lat, datum=datum, what=path.name)


def read_places(path: Path, *, datum: str = "wgs84", default_category: str | None = None) -> Places:
    """Places of a table with longitude, latitude and category; rows without a category keep an empty one."""
    table = read_table(path)
    where = _points(table, path, datum)
    if default_category is None:
        category = _column(table, CATEGORY_NAMES, path, "类别")
    else:
        category = np.full(len(where), default_category, dtype=object)
    named = [name for name in table if name.strip().lower() in NAME_NAMES]
    name = table[named[0]] if named else np.arange(len(where)).astype(str)
    clean = [
        np.array(["" if v is None else str(v).strip() for v in column], dtype=object)
        for column in (category, name)
    ]
    return Places(where, *clean)


def read_people(path: Path, *, datum: str = "wgs84") -> People:
    """People of a table of points: every other numeric column is a group; InputError for negative counts."""
    table = read_table(path)
    where = _points(table, path, datum)
    groups = {}
    for name, values in table.items():
        if name.strip().lower() in (*LON_NAMES, *LAT_NAMES, *NAME_NAMES, "id"):
            continue
        counts = _numbers(values, path, name)
        if (counts < 0).any():
            row = int(np.flatnonzero(counts < 0)[0])
            raise InputError(
                f"{path.name} 的“{name}”列有 {int((counts < 0).sum())} 个负数，第一个在第 {row + 2} 行。"
            )
        groups[name] = np.nan_to_num(counts)
    if not groups:
        raise InputError(f"{path.name} 里没有人口列。")
    return People(where, groups)


def read_areas(path: Path) -> Areas:
    """Named polygons (GeoJSON, shapefile, GeoPackage, GeoParquet) in degrees."""
    geometry, columns, crs = _features(_existing(path))
    if not len(geometry) or not (shapely.get_dimensions(geometry) == 2).all():
        raise InputError(f"{path.name} 里应当全是面（社区、街道的边界）。")
    plane = plane_of_crs(crs, shapely.get_coordinates(geometry)[:, 0])
    if plane is not None:
        geometry = shapely.transform(
            geometry, lambda xy: np.column_stack(plane.to_degrees(xy[:, 0], xy[:, 1]))
        )
    named = [name for name in columns if name.strip().lower() in NAME_NAMES]
    name = columns[named[0]] if named else np.arange(1, len(geometry) + 1).astype(str)
    given = columns.get("radius_m", np.full(len(name), np.nan))
    radius = _numbers(given, path, "radius_m")
    return Areas(np.array([str(v) for v in name], dtype=object), shapely.make_valid(geometry), radius)


class _StrictLoader(yaml.SafeLoader):
    """Refuses a key that is given twice: the second would silently win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if len(set(keys)) < len(keys):
            raise yaml.constructor.ConstructorError(None, None, "a key is given twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _read_pack(path: Path) -> Any:
    try:
        return yaml.load(_existing(path).read_text(encoding="utf-8"), _StrictLoader)  # noqa: S506 — a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise InputError(f"{path} 不是正确的 YAML：{wrong}") from wrong


def read_profiles(path: Path) -> dict[str, Profile]:
    """Walking profiles by key from a pack file."""
    return profiles_of(_read_pack(path), where=str(path))


def read_circle(path: Path) -> Circle:
    """The functions of a life circle from a pack file."""
    return circle_of(_read_pack(path), where=str(path))


@contextmanager
def folder_written_whole(path: Path) -> Iterator[Path]:
    """A folder to fill; it appears at `path` when the block ends well, and not at all when it fails."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise InputError(f"{path} 已经存在且不是空文件夹；请换一个输出位置，结果不会覆盖旧的。")
    path.parent.mkdir(parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        yield room
        room.chmod(0o755)
        os.replace(room, path)
    finally:
        shutil.rmtree(room, ignore_errors=True)


@contextmanager
def file_written_whole(path: Path) -> Iterator[Path]:
    """A name to write to, moved to `path` when the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    room = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        yield room
        os.replace(room, path)
    finally:
        room.unlink(missing_ok=True)


def write_network(path: Path, network: Network) -> None:
    """A network and its profile in one .npz."""
    with file_written_whole(path) as room, room.open("wb") as out:
        np.savez(out, allow_pickle=False, **saved(network))


def read_network(path: Path) -> Network:
    """A network written by `write_network`; InputError if it is anything else."""
    try:
        with np.load(_existing(path), allow_pickle=False) as arrays:
            return network_from(arrays)
    except (KeyError, ValueError, OSError, EOFError) as wrong:
        raise InputError(f"{path.name} 不是 linli reach build 写出的路网文件（{wrong}）。") from wrong


def write_geojson(path: Path, geometry: np.ndarray, columns: Mapping[str, list[Any]]) -> None:
    """A feature per WGS 84 geometry (RFC 7946), properties from the columns; nan becomes null."""
    clean = {name: [None if v != v else v for v in values] for name, values in columns.items()}
    shapes = shapely.to_geojson(shapely.set_precision(geometry, 1e-7, mode="pointwise"))
    features = [
        {"type": "Feature", "geometry": json.loads(shape), "properties": dict(zip(clean, row, strict=True))}
        for shape, *row in zip(shapes, *clean.values(), strict=True)
    ]
    write_json(path, {"type": "FeatureCollection", "features": features})


def write_geoparquet(path: Path, geometry: np.ndarray, columns: Mapping[str, np.ndarray]) -> None:
    """GeoParquet 1.1: geometry as WKB in WGS 84 degrees, columns as they are."""
    import duckdb

    kinds = sorted({str(shapely.from_wkb(shapely.to_wkb(g)).geom_type) for g in geometry[:1]})
    about = {"encoding": "WKB", "geometry_types": kinds}
    meta = json.dumps({"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": about}})
    with file_written_whole(path) as room, duckdb.connect() as connection:
        connection.register("rows", {**columns, "geometry": shapely.to_wkb(geometry)})
        goal, quoted = str(room).replace("'", "''"), meta.replace("'", "''")
        connection.execute(f"copy rows to '{goal}' (format parquet, kv_metadata {{geo: '{quoted}'}})")


def digest(path: Path) -> str:
    """SHA-256 of a file: which data a result stands on."""
    with _existing(path).open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def write_csv(path: Path, header: list[str], rows: list[list[Any]]) -> None:
    """A table that spreadsheet programs open with the right characters (UTF-8 with BOM)."""
    with file_written_whole(path) as room, room.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)


def write_text(path: Path, content: str) -> None:
    """Text, UTF-8."""
    with file_written_whole(path) as room:
        room.write_text(content, encoding="utf-8")


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """JSON, UTF-8, keys in the given order."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
