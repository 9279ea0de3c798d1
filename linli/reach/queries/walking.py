"""How far one walks from a place: isochrones over the streets of the newest study."""

import numpy as np
import shapely

from linli_compute.geometry import Points
from linli_compute.isochrones import isochrones
from linli_compute.outlines import outlines
from linli_compute.positions import snap

from ..frozen import network_of_run
from .gaps import circle_of_community
from .near import Start

WIDTH_M = 40.0


def bands_from(start: Start, minutes: list[float]) -> list[tuple[float, int, shapely.Geometry]] | None:
    """Minutes, metres of street and ground (WGS 84) of each band; None where no street is near or known."""
    circle = circle_of_community(start.place)
    if circle is None:
        return None
    network = network_of_run(circle.run)
    here = snap(network, Points(np.array([start.lon]), np.array([start.lat])))
    if not here.on_network[0]:
        return None
    bands = tuple(sorted(set(minutes)))
    found = isochrones(network, here, bands)

    def degrees(xy):
        # A centimetre: a coarser rounding could push the outline of one band over that of the next.
        return np.round(np.column_stack(network.plane.to_degrees(xy[:, 0], xy[:, 1])), 7)

    grounds = outlines(network, found, width_m=WIDTH_M)
    return [
        (limit, round(one.length_m(network)), shapely.transform(ground, degrees))
        for limit, one, ground in zip(bands, found, grounds, strict=True)
    ]
