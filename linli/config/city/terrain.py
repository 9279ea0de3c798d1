"""The ground: a river that bends, hills, and the warps that make a ruled plan lie on them.

Streets and houses are laid out in a ruled plan (u along the river, v across it) and then carried to metres by
a smooth warp: what meets in the plan meets on the ground, and nothing is straight.
"""

import numpy as np
from shapely import Polygon

# how far the river swings and over what length it does, in metres of size S
_BENDS = (540, 190, 34), (1550, 640, 270)


class River:
    """The main river: its centre line y(x) in metres and its bed."""

    def __init__(self, rng, size):
        k = size.stretch
        self.half = size.half_river
        self.reach = 2600 * k
        self._waves = [
            (amplitude * k, length * k, phase)
            for amplitude, length, phase in zip(*_BENDS, rng.uniform(0, 6.28, 3), strict=True)
        ]

    def y(self, x):
        """Northing of the centre line at easting `x`."""
        return sum(a * np.sin(np.asarray(x, dtype=float) / w + p) for a, w, p in self._waves)

    def width_factor(self, x):
        """The bed narrows and widens by a few per cent."""
        return 1 + 0.13 * np.sin(np.asarray(x) / (410 * (self.reach / 2600)) + 1.3)

    def bed(self, x0, x1):
        """Polygon of the water between two eastings."""
        x = np.linspace(x0, x1, int((x1 - x0) / 45))
        slope = np.gradient(self.y(x), x)
        half = self.half * self.width_factor(x) * np.sqrt(1 + slope**2)
        north, south = np.c_[x, self.y(x) + half], np.c_[x, self.y(x) - half]
        return Polygon(np.vstack([north, south[::-1]]))


class RiverWarp:
    """Carries the plan of the main city to the ground; v = 0 is the river's centre line."""

    def __init__(self, rng, river, size):
        self.river, self._k = river, size.stretch
        self._phases = rng.uniform(0, 6.28, 4)

    def __call__(self, uv):
        u, v = np.asarray(uv, dtype=float).T
        k, p = self._k, self._phases
        calm = 1 - np.exp(
            -((v / 420) ** 2)
        )  # nothing stirs on the river itself, so bridges cross it squarely
        x = u + calm * (78 * np.sin(v / 560 + p[0] + u / (2100 * k)) + 19 * np.sin(v / 260 + u / 510 + p[1]))
        fade = np.exp(-((v / self.river.reach) ** 2))
        y = v + self.river.y(u) * fade
        y = y + calm * (52 * np.sin(u / 610 + p[2]) + 16 * np.sin(u / 270 + v / 480 + p[3]))
        return np.stack([x, y], axis=-1)


class LocalWarp:
    """Carries a plan to the ground around a place of its own, turned and slightly bent."""

    def __init__(self, rng, centre, *, angle, bend=9.0, length=170.0):
        self.centre, self._bend, self._length = np.asarray(centre, dtype=float), bend, length
        self._cos, self._sin = np.cos(angle), np.sin(angle)
        self._phases = rng.uniform(0, 6.28, 2)

    def __call__(self, uv):
        u, v = np.asarray(uv, dtype=float).T
        # no bend at the plan's own origin: roads from outside arrive exactly there
        p, w = self._phases, self._length
        a = u + self._bend * (np.sin(v / w + p[0]) - np.sin(p[0]))
        b = v + self._bend * (np.sin(u / w + p[1]) - np.sin(p[1]))
        x, y = a * self._cos - b * self._sin, a * self._sin + b * self._cos
        return np.stack([x, y], axis=-1) + self.centre


def unwarp(warp, xy, *, guess):
    """Plan coordinates of points on the ground (Newton's method, to a millimetre)."""
    uv = np.array(guess, dtype=float)
    for _ in range(12):
        here = warp(uv)
        du = warp(uv + np.array([1.0, 0.0])) - here
        dv = warp(uv + np.array([0.0, 1.0])) - here
        miss = np.asarray(xy) - here
        det = du[..., 0] * dv[..., 1] - du[..., 1] * dv[..., 0]
        uv[..., 0] += (miss[..., 0] * dv[..., 1] - miss[..., 1] * dv[..., 0]) / det
        uv[..., 1] += (du[..., 0] * miss[..., 1] - du[..., 1] * miss[..., 0]) / det
    return uv


def blob(rng, centre, rx, ry, *, rough=0.22, points=72):
    """A polygon of natural outline about an ellipse: ponds, hills, woods, the edge of a county."""
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    swell = np.ones(points)
    for k in (2, 3, 4, 5, 7):
        swell += rough * rng.normal(0, 1) / k * np.sin(k * angle + rng.uniform(0, 6.28))
    swell = np.clip(swell, 0.55, 1.6)
    return Polygon(np.c_[centre[0] + rx * swell * np.cos(angle), centre[1] + ry * swell * np.sin(angle)])
