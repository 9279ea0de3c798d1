import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csgraph

from linli_compute import counting, scipy_search
from linli_compute.counting import counts
from linli_compute.isochrones import isochrones
from linli_compute.live import LiveReach
from linli_compute.positions import snap
from linli_compute.routes import route
from linli_compute.search import nearest, nearest_ticks
from linli_compute.within import pairs
from tests.compute.made import made_network, made_places, on_edge, path_network

bounded = settings(derandomize=True, max_examples=12, deadline=None)
seeds = st.integers(0, 10_000)


def scene(seed, outlets=25, places=60):
    network = made_network(seed)
    return network, snap(network, made_places(outlets, seed)), snap(network, made_places(places, seed + 1))


def test_the_nearest_of_two_outlets_on_one_street():
    network = path_network(0, 100, 300, 600)
    outlets, places = (
        on_edge(network, [0, 0], [100.0, 600.0]),
        on_edge(network, [0, 0, 0], [0.0, 340.0, 360.0]),
    )

    walk = nearest(network, outlets, np.array([0, 0]), places, categories=1)

    assert np.round(walk[:, 0], 3).tolist() == [100.0, 240.0, 240.0]


def test_a_category_without_an_outlet_is_out_of_reach():
    network = path_network(0, 100, 300)
    place = on_edge(network, 0, 50.0)

    walk = nearest(network, place, np.array([0]), place, categories=2)

    assert walk.tolist() == [[0.0, np.inf]]


@bounded
@given(seeds)
def test_compiled_and_scipy_give_the_same_ticks(seed):
    network, outlets, places = scene(seed)
    category = np.arange(len(outlets)) % 20  # more than one batch of lanes

    ours = nearest_ticks(network, outlets, category, places, categories=20, engine="compiled")
    theirs = nearest_ticks(network, outlets, category, places, categories=20, engine="scipy")

    np.testing.assert_array_equal(ours, theirs)


@bounded
@given(seeds)
def test_counts_agree_with_scipy_and_grow_with_the_band(seed):
    network, outlets, places = scene(seed)
    category = np.arange(len(outlets)) % 4
    bands = (150.0, 400.0, 800.0)

    ours = counts(network, outlets, category, places, bands=bands, engine="compiled")

    np.testing.assert_array_equal(
        ours, counts(network, outlets, category, places, bands=bands, engine="scipy")
    )
    assert (np.diff(ours, axis=1) >= 0).all()


@bounded
@given(seeds)
def test_many_places_on_one_street_and_several_threads_count_the_same(seed):
    """Dead ends and edges with many places take short cuts of their own; the blocks go to any thread."""
    network, outlets, places = scene(seed, outlets=120, places=700)
    category = np.arange(len(outlets)) % 3
    bands = (100.0, 250.0, 600.0)
    wanted = counts(network, outlets, category, places, bands=bands, engine="scipy")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "PLACES_AT_ONCE", 90)
        for threads in (1, 3):
            found = counts(
                network, outlets, category, places, bands=bands, engine="compiled", threads=threads
            )
            np.testing.assert_array_equal(found, wanted)


@bounded
@given(seeds)
def test_pairs_agree_with_scipy_and_with_the_nearest(seed):
    network, outlets, places = scene(seed)

    ours = pairs(network, outlets, places, limit=500.0, engine="compiled")
    theirs = pairs(network, outlets, places, limit=500.0, engine="scipy")

    for column in ("place", "outlet", "ticks"):
        np.testing.assert_array_equal(getattr(ours, column), getattr(theirs, column))
    best = np.full(len(places), np.iinfo(np.int64).max)
    np.minimum.at(best, ours.place, ours.ticks)
    single = nearest_ticks(network, outlets, np.zeros(len(outlets), int), places, categories=1)[:, 0]
    within = single <= network.to_ticks(500.0)
    np.testing.assert_array_equal(best[within], single[within])


@bounded
@given(seeds)
def test_contraction_keeps_every_distance_of_the_whole_graph(seed):
    network, outlets, places = scene(seed)
    graph = scipy_search.cut(network, outlets, places)

    whole = csgraph.dijkstra(graph.matrix)
    junctions = csgraph.dijkstra(network.matrix)

    count = len(network.junction_x)
    np.testing.assert_array_equal(whole[:count, :count], junctions)


@bounded
@given(seeds)
def test_one_more_outlet_never_lowers_reach(seed):
    network, outlets, places = scene(seed)
    one = np.zeros(len(outlets), int)

    fewer = nearest(network, outlets.take(one[:-1] + np.arange(len(one) - 1)), one[:-1], places, categories=1)
    more = nearest(network, outlets, one, places, categories=1)

    assert (more <= fewer).all()


