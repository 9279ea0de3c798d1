"""Many cities: independent tasks, resumable, the same digest in one process and in several."""

import csv

import pytest

from linli_compute.cli import main
from linli_compute.datums import wgs84_to_gcj02
from tests.compute.made import degrees
from tests.compute.test_cli import CIRCLE, PROFILES, osm, table


@pytest.fixture
def cities(tmp_path):
    """Three towns on one street each, the canteen ever farther east."""
    (tmp_path / "profiles.yaml").write_text(PROFILES, encoding="utf-8")
    (tmp_path / "circle.yaml").write_text(CIRCLE, encoding="utf-8")
    for number in (1, 2, 3):
        streets = osm([("residential", [1, 2, 3])], [(0, 0), (600, 0), (1200, 0)])
        (tmp_path / f"{number}.osm").write_text(streets, encoding="utf-8")
        lon, lat = degrees([0, 600, 1200], [0, 0, 0])
        homes = zip(lon, lat, [100, 50, 30], strict=True)
        table(tmp_path / f"people{number}.csv", ["lon", "lat", "age20plus"], homes)
        x, y = wgs84_to_gcj02(*degrees([250 * number], [0]))
        table(
            tmp_path / f"places{number}.csv", ["名称", "经度", "纬度", "类别"], [["食堂", x[0], y[0], "食堂"]]
        )
    rows = [[f"城{n}", f"{n}.osm", f"people{n}.csv", f"places{n}.csv"] for n in (1, 2, 3)]
    table(tmp_path / "cities.csv", ["name", "streets", "people", "places"], rows)
    return tmp_path


def run(town, capsys, out, *more, code=0):
    given = {
        "cities": town / "cities.csv", "circle": town / "circle.yaml", "profiles": town / "profiles.yaml",
        "places-datum": "gcj02", "out": town / out,
    }  # fmt: skip
    assert main(["cities", *(f"--{key}={value}" for key, value in given.items()), *more]) == code
    told = capsys.readouterr()
    return told.out.splitlines()[-1], told


def test_two_processes_give_the_digest_of_one(cities, capsys):
    pytest.importorskip("distributed")

    alone, _told = run(cities, capsys, "alone")
    together, _told = run(cities, capsys, "together", "--workers=2")

    assert alone == together
    with (cities / "together/城2/coverage.csv").open(encoding="utf-8-sig") as lines:
        assert next(row["覆盖人数"] for row in csv.DictReader(lines)) == "150"


def test_what_is_done_is_kept_and_what_is_missing_is_done(cities, capsys):
    whole, _told = run(cities, capsys, "out")
    kept = (cities / "out/城1/coverage.csv").stat().st_mtime_ns
    for path in (cities / "out/城3").iterdir():
        path.unlink()
    (cities / "out/城3").rmdir()

    again, told = run(cities, capsys, "out")

    assert again == whole
    assert told.out.count("（已有）") == 2
    assert (cities / "out/城1/coverage.csv").stat().st_mtime_ns == kept


def test_a_city_that_fails_says_why_and_the_others_are_done(cities, capsys):
    (cities / "people2.csv").write_text("lon,lat,age20plus\n114.3,30.6,-4\n", encoding="utf-8")

    _last, told = run(cities, capsys, "out", code=2)

    assert "1 个负数" in told.out
    assert "有 1 个城市没有算成：城2" in told.err
    assert sorted(path.name for path in (cities / "out").iterdir()) == ["城1", "城3"]


def test_a_folder_of_other_files_is_not_taken_for_done(cities, capsys):
    run(cities, capsys, "out")
    lon, lat = degrees([0], [0])
    table(cities / "people1.csv", ["lon", "lat", "age20plus"], [[lon[0], lat[0], 7]])

    _last, told = run(cities, capsys, "out", code=2)

    assert "是用另一份 people 算的" in told.out


def test_a_table_without_its_columns_or_with_a_name_twice_is_refused(cities, capsys):
    table(cities / "cities.csv", ["name", "streets"], [["城1", "1.osm"]])
    _last, told = run_refused(cities, capsys)
    assert "没有列：people、places" in told
    row = ["城1", "1.osm", "people1.csv", "places1.csv"]
    table(cities / "cities.csv", ["name", "streets", "people", "places"], [row, row])
    assert "各不相同" in run_refused(cities, capsys)[1]


def run_refused(cities, capsys):
    given = [f"--cities={cities / 'cities.csv'}", f"--out={cities / 'none'}"]
    assert main(["cities", *given]) == 2
    return "", capsys.readouterr().err
