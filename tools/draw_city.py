"""Draw the demonstration city to a PNG, to look at it: python tools/draw_city.py S /tmp/city.png [lon lat metres]."""

import sys
import time

import numpy as np
import shapely
from PIL import Image, ImageDraw, ImageFont

from linli.config.city.frame import to_metres
from linli.config.city.geography import geography
from linli.config.city.model import HIGHWAYS
from linli.config.city.parts import Parts
from linli.config.city.sizes import SIZES

GREEN = {"wood": "#DCE6D2", "hill": "#CFDDC4", "park": "#CFE5C8", "riverside": "#DDEBD3", "garden": "#DCEBD5",
         "river": "#BFDCE8", "farmland": "#EEEBD3", "water": "#BFDCE8"}  # fmt: skip
WIDTH = {"primary": 26, "secondary": 20, "tertiary": 14, "unclassified": 9, "residential": 8, "service": 4,
         "footway": 2, "track": 3}  # fmt: skip
HOUSE = ["#E4DACB", "#E8C9A8", "#E9D7C9", "#D9CDE6", "#E4DACB"]


def draw(city, path, window=None, pixels=1800):
    x0, y0, x1, y1 = window or shapely.transform(city.divisions[0].boundary, to_metres).bounds
    scale = pixels / max(x1 - x0, y1 - y0)
    image = Image.new("RGB", (int((x1 - x0) * scale), int((y1 - y0) * scale)), "#F2EFE6")
    pen = ImageDraw.Draw(image)

    def px(lonlat):
        m = to_metres(lonlat)
        return [tuple(p) for p in np.c_[(m[:, 0] - x0) * scale, (y1 - m[:, 1]) * scale]]

    for area in city.areas:
        for part in shapely.get_parts(area.boundary):
            pen.polygon(px(shapely.get_coordinates(part.exterior)), fill=GREEN[area.kind])
    for compound in city.compounds:
        pen.polygon(px(shapely.get_coordinates(compound.boundary)), fill="#EFE8DC")
    for area in city.areas:
        if area.kind == "garden":
            pen.polygon(px(shapely.get_coordinates(area.boundary)), fill=GREEN["garden"])
    s = city.streets
    for casing in (True, False):
        for w in np.argsort(-s.kind.astype(int), kind="stable"):
            width = WIDTH[HIGHWAYS[s.kind[w]]] * scale
            grand = s.kind[w] < 3
            if casing and grand:
                pen.line(px(s.line(w)), fill="#CBBFA8", width=max(1, round(width + 2)), joint="curve")
            elif not casing:
                fill = "#FBE7B8" if grand and s.kind[w] == 0 else ("#FFFFFF" if s.kind[w] < 6 else "#C9B79C")
                pen.line(px(s.line(w)), fill=fill, width=max(1, round(width)), joint="curve")
    b = city.buildings
    for k in range(len(b)):
        pen.polygon(px(b.footprint[k]), fill=HOUSE[b.use[k]], outline="#C9BBA5" if scale > 0.4 else None)
    font = ImageFont.truetype("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 15)
    if scale > 0.3:
        for g in city.grids:
            for part in shapely.get_parts(g.boundary):
                pen.line(px(shapely.get_coordinates(part.exterior)), fill="#8FB9B0", width=1)
    for d in city.divisions:
        for part in shapely.get_parts(d.boundary):
            pen.line(
                px(shapely.get_coordinates(part.exterior)),
                fill="#B05A7A",
                width={"community": 1, "street": 2}.get(d.level, 3),
            )
    for d in city.communities:
        pen.text(px(np.array([[d.lon, d.lat]]))[0], d.name, fill="#333", font=font, anchor="mm")
    image.save(path)


if __name__ == "__main__":
    started = time.perf_counter()
    city = geography(SIZES[sys.argv[1]], Parts(99))
    print(
        f"{time.perf_counter() - started:.1f} s", len(city.buildings), "buildings", len(city.grids), "grids"
    )
    draw(city, sys.argv[2], window=tuple(map(float, sys.argv[3:7])) or None)
