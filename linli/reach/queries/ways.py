"""The way on foot to one outlet: its line, its legs in words."""

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.facilities.models import Facility
from linli.ui.maps import base_layer
from linli_compute.geometry import Points
from linli_compute.positions import snap
from linli_compute.routes import route

from ..frozen import network_of_run
from .gaps import circle_of_community
from .near import Start

DIRECTIONS = {
    "北": gettext_lazy("向北"),
    "东北": gettext_lazy("向东北"),
    "东": gettext_lazy("向东"),
    "东南": gettext_lazy("向东南"),
    "南": gettext_lazy("向南"),
    "西南": gettext_lazy("向西南"),
    "西": gettext_lazy("向西"),
    "西北": gettext_lazy("向西北"),
}


@dataclass(frozen=True)
class Way:
    """A walk to a facility; `line` in degrees (WGS 84)."""

    minutes: int
    metres: int
    legs: list[tuple[str, int]]
    line: list[list[float]]


def way_to(start: Start, facility: Facility) -> Way | None:
    """The walk over the streets of the newest study; None where none leads there or none is known."""
    circle = circle_of_community(start.place)
    if circle is None or facility.lon is None:
        return None
    network = network_of_run(circle.run)
    here = snap(network, Points(np.array([start.lon]), np.array([start.lat])))
    there = snap(network, Points(np.array([facility.lon]), np.array([facility.lat])))
    found = route(network, here, there)
    if found is None:
        return None
    xy = np.array(found.line.coords)
    degrees = np.round(np.column_stack(network.plane.to_degrees(xy[:, 0], xy[:, 1])), 6).tolist()
    legs = [(str(DIRECTIONS[heading]), metres) for heading, metres in found.legs()]
    return Way(max(1, int(np.ceil(found.cost))), round(found.line.length), legs, degrees)


def map_of_way(start: Start, facility: Facility, way: Way) -> dict:
    """Line and both ends of `<linli-map>`."""
    ends = [
        (start.lon, start.lat, _("出发")),
        (facility.lon, facility.lat, facility.name),
    ]
    spots = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]},
         "properties": {"id": str(n), "title": title, "text": ""}}
        for n, (lon, lat, title) in enumerate(ends)
    ]  # fmt: skip
    line = {
        "type": "Feature", "geometry": {"type": "LineString", "coordinates": way.line},
        "properties": {"id": "way", "title": _("步行路线"), "text": ""},
    }  # fmt: skip
    return {
        "base": base_layer(),
        "layers": [
            {"kind": "lines", "title": _("步行路线"), "features": {"type": "FeatureCollection", "features": [line]}},
            {"kind": "points", "title": facility.name, "features": {"type": "FeatureCollection", "features": spots}},
        ],
    }  # fmt: skip
