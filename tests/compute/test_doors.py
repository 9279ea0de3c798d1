"""Entrances of compounds: a walk begins at the gate that makes it shortest, never through the fence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli_compute.cli import main
from linli_compute.doors import doors_of
from linli_compute.geometry import Points
from linli_compute.positions import snap
from linli_compute.search import nearest
from linli_compute.within import pairs
from tests.compute.made import degrees, made_network, made_places, path_network
from tests.compute.test_cli import CIRCLE, PROFILES, osm, table

SHOP = Points(*degrees([1000], [0]))


def walk(network, doors):
    found = nearest(network, snap(network, SHOP), np.array([0]), doors.positions, categories=1)
    return doors.least(found)[:, 0]


def test_a_home_behind_a_fence_walks_to_the_gate_that_makes_the_whole_way_shortest():
    """Home 60 m north of the street at 500 m; gates at 400 m and 555 m: to the gate, then along the street."""
    network = path_network(0, 500, 1000)
    home = Points(*degrees([500], [60]))
    gates = Points(*degrees([400, 555], [0, 0]))

    found = walk(network, doors_of(network, home, (gates, np.array([0, 0]))))

    assert found.round(-1).tolist() == [530.0]  # 81 m to the gate and 445 m along
    assert walk(network, doors_of(network, home)).round(-1).tolist() == [560.0]


def test_a_home_without_a_gate_and_one_whose_gate_is_far_from_all_streets_leave_by_the_nearest_street():
    network = path_network(0, 500, 1000)
    homes = Points(*degrees([500, 600], [10, 10]))
    gates = Points(*degrees([600], [9000]))

    doors = doors_of(network, homes, (gates, np.array([1])))

    assert doors.on_network.tolist() == [True, True]
    assert walk(network, doors).round(-1).tolist() == [510.0, 410.0]


@given(st.integers(0, 30))
def test_one_more_gate_never_makes_a_walk_longer_and_pairs_say_the_same_as_the_walk(seed):
    network, rng = made_network(seed), np.random.default_rng(seed)
    homes, gates, shops = (
        made_places(12, seed),
        made_places(6, seed + 1),
        snap(network, made_places(5, seed + 2)),
    )
    owner = np.sort(rng.integers(0, 12, 6))
    few, many = (doors_of(network, homes, (gates.take(np.arange(n)), owner[:n])) for n in (5, 6))
    both = []
    for doors in (few, many):
        found = nearest(network, shops, np.zeros(5, dtype=int), doors.positions, categories=1)
        both.append(doors.least(found)[:, 0])
        near = doors.pairs_of_homes(pairs(network, shops, doors.positions, limit=500.0))
        least = np.full(12, np.inf)
        np.minimum.at(least, near.place, network.cost_of(near.ticks))
        assert least.tolist() == np.where(both[-1] <= 500.0, both[-1], np.inf).tolist()
    first = np.isin(np.arange(12), owner[:5])  # who had a gate before gets a choice more
    assert (both[1] <= both[0])[first].all()


def test_doors_of_some_homes_keep_their_order():
    network = path_network(0, 500, 1000)
    homes = Points(*degrees([100, 200, 300], [0, 0, 0]))
    gates = Points(*degrees([150, 210, 250], [0, 0, 0]))

    some = doors_of(network, homes, (gates, np.array([1, 1, 2]))).take(np.array([2, 1]))

    assert (len(some), some.home.tolist()) == (2, [0, 1, 1])
    assert walk(network, some).round(-1).tolist() == [800.0, 800.0]


@pytest.fixture
def fenced(tmp_path):
    """One canteen at 0 m; two homes at 300 m, one of them in a compound whose only gate stands at 900 m."""
    (tmp_path / "town.osm").write_text(osm([("residential", [1, 2])], [(0, 0), (1200, 0)]), encoding="utf-8")
    (tmp_path / "profiles.yaml").write_text(PROFILES, encoding="utf-8")
    (tmp_path / "circle.yaml").write_text(CIRCLE, encoding="utf-8")
    lon, lat = degrees([300, 300], [0, 0])
    people = zip(lon, lat, ["", "枫园"], [10, 7], strict=True)
    table(tmp_path / "people.csv", ["lon", "lat", "小区", "age20plus"], people)
    x, y = degrees([0, 900], [0, 0])
    table(tmp_path / "places.csv", ["lon", "lat", "类别"], [[x[0], y[0], "食堂"]])
    table(tmp_path / "gates.csv", ["经度", "纬度", "小区"], [[x[1], y[1], "枫园"]])
    return tmp_path


def test_the_command_takes_a_table_of_gates(fenced, capsys):
    given = {"streets": "town.osm", "people": "people.csv", "places": "places.csv", "circle": "circle.yaml",
             "profiles": "profiles.yaml"}  # fmt: skip
    words = ["run", *(f"--{key}={fenced / name}" for key, name in given.items())]

    assert main([*words, f"--out={fenced / 'out'}"]) == 0
    assert main([*words, f"--gates={fenced / 'gates.csv'}", f"--out={fenced / 'fence'}"]) == 0

    # 600 m to the gate, 900 m along the street
    told = [
        (fenced / name / "coverage.csv").read_text("utf-8-sig").splitlines()[1] for name in ("out", "fence")
    ]
    assert [line.split(",")[4:7] for line in told] == [["17", "17", "100.0"], ["17", "10", "58.8"]]
    table(fenced / "gates.csv", ["经度", "纬度", "小区"], [[114.3, 30.6, "别处"]])
    assert main([*words, f"--gates={fenced / 'gates.csv'}", f"--out={fenced / 'none'}"]) == 2
    assert "没有一处的小区名" in capsys.readouterr().err
    assert not (fenced / "none").exists()
