"""One city in cells: the same to the last digit as in one piece, resumable, in one process or several."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli_compute.cells import Asked, cut, margin_m, walks_by_cells, walks_of
from linli_compute.errors import InputError
from linli_compute.network import build_network
from linli_compute.positions import snap
from linli_compute.scale import digest_of
from linli_compute.streets import Profile, plain_streets
from tests.compute.made import degrees, made_places
from tests.compute.test_cli import CIRCLE, PROFILES, osm, run, table

WALKER = Profile("adult", "成年人", frozenset({"footway"}), 60.0, max_snap_m=60.0)


def made_city(seed, *, side=30, block_m=150.0):
    """Crooked blocks of 4.5 km by 4.5 km with a tenth of the streets missing; homes and outlets of two functions."""
    rng = np.random.default_rng(seed)
    x, y = (v.ravel() * block_m for v in np.meshgrid(np.arange(side), np.arange(side)))
    x, y = x + rng.uniform(-40, 40, len(x)), y + rng.uniform(-40, 40, len(y))
    number = np.arange(side * side).reshape(side, side)
    lines = np.concatenate([
        np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], axis=1),
        np.stack([number[:-1].ravel(), number[1:].ravel()], axis=1),
    ])  # fmt: skip
    lines = lines[rng.random(len(lines)) >= 0.1]
    network = build_network(plain_streets(*degrees(x, y), lines), WALKER)
    homes, outlets = made_places(300, seed, extent_m=4400.0), made_places(25, seed + 1, extent_m=4400.0)
    return Asked(
        network,
        snap(network, homes),
        snap(network, outlets),
        rng.integers(0, 2, 25),
        2,
        (5.0, 15.0),
        15.0,
    )


@given(st.integers(0, 8), st.sampled_from([700.0, 1500.0, 9000.0]))
def test_cells_say_the_same_as_the_whole_city_to_the_last_digit(tmp_path_factory, seed, side_m):
    asked = made_city(seed)

    whole = walks_of(asked)
    found = walks_by_cells(asked, tmp_path_factory.mktemp("cells") / "room", side_m=side_m)

    assert np.isinf(whole.minutes).any()
    assert found.minutes.tolist() == whole.minutes.tolist()
    assert found.choices.tolist() == whole.choices.tolist()


def test_a_cell_holds_its_surroundings_of_a_quarter_of_an_hour_and_no_more():
    network = made_city(3).network
    margin = margin_m(network, 15.0)

    part, edge = cut(network, (2000.0, 2000.0, 2100.0, 2100.0), margin)

    assert margin == 15 * 60 + 125
    assert 0 < len(part.tail) < len(network.tail) * 0.4
    assert part.ticks.tolist() == network.ticks[edge >= 0].tolist()


def test_what_was_computed_is_kept_and_other_streets_are_computed_anew(tmp_path, monkeypatch):
    asked, room, seen = made_city(5), tmp_path / "room", []
    from linli_compute import cells

    real = cells.walk_cell

    def until_the_third(task):
        if len(seen) == 2:
            raise KeyboardInterrupt
        seen.append(task.out.name)
        return real(task)

    monkeypatch.setattr(cells, "walk_cell", until_the_third)
    with pytest.raises(KeyboardInterrupt):
        walks_by_cells(asked, room, side_m=1500.0)
    kept = {name: (room / name).stat().st_mtime_ns for name in seen}

    def counted(task):
        seen.append(task.out.name if task.out.exists() else "anew")
        assert {name: (room / name).stat().st_mtime_ns for name in kept} == kept
        return real(task)

    monkeypatch.setattr(cells, "walk_cell", counted)
    found = walks_by_cells(asked, room, side_m=1500.0)

    assert len(kept) == 2
    assert {name for name in seen[2:] if name != "anew"} == set(kept)
    assert found.minutes.tolist() == walks_of(asked).minutes.tolist()
    assert not room.exists()


def test_a_horizon_nearer_than_a_band_is_refused(tmp_path):
    asked = made_city(1)
    with pytest.raises(InputError, match="horizon-min"):
        walks_by_cells(
            replace(asked, horizon_min=10.0),
            tmp_path,
            side_m=900,
        )


@pytest.fixture
def town(tmp_path):
    """A street of 6 km with a home and a canteen here and there."""
    nodes = [(x, 0) for x in range(0, 6001, 500)]
    (tmp_path / "town.osm").write_text(
        osm([("residential", list(range(1, len(nodes) + 1)))], nodes), encoding="utf-8"
    )
    (tmp_path / "profiles.yaml").write_text(PROFILES, encoding="utf-8")
    (tmp_path / "circle.yaml").write_text(CIRCLE, encoding="utf-8")
    lon, lat = degrees(np.arange(50, 6000, 130), np.zeros(46))
    table(tmp_path / "people.csv", ["lon", "lat", "age20plus"], zip(lon, lat, range(10, 56), strict=True))
    x, y = degrees([900, 3100, 5900], [0, 0, 0])
    rows = [["", a, b, word] for a, b, word in zip(x, y, ["食堂", "食堂", "银行"], strict=True)]
    table(tmp_path / "places.csv", ["名称", "经度", "纬度", "类别"], rows)
    return tmp_path


def test_the_command_in_cells_on_two_processes_gives_the_digest_of_one_piece(town):
    pytest.importorskip("distributed")

    assert run(town, "--horizon-min=15", places_datum="wgs84") == 0
    assert run(town, "--horizon-min=15", "--cells-km=1", places_datum="wgs84", out=town / "cells") == 0
    assert (
        run(town, "--horizon-min=15", "--cells-km=2", "--workers=2", places_datum="wgs84", out=town / "two")
        == 0
    )

    assert digest_of(town / "cells") == digest_of(town / "two") == digest_of(town / "out")
    assert sorted(path.name for path in town.iterdir() if path.is_dir()) == ["cells", "out", "two"]
