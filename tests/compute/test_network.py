import doctest
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli_compute import isochrones as isochrones_module
from linli_compute import network as network_module
from linli_compute import streets as streets_module
from linli_compute.errors import InputError
from linli_compute.geometry import Points
from linli_compute.isochrones import isochrones
from linli_compute.network import build_network
from linli_compute.outlines import outlines
from linli_compute.positions import snap, snapping, street_points
from linli_compute.search import nearest
from linli_compute.streets import NO, YES, Profile, by_metres, plain_streets
from tests.compute.made import FOOT, degrees, made_network, made_places, on_edge, path_network

bounded = settings(derandomize=True, max_examples=12, deadline=None)
ELDER = Profile("elder", "老年人", frozenset({"footway", "steps"}), 50.0, {"steps": 2.0}, crossing_min=0.5)
LINE = np.array([[0, 1], [1, 2]])


def two_pieces(**changes):
    """A street of 100 m and one of 200 m behind it."""
    return replace(plain_streets(*degrees([0, 100, 300], [0, 0, 0]), LINE), **changes)


def minutes_across(streets, profile):
    return float(build_network(streets, profile).ticks.sum() / 1e6)


@pytest.mark.parametrize("module", [streets_module, network_module, isochrones_module])
def test_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0


def test_a_chain_of_points_becomes_one_edge():
    network = path_network(0, 40, 100, 300)

    assert (len(network.junction_x), len(network.tail)) == (2, 1)
    assert network.shape_at.tolist() == pytest.approx([0, 400_000, 1_000_000, 3_000_000], rel=1e-2)
    assert network.lengths_m.tolist() == pytest.approx([300.0], rel=1e-2)


def test_a_ring_without_junctions_keeps_its_length():
    ring = plain_streets(
        *degrees([0, 100, 100, 0], [0, 0, 100, 100]), np.array([[0, 1], [1, 2], [2, 3], [3, 0]])
    )

    network = build_network(ring, by_metres(FOOT))

    assert (len(network.junction_x), len(network.tail)) == (1, 1)
    assert network.ticks.sum() == pytest.approx(4_000_000, rel=1e-2)


def test_of_two_streets_between_the_same_points_both_stay():
    points = degrees([0, 50, 50, 100, 200, -100], [0, 40, -40, 0, 0, 0])
    eye = plain_streets(*points, np.array([[5, 0], [0, 1], [1, 3], [0, 2], [2, 3], [3, 4]]))

    network = build_network(eye, by_metres(FOOT))
    places = on_edge(network, [0, 1, 2, 3], network.ticks / 20_000)

    walk = nearest(network, places.take([0]), np.array([0]), places, categories=1)
    assert len(network.tail) == 4
    assert np.isfinite(walk).all()


def test_islands_are_kept_apart_and_the_largest_is_number_0():
    apart = plain_streets(*degrees([0, 50, 900, 1300], [0, 0, 0, 0]), np.array([[0, 1], [2, 3]]))

    network = build_network(apart, by_metres(FOOT))
    near, far = on_edge(network, 0, 10.0), on_edge(network, 1, 10.0)

    assert network.component[network.tail].tolist() in ([0, 1], [1, 0])
    assert network.share_of_main_component() == pytest.approx(400 / 450, rel=1e-3)
    assert nearest(network, near, np.array([0]), far, categories=1).tolist() == [[np.inf]]


def test_stairs_take_an_elder_twice_the_time():
    streets = two_pieces(kind=np.array([0, 1], dtype=np.int16), kinds=("footway", "steps"))

    assert minutes_across(streets, ELDER) == pytest.approx(100 / 50 + 200 / 50 * 2, rel=1e-2)


def test_a_marked_crossing_is_paid_once():
    streets = two_pieces(crossing=np.array([False, True, False]))

    assert minutes_across(streets, ELDER) == pytest.approx(300 / 50 + 0.5, rel=1e-2)


def test_a_slope_costs_as_much_up_as_down():
    profile = replace(ELDER, slope_per_pct=0.1)
    up = two_pieces(incline_pct=np.array([5.0, np.nan], dtype=np.float32))
    down = two_pieces(incline_pct=np.array([-5.0, np.nan], dtype=np.float32))

    assert minutes_across(up, profile) == pytest.approx(100 / 50 * 1.5 + 200 / 50, rel=1e-2)
    assert minutes_across(up, profile) == minutes_across(down, profile)


