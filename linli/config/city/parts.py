"""Random numbers: each part of the city has a generator of its own, so that a new part shifts no other."""

from zlib import crc32

import numpy as np


class Parts:
    """parts("villages") or parts("blocks", 7): always the same generator for the same seed and name."""

    def __init__(self, seed):
        self.seed = seed

    def __call__(self, name, number=0):
        return np.random.default_rng([self.seed, crc32(name.encode()), number])
