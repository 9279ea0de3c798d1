from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from linli_compute import outlines as drawing
from linli_compute.errors import InputError
from linli_compute.isochrones import isochrones
from linli_compute.network import build_network
from linli_compute.outlines import outlines
from linli_compute.positions import snap
from linli_compute.streets import by_metres, plain_streets
from tests.compute.made import FOOT, degrees, made_network, made_places, on_edge, path_network

bounded = settings(derandomize=True, max_examples=15, deadline=None)
seeds = st.integers(0, 10_000)
widths = st.sampled_from([15.0, 25.0, 40.0])
BANDS = (150.0, 300.0, 450.0)


def walk(seed):
    """A network and the bands walked from one of its places."""
    network = made_network(seed)
    places = snap(network, made_places(20, seed))
    start = places.take(np.flatnonzero(places.on_network)[:1])
    return network, isochrones(network, start, BANDS)


def ring_network(radius_m):
    """A street around a square without any street in it."""
    corners = np.array([[0, 0], [2, 0], [2, 2], [0, 2]]) * radius_m
    lines = np.array([[0, 1], [1, 2], [2, 3], [3, 0]])
    return build_network(plain_streets(*degrees(*corners.T), lines), by_metres(FOOT))


@bounded
@given(seeds, widths)
def test_the_bands_of_an_isochrone_are_sound_polygons_each_inside_the_next(seed, width):
    network, found = walk(seed)

    grounds = outlines(network, found, width_m=width)

    assert [ground.geom_type for ground in grounds] == ["Polygon"] * 3
    assert shapely.is_valid(grounds).all()
    assert all(wider.contains_properly(narrower) for narrower, wider in pairwise(grounds))


@bounded
@given(seeds, widths)
def test_the_bands_stay_sound_and_nested_in_degrees_of_a_centimetre(seed, width):
    network, found = walk(seed)

    def shown(xy):
        return np.round(np.column_stack(network.plane.to_degrees(xy[:, 0], xy[:, 1])), 7)

    grounds = [shapely.transform(one, shown) for one in outlines(network, found, width_m=width)]

    assert shapely.is_valid(grounds).all()
    assert all(wider.covers(narrower) for narrower, wider in pairwise(grounds))


@bounded
@given(seeds, widths)
def test_every_walked_street_lies_inside_and_nothing_lies_far_from_one(seed, width):
    """C17: isochrones by the walked edges; half the width is always inside, the width and a quarter never crossed."""
    network, found = walk(seed)

    for band, ground in zip(found, outlines(network, found, width_m=width), strict=True):
        streets = band.streets(network)
        assert ground.covers(shapely.buffer(streets, width / 2, quad_segs=16))
        assert shapely.buffer(streets, width * 1.25, quad_segs=16).covers(ground)


@bounded
@given(seeds)
def test_the_ground_is_that_of_the_united_strips_but_for_the_lattice(seed):
    network, found = walk(seed)

    for band, ground in zip(found, outlines(network, found, width_m=40.0), strict=True):
        strips = shapely.union_all(shapely.buffer(band.streets(network).geoms, 40.0, quad_segs=16))
        assert ground.symmetric_difference(strips).area < 0.06 * strips.area


@bounded
@given(seeds, widths)
def test_the_outlines_are_the_same_to_the_last_digit_without_numba(seed, width):
    network, found = walk(seed)

    compiled = outlines(network, found, width_m=width, engine="compiled")
    plain = outlines(network, found, width_m=width, engine="scipy")

    assert all(one.equals_exact(other, 0.0) for one, other in zip(compiled, plain, strict=True))


@bounded
@given(seeds)
def test_a_wide_walk_that_no_lattice_holds_is_drawn_from_strips(seed):
    network, found = walk(seed)
    lattice = outlines(network, found, width_m=40.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "MOST_POINTS", 0)

        strips = outlines(network, found, width_m=40.0)

    assert [one.geom_type for one in strips] == ["Polygon"] * 3
    for one, other in zip(strips, lattice, strict=True):
        assert one.symmetric_difference(other).area < 0.06 * other.area


def test_the_ground_beside_one_straight_street_is_exact():
    network = path_network(0, 1000)

    (ground,) = outlines(network, isochrones(network, on_edge(network, 0, 500.0), (300.0,)), width_m=40.0)

    left, bottom, right, top = ground.bounds
    middle = network.plane.to_metres(*(v[None] for v in map(np.asarray, degrees(500.0, 0.0))))
    assert top - bottom == pytest.approx(80.0, abs=0.1)
    assert right - left == pytest.approx(680.0, abs=2.5)
    assert (left + right) / 2 == pytest.approx(middle[0][0], abs=1.5)


def test_a_square_that_nobody_walks_stays_a_hole():
    network = ring_network(150.0)

    (ground,) = outlines(network, isochrones(network, on_edge(network, 0, 0.0), (700.0,)), width_m=40.0)

    assert len(ground.interiors) == 1
    assert shapely.Polygon(ground.interiors[0]).area == pytest.approx(220.0**2, rel=0.01)


def test_a_street_not_walked_to_its_end_leaves_the_square_open():
    network = ring_network(150.0)

    (ground,) = outlines(network, isochrones(network, on_edge(network, 0, 0.0), (450.0,)), width_m=40.0)

    assert len(ground.interiors) == 0


def test_bands_come_back_in_the_order_they_were_asked_in():
    network, found = walk(3)

    there, back = (outlines(network, found[::step], width_m=40.0) for step in (1, -1))

    assert all(one.equals_exact(other, 0.0) for one, other in zip(there, back[::-1], strict=True))


def test_a_place_off_the_network_has_empty_ground():
    network = path_network(0, 100)
    nowhere = on_edge(network, -1, 0.0)

    grounds = outlines(network, isochrones(network, nowhere, (100.0, 200.0)), width_m=40.0)

    assert [ground.is_empty for ground in grounds] == [True, True]
    assert outlines(network, [], width_m=40.0) == []


@pytest.mark.parametrize("width", [0.0, -40.0, np.nan, 5000.0])
def test_a_width_nobody_means_is_refused(width):
    network, found = walk(3)

    with pytest.raises(InputError, match="街道两侧的宽度"):
        outlines(network, found, width_m=width)


@bounded
@given(seeds)
def test_the_length_walked_is_that_of_the_streets_drawn(seed):
    network, found = walk(seed)

    assert [band.length_m(network) for band in found] == pytest.approx(
        [band.streets(network).length for band in found], rel=1e-12
    )


def test_threads_that_walk_at_once_on_one_network_do_not_disturb_each_other():
    network = made_network(5, side=30)
    places = snap(network, made_places(60, 5, extent_m=3500.0))
    starts = [places.take([k]) for k in np.flatnonzero(places.on_network)] * 8

    def lengths(start):
        return [band.length_m(network) for band in isochrones(network, start, (500.0, 1500.0))]

    alone = [lengths(start) for start in starts]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lengths, starts)) == alone
