"""What is open at an hour of the week: read as people write it, counted in a study, said where it is not known."""

import csv
import json

import pytest

from linli_compute.errors import InputError
from linli_compute.hours import Moment, moment_of, opens_at, parse_hours
from tests.compute.made import degrees
from tests.compute.test_cli import CIRCLE, PROFILES, osm, run, table


@pytest.mark.parametrize(
    ("given", "same"),
    [
        ("Mo-Fr 08:30-17:30", "周一至周五 8:30-17:30"),
        ("Mo-Su 00:00-24:00; Tu off", "周一 0:00-24:00；周三至周日 0:00-24:00"),
        ("24/7", "每天24小时"),
        ("Mo,We 9:00-12:00; PH off", "周一、周三 9:00-12:00"),
    ],
)
def test_hours_of_a_street_map_say_the_same_as_ours(given, same):
    assert parse_hours(given) == parse_hours(same)


@pytest.mark.parametrize("wrong", ["", "25:00", "周八 9:00", "周三", "8 9:00", "周三 9:70", "周三 24:00"])
def test_what_is_no_moment_is_told(wrong):
    with pytest.raises(InputError, match="时刻应"):
        moment_of(wrong)


def test_hours_nobody_can_read_are_unsaid_and_not_shut():
    assert opens_at(["周三 8:00-12:00", "", "电话预约", "周四 8:00-12:00"], Moment(3, 480)).tolist() == [
        1,
        -1,
        -1,
        0,
    ]


@pytest.fixture
def town(tmp_path):
    """A street with homes at 0 and 1,200 m; canteens at 100 m (day) and 1,100 m (evening), a bank without hours."""
    (tmp_path / "town.osm").write_text(osm([("residential", [1, 2])], [(0, 0), (1200, 0)]), encoding="utf-8")
    (tmp_path / "profiles.yaml").write_text(PROFILES, encoding="utf-8")
    (tmp_path / "circle.yaml").write_text(CIRCLE, encoding="utf-8")
    lon, lat = degrees([0, 1200], [0, 0])
    table(tmp_path / "people.csv", ["lon", "lat", "age20plus"], zip(lon, lat, [100, 30], strict=True))
    x, y = degrees([100, 1100, 600], [0, 0, 0])
    rows = [["早", x[0], y[0], "食堂", "每天 6:00-14:00"], ["晚", x[1], y[1], "食堂", "Mo-Su 16:00-22:00"],
            ["行", x[2], y[2], "银行", ""]]  # fmt: skip
    table(tmp_path / "places.csv", ["名称", "经度", "纬度", "类别", "开放时间"], rows)
    return tmp_path


def coverage(town, name):
    with (town / name / "coverage.csv").open(encoding="utf-8-sig") as lines:
        return [(row["功能"], row["网点数"], row["覆盖率(%)"]) for row in csv.DictReader(lines)]


def test_a_study_at_an_hour_walks_to_what_is_open_then_and_says_what_says_nothing(town, capsys):
    assert run(town, "--open-at=周三 19:00", places_datum="wgs84") == 0
    assert run(town, "--open-at=We 5:00", places_datum="wgs84", out=town / "early") == 0
    assert run(town, places_datum="wgs84", out=town / "any") == 0

    # A bank without hours is no data; canteens that are shut are there, and nobody reaches them.
    assert coverage(town, "out") == [("餐饮", "2", "23.1"), ("金融", "0", "无数据")]
    assert coverage(town, "early") == [("餐饮", "2", "0.0"), ("金融", "0", "无数据")]
    assert coverage(town, "any") == [("餐饮", "2", "100.0"), ("金融", "1", "0.0")]
    assert "周三 19:00 开着 1 处，没有开 1 处；没有写明开放时间的 1 处不参与判断" in capsys.readouterr().out
    about = json.loads((town / "out/study.json").read_text(encoding="utf-8"))
    assert (about["parameters"]["open_at"], about["opening"]) == (
        "周三 19:00",
        {"open": 1, "shut": 1, "unsaid": 1},
    )


def test_a_file_without_one_readable_hour_is_refused_and_nothing_is_written(town, capsys):
    x, y = degrees([100], [0])
    table(town / "places.csv", ["名称", "经度", "纬度", "类别"], [["早", x[0], y[0], "食堂"]])

    assert run(town, "--open-at=周三 19:00", places_datum="wgs84") == 2

    assert "没有一处写了能读懂的开放时间" in capsys.readouterr().err
    assert not (town / "out").exists()