@bounded
@given(seeds)
def test_the_order_of_the_outlets_does_not_matter(seed):
    network, outlets, places = scene(seed)
    category = np.arange(len(outlets)) % 3
    shuffled = np.random.default_rng(seed).permutation(len(outlets))

    np.testing.assert_array_equal(
        nearest(network, outlets.take(shuffled), category[shuffled], places, categories=3),
        nearest(network, outlets, category, places, categories=3),
    )


@bounded
@given(seeds)
def test_walks_are_a_metric(seed):
    network, places, _ = scene(seed, outlets=12)
    there = pairs(network, places, places, limit=50_000.0)
    apart = np.full((len(places), len(places)), np.inf)
    apart[there.place, there.outlet] = there.ticks - places.leg[there.place] - places.leg[there.outlet]

    np.testing.assert_array_equal(apart, apart.T)
    assert np.diag(apart)[places.on_network].max() == 0
    assert (apart[:, None, :] <= apart[:, :, None] + apart[None, :, :]).all()


@bounded
@given(seeds)
def test_outlets_added_closed_and_moved_leave_what_a_new_search_finds(seed):
    network, outlets, places = scene(seed, outlets=14)
    live = LiveReach(network, outlets.take(np.arange(8)), places)
    open_now = set(range(8))
    numbers = dict(enumerate(range(8)))

    def check(change, before):
        after = nearest(
            network,
            outlets.take(np.array(sorted(open_now))),
            np.zeros(len(open_now), int),
            places,
            categories=1,
        )
        np.testing.assert_array_equal(live.cost, after[:, 0])
        other = np.flatnonzero(before != live.cost)
        np.testing.assert_array_equal(np.sort(change.places), other)
        np.testing.assert_array_equal(change.before, before[change.places])
        np.testing.assert_array_equal(change.after, live.cost[change.places])

    for new, gone in ((8, 3), (9, 0), (10, 7), (11, 8)):
        before = live.cost
        change = live.add(outlets.take(np.array([new])))
        open_now.add(new)
        numbers[new] = max(numbers.values()) + 1
        check(change, before)
        before = live.cost
        change = live.close(numbers[gone])
        open_now.remove(gone)
        check(change, before)
    before = live.cost
    change, _ = live.move(numbers[1], outlets.take(np.array([12])))
    open_now = (open_now - {1}) | {12}
    check(change, before)


def test_closing_the_only_outlet_leaves_nobody_in_reach():
    network = path_network(0, 100, 300)
    live = LiveReach(network, on_edge(network, 0, 10.0), on_edge(network, [0, 0], [0.0, 300.0]))

    live.close(0)

    assert live.cost.tolist() == [np.inf, np.inf]
    assert live.nearest_outlet.tolist() == [-1, -1]


def test_an_isochrone_ends_where_the_walk_is_up():
    network = path_network(0, 100, 300, 600)

    near, far = isochrones(network, on_edge(network, 0, 250.0), (100.0, 300.0))

    assert near.streets(network).length == pytest.approx(200.0, abs=0.01)
    assert far.streets(network).length == pytest.approx(550.0, abs=0.01)


@bounded
@given(seeds)
def test_isochrones_hold_exactly_the_places_within_the_band(seed):
    network, outlets, places = scene(seed)
    start = outlets.take(np.flatnonzero(outlets.on_network)[:1])
    there = nearest_ticks(network, start, np.zeros(1, int), places, categories=1)[:, 0]

    (found,) = isochrones(network, start, (400.0,))

    held = np.array(
        [
            ((found.edge == e) & (found.begin <= at) & (at <= found.end)).any()
            for e, at in zip(places.edge, places.at, strict=True)
        ]
    )
    np.testing.assert_array_equal(held, (there - places.leg <= 4_000_000) & places.on_network)


@bounded
@given(seeds)
def test_the_way_shown_costs_what_the_search_says_and_is_as_long_as_it_costs(seed):
    """XA-142: directions are the walk that was reckoned, drawn along the streets."""
    network, outlets, places = scene(seed, outlets=1, places=12)
    walk = nearest(network, outlets, np.zeros(1, dtype=np.int64), places, categories=1)[:, 0]
    for number, cost in enumerate(walk):
        found = route(network, places.take(np.array([number])), outlets)
        if not np.isfinite(cost):
            assert found is None
            continue
        legs = float(places.leg[number] + outlets.leg[0]) / network.ticks_per_unit
        assert found.cost == pytest.approx(cost, abs=1e-9)
        assert found.line.length == pytest.approx(cost - legs, abs=0.05)
        assert sum(metres for _heading, metres in found.legs()) == pytest.approx(found.line.length, abs=15)
