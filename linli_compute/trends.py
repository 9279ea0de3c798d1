"""Where a short series is going, and which values stand out: robust, so that one bad figure moves nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

FEWEST = 4  # points below which no line is drawn
Z90 = 1.6448536269514722  # two-sided 90 %
FAR = 3.5  # robust z-score from which a value stands out (Iglewicz and Hoaglin)
MAD_TO_SIGMA = 0.6745


@dataclass(frozen=True)
class Forecast:
    """A value ahead with its 90 % interval; `slope` is by one step of the series."""

    value: float
    low: float
    high: float
    slope: float


def theil_sen(points: Sequence[tuple[float, float]]) -> tuple[float, float, float, float] | None:
    """(slope, intercept, lowest slope, highest slope) of the median line; None below four points.

    >>> theil_sen([(0, 1), (1, 3), (2, 5), (3, 70)])[:2]
    (12.5, -4.25)
    >>> theil_sen([(0, 1), (1, 3), (2, 5)]) is None
    True
    """
    if len(points) < FEWEST or len({at for at, _value in points}) < FEWEST:
        return None
    slopes = sorted(
        (later - value) / (after - at)
        for index, (at, value) in enumerate(points)
        for after, later in points[index + 1 :]
        if after != at
    )
    slope = median(slopes)
    intercept = median(value - slope * at for at, value in points)
    count = len(points)
    spread = Z90 * sqrt(count * (count - 1) * (2 * count + 5) / 18)
    first = max(0, int((len(slopes) - spread) / 2))
    last = min(len(slopes) - 1, int((len(slopes) + spread) / 2) + 1)
    return slope, intercept, slopes[first], slopes[last]


def forecast(
    points: Sequence[tuple[float, float]], at: float, *, low: float | None = None, high: float | None = None
) -> Forecast | None:
    """The value the median line reaches at `at`, clipped to [low, high]; None with too few points.

    The interval turns the line around the middle of the points, and adds what the points scatter about it.

    >>> forecast([(0, 90), (1, 94), (2, 98), (3, 102)], 5, high=100).value
    100
    """
    line = theil_sen(points)
    if line is None:
        return None
    slope, intercept, least, most = line
    middle = median(x for x, _value in points)
    centre = intercept + slope * middle
    scatter = median(abs(value - intercept - slope * x) for x, value in points) / MAD_TO_SIGMA * Z90
    ahead = at - middle
    ends = sorted((centre + least * ahead, centre + most * ahead))

    def clip(value: float) -> float:
        if low is not None and value < low:
            return low
        return high if high is not None and value > high else value

    return Forecast(clip(intercept + slope * at), clip(ends[0] - scatter), clip(ends[1] + scatter), slope)


def outliers(values: Sequence[float | None]) -> list[int]:
    """Positions of values more than 3.5 robust deviations from the median; of alike values, none.

    >>> outliers([10, 11, 9, 10, 12, 95, None])
    [5]
    >>> outliers([5, 5, 5, 5, 6])
    []
    """
    known = [value for value in values if value is not None]
    if len(known) < FEWEST:
        return []
    centre = median(known)
    deviation = median(abs(value - centre) for value in known)
    if deviation == 0:
        return []
    return [
        position
        for position, value in enumerate(values)
        if value is not None and MAD_TO_SIGMA * abs(value - centre) / deviation > FAR
    ]
