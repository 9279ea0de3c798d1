import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli_compute import datums, geometry
from linli_compute.errors import InputError

mainland = st.tuples(st.floats(75, 134), st.floats(18, 53))
bounded = settings(derandomize=True, max_examples=60, deadline=None)
MM_DEG = 1e-3 / 111_320


@pytest.mark.parametrize("module", [datums, geometry])
def test_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0


@bounded
@given(mainland)
def test_the_inverse_of_gcj02_is_within_a_millimetre(place):
    lon, lat = (np.array([v]) for v in place)

    back = datums.gcj02_to_wgs84(*datums.wgs84_to_gcj02(lon, lat))

    assert abs(back[0] - lon)[0] < MM_DEG
    assert abs(back[1] - lat)[0] < MM_DEG


@bounded
@given(mainland)
def test_the_inverse_of_bd09_is_within_a_millimetre(place):
    lon, lat = (np.array([v]) for v in place)

    back = datums.bd09_to_wgs84(*datums.wgs84_to_bd09(lon, lat))

    assert abs(back[0] - lon)[0] < MM_DEG
    assert abs(back[1] - lat)[0] < MM_DEG


def test_tiananmen_is_where_the_published_converters_put_it():
    lon, lat = np.array([116.404]), np.array([39.915])

    gcj, bd = datums.wgs84_to_gcj02(lon, lat), datums.gcj02_to_bd09(lon, lat)

    assert (gcj[0][0], gcj[1][0]) == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-12)
    assert (bd[0][0], bd[1][0]) == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-12)


def test_utm_zone_50_matches_published_coordinates():
    # 117°E on the equator is the false origin; 1° east on it is 111,275 m (0.9996 × 111,320 and a bit).
    plane = geometry.plane_of_epsg(32650)
    x, y = plane.to_metres(np.array([117.0, 118.0]), np.array([0.0, 0.0]))

    assert np.round(x, 0).tolist() == [500000.0, 611281.0]
    assert np.abs(y).max() < 1e-6


@bounded
@given(st.tuples(st.floats(-4, 4), st.floats(-80, 80)))
def test_the_plane_and_back_is_the_same_place(offset):
    plane = geometry.Plane(lon0=114.0, lat0=30.0)
    lon, lat = np.array([114.0 + offset[0]]), np.array([offset[1]])

    back = plane.to_degrees(*plane.to_metres(lon, lat))

    assert abs(back[0] - lon)[0] < MM_DEG
    assert abs(back[1] - lat)[0] < MM_DEG


def test_a_metre_near_the_centre_is_a_metre():
    # One degree of the meridian at 30.5° N on WGS 84: 110,861 m (M = a(1-e²)/W³).
    plane = geometry.local_plane(np.array([113.9, 114.6]), np.array([30.0, 31.0]))
    _, north = plane.to_metres(np.array([114.25, 114.25]), np.array([30.0, 31.0]))

    assert round(north[1] - north[0]) == 110861


def test_swapped_coordinates_are_told():
    with pytest.raises(InputError, match="写反"):
        geometry.points(np.array([30.5, 30.6]), np.array([114.1, 114.2]), what="网点")


def test_metres_given_as_degrees_are_told():
    with pytest.raises(InputError, match="投影坐标"):
        geometry.points(np.array([537000.0]), np.array([3374525.0]))


def test_a_missing_coordinate_is_told():
    with pytest.raises(InputError, match="1 个点没有坐标"):
        geometry.points(np.array([114.0, np.nan]), np.array([30.0, 30.0]))


def test_an_unknown_datum_names_those_known():
    with pytest.raises(InputError, match="gcj02"):
        geometry.points(np.array([114.0]), np.array([30.0]), datum="火星")


def test_no_point_at_all_is_told():
    with pytest.raises(InputError, match="一个点也没有"):
        geometry.points(np.array([]), np.array([]), what="人口格网")


def test_an_unknown_epsg_code_is_told():
    with pytest.raises(InputError, match="EPSG:2154"):
        geometry.plane_of_epsg(2154)
