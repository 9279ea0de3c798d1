"""The layer under every map: one's own tiles, or the national map service where a key is set."""

from types import SimpleNamespace

from linli.ui.maps import OWN_TILES, base_layer


def test_without_a_key_the_own_tiles_are_drawn_and_without_tiles_nothing(settings, tmp_path):
    settings.STATE_DIR = tmp_path
    settings.ENVIRONMENT = SimpleNamespace(tianditu_key="")
    nothing = base_layer()
    tiles = tmp_path / "public" / OWN_TILES
    tiles.parent.mkdir(parents=True)
    tiles.touch()

    assert (nothing, base_layer()) == (None, {"pmtiles": f"/{OWN_TILES}", "attribution": ""})


def test_with_a_key_tianditu_is_drawn_and_named(settings):
    settings.ENVIRONMENT = SimpleNamespace(tianditu_key="k")
    layer = base_layer()

    assert layer["attribution"] == "天地图"
    assert layer["raster"][0].startswith("https://t0.tianditu.gov.cn/vec_w/wmts?SERVICE=WMTS")
    assert "TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=k" in layer["raster"][0]
