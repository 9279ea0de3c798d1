"""The map of gaps as a picture (SVG) for a report: met solid, the others hatched, each with its word."""

from html import escape

import numpy as np
import shapely
from django.utils.translation import gettext as _

from linli.places.models import Boundary

from ..models import Run
from .gaps import STATES, lines_of

WIDE, KEY = 1000.0, 34.0  # points
# State → ink, ground and the turn of its hatching (None: solid): told apart in grey and by who sees no colours.
LOOKS = {
    "met": ("#0b6e5f", "#0b6e5f", None),
    "paper": ("#9a5b00", "#fff3dc", 45),
    "unmet": ("#b3261e", "#fdeae8", -45),
    "unknown": ("#50605a", "#faf8f4", 90),
    "none": ("#50605a", "#ffffff", 0),
}


def picture_of(run: Run, user, function: str, title: str, group: str) -> str:
    """The communities that the reader may see, by their verdict on one function; "" where none has an outline."""
    lines = {line.place.pk: line for line in lines_of(run, user, function, group)}
    outlines = Boundary.objects.filter(place__in=list(lines)).order_by("place__path")
    shapes = [(lines[row.place_id], shapely.geometry.shape(row.geometry)) for row in outlines]
    if not shapes:
        return ""
    west, south, east, north = shapely.total_bounds(np.array([shape for _line, shape in shapes]))
    upright = 1.0 / np.cos(np.radians((south + north) / 2))
    scale = WIDE / max(east - west, 1e-9)
    tall = (north - south) * scale * upright

    def flat(xy: np.ndarray) -> np.ndarray:
        return np.column_stack([(xy[:, 0] - west) * scale, (north - xy[:, 1]) * scale * upright])

    drawn = [
        f'<path d="{_path(shapely.transform(shape, flat))}" fill="url(#{line.state})">'
        f"<title>{escape(f'{line.place.name} {line.words}')}</title></path>"
        for line, shape in shapes
    ]
    head = _("%(place)s：%(title)s，网点截至 %(day)s") % {
        "place": run.place.name,
        "title": title,
        "day": run.on,
    }
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE:.0f} {tall + 3 * KEY:.0f}" '
        f'font-family="sans-serif" font-size="18"><defs>{"".join(map(_pattern, LOOKS))}</defs>'
        f'<rect width="100%" height="100%" fill="#ffffff"/><g stroke="#ffffff">{"".join(drawn)}</g>'
        f'<text x="0" y="{tall + KEY:.0f}" fill="#1e2926">{escape(head)}</text>{_key(tall)}</svg>\n'
    )


def _path(shape: shapely.Geometry) -> str:
    """Rings of a polygon or of several, as SVG writes them."""
    parts = shape.geoms if shape.geom_type == "MultiPolygon" else [shape]
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in np.asarray(ring.coords)[:, :2]) + "Z" for ring in rings
    )


def _pattern(state: str) -> str:
    ink, ground, turn = LOOKS[state]
    lines = "" if turn is None else f'<path d="M0 0V10" stroke="{ink}" stroke-width="4"/>'
    return (
        f'<pattern id="{state}" width="10" height="10" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate({turn or 0})"><rect width="10" height="10" fill="{ground}"/>{lines}</pattern>'
    )


def _key(tall: float) -> str:
    """Each look with its word."""
    told = []
    for number, state in enumerate(LOOKS):
        x, y, word = 200.0 * number, tall + 1.6 * KEY, escape(str(STATES[state][0]))
        told.append(
            f'<rect x="{x:.0f}" y="{y:.0f}" width="30" height="18" fill="url(#{state})" stroke="#50605a"/>'
            f'<text x="{x + 38:.0f}" y="{y + 16:.0f}" font-size="15" fill="#1e2926">{word}</text>'
        )
    return "".join(told)
