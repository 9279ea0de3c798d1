import csv
import json
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pytest

from linli_compute import datums, files
from linli_compute.cli import main
from linli_compute.files import read_network, read_places, read_profiles, read_streets
from linli_compute.network import build_network
from linli_compute.positions import snap
from tests.compute.made import degrees

REAL = Path("/work/shared/data")
TELL_MEMORY = """
import resource, sys
from linli_compute.cli import main
code = main(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
sys.exit(code)
"""
PROFILES = """
area: "99"
profiles:
  - {key: adult, title: 成年人, speed_m_per_min: 60, kinds: [footway, residential], max_snap_m: 200}
  - {key: wheelchair, title: 轮椅, speed_m_per_min: 50, needs_wheelchair: true, kinds: [footway]}
"""
CIRCLE = """
area: "99"
source: made up
bands_min: [5, 10, 15]
radius_m: 1200
functions:
  - {key: dining, title: 餐饮, band_min: 10, categories: [食堂]}
  - {key: finance, title: 金融, band_min: 5, categories: [银行]}
"""


def osm(ways, nodes):
    """An OSM file: nodes by number at metres east and north, ways as (kind, numbers)."""
    lon, lat = degrees([n[0] for n in nodes], [n[1] for n in nodes])
    rows = [
        f'<node id="{i + 1}" version="1" lon="{x:.7f}" lat="{y:.7f}"/>'
        for i, (x, y) in enumerate(zip(lon, lat, strict=True))
    ]
    for number, (kind, members) in enumerate(ways, start=1):
        refs = "".join(f'<nd ref="{m}"/>' for m in members)
        rows.append(f'<way id="{number}" version="1">{refs}<tag k="highway" v="{kind}"/></way>')
    return '<?xml version="1.0"?><osm version="0.6">' + "".join(rows) + "</osm>"


def table(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *rows])
    return str(path)


@pytest.fixture
def town(tmp_path):
    """A street of 1.2 km with homes at 0, 600 and 1,200 m and far away, and one canteen at 100 m."""
    (tmp_path / "town.osm").write_text(
        osm([("residential", [1, 2, 3])], [(0, 0), (600, 0), (1200, 0)]), encoding="utf-8"
    )
    (tmp_path / "profiles.yaml").write_text(PROFILES, encoding="utf-8")
    (tmp_path / "circle.yaml").write_text(CIRCLE, encoding="utf-8")
    lon, lat = degrees([0, 600, 1200, 600], [0, 0, 0, 9000])
    homes = zip(lon, lat, [100, 50, 30, 20], [10, 5, 3, 2], strict=True)
    table(tmp_path / "people.csv", ["lon", "lat", "age20plus", "age60plus"], homes)
    x, y = degrees([100], [0])
    gcj = datums.wgs84_to_gcj02(x, y)
    table(
        tmp_path / "places.csv",
        ["名称", "经度", "纬度", "类别"],
        [["一号食堂", gcj[0][0], gcj[1][0], "食堂"]],
    )
    return tmp_path


def run(town, *more, **changed):
    """`linli reach run` on the town with some arguments changed."""
    given = {
        "streets": town / "town.osm", "people": town / "people.csv", "places": town / "places.csv",
        "places-datum": "gcj02", "circle": town / "circle.yaml", "profiles": town / "profiles.yaml",
        "out": town / "out",
    } | {key.replace("_", "-"): value for key, value in changed.items()}  # fmt: skip
    return main(["run", *(f"--{key}={value}" for key, value in given.items()), *more])


