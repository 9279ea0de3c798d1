"""Pictures of the demonstration city: drawn here, of nobody and of no real place."""

from collections.abc import Callable
from io import BytesIO

import numpy as np
from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

WIDE, HIGH, FINE = 720, 480, 2  # drawn twice as large, so that edges come out smooth
WALL, FLOOR, WOOD, SKY, GROUND = "#efe6d5", "#c9b79a", "#9a6b43", "#cfe3ea", "#b9b7ae"
GREEN, DARK, RED, BLUE, LIGHT = "#6f9a63", "#3f4a4f", "#b8493c", "#4f7f96", "#faf6ec"
COATS = ("#b8493c", "#4f7f96", "#7c6a9a", "#c08a3e", "#5d8a66")
HAIR = ("#2e2a28", "#8d8a86", "#e4e1dc")
Box = tuple[float, float, float, float]


class Sheet:
    """A sheet of 720 × 480 points to draw on; what chance decides comes from its own generator."""

    def __init__(self, seed: int):
        self.image = Image.new("RGB", (WIDE * FINE, HIGH * FINE), WALL)
        self.pen, self.rng = ImageDraw.Draw(self.image), np.random.default_rng([seed, 72])

    def box(self, at: Box, colour: str, round_by: float = 0) -> None:
        self.pen.rounded_rectangle([FINE * n for n in at], FINE * round_by, fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        self.pen.ellipse([FINE * n for n in (x - radius, y - radius, x + radius, y + radius)], fill=colour)

    def patch(self, spots: list[tuple[float, float]], colour: str) -> None:
        self.pen.polygon([(FINE * x, FINE * y) for x, y in spots], fill=colour)

    def person(self, x: float, y: float, tall: float = 120) -> None:
        """Somebody who stands with the feet at (x, y): a coat and hair, no face."""
        coat, hair = self.rng.choice(COATS), self.rng.choice(HAIR)
        self.box((x - tall * 0.09, y - tall * 0.4, x + tall * 0.09, y), DARK, tall * 0.05)
        self.box((x - tall * 0.16, y - tall * 0.78, x + tall * 0.16, y - tall * 0.3), coat, tall * 0.1)
        self.disc(x, y - tall * 0.87, tall * 0.12, "#e6c3a0")
        self.box((x - tall * 0.12, y - tall, x + tall * 0.12, y - tall * 0.87), hair, tall * 0.08)

    def tree(self, x: float, y: float, tall: float = 150) -> None:
        self.box((x - 6, y - tall * 0.5, x + 6, y), WOOD)
        for left, up in ((-0.16, 0.62), (0.16, 0.62), (0, 0.82)):
            self.disc(x + left * tall, y - up * tall, tall * 0.22, GREEN)

    def table(self, x: float, y: float, wide: float = 150) -> None:
        self.box((x - wide / 2, y - 62, x + wide / 2, y - 50), WOOD, 4)
        for side in (-1, 1):
            leg = x + side * (wide / 2 - 16)
            self.box((leg - 4, y - 50, leg + 4, y), DARK)

    def indoors(self) -> None:
        """A room with two windows."""
        self.box((0, 330, WIDE, HIGH), FLOOR)
        for left in (70, 430):
            self.box((left, 60, left + 220, 210), LIGHT, 6)
            self.box((left + 10, 70, left + 210, 200), SKY, 4)
            self.box((left + 106, 70, left + 114, 200), LIGHT)

    def outdoors(self, ground: str = GROUND) -> None:
        """Sky, a row of houses, the ground in front."""
        self.box((0, 0, WIDE, 330), SKY)
        for number in range(5):
            left, roof = 150 * number - 20, int(self.rng.integers(70, 170))
            self.box((left, roof, left + 130, 330), ("#d8c7b0", "#cdb9a4", "#dfd3c0")[number % 3])
            for row in range(roof + 18, 300, 40):
                for column in range(left + 16, left + 116, 36):
                    self.box((column, row, column + 18, row + 22), "#9db4bd")
        self.box((0, 320, WIDE, HIGH), ground)

    def file(self, name: str) -> ContentFile:
        """What the sheet shows, as a file somebody sends."""
        body = BytesIO()
        self.image.resize((WIDE, HIGH), Image.Resampling.LANCZOS).save(body, "JPEG", quality=80)
        return ContentFile(body.getvalue(), name=name)


def canteen(sheet: Sheet) -> None:
    sheet.indoors()
    sheet.box((250, 18, 470, 52), RED, 6)
    for number, x in enumerate((130, 360, 590)):
        for side in (-52, 52):
            sheet.person(x + side, 400 + 10 * (number % 2), 118)
        sheet.table(x, 440, 170)
        for plate in (-44, 0, 44):
            sheet.disc(x + plate, 374, 12, LIGHT)


def sports_ground(sheet: Sheet) -> None:
    sheet.outdoors("#a9bf9a")
    sheet.box((90, 360, 640, 450), "#c97f5d", 30)
    for x in (180, 300, 520):
        for side in (-34, 34):
            sheet.box((x + side - 5, 250, x + side + 5, 410), BLUE, 4)
        sheet.box((x - 40, 244, x + 40, 256), RED, 5)
    sheet.person(240, 420, 130)
    sheet.person(420, 430, 120)
    sheet.person(590, 415, 95)
    sheet.tree(60, 370, 170)
    sheet.tree(680, 360, 150)


def call_button(sheet: Sheet) -> None:
    sheet.indoors()
    sheet.box((60, 300, 300, 420), "#8fa6a0", 14)
    sheet.box((60, 280, 120, 420), LIGHT, 14)
    sheet.box((345, 230, 395, 300), LIGHT, 10)
    sheet.disc(370, 265, 18, RED)
    sheet.person(470, 440, 190)
    sheet.person(590, 440, 170)


def reading_room(sheet: Sheet) -> None:
    sheet.indoors()
    for left in (10, 300, 660):
        sheet.box((left, 90, left + 52, 340), WOOD, 3)
        for row in range(104, 320, 44):
            for number, coat in enumerate(COATS):
                sheet.box((left + 6 + 8 * number, row, left + 12 + 8 * number, row + 32), coat)
    for x in (200, 520):
        sheet.person(x - 40, 410, 115)
        sheet.person(x + 46, 412, 90)
        sheet.table(x, 446, 190)


def service_hall(sheet: Sheet) -> None:
    sheet.indoors()
    sheet.box((120, 20, 600, 52), BLUE, 6)
    for x in (180, 360, 540):
        sheet.person(x, 360, 110)
    sheet.box((60, 330, 660, 420), LIGHT, 8)
    sheet.box((60, 330, 660, 344), WOOD, 4)
    sheet.person(270, 470, 130)
    sheet.person(470, 470, 125)


def building_site(sheet: Sheet) -> None:
    sheet.outdoors("#c8b594")
    sheet.box((220, 130, 520, 380), "#d9cdb8")
    for x in range(200, 560, 60):
        sheet.box((x, 110, x + 5, 385), DARK)
    for y in (150, 220, 290, 360):
        sheet.box((196, y, 548, y + 5), DARK)
    sheet.person(130, 430, 120)
    sheet.person(600, 440, 120)
    sheet.box((0, 440, WIDE, 456), "#c08a3e")


def dark_lamp(sheet: Sheet) -> None:
    sheet.outdoors("#4b5056")
    sheet.image.paste(Image.eval(sheet.image, lambda tone: tone * 2 // 5))
    for x in (170, 540):
        sheet.box((x - 5, 120, x + 5, 420), "#8d9296", 3)
        sheet.box((x - 5, 112, x + 60, 122), "#8d9296", 4)
        sheet.disc(x + 56, 128, 12, DARK if x < 300 else "#f2dc8c")
    sheet.person(360, 440, 120)


def broken_paving(sheet: Sheet) -> None:
    sheet.outdoors()
    for row in range(340, HIGH, 36):
        for column in range(-20, WIDE, 72):
            left = column + (36 if row % 72 else 0)
            sheet.box((left + 2, row + 2, left + 68, row + 32), "#cfcac0", 3)
    for x, y, wide in ((250, 385, 120), (450, 425, 90)):
        sheet.patch([(x, y), (x + wide / 2, y - 22), (x + wide, y + 4), (x + wide / 2, y + 26)], "#6f6a60")
        sheet.disc(x + wide / 2, y + 2, 14, "#7f97a3")
    sheet.box((590, 250, 596, 420), RED)


def full_bins(sheet: Sheet) -> None:
    sheet.outdoors()
    for number, colour in enumerate((GREEN, BLUE, RED, DARK)):
        left = 120 + 120 * number
        sheet.box((left, 280, left + 96, 420), colour, 8)
        sheet.box((left - 6, 268, left + 102, 290), colour, 6)
        for bag in range(3):
            sheet.disc(left + 20 + 30 * bag, 262 - 9 * (bag % 2), 22, ("#5b5a57", "#d9d4c8", "#8a8f7a")[bag])
    for x, y in ((100, 430), (330, 446), (610, 436)):
        sheet.disc(x, y, 20, "#5b5a57")
        sheet.box((x - 52, y - 8, x - 14, y + 18), "#b58e5f", 3)


SCENES: dict[str, Callable[[Sheet], None]] = {
    "canteen": canteen, "sports": sports_ground, "button": call_button, "reading": reading_room,
    "hall": service_hall, "site": building_site, "lamp": dark_lamp, "paving": broken_paving, "bins": full_bins,
}  # fmt: skip


def picture(scene: str, name: str, seed: int = 0) -> ContentFile:
    """A drawn picture as a file somebody sends: one of `SCENES`; the same seed gives the same picture."""
    sheet = Sheet(seed)
    SCENES[scene](sheet)
    return sheet.file(f"{name}.jpg")
