"""How far it is on foot: over the streets of the newest study, else in a straight line; it says which."""

import math
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from linli.reach.frozen import network_of_run
from linli.reach.queries.gaps import circle_of_community
from linli_compute.geometry import Points
from linli_compute.positions import snap
from linli_compute.search import nearest

DEGREE_M = 111_320


@dataclass(frozen=True)
class Way:
    """From one place to another: metres in a straight line, and whole minutes on foot where streets are known."""

    straight_m: int
    minutes: int | None

    @property
    def words(self) -> str:
        """What is shown; a straight line is called one. Nothing where both are known by the community alone."""
        if self.minutes is None and self.straight_m == 0:
            return ""
        if self.minutes is None:
            return _("直线 %(distance)s 米") % {"distance": self.straight_m}
        return _("步行约 %(minutes)s 分钟") % {"minutes": self.minutes}


def straight_m(one, other) -> int | None:
    """Metres in a straight line between two places; None where one has no position."""
    if None in (one.lon, one.lat, other.lon, other.lat):
        return None
    wide = (one.lon - other.lon) * math.cos(math.radians((one.lat + other.lat) / 2))
    return round(math.hypot(wide, one.lat - other.lat) * DEGREE_M)


def ways_between(here, others) -> list[Way | None]:
    """The way from `here` to each of the others, None where one has no position; one search for all."""
    straight = [straight_m(here, one) for one in others]
    known = [number for number, metres in enumerate(straight) if metres is not None]
    minutes: dict[int, int | None] = {}
    if known:
        spots = Points(np.array([others[n].lon for n in known]), np.array([others[n].lat for n in known]))
        minutes = dict(zip(known, _minutes(here, spots), strict=True))
    return [None if metres is None else Way(metres, minutes[n]) for n, metres in enumerate(straight)]


def _minutes(here, spots: Points) -> list[int | None]:
    circle = circle_of_community(_community(here))
    if circle is None:
        return [None] * len(spots.lon)
    network = network_of_run(circle.run)
    origin = snap(network, Points(np.array([here.lon]), np.array([here.lat])))
    walks = nearest(network, origin, np.zeros(1, dtype=np.int64), snap(network, spots), categories=1)[:, 0]
    return [max(1, math.ceil(walk)) if math.isfinite(walk) else None for walk in walks.tolist()]


def _community(place):
    """The community a home lies in: life circles are studied by community."""
    while place.level != "community" and place.parent_id:
        place = place.parent
    return place