def test_run_tells_coverage_and_never_calls_missing_data_unmet(town, capsys):
    assert run(town) == 0

    with (town / "out/coverage.csv").open(encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    assert [(r["功能"], r["人群"], r["覆盖人数"], r["覆盖率(%)"], r["路网外人数"]) for r in rows] == [
        ("餐饮", "20岁及以上", "150", "83.3", "20"),
        ("餐饮", "60岁及以上", "15", "83.3", "2"),
        ("金融", "", "", "无数据", ""),
    ]
    assert "无数据的功能（文件里没有一个网点，不等于未达标）：金融" in capsys.readouterr().out


def test_run_writes_every_home_with_its_minutes_and_every_gap_in_a_square(town):
    assert run(town, "--least=1") == 0

    with duckdb.connect() as connection:
        homes = connection.execute(
            f"select dining_min, dining_choices_5, dining_choices_10 from '{town}/out/homes.parquet'"
        ).fetchall()
    assert [round(minutes, 1) for minutes, *_ in homes] == [1.7, 8.3, 18.3, float("inf")]
    assert [choices for _, *choices in homes] == [[1, 1], [0, 1], [0, 0], [0, 0]]
    features = json.loads((town / "out/gaps.geojson").read_text(encoding="utf-8"))["features"]
    assert [f["properties"] for f in features] == [{"people": 30, "lacking_dining": 30.0}]


def test_small_numbers_are_hidden_on_the_map_of_gaps(town):
    assert run(town, "--least=31") == 0

    features = json.loads((town / "out/gaps.geojson").read_text(encoding="utf-8"))["features"]
    assert [f["properties"]["lacking_dining"] for f in features] == [None]


def test_one_small_square_takes_another_with_it_and_the_map_is_a_picture(town):
    """The city's total less all other squares would give the few people back."""
    lon, lat = degrees([0, 600, 1200, 1900], [0, 0, 0, 0])
    table(town / "people.csv", ["lon", "lat", "age20plus"], zip(lon, lat, [4, 60, 50, 300], strict=True))
    (town / "town.osm").write_text(osm([("residential", [1, 2])], [(0, 0), (2000, 0)]), encoding="utf-8")
    (town / "circle.yaml").write_text(CIRCLE.replace("band_min: 10", "band_min: 1"), encoding="utf-8")
    x, y = datums.wgs84_to_gcj02(*degrees([300], [0]))
    table(town / "places.csv", ["名称", "经度", "纬度", "类别"], [["一号", x[0], y[0], "食堂"]])

    assert run(town) == 0

    features = json.loads((town / "out/gaps.geojson").read_text(encoding="utf-8"))["features"]
    lacking = sorted(str(f["properties"]["lacking_dining"]) for f in features)
    assert lacking == ["300.0", "60.0", "None", "None"]
    assert (town / "out/gaps.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_run_twice_is_the_same_and_names_its_inputs(town):
    assert run(town) == 0
    assert run(town, out=town / "again") == 0

    for name in ("coverage.csv", "gaps.geojson"):
        assert (town / "out" / name).read_bytes() == (town / "again" / name).read_bytes()
    about = json.loads((town / "out/study.json").read_text(encoding="utf-8"))
    assert sorted(about["inputs"]) == ["circle", "people", "places", "profiles", "streets"]


def test_places_that_outlets_state_are_shared_among_those_who_reach_them(town):
    """XA-076: two-step floating catchment on files: 60 places for the 150 near people; who states none is not 0."""
    x, y = degrees([100, 110, 1100], [0, 0, 9000])
    rows = zip(x, y, ["食堂"] * 3, ["60", "", "7"], strict=True)
    table(town / "places.csv", ["lon", "lat", "category", "capacity"], rows)
    assert run(town, "--places-datum=wgs84") == 0

    with (town / "out/supply.csv").open(encoding="utf-8-sig") as lines:
        [row] = csv.DictReader(lines)
    assert (row["写明容量的网点"], row["容量"], row["每千人容量"]) == ("1", "60.0", "333.33")
    with duckdb.connect() as connection:
        heads = connection.execute(f"select dining_per_head from '{town}/out/homes.parquet'").fetchall()
    assert [round(head, 3) for (head,) in heads] == [0.4, 0.4, 0.0, 0.0]


@pytest.mark.parametrize("cell", ["many", "-3", "inf"])
def test_places_that_are_no_number_are_refused_and_nothing_is_written(town, cell, capsys):
    table(town / "places.csv", ["lon", "lat", "category", "capacity"], [(*degrees(100, 0), "食堂", cell)])
    assert run(town, "--places-datum=wgs84") == 2
    assert "capacity" in capsys.readouterr().err
    assert not (town / "out").exists()


def test_a_study_is_written_as_geopackage_and_workbook_where_asked(town, capsys):
    from pyogrio.raw import read
    from python_calamine import CalamineWorkbook

    assert run(town, "--least=1", "--formats=gpkg,xlsx") == 0
    about, _ids, shapes, fields = read(town / "out/gaps.gpkg", layer="gaps")
    assert (list(about["fields"]), about["crs"], len(shapes)) == (
        ["people", "lacking_dining"],
        "EPSG:4326",
        1,
    )
    assert [field.tolist() for field in fields] == [[30.0], [30.0]]
    sheet = CalamineWorkbook.from_path(str(town / "out/study.xlsx")).get_sheet_by_name("覆盖").to_python()
    assert [row[0] for row in sheet] == ["功能", "餐饮", "餐饮", "金融"]
    assert run(town, "--formats=pdf", out=town / "other") == 2
    assert "--formats 不认识“pdf”" in capsys.readouterr().err


def test_areas_that_pass_on_paper_only_are_listed(town):
    _, lat = degrees([-100, 1300], [-100, 100])
    west, east = degrees([650, 1300], [0, 0])[0]
    ring = [[west, lat[0]], [east, lat[0]], [east, lat[1]], [west, lat[1]], [west, lat[0]]]
    area = {
        "type": "Feature",
        "properties": {"name": "东区"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    (town / "areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [area]}))

    assert run(town, f"--areas={town / 'areas.geojson'}") == 0

    with (town / "out/areas.csv").open(encoding="utf-8-sig") as lines:
        every = list(csv.DictReader(lines))
    assert [(row["人群"], row["人数"]) for row in every if row["功能"] == "餐饮"] == [
        ("20岁及以上", "30"),
        ("60岁及以上", "3"),
    ]
    rows = {row["功能"]: row for row in reversed(every)}
    assert rows["餐饮"] == {
        "区域": "东区", "功能": "餐饮", "步行时限(分钟)": "10", "人群": "20岁及以上", "人数": "30", "覆盖率(%)": "0.0",
        "圆形规则": "达标", "步行规则": "未达标", "仅纸面达标": "是",
    }  # fmt: skip
    assert rows["金融"]["覆盖率(%)"] == "无数据"


def swapped(town):
    lat, lon = degrees([100], [0])
    return {"places": table(town / "p.csv", ["经度", "纬度", "类别"], [[lon[0], lat[0], "食堂"]])}


def in_the_sea(town):
    return {"places": table(town / "p.csv", ["经度", "纬度", "类别"], [[125.0, 30.0, "食堂"]])}


def in_metres(town):
    return {"places": table(town / "p.csv", ["经度", "纬度", "类别"], [[537000.0, 3374525.0, "食堂"]])}


def of_no_function(town):
    return {
        "places": table(town / "p.csv", ["经度", "纬度", "类别"], [[114.3, 30.6, "飞机场"]]),
        "places_datum": "wgs84",
    }


def negative_people(town):
    return {"people": table(town / "n.csv", ["lon", "lat", "age20plus"], [[114.3, 30.6, -4]])}


def broken_streets(town):
    (town / "broken.osm.pbf").write_bytes(b"\x00\x00\x00\x0d\x0a\x09OSMHeader")
    return {"streets": town / "broken.osm.pbf"}


def empty_file(town):
    (town / "empty.csv").write_bytes(b"")
    return {"people": town / "empty.csv"}


def header_alone(town):
    return {"places": table(town / "h.csv", ["经度", "纬度", "类别"], [])}


def without_coordinates(town):
    return {"places": table(town / "c.csv", ["名称", "类别"], [["一号", "食堂"]])}


def without_category(town):
    return {"places": table(town / "c.csv", ["经度", "纬度"], [[114.3, 30.6]])}


def empty_coordinates(town):
    return {"places": table(town / "c.csv", ["经度", "纬度", "类别"], [["", 30.6, "食堂"]])}


def broken_parquet(town):
    (town / "broken.parquet").write_bytes(b"PAR1 and then nothing")
    return {"people": town / "broken.parquet"}


def unknown_plane(town):
    line = {"type": "LineString", "coordinates": [[500000, 4649776], [500600, 4649776]]}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2056"}}
    feature = {"type": "Feature", "properties": {}, "geometry": line}
    told = {"type": "FeatureCollection", "crs": crs, "features": [feature]}
    (town / "swiss.geojson").write_text(json.dumps(told))
    return {"streets": town / "swiss.geojson"}


def points_for_streets(town):
    point = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [114.3, 30.6]}}
    (town / "points.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [point]}))
    return {"streets": town / "points.geojson"}


def swapped_people(town):
    lat, lon = degrees([100], [0])
    return {"people": table(town / "s.csv", ["lon", "lat", "age20plus"], [[lon[0], lat[0], 4]])}


def streets_of(town, name, coordinates, **more):
    line = {"type": "LineString", "coordinates": coordinates}
    feature = {"type": "Feature", "properties": {"highway": "residential"}, "geometry": line}
    (town / name).write_text(json.dumps({"type": "FeatureCollection", "features": [feature], **more}))
    return {"streets": town / name}


def swapped_streets(town):
    return streets_of(town, "swapped.geojson", [[30.6, 114.3], [30.61, 114.31]])


def streets_in_metres_unsaid(town):
    return streets_of(town, "metres.geojson", [[537000, 3374525], [537600, 3374525]])


def streets_of_another_city(town):
    return streets_of(town, "beijing.geojson", [[116.3, 39.9], [116.31, 39.9]])


def torn_pbf(town):
    """A whole file cut in the middle, as a download that broke off."""
    import osmium

    with osmium.SimpleWriter(str(town / "whole.osm.pbf")) as out:
        for number in range(1, 20_001):
            out.add_node(osmium.osm.mutable.Node(id=number, location=(114.3 + number / 1e6, 30.6)))
        out.add_way(osmium.osm.mutable.Way(id=1, nodes=range(1, 2001), tags={"highway": "residential"}))
    content = (town / "whole.osm.pbf").read_bytes()
    (town / "torn.osm.pbf").write_bytes(content[: len(content) * 2 // 3])
    return {"streets": town / "torn.osm.pbf"}


def no_people_at_all(town):
    return {"people": table(town / "z.csv", ["lon", "lat"], [[114.3, 30.6]])}


def missing_people_and_negative(town):
    rows = [[114.3, 30.6, ""], [114.3, 30.6, "-1"], [114.3, 30.6, "-2.5"]]
    return {"people": table(town / "m.csv", ["lon", "lat", "age20plus"], rows)}


def unclassified_places(town):
    lon, lat = degrees([100], [0])
    rows = [[lon[0], lat[0], ""], [lon[0], lat[0], " "]]
    return {"places": table(town / "u.csv", ["经度", "纬度", "类别"], rows), "places_datum": "wgs84"}


def words_for_numbers(town):
    return {"people": table(town / "w.csv", ["lon", "lat", "age20plus"], [[114.3, 30.6, "许多"]])}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (swapped, "写反"),
        (in_the_sea, "水里"),
        (in_metres, "投影坐标"),
        (of_no_function, "没有一个属于"),
        (negative_people, "1 个负数，第一个在第 2 行"),
        (words_for_numbers, "不是数字"),
        (swapped_people, "写反"),
        (swapped_streets, "写反"),
        (streets_in_metres_unsaid, "投影坐标"),
        (streets_of_another_city, "坐标系不对"),
        (torn_pbf, "不是完整的 OSM 文件"),
        (no_people_at_all, "没有人口列"),
        (missing_people_and_negative, "2 个负数，第一个在第 3 行"),
        (unclassified_places, "2 处没有写类别"),
        (broken_streets, "不是完整的 OSM 文件"),
        (empty_file, "是空的"),
        (header_alone, "一个点也没有"),
        (without_coordinates, "没有经度列"),
        (without_category, "没有类别列"),
        (empty_coordinates, "没有坐标"),
        (broken_parquet, "读不出来"),
        (unknown_plane, "EPSG:2056"),
        (points_for_streets, "没有线状道路"),
        (lambda town: {"people": town / "none.csv"}, "找不到文件"),
        (lambda town: {"profile": "rocket"}, "没有步行类型“rocket”"),
        (lambda town: {"profile": "wheelchair"}, "没有“轮椅”可走的道路"),
    ],
)
def test_wrong_input_is_told_and_nothing_is_written(town, capsys, wrong, told):
    changed = wrong(town)
    before = sorted(path.name for path in town.iterdir())

    assert run(town, **changed) == 2

    assert told in capsys.readouterr().err
    assert sorted(path.name for path in town.iterdir()) == before


def test_categories_that_are_empty_or_belong_to_nothing_are_told_and_take_no_part(town, capsys):
    lon, lat = degrees([100, 200, 300, 400], [0] * 4)
    rows = [[x, y, word] for x, y, word in zip(lon, lat, ["食堂", "", "飞机场", "飞机场"], strict=True)]
    given = table(town / "mixed.csv", ["经度", "纬度", "类别"], rows)

    assert run(town, places=given, places_datum="wgs84") == 0

    told = capsys.readouterr().err
    assert "有 1 处没有写类别，不参与判断" in told
    assert "有 2 处的类别不属于任何功能，不参与判断：飞机场（2）" in told


def test_a_table_of_too_many_rows_is_told_before_it_is_held(town, capsys, monkeypatch):
    """The limit itself is tried with ten million rows in the slow run; here it is three."""
    monkeypatch.setattr(files.tables, "MOST_ROWS", 3)

    assert run(town) == 2

    assert "people.csv 有 4 行，一次最多 3 行" in capsys.readouterr().err
    assert not (town / "out").exists()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_ten_million_points_are_refused_in_a_sentence_and_in_little_memory(town, kind):
    """Written in earnest; read in a process of its own, whose memory is looked at."""
    path = town / f"many.{kind}"
    with duckdb.connect() as connection:
        rows = "select 114.3 + i / 1e9 as lon, 30.6 as lat, 1 as age20plus from range(10000000) t(i)"
        connection.execute(f"copy ({rows}) to '{path}'")
    words = [sys.executable, "-c", TELL_MEMORY, "run", f"--streets={town / 'town.osm'}", f"--people={path}",
             f"--places={town / 'places.csv'}", f"--circle={town / 'circle.yaml'}",
             f"--profiles={town / 'profiles.yaml'}", f"--out={town / 'out'}"]  # fmt: skip

    found = subprocess.run(words, capture_output=True, text=True)

    assert found.returncode == 2
    assert f"{path.name} 有 10,000,000 行，一次最多 3,000,000 行" in found.stderr
    assert int(found.stdout.splitlines()[-1]) < 1500
    assert not (town / "out").exists()


def test_results_never_overwrite_older_ones(town, capsys):
    (town / "out").mkdir()
    (town / "out/kept.txt").write_text("mine")

    assert run(town) == 2

    assert "已经存在" in capsys.readouterr().err
    assert [path.name for path in (town / "out").iterdir()] == ["kept.txt"]


def test_streets_that_fall_apart_are_told(town, capsys):
    nodes = [(0, 0), (600, 0), (1200, 0), (1900, 0)]
    (town / "town.osm").write_text(
        osm([("residential", [1, 2]), ("residential", [3, 4])], nodes), encoding="utf-8"
    )

    assert run(town) == 0

    assert "路网不连通：分成 2 个互不相连的部分" in capsys.readouterr().err


def test_places_in_another_datum_than_said_are_suspected(town, capsys):
    lon, lat = datums.wgs84_to_gcj02(*degrees(np.linspace(0, 1200, 60), np.zeros(60)))
    given = table(
        town / "many.csv", ["经度", "纬度", "类别"], [[x, y, "食堂"] for x, y in zip(lon, lat, strict=True)]
    )
    (town / "profiles.yaml").write_text(
        PROFILES.replace("max_snap_m: 200", "max_snap_m: 900"), encoding="utf-8"
    )

    assert run(town, places=given, places_datum="wgs84") == 0

    assert "的坐标更像 gcj02" in capsys.readouterr().err


def test_a_network_is_built_once_and_read_again(town):
    out = town / "town.npz"

    assert (
        main(
            [
                "build",
                f"--streets={town / 'town.osm'}",
                f"--profiles={town / 'profiles.yaml'}",
                f"--out={out}",
            ]
        )
        == 0
    )

    again = build_network(read_streets(town / "town.osm"), read_profiles(town / "profiles.yaml")["adult"])
    assert read_network(out).ticks.tolist() == again.ticks.tolist()
    assert read_network(out).profile == again.profile


def test_an_isochrone_is_a_polygon_along_the_street(town):
    lon, lat = degrees([600], [0])
    given = [
        f"--streets={town / 'town.osm'}",
        f"--profiles={town / 'profiles.yaml'}",
        f"--at={lon[0]},{lat[0]}",
    ]

    assert main(["isochrone", *given, "--limits=5,30", f"--out={town / 'walk.geojson'}"]) == 0

    features = json.loads((town / "walk.geojson").read_text(encoding="utf-8"))["features"]
    assert [f["geometry"]["type"] for f in features] == ["Polygon", "Polygon"]
    assert [round(f["properties"]["street_m"], -1) for f in features] == [600, 1200]


def test_siting_says_where_and_how_much_better_it_could_be(town, capsys):
    lon, lat = degrees([50, 900, 1150], [0, 0, 0])
    rows = [[name, x, y, cost] for name, x, y, cost in zip("甲乙丙", lon, lat, [3, 4, 2], strict=True)]
    given = [
        f"--streets={town / 'town.osm'}", f"--profiles={town / 'profiles.yaml'}",
        f"--people={town / 'people.csv'}",
        f"--candidates={table(town / 'c.csv', ['name', 'lon', 'lat', 'cost'], rows)}", "--limit-min=10",
    ]  # fmt: skip

    assert main(["site", *given, "--share=1", f"--out={town / 'sites.geojson'}"]) == 0

    told = capsys.readouterr().out
    assert "新建 2 处，费用 5：甲、丙" in told
    assert "0.0% → 100.0%（180 人中的 180 人）" in told
    assert "已证明最优（在所求差距内）：最多还能好 0.00%" in told


def test_a_pack_with_a_key_given_twice_is_refused(town, capsys):
    (town / "profiles.yaml").write_text("profiles: []\nprofiles: []\n", encoding="utf-8")

    assert run(town) == 2
    assert "a key is given twice" in capsys.readouterr().err


def test_a_table_of_an_old_office_program_is_read(town):
    (town / "gb.csv").write_bytes("名称,经度,纬度,类别\n一号食堂,114.3,30.6,食堂\n".encode("gb18030"))

    assert read_places(town / "gb.csv").name.tolist() == ["一号食堂"]


@pytest.mark.skipif(not REAL.exists(), reason="the real data of ../shared is not here")
def test_bus_stops_of_wuhan_lie_on_its_streets_once_converted():
    streets = read_streets(REAL / "wuhan/streets_osm_original.parquet")
    network = build_network(streets, read_profiles(Path("packs/reach/profiles.yaml"))["adult"])
    places = read_places(REAL / "wuhan/pois_weibo_1676.csv", datum="gcj02")

    stops = snap(network, places.points.take(places.category == "公交车站"))

    assert np.median(stops.snap_m) <= 30.0
