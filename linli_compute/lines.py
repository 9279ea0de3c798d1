"""Lines of a street file to streets that meet: by shared node numbers (OSM) or by shared coordinates."""

import re
from dataclasses import dataclass

import numpy as np

from linli_compute.errors import InputError
from linli_compute.geometry import Plane, check_degrees, plane_of_epsg
from linli_compute.streets import NO, UNSAID, YES, Streets

ACCESS = {
    "yes": YES, "designated": YES, "permissive": YES, "official": YES, "limited": YES,
    "no": NO, "private": NO, "use_sidepath": NO,
}  # fmt: skip
# Points of one place in two lines differ in the last digits; 1e-7 degrees are 1 cm, OSM's own precision.
GRID_DEG = 1e-7


@dataclass(frozen=True)
class Tags:
    """What a street line says of itself; empty strings where it is silent."""

    highway: str
    foot: str = ""
    access: str = ""
    wheelchair: str = ""
    incline: str = ""

    def foot_access(self) -> int:
        """May one walk here? The tag for feet wins over the tag for all."""
        if self.foot:
            return ACCESS.get(self.foot, UNSAID)
        return NO if ACCESS.get(self.access, UNSAID) == NO else UNSAID

    def incline_pct(self) -> float:
        """Slope in percent, nan where it is not a number (OSM also knows "up" and "down")."""
        text = self.incline.strip().removesuffix("%")
        try:
            return float(text)
        except ValueError:
            return float("nan")


def streets_of_lines(
    numbers: np.ndarray,
    lon: np.ndarray,
    lat: np.ndarray,
    sizes: np.ndarray,
    tags: list[Tags],
    crossings: np.ndarray,
) -> Streets:
    """Streets of lines given point after point; equal numbers are one point.

    `sizes` counts the points of each line, `crossings` lists the numbers of marked crossings.
    """
    check_degrees(lon, lat, what="道路文件")
    points, where, number = np.unique(numbers, return_index=True, return_inverse=True)
    inner = np.ones(len(numbers), dtype=bool)
    inner[np.cumsum(sizes) - 1] = False
    begin = np.flatnonzero(inner)
    line = np.repeat(np.arange(len(sizes)), sizes)[begin]
    kinds = tuple(sorted({tag.highway for tag in tags}))
    kind = np.array([kinds.index(tag.highway) for tag in tags], dtype=np.int16)
    return Streets(
        lon=lon[where],
        lat=lat[where],
        tail=number[begin],
        head=number[begin + 1],
        kind=kind[line],
        kinds=kinds,
        foot=np.array([tag.foot_access() for tag in tags], dtype=np.int8)[line],
        wheelchair=np.array([ACCESS.get(tag.wheelchair, UNSAID) for tag in tags], dtype=np.int8)[line],
        incline_pct=np.array([tag.incline_pct() for tag in tags], dtype=np.float32)[line],
        crossing=np.isin(points, crossings),
    )


def numbers_of_coordinates(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """One number per place on a 1 cm grid, so that lines that share a coordinate meet."""
    column = np.rint((lon + 360.0) / GRID_DEG).astype(np.int64)
    row = np.rint((lat + 90.0) / GRID_DEG).astype(np.int64)
    return (column << 31) | row


def to_degrees(x: np.ndarray, y: np.ndarray, plane: Plane | None) -> tuple[np.ndarray, np.ndarray]:
    """Degrees of coordinates on a plane; None says that they are degrees already."""
    if plane is not None:
        return plane.to_degrees(x, y)
    return np.asarray(x, dtype=float), np.asarray(y, dtype=float)


def plane_of_crs(crs: str | None, x: np.ndarray) -> Plane | None:
    """The plane of a coordinate system as files name it; None for degrees, also where nothing is said.

    >>> plane_of_crs("EPSG:32650", np.array([537000.0])).lon0
    117.0
    """
    if crs is None or "CRS84" in crs:
        return None
    authority, _, code = crs.rpartition(":")
    if authority.endswith("EPSG") and code.isdigit():
        return plane_of_epsg(int(code))
    zone = re.search(r"UTM zone (\d{1,2})([NS]?)", crs)
    if zone and zone[2] != "S":
        return plane_of_epsg(32600 + int(zone[1]))
    if len(x) and np.abs(x).max() <= 360.0:
        return None
    raise InputError(f"不支持的坐标系：{crs[:80]}；请先转换为 WGS 84（EPSG:4326）。")
