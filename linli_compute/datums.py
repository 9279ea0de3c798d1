"""WGS 84 ↔ GCJ-02 ↔ BD-09: Chinese map services publish shifted coordinates; we convert them at the door.

CGCS 2000 equals WGS 84 for our purpose (centimetres apart) and passes unchanged.
"""

from collections.abc import Callable

import numpy as np

from linli_compute.errors import InputError

Degrees = np.ndarray  # float64
Pair = tuple[Degrees, Degrees]  # longitude, latitude

# The formula's own ellipsoid (Krasovsky 1940), not that of WGS 84.
AXIS_M = 6378245.0
ECCENTRICITY2 = 0.00669342162296594323
# The rectangle in which the map services shift; outside they publish plain WGS 84.
SHIFTED = (72.004, 0.8293, 137.8347, 55.8271)
BAIDU_TURN = np.pi * 3000.0 / 180.0
# 1e-10 degrees is 0.01 mm on the ground; the promise is 1 mm.
CLOSE_DEG = 1e-10
ROUNDS = 60


def _waves(x: Degrees, *terms: tuple[float, float]) -> Degrees:
    total = sum(amplitude * np.sin(x * np.pi * turns) for amplitude, turns in terms)
    return np.asarray(total) * 2.0 / 3.0


def _gcj_shift(lon: Degrees, lat: Degrees) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    fast = _waves(x, (20.0, 6.0), (20.0, 2.0))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + fast
    north = north + _waves(y, (20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + fast
    east = east + _waves(x, (20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))
    phi = np.radians(lat)
    w2 = 1.0 - ECCENTRICITY2 * np.sin(phi) ** 2
    meridian_m = AXIS_M * (1.0 - ECCENTRICITY2) / (w2 * np.sqrt(w2))
    parallel_m = AXIS_M / np.sqrt(w2) * np.cos(phi)
    return np.degrees(east / parallel_m), np.degrees(north / meridian_m)


def wgs84_to_gcj02(lon: Degrees, lat: Degrees) -> Pair:
    """GCJ-02 degrees of WGS 84 degrees; unchanged outside the rectangle in which the services shift.

    >>> lon, lat = wgs84_to_gcj02(np.array([114.3, -0.1]), np.array([30.6, 51.5]))
    >>> lon.round(5).tolist(), lat.round(5).tolist()
    ([114.30544, -0.1], [30.59758, 51.5])
    """
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    west, south, east, north = SHIFTED
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    step_lon, step_lat = _gcj_shift(lon, lat)
    return np.where(inside, lon + step_lon, lon), np.where(inside, lat + step_lat, lat)


def gcj02_to_bd09(lon: Degrees, lat: Degrees) -> Pair:
    """BD-09 degrees (Baidu) of GCJ-02 degrees."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BAIDU_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BAIDU_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def wgs84_to_bd09(lon: Degrees, lat: Degrees) -> Pair:
    """BD-09 degrees (Baidu) of WGS 84 degrees."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def _undo(forward: Callable[[Degrees, Degrees], Pair], lon: Degrees, lat: Degrees) -> Pair:
    """The point that `forward` sends to (lon, lat), by iteration.

    No closed inverse was ever published. The shift changes by a few centimetres per metre,
    so each round gains more than one digit.
    """
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    guess_lon, guess_lat = lon.copy(), lat.copy()
    for _ in range(ROUNDS):
        there_lon, there_lat = forward(guess_lon, guess_lat)
        miss_lon, miss_lat = lon - there_lon, lat - there_lat
        guess_lon, guess_lat = guess_lon + miss_lon, guess_lat + miss_lat
        if not (np.abs(miss_lon) + np.abs(miss_lat) > CLOSE_DEG).any():
            break
    return guess_lon, guess_lat


def gcj02_to_wgs84(lon: Degrees, lat: Degrees) -> Pair:
    """WGS 84 degrees of GCJ-02 degrees (Amap, Tencent); less than 1 mm off the forward formula.

    >>> lon, lat = gcj02_to_wgs84(*wgs84_to_gcj02(np.array([114.3]), np.array([30.6])))
    >>> bool(abs(lon[0] - 114.3) < 1e-9 and abs(lat[0] - 30.6) < 1e-9)
    True
    """
    return _undo(wgs84_to_gcj02, lon, lat)


def bd09_to_wgs84(lon: Degrees, lat: Degrees) -> Pair:
    """WGS 84 degrees of BD-09 degrees (Baidu); less than 1 mm off the forward formula."""
    return _undo(wgs84_to_bd09, lon, lat)


def _same(lon: Degrees, lat: Degrees) -> Pair:
    return np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)


DATUMS: dict[str, Callable[[Degrees, Degrees], Pair]] = {
    "wgs84": _same,
    "cgcs2000": _same,
    "gcj02": gcj02_to_wgs84,
    "bd09": bd09_to_wgs84,
}


def to_wgs84(lon: Degrees, lat: Degrees, *, datum: str) -> Pair:
    """WGS 84 degrees of degrees in one of `DATUMS`; InputError names the datums that are known."""
    if datum not in DATUMS:
        raise InputError(f"不认识坐标系“{datum}”；可用的有：{'、'.join(DATUMS)}。")
    return DATUMS[datum](lon, lat)
