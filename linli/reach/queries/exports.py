"""A run's results as GeoJSON, as a table and as a GeoPackage; counts below ten are left out everywhere."""

import io
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely

from linli.exchange.tables.writing import Column, Sheet, write_xlsx
from linli.places.models import Boundary

from ..models import Run
from .gaps import GROUP_WORDS, functions_of, lines_of

ENTRY = "export-reach"  # in the exchange register
HEADER = (
    "社区代码",
    "社区",
    "功能",
    "时限（分钟）",
    "步行（分钟）",
    "圆内网点",
    "步行结论",
    "居民",
    "时限外居民",
    "覆盖率（%）",
)
NAMES = (
    "code",
    "name",
    "function",
    "band_min",
    "minutes",
    "in_circle",
    "state",
    "people",
    "outside",
    "percent",
)


def rows_of(run: Run, user, group: str) -> Iterator[tuple]:
    """One row for each community and function; None where nothing can (or may) be said."""
    for function in functions_of(run):
        for line in sorted(lines_of(run, user, function.key, group), key=lambda line: line.place.path):
            reach = line.reach
            people = None if run.hides(line.place.path, group) else line.total
            yield (
                line.place.code, line.place.name, function.title, reach.band_min, reach.minutes,
                reach.in_circle, str(line.words), people, line.outside, line.percent,
            )  # fmt: skip


def count_of(run: Run, user) -> int:
    """How many rows an export holds: communities in reach times functions."""
    return len(lines_of(run, user, run.functions[0]["key"], "all")) * len(functions_of(run))


def xlsx_of(run: Run, user, group: str) -> bytes:
    sheet = Sheet(
        f"{run.place.name}生活圈研究结果", [Column(title) for title in HEADER], unit="", as_of=run.on,
        note=f"人群：{GROUP_WORDS[group]}。不足 10 人的数、以及能推算出它的数，都不列出。"
        f"数据摘要 {run.digest[:16]}",
        signatures=(),
    )  # fmt: skip
    target = io.BytesIO()
    write_xlsx(target, sheet, rows_of(run, user, group))
    return target.getvalue()


def geojson_of(run: Run, user, group: str) -> bytes:
    """A feature for each community and function that has an outline (WGS 84)."""
    outlines = _outlines(run, user)
    features = [
        {
            "type": "Feature",
            "geometry": outlines.get(row[0]),
            "properties": dict(zip(NAMES, row, strict=True)),
        }
        for row in rows_of(run, user, group)
    ]
    told = {"type": "FeatureCollection", "digest": run.digest, "on": str(run.on), "features": features}
    return json.dumps(told, ensure_ascii=False).encode()


def geopackage_of(run: Run, user, group: str) -> bytes:
    """The same as a GeoPackage, by pyogrio of the extra `plan`."""
    from pyogrio.raw import write

    outlines, rows = _outlines(run, user), list(rows_of(run, user, group))
    shapes = [shapely.geometry.shape(outlines[row[0]]) if row[0] in outlines else None for row in rows]
    shapes = [None if shape is None else _multi(shape) for shape in shapes]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(NAMES)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reach.gpkg"
        write(
            path, geometry=shapely.to_wkb(np.array(shapes, dtype=object)), geometry_type="MultiPolygon",
            field_data=[_column(NAMES[n], values) for n, values in enumerate(columns)], fields=np.array(NAMES),
            crs="EPSG:4326", layer="reach", driver="GPKG",
        )  # fmt: skip
        return path.read_bytes()


def _multi(shape):
    return shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])


def _column(name: str, values) -> np.ndarray:
    if name in ("code", "name", "function", "state"):
        return np.array(values, dtype=object)
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def _outlines(run: Run, user) -> dict[str, dict]:
    places = [line.place for line in lines_of(run, user, run.functions[0]["key"], "all")]
    return dict(Boundary.objects.filter(place__in=places).values_list("place__code", "geometry"))


MAKERS = {"geojson": geojson_of, "xlsx": xlsx_of, "gpkg": geopackage_of}
