"""Draw the demonstration city to a PNG, to look at it without a browser.

python tools/draw_city.py S city.png [west south east north, in metres from the city's origin]
"""

import sys

import numpy as np
import shapely
from PIL import Image, ImageDraw, ImageFont

from linli.config.city.frame import to_metres
from linli.config.city.geography import geography
from linli.config.city.model import HIGHWAYS, USES
from linli.config.city.parts import Parts
from linli.config.city.sizes import SIZES
from linli.config.city.style import LIGHT

PIXELS = 1800
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
METRES = dict(zip(HIGHWAYS, (26, 20, 14, 9, 8, 4, 3, 2), strict=True))
AREA = {"river": "water"}
HOUSE = dict(zip(USES, ("house", "house_public", "house_public", "house_school", "house"), strict=True))


class Sheet:
    """A picture of a window of the ground."""

    def __init__(self, window):
        self.west, south, east, self.north = window
        self.scale = PIXELS / max(east - self.west, self.north - south)
        size = int((east - self.west) * self.scale), int((self.north - south) * self.scale)
        self.image = Image.new("RGB", size, LIGHT["ground"])
        self.pen = ImageDraw.Draw(self.image)

    def points(self, lonlat):
        x, y = to_metres(lonlat).T
        return list(zip((x - self.west) * self.scale, (self.north - y) * self.scale, strict=True))

    def areas(self, shape, colour):
        for part in shapely.get_parts(shape):
            self.pen.polygon(self.points(shapely.get_coordinates(part.exterior)), fill=colour)

    def line(self, lonlat, colour, metres):
        width = max(1, round(metres * self.scale))
        self.pen.line(self.points(lonlat), fill=colour, width=width, joint="curve")


def draw(ground, sheet):
    for area in ground.areas:
        if area.kind != "garden":
            sheet.areas(area.boundary, LIGHT[AREA.get(area.kind, area.kind)])
    for compound in ground.compounds:
        sheet.areas(compound.boundary, LIGHT["site"])
    for way in np.argsort(-ground.streets.kind.astype(int), kind="stable"):
        kind = HIGHWAYS[ground.streets.kind[way]]
        sheet.line(
            ground.streets.line(way), LIGHT["road_main" if kind == "primary" else "road"], METRES[kind]
        )
    for corners, use in zip(ground.buildings.footprint, ground.buildings.use, strict=True):
        sheet.pen.polygon(sheet.points(corners), fill=LIGHT[HOUSE[USES[use]]])
    font = ImageFont.truetype(FONT, 15)
    for home in ground.communities:
        sheet.line(shapely.get_coordinates(home.boundary.exterior), LIGHT["border"], 1)
        spot = sheet.points(np.array([[home.lon, home.lat]]))[0]
        sheet.pen.text(spot, home.name, fill=LIGHT["ink"], font=font, anchor="mm")


if __name__ == "__main__":
    city = geography(SIZES[sys.argv[1]], Parts(99))
    edges = shapely.transform(city.divisions[0].boundary, to_metres).bounds
    picture = Sheet(tuple(map(float, sys.argv[3:7])) or edges)
    draw(city, picture)
    picture.image.save(sys.argv[2])
