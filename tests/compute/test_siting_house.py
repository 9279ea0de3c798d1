"""Houses of several services on files alone: the rules of the pack, floor area, what stands already."""

import json

import pytest

from linli_compute.cli import main
from tests.compute.made import degrees
from tests.compute.test_cli import PROFILES, osm, table

HOUSE = """
least_m2: 600
least_functions: 2
core: [elder_care, nursery]
least_core: 1
services:
  - {key: elder_care, title: 养老, band_min: 10, group: age60plus, m2_per_place: 20, needs_percent: 10}
  - {key: nursery, title: 托育, band_min: 10, group: under3, m2_per_place: 10, needs_percent: 50}
  - {key: meals, title: 助餐, band_min: 5, group: age60plus, m2_per_place: 2, needs_percent: 10}
"""


@pytest.fixture
def town(tmp_path):
    """A street of 3 km; elders in the west, toddlers in the east, both in the middle; three empty houses."""
    (tmp_path / "town.osm").write_text(osm([("residential", [1, 2])], [(0, 0), (3000, 0)]), encoding="utf-8")
    (tmp_path / "profiles.yaml").write_text(PROFILES, encoding="utf-8")
    (tmp_path / "house.yaml").write_text(HOUSE, encoding="utf-8")
    lon, lat = degrees([0, 1500, 3000], [0, 0, 0])
    people = zip(lon, lat, [100, 60, 0], [0, 20, 50], strict=True)
    table(tmp_path / "people.csv", ["lon", "lat", "age60plus", "under3"], people)
    x, y = degrees([100, 1500, 2900], [0, 0, 0])
    rows = zip("西中东", x, y, [5, 5, 5], [700, 900, 500], strict=True)
    table(tmp_path / "idle.csv", ["name", "lon", "lat", "cost", "area_m2"], rows)
    return tmp_path


def site(town, *more, functions="elder_care,nursery", **changed):
    given = {"streets": "town.osm", "people": "people.csv", "candidates": "idle.csv", "profiles": "profiles.yaml",
             "house": "house.yaml"} | changed  # fmt: skip
    return main(["site", *(f"--{k}={town / v}" for k, v in given.items()), f"--functions={functions}",
                 f"--out={town / 'sites.geojson'}", *more])  # fmt: skip


def test_a_house_serves_each_service_s_own_people_and_small_rooms_take_no_part(town, capsys):
    """XA-076: an embedded centre of at least 600 ㎡; the eastern room of 500 ㎡ is none."""
    assert site(town, "--budget=10") == 0

    told = capsys.readouterr().out
    assert "新建 2 处，费用 10：西、中" in told
    assert "养老 0.0% → 100.0%（age60plus 160 人，10 分钟）" in told
    assert "托育 0.0% → 28.6%（under3 70 人，10 分钟）" in told
    assert "不足 600 ㎡、没有参加的候选点 1 处" in told
    features = json.loads((town / "sites.geojson").read_text(encoding="utf-8"))["features"]
    assert [f["properties"] for f in features] == [
        {"name": "西", "cost": 5.0, "area_m2": 700.0, "functions": "elder_care,nursery"},
        {"name": "中", "cost": 5.0, "area_m2": 900.0, "functions": "elder_care,nursery"},
    ]


def test_whom_something_serves_already_is_counted_before_and_needs_no_house(town, capsys):
    x, y = degrees([50], [0])
    table(town / "stands.csv", ["lon", "lat", "类别"], [[x[0], y[0], "养老"]])

    assert site(town, "--budget=5", existing="stands.csv") == 0

    told = capsys.readouterr().out
    assert "新建 1 处，费用 5：中" in told
    assert "养老 62.5% → 100.0%" in told


def test_places_by_floor_area_are_shared_out(town, capsys):
    """900 ㎡ for two services: 450 / 20 = 22 places for one elder in ten, 450 / 10 = 45 for every second toddler."""
    assert site(town, "--budget=5", "--by-places") == 0
    first = capsys.readouterr().out
    x, y = degrees([1500], [0])
    table(town / "stands.csv", ["lon", "lat", "类别", "capacity"], [[x[0], y[0], "elder_care", 3]])
    assert site(town, "--budget=5", "--by-places", existing="stands.csv") == 0

    assert "新建 1 处，费用 5：西" in first  # 100 elders against 60 and 20
    assert "养老 0.0% → 62.5%" in first
    told = capsys.readouterr().out
    assert "养老 18.8% → 81.2%" in told  # three places are for thirty elders: 30 and then 130 of 160


def test_the_cheapest_houses_for_a_share_of_all_services_together(town, capsys):
    assert site(town, "--share=0.7") == 0

    assert "新建 2 处，费用 10：西、中" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("functions", "more", "told"),
    [
        ("elder_care", ["--budget=5"], "至少要 2 项功能"),
        ("elder_care,elder_care", ["--budget=5"], "写了两次"),
        ("elder_care,bank", ["--budget=5"], "没有功能 bank"),
        ("elder_care,nursery", ["--least-walk=1"], "只支持"),
        ("elder_care,nursery", ["--share=1"], "达不到"),
    ],
)
def test_what_makes_no_house_is_told_and_nothing_is_written(town, capsys, functions, more, told):
    assert site(town, *more, functions=functions) == 2

    assert told in capsys.readouterr().err
    assert not (town / "sites.geojson").exists()


def test_an_age_that_the_file_lacks_is_said_and_not_guessed(town, capsys):
    lon, lat = degrees([0], [0])
    table(town / "people.csv", ["lon", "lat", "age60plus"], [[lon[0], lat[0], 10]])

    assert site(town, "--budget=5") == 2

    assert "“托育”按 under3 计算，people.csv 里没有这一列" in capsys.readouterr().err
