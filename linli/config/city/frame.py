"""Where the demonstration city lies, and its local frame in metres.

The city stands in the dunes of the Badain Jaran desert (western Inner Mongolia), at least 30 km from the
nearest settlement: inside China, so that GCJ-02 shifts apply as they do for real data, and empty, so that no
invented resident is ever drawn upon a real house. Around 40.2 N a local equirectangular frame is true to
0.3 % within 60 km, which is far below anything the platform measures.
"""

import math

import numpy as np

ORIGIN_LON, ORIGIN_LAT = 102.30, 40.20

_LAT = math.radians(ORIGIN_LAT)
METRES_PER_LAT = 111132.954 - 559.822 * math.cos(2 * _LAT) + 1.175 * math.cos(4 * _LAT)
METRES_PER_LON = 111412.84 * math.cos(_LAT) - 93.5 * math.cos(3 * _LAT)


def to_wgs84(xy):
    """Longitudes and latitudes, rounded to 1e-7 degrees (1 cm), of points (…, 2) given in metres."""
    xy = np.asarray(xy, dtype=float)
    lonlat = xy / (METRES_PER_LON, METRES_PER_LAT) + (ORIGIN_LON, ORIGIN_LAT)
    return np.round(lonlat, 7)


def to_metres(lonlat):
    """Metres east and north of the city's origin of points (…, 2) given as longitude and latitude."""
    return (np.asarray(lonlat, dtype=float) - (ORIGIN_LON, ORIGIN_LAT)) * (METRES_PER_LON, METRES_PER_LAT)
