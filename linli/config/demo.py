"""The base map of the demonstration city: a file in the state folder, served with ranges by WhiteNoise.

`/map/base.pmtiles` with `/map/style-light.json`, `/map/style-dark.json`, and GeoJSON for browsers without
vector tiles. WhiteNoise lists the folder when the web server starts, which is after the city is made.
"""

import json
from pathlib import Path

from django.conf import settings

from linli.config import demo_tables as demo_tables  # its step comes with it
from linli.config.city.style import DARK, LIGHT, style
from linli.kernel.demo import DemoWorld, demo_step


@demo_step("base-map", "底图：街道、建筑、水系和边界", after=("places",))
def make_base_map(world: DemoWorld) -> None:
    """Write the city's tiles, styles and GeoJSON to the public folder of this installation."""
    from linli.config.city.tiles import write_geojson, write_tiles  # libraries of the extra "plan"

    folder = Path(settings.WHITENOISE_ROOT) / "map"
    folder.mkdir(parents=True, exist_ok=True)
    write_tiles(world.city.ground, folder / "base.pmtiles")
    for name, colours in (("light", LIGHT), ("dark", DARK)):
        text = json.dumps(style(colours, tiles="/map/base.pmtiles"), ensure_ascii=False)
        (folder / f"style-{name}.json").write_text(text, encoding="utf-8")
    write_geojson(world.city.ground, folder)
