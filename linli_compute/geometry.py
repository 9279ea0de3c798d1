"""Degrees on the ground to metres on a plane, checks of coordinates, points in areas.

One projection serves everything: transverse Mercator by Krüger's series, centred on the data (`local_plane`)
or on the meridian of a UTM or Gauss-Krüger zone (`plane_of_epsg`). Better than 1 mm within 500 km.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from linli_compute.datums import Pair, to_wgs84
from linli_compute.errors import InputError

__all__ = ["Plane", "Points", "areas_of", "check_degrees", "local_plane", "plane_of_epsg", "points"]

WGS84_AXIS_M, WGS84_FLATTENING = 6378137.0, 1 / 298.257223563
CHINA = (73.0, 3.0, 136.0, 54.0)  # west, south, east, north; wide enough for the islands
WEB_MERCATOR = 3857


@dataclass(frozen=True)
class Points:
    """Places in WGS 84 degrees, and the datum they were given in."""

    lon: np.ndarray
    lat: np.ndarray
    origin: str = "wgs84"

    def __len__(self) -> int:
        return len(self.lon)

    def take(self, chosen: np.ndarray) -> "Points":
        """The chosen ones, in the order of `chosen` (a mask or indices)."""
        return Points(self.lon[chosen], self.lat[chosen], self.origin)


@dataclass(frozen=True)
class Plane:
    """A transverse Mercator plane: metres east of (lon0, lat0), metres north of it."""

    lon0: float
    lat0: float = 0.0
    scale: float = 1.0
    east0_m: float = 0.0

    def to_metres(self, lon: np.ndarray, lat: np.ndarray) -> Pair:
        """East and north in metres."""
        x, y = _krueger(np.asarray(lon, dtype=float) - self.lon0, np.asarray(lat, dtype=float))
        return x * self.scale + self.east0_m, (y - self._north0()) * self.scale

    def to_degrees(self, x_m: np.ndarray, y_m: np.ndarray) -> Pair:
        """Longitude and latitude in degrees."""
        east = (np.asarray(x_m, dtype=float) - self.east0_m) / self.scale
        north = np.asarray(y_m, dtype=float) / self.scale + self._north0()
        dlon, lat = _krueger_inverse(east, north)
        return dlon + self.lon0, lat

    def _north0(self) -> float:
        return float(_krueger(np.zeros(1), np.array([self.lat0]))[1][0]) if self.lat0 else 0.0


_N = WGS84_FLATTENING / (2 - WGS84_FLATTENING)
_RADIUS_M = WGS84_AXIS_M / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_ALPHA = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16 + 41 * _N**4 / 180,
    13 * _N**2 / 48 - 3 * _N**3 / 5 + 557 * _N**4 / 1440,
    61 * _N**3 / 240 - 103 * _N**4 / 140,
    49561 * _N**4 / 161280,
)
_BETA = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161280,
)
_E = np.sqrt(WGS84_FLATTENING * (2 - WGS84_FLATTENING))


def _krueger(dlon: np.ndarray, lat: np.ndarray) -> Pair:
    """Metres east of the meridian and north of the equator (Krüger's n-series to the fourth power)."""
    lam, sin_phi = np.radians(dlon), np.sin(np.radians(lat))
    tau = np.sinh(np.arctanh(sin_phi) - _E * np.arctanh(_E * sin_phi))
    xi, eta = np.arctan2(tau, np.cos(lam)), np.arcsinh(np.sin(lam) / np.hypot(tau, np.cos(lam)))
    # The sum of a_j sin 2jζ with ζ = ξ + iη, by Clenshaw's recurrence: one sine and cosine instead of four.
    zeta = 2.0 * (xi + 1j * eta)
    twice, after, last = 2.0 * np.cos(zeta), np.zeros_like(zeta), np.zeros_like(zeta)
    for a in reversed(_ALPHA):
        after, last = a + twice * after - last, after
    bend = after * np.sin(zeta)
    return _RADIUS_M * (eta + bend.imag), _RADIUS_M * (xi + bend.real)


def _krueger_inverse(x_m: np.ndarray, y_m: np.ndarray) -> Pair:
    xi, eta = y_m / _RADIUS_M, x_m / _RADIUS_M
    xi1, eta1 = xi.copy(), eta.copy()
    for j, b in enumerate(_BETA, start=1):
        xi1 -= b * np.sin(2 * j * xi) * np.cosh(2 * j * eta)
        eta1 -= b * np.cos(2 * j * xi) * np.sinh(2 * j * eta)
    tau1 = np.sin(xi1) / np.hypot(np.sinh(eta1), np.cos(xi1))
    # Conformal to geographic latitude; five rounds reach the last digit for the Earth's eccentricity.
    psi = np.arcsinh(tau1)
    sin_phi = np.tanh(psi)
    for _ in range(5):
        sin_phi = np.tanh(psi + _E * np.arctanh(_E * sin_phi))
    return np.degrees(np.arctan2(np.sinh(eta1), np.cos(xi1))), np.degrees(np.arcsin(sin_phi))


def local_plane(lon: np.ndarray, lat: np.ndarray) -> Plane:
    """The plane centred on these points: within 30 km of the centre a length is true to 1 in 90,000."""
    return Plane(lon0=float((np.min(lon) + np.max(lon)) / 2.0), lat0=float((np.min(lat) + np.max(lat)) / 2.0))


def plane_of_epsg(code: int) -> Plane | None:
    """The plane of an EPSG code, None for degrees; UTM and the CGCS 2000 3-degree zones are known."""
    if code in (4326, 4490, 4479, 4979):
        return None
    if 32601 <= code <= 32660:
        return Plane(lon0=(code - 32600) * 6.0 - 183.0, scale=0.9996, east0_m=500_000.0)
    if 4513 <= code <= 4533:  # zone number in front of the easting
        zone = code - 4513 + 25
        return Plane(lon0=zone * 3.0, east0_m=zone * 1e6 + 500_000.0)
    if 4534 <= code <= 4554:
        return Plane(lon0=(code - 4534 + 25) * 3.0, east0_m=500_000.0)
    raise InputError(f"不支持坐标系 EPSG:{code}；请先转换为 WGS 84（EPSG:4326）或 CGCS2000（EPSG:4490）。")


def check_degrees(lon: np.ndarray, lat: np.ndarray, *, what: str) -> None:
    """Raises InputError, naming `what`, when these are no longitudes and latitudes of somewhere."""
    if len(lon) == 0:
        raise InputError(f"{what}里一个点也没有。")
    bad = int((~(np.isfinite(lon) & np.isfinite(lat))).sum())
    if bad:
        raise InputError(f"{what}里有 {bad} 个点没有坐标或坐标不是数字。")
    if np.abs(lon).max() > 360.0 or np.abs(lat).max() > 360.0:
        raise InputError(f"{what}的坐标像是米（投影坐标），不是经纬度；请注明坐标系（EPSG 代码）。")
    if _inside(lat, lon, CHINA).mean() > 0.5 and _inside(lon, lat, CHINA).mean() < 0.5:
        raise InputError(f"{what}的经度和纬度似乎写反了：多数点对调后才落在中国境内。")
    if np.abs(lon).max() > 180.0 or np.abs(lat).max() > 90.0:
        raise InputError(f"{what}里有超出 ±180°、±90° 的经纬度。")


def _inside(x: np.ndarray, y: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    return np.asarray((x >= box[0]) & (x <= box[2]) & (y >= box[1]) & (y <= box[3]))


def points(lon: np.ndarray, lat: np.ndarray, *, datum: str = "wgs84", what: str = "点位") -> Points:
    """Checked points in WGS 84 from degrees in `datum` (wgs84, cgcs2000, gcj02, bd09)."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    check_degrees(lon, lat, what=what)
    return Points(*to_wgs84(lon, lat, datum=datum), origin=datum)


def areas_of(where: Points, areas: np.ndarray) -> np.ndarray:
    """Index of the area (shapely polygons in WGS 84) that holds each point, -1 for none.

    A point on a shared border belongs to the area that comes first.

    >>> squares = shapely.box([0.0, 1.0], [0.0, 0.0], [1.0, 2.0], [1.0, 1.0])
    >>> areas_of(Points(np.array([0.5, 1.0, 1.5, 3.0]), np.array([0.5, 0.5, 0.5, 0.5])), squares).tolist()
    [0, 0, 1, -1]
    """
    found = np.full(len(where), len(areas), dtype=np.int64)
    tree = shapely.STRtree(areas)
    point, area = tree.query(shapely.points(where.lon, where.lat), predicate="intersects")
    np.minimum.at(found, point, area)
    return np.where(found == len(areas), -1, found)
