"""Where in a community a thing can stand, and small draws that all registers share."""

from datetime import timedelta

import numpy as np

from linli.config.city.blocks import COMMERCIAL, EDUCATION, FARMHOUSE, PUBLIC, RESIDENTIAL


class Sites:
    """Buildings of every community by use; draws a spot at one of them."""

    def __init__(self, buildings, communities):
        self._b = buildings
        self._rows = {}
        for use in (RESIDENTIAL, PUBLIC, COMMERCIAL, EDUCATION, FARMHOUSE):
            rows = np.flatnonzero(buildings.use == use)
            owner = buildings.community[rows]
            order = np.argsort(owner, kind="stable")
            cuts = np.cumsum(np.bincount(owner, minlength=communities))[:-1]
            self._rows[use] = np.split(rows[order], cuts)

    def building(self, rng, community, *uses):
        """Row of a building of the first of `uses` that the community has."""
        for use in (*uses, RESIDENTIAL, FARMHOUSE):
            rows = self._rows[use][community]
            if len(rows):
                return int(rows[rng.integers(len(rows))])
        raise ValueError(f"community {community} has no buildings")

    def spot(self, rng, row):
        """Longitude and latitude along the front of a building."""
        a, b, c, d = self._b.footprint[row]
        t, front = rng.uniform(0.08, 0.92), rng.random() < 0.5
        p, q = (a, b) if front else (c, d)
        lon, lat = p + (q - p) * t
        return round(float(lon), 7), round(float(lat), 7)

    def yard(self, rng, row):
        """Longitude and latitude in the open, some 20 metres from a building."""
        middle = self._b.footprint[row].mean(axis=0)
        corner = self._b.footprint[row][int(rng.integers(4))]
        lon, lat = middle + (corner - middle) * 1.6
        return round(float(lon), 7), round(float(lat), 7)


def telephone(rng):
    """A land line of area code 0960, which no place has."""
    return f"0960-{8_000_000 + int(rng.integers(0, 1_000_000)):07d}"


def earlier(rng, last_day, *, years, least=40):
    """A day up to so many years before `last_day`."""
    return last_day - timedelta(days=int(rng.integers(least, int(years * 365))))
