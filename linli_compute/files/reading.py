"""People, places, gates, areas and packs in: what the columns are called, and what is wrong with them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import yaml

from linli_compute.errors import InputError
from linli_compute.files.features import features_of
from linli_compute.files.tables import Table, existing, read_table
from linli_compute.geometry import Points, points
from linli_compute.lines import plane_of_crs
from linli_compute.packs import Circle, circle_of, profiles_of
from linli_compute.streets import Profile

LON_NAMES = ("lon", "lng", "longitude", "经度", "x")
LAT_NAMES = ("lat", "latitude", "纬度", "y")
CATEGORY_NAMES = ("category", "类别", "类型", "功能")
HOURS_NAMES = ("hours", "opening_hours", "开放时间", "营业时间")
COMPOUND_NAMES = ("compound", "小区")
NAME_NAMES = ("name", "name_poi", "名称", "社区", "title")


@dataclass(frozen=True)
class Places:
    """Places with the words of their category, names and opening hours, as the file gives them."""

    points: Points
    category: np.ndarray
    name: np.ndarray
    hours: np.ndarray  # "" where the file says nothing


@dataclass(frozen=True)
class People:
    """Counts of people by group at points; only the groups the file has."""

    points: Points
    groups: Table
    compound: np.ndarray  # the compound each point lies in; "" where the file says none


@dataclass(frozen=True)
class Gates:
    """Entrances of compounds."""

    points: Points
    compound: np.ndarray

    def of_homes(self, compound: np.ndarray) -> tuple[Points, np.ndarray] | None:
        """A row for each entrance of each home's compound: the point, and the home's number; None for none."""
        number: dict[str, list[int]] = {}
        for row, name in enumerate(self.compound.tolist()):
            if name:
                number.setdefault(name, []).append(row)
        rows = [(gate, home) for home, name in enumerate(compound.tolist()) for gate in number.get(name, ())]
        if not rows:
            return None
        gate, home = np.array(rows, dtype=np.int64).T
        return self.points.take(gate), home


@dataclass(frozen=True)
class Areas:
    """Named polygons in WGS 84 degrees: communities, streets, districts."""

    name: np.ndarray
    polygon: np.ndarray
    radius_m: np.ndarray  # of the circle on paper, where the file overrides it; else nan


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


def read_column(path: Path, name: str, count: int, default: float | None = None) -> np.ndarray:
    """A column of numbers, `default` for all rows where the table has none; InputError for a gap or a word."""
    table = read_table(path)
    if name not in table and default is not None:
        return np.full(count, default)
    try:
        found = np.array([float(cell) for cell in table[name]])
    except KeyError:
        raise InputError(f"{path.name} 里没有 {name} 列。") from None
    except (TypeError, ValueError) as wrong:
        raise InputError(f"{path.name} 的 {name} 列有缺失或不是数字（{wrong}）。") from wrong
    return found


def read_capacity(path: Path) -> np.ndarray:
    """How many places (床位、托位、份) each outlet states in the column `capacity`; nan where it states none."""
    table = read_table(path)
    count = len(next(iter(table.values()))) if table else 0
    cells = table.get("capacity", [""] * count)
    try:
        found = np.array(
            [np.nan if str(cell).strip().lower() in ("", "nan", "none") else float(cell) for cell in cells],
            dtype=float,
        )
    except ValueError as wrong:
        raise InputError(f"{path.name} 的 capacity 列不是数字（{wrong}）。") from wrong
    if (found < 0).any() or np.isinf(found).any():
        raise InputError(f"{path.name} 的 capacity 列有负数或无穷大。")
    return found


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
    return Places(where, _words(category), _words(name), _words_named(table, HOURS_NAMES, len(where)))


def _words(column: np.ndarray) -> np.ndarray:
    return np.array(["" if v is None else str(v).strip() for v in column], dtype=object)


def _words_named(table: Table, names: tuple[str, ...], count: int) -> np.ndarray:
    """The first column called so, as words; empty ones where there is none."""
    found = next((table[name] for name in table if name.strip().lower() in names), None)
    return np.full(count, "", dtype=object) if found is None else _words(found)


def read_gates(path: Path, *, datum: str = "wgs84") -> Gates:
    """Entrances of compounds: longitude, latitude and the compound's name as the file of people has it."""
    table = read_table(path)
    where = _points(table, path, datum)
    return Gates(where, _words(_column(table, COMPOUND_NAMES, path, "小区")))


def read_people(path: Path, *, datum: str = "wgs84") -> People:
    """People of a table of points: every other numeric column is a group; InputError for negative counts."""
    table = read_table(path)
    where = _points(table, path, datum)
    groups = {}
    for name, values in table.items():
        if name.strip().lower() in (*LON_NAMES, *LAT_NAMES, *NAME_NAMES, *COMPOUND_NAMES, "id"):
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
    return People(where, groups, _words_named(table, COMPOUND_NAMES, len(where)))


def read_areas(path: Path) -> Areas:
    """Named polygons (GeoJSON, shapefile, GeoPackage, GeoParquet) in degrees."""
    geometry, columns, crs = features_of(existing(path))
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


def read_pack(path: Path) -> Any:
    """What a YAML file holds; InputError for a broken one, or a key given twice."""
    try:
        return yaml.load(existing(path).read_text(encoding="utf-8"), _StrictLoader)  # noqa: S506 — a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise InputError(f"{path} 不是正确的 YAML：{wrong}") from wrong


def read_profiles(path: Path) -> dict[str, Profile]:
    """Walking profiles by key from a pack file."""
    return profiles_of(read_pack(path), where=str(path))


def read_circle(path: Path) -> Circle:
    """The functions of a life circle from a pack file."""
    return circle_of(read_pack(path), where=str(path))
