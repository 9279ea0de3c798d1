"""The base map: everything of the city in one file, and a style that needs nothing from elsewhere."""

import gzip
import json

import mapbox_vector_tile
import pytest
from pmtiles.reader import MmapSource, Reader

from linli.config.city.style import DARK, LIGHT, style
from linli.config.city.tiles import mercator, write_geojson, write_tiles


@pytest.fixture(scope="session")
def map_file(city, tmp_path_factory):
    path = tmp_path_factory.mktemp("map") / "base.pmtiles"
    write_tiles(city.ground, path)
    return path


def tile_at(path, lon, lat, zoom):
    x, y = (int(w * 2**zoom) for w in mercator([[lon, lat]])[0])
    with path.open("rb") as source:
        return mapbox_vector_tile.decode(gzip.decompress(Reader(MmapSource(source)).get(zoom, x, y)))


def test_one_file_holds_the_city_from_zoom_9_to_15_in_under_a_megabyte(map_file):
    with map_file.open("rb") as source:
        header = Reader(MmapSource(source)).header()

    assert (header["min_zoom"], header["max_zoom"]) == (9, 15)
    assert map_file.stat().st_size < 1_000_000


def test_same_city_gives_the_same_bytes(city, map_file, tmp_path):
    write_tiles(city.ground, tmp_path / "again.pmtiles")

    assert (tmp_path / "again.pmtiles").read_bytes() == map_file.read_bytes()


def test_a_tile_in_town_shows_every_layer(city, map_file):
    home = next(c for c in city.ground.communities if c.urban_rural == "111")
    tile = tile_at(map_file, home.lon, home.lat, 14)

    assert set(tile) >= {"green", "sites", "buildings", "roads", "places"}


def test_far_zooms_leave_houses_out(city, map_file):
    home = city.ground.communities[0]

    assert "buildings" not in tile_at(map_file, home.lon, home.lat, 12)


def test_places_keep_their_chinese_names(city, map_file):
    home = city.ground.communities[0]
    names = {f["properties"]["name"] for f in tile_at(map_file, home.lon, home.lat, 15)["places"]["features"]}

    assert home.name in names


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_style_draws_only_layers_that_the_tiles_have(city, map_file, colours):
    drawn = {
        layer["source-layer"] for layer in style(colours, tiles="/x")["layers"] if "source-layer" in layer
    }
    with map_file.open("rb") as source:
        held = {layer["id"] for layer in Reader(MmapSource(source)).metadata()["vector_layers"]}

    assert drawn == held


def test_style_asks_no_server_for_letters_or_pictures():
    assert {"glyphs", "sprite"} & style(LIGHT, tiles="/x").keys() == set()
    assert "http" not in json.dumps(style(LIGHT, tiles="/x"))


def test_geojson_says_the_same_without_tiles(city, tmp_path):
    paths = {path.stem: path for path in write_geojson(city.ground, tmp_path)}
    features = json.loads(paths["buildings"].read_text(encoding="utf-8"))["features"]

    assert len(features) == len(city.ground.buildings)