def test_a_wheelchair_takes_no_stairs_unless_they_are_marked_passable():
    wheels = replace(ELDER, needs_wheelchair=True, max_slope_pct=8.0)
    stairs = two_pieces(kind=np.array([0, 1], dtype=np.int16), kinds=("footway", "steps"))

    assert wheels.passable(stairs).tolist() == [True, False]
    assert wheels.passable(replace(stairs, wheelchair=np.array([0, YES]))).tolist() == [True, True]
    assert wheels.passable(replace(stairs, wheelchair=np.array([NO, YES]))).tolist() == [False, True]
    steep = two_pieces(incline_pct=np.array([9.0, -9.0], dtype=np.float32))
    assert wheels.passable(steep).tolist() == [False, False]


def test_what_is_marked_for_feet_wins_over_the_kind():
    streets = two_pieces(kinds=("motorway",), foot=np.array([YES, 0]))

    assert ELDER.passable(streets).tolist() == [True, False]


def test_nothing_to_walk_on_is_told_with_the_kinds_of_the_file():
    with pytest.raises(InputError, match="motorway"):
        build_network(two_pieces(kinds=("motorway",)), ELDER)


@pytest.mark.parametrize("change", [{"speed_m_per_min": 0.0}, {"crossing_min": -1.0}, {"kinds": frozenset()}])
def test_a_profile_that_nobody_can_walk_is_refused(change):
    with pytest.raises(InputError, match="步行类型"):
        replace(ELDER, **change)


def test_a_place_meets_the_street_at_its_exact_nearest_point():
    network = path_network(0, 100, 300)

    position = snap(network, Points(*degrees([130.0], [40.0])))

    assert position.snap_m[0] == pytest.approx(40.0, rel=1e-2)
    assert position.at[0] / 1e4 == pytest.approx(130.0, rel=1e-2)
    assert position.leg[0] == round(position.snap_m[0] * 1e4)


def test_a_place_beyond_the_cap_is_off_the_network_and_its_distance_is_shown():
    network = path_network(0, 100, 300)

    far = snap(network, Points(*degrees([100.0, 100.0], [250.0, 5000.0])))

    assert far.edge.tolist() == [-1, -1]
    assert far.snap_m[0] == pytest.approx(250.0, rel=1e-2)
    assert far.snap_m[1] == np.inf
    with pytest.raises(InputError, match="水里"):
        snapping(network, far, what="网点")


@bounded
@given(st.integers(0, 10_000))
def test_no_street_is_nearer_than_the_one_snapped_to(seed):
    network, places = made_network(seed), made_places(40, seed)
    x, y = network.plane.to_metres(places.lon, places.lat)
    along = np.linspace(0.0, 1.0, 41)

    position = snap(network, places)

    inner = np.flatnonzero(
        np.searchsorted(network.shape_start, np.arange(1, len(network.shape_x)), side="right")
        == np.searchsorted(network.shape_start, np.arange(len(network.shape_x) - 1), side="right")
    )
    walked_x = (network.shape_x[inner, None] * (1 - along) + network.shape_x[inner + 1, None] * along).ravel()
    walked_y = (network.shape_y[inner, None] * (1 - along) + network.shape_y[inner + 1, None] * along).ravel()
    sampled = np.hypot(x[:, None] - walked_x, y[:, None] - walked_y).min(axis=1)
    near = position.on_network
    assert (position.snap_m[near] <= sampled[near] + 1e-9).all()
    assert (sampled[~near] > network.profile.max_snap_m).all()


def test_every_street_point_is_listed_once():
    network = path_network(0, 100, 300, 600)

    assert sorted(street_points(network).at.tolist()) == network.shape_at.tolist()


def test_without_numba_the_answers_are_the_same(tmp_path):
    script = """
import sys
sys.modules["numba"] = None
import numpy as np
from linli_compute.compiled import HAS_NUMBA
from linli_compute.isochrones import isochrones
from linli_compute.live import LiveReach
from linli_compute.outlines import outlines
from linli_compute.positions import snap
from linli_compute.search import nearest
from tests.compute.made import made_network, made_places
assert not HAS_NUMBA
network = made_network(3)
outlets, places = snap(network, made_places(20, 3)), snap(network, made_places(40, 4))
walk = nearest(network, outlets, np.arange(20) % 2, places, categories=2)
live = LiveReach(network, outlets, places).cost
grounds = outlines(network, isochrones(network, places.take([0]), (200.0, 500.0)), width_m=40.0)
print(walk.sum(axis=0).tolist() + [live.sum()])
print([ground.wkb_hex for ground in grounds])
"""
    network = made_network(3)
    outlets, places = snap(network, made_places(20, 3)), snap(network, made_places(40, 4))

    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    both = nearest(network, outlets, np.arange(20) % 2, places, categories=2)
    grounds = outlines(network, isochrones(network, places.take([0]), (200.0, 500.0)), width_m=40.0)
    assert told.splitlines() == [
        str([*both.sum(axis=0).tolist(), both.min(axis=1).sum()]),
        str([ground.wkb_hex for ground in grounds]),
    ]
