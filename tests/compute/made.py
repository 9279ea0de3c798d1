"""Made-up streets for the tests: crooked blocks around 114.3° E, 30.6° N, some missing, some with bends."""

import numpy as np

from linli_compute.geometry import Points
from linli_compute.network import Network, build_network
from linli_compute.positions import Positions
from linli_compute.streets import by_metres, plain_streets

FOOT = frozenset({"footway"})
DEG_PER_M = 1.0 / 111_320.0


def degrees(x_m, y_m):
    """WGS 84 degrees of metres east and north of the middle (to the precision a made-up place needs)."""
    return 114.3 + np.asarray(x_m) * DEG_PER_M / np.cos(np.radians(30.6)), 30.6 + np.asarray(y_m) * DEG_PER_M


def made_network(seed=0, *, side=9, missing=0.25, block_m=120.0) -> Network:
    """A grid of side × side shaken crossings, a bend in each street, a quarter of the streets missing."""
    rng = np.random.default_rng(seed)
    x, y = (v.ravel().astype(float) * block_m for v in np.meshgrid(range(side), range(side)))
    x, y = x + rng.uniform(-30, 30, len(x)), y + rng.uniform(-30, 30, len(y))
    number = np.arange(side * side).reshape(side, side)
    lines = np.concatenate(
        [
            np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], axis=1),
            np.stack([number[:-1].ravel(), number[1:].ravel()], axis=1),
        ]
    )
    lines = lines[rng.random(len(lines)) >= missing]
    bend = np.arange(len(lines)) + len(x)
    x = np.concatenate([x, x[lines].mean(axis=1) + rng.uniform(-20, 20, len(lines))])
    y = np.concatenate([y, y[lines].mean(axis=1) + rng.uniform(-20, 20, len(lines))])
    pieces = np.concatenate([np.stack([lines[:, 0], bend], axis=1), np.stack([bend, lines[:, 1]], axis=1)])
    return build_network(plain_streets(*degrees(x, y), pieces), by_metres(FOOT))


def made_places(count, seed=0, *, extent_m=960.0) -> Points:
    """Places scattered over the made-up streets."""
    rng = np.random.default_rng(seed + 1000)
    return Points(*degrees(rng.uniform(0, extent_m, count), rng.uniform(0, extent_m, count)))


def path_network(*xs_m) -> Network:
    """One straight street through the given metres east, for cases worked out by hand."""
    lines = np.stack([np.arange(len(xs_m) - 1), np.arange(1, len(xs_m))], axis=1)
    return build_network(plain_streets(*degrees(xs_m, np.zeros(len(xs_m))), lines), by_metres(FOOT))


def on_edge(network, edge, metres) -> Positions:
    """Positions at metres along edges."""
    edge = np.atleast_1d(np.asarray(edge, dtype=np.int64))
    at = np.rint(np.atleast_1d(metres) * network.ticks_per_unit).astype(np.int64)
    return Positions(edge, at, np.zeros(len(edge), dtype=np.int64), np.zeros(len(edge)))
