"""Results out: each moved to its goal when it is complete, never half a file."""

import csv
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from linli_compute.errors import InputError
from linli_compute.files.engine import engine
from linli_compute.files.tables import existing
from linli_compute.network import Network
from linli_compute.saving import network_from, saved


def refuse_results(path: Path) -> None:
    """InputError where something stands at a goal already: results never overwrite older ones."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise InputError(f"{path} 已经存在且不是空文件夹；请换一个输出位置，结果不会覆盖旧的。")


@contextmanager
def folder_written_whole(path: Path) -> Iterator[Path]:
    """A folder to fill; it appears at `path` when the block ends well, and not at all when it fails."""
    refuse_results(path)
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
        with np.load(existing(path), allow_pickle=False) as arrays:
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
    kinds = sorted({str(shapely.from_wkb(shapely.to_wkb(g)).geom_type) for g in geometry[:1]})
    about = {"encoding": "WKB", "geometry_types": kinds}
    meta = json.dumps({"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": about}})
    with file_written_whole(path) as room, engine() as connection:
        connection.register("rows", {**columns, "geometry": shapely.to_wkb(geometry)})
        goal, quoted = str(room).replace("'", "''"), meta.replace("'", "''")
        connection.execute(f"copy rows to '{goal}' (format parquet, kv_metadata {{geo: '{quoted}'}})")


def digest(path: Path) -> str:
    """SHA-256 of a file: which data a result stands on."""
    with existing(path).open("rb") as content:
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
