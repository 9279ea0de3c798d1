"""Streets as they are in the file, and what one kind of walker can do with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from linli_compute.errors import InputError

YES, UNSAID, NO = 1, 0, -1


@dataclass(frozen=True)
class Streets:
    """Street segments between points in WGS 84. Two segments meet where they share a point, nowhere else.

    `foot` and `wheelchair` are YES, NO or UNSAID; `incline_pct` is the slope where known, else nan.
    """

    lon: np.ndarray
    lat: np.ndarray
    tail: np.ndarray  # index of a point
    head: np.ndarray
    kind: np.ndarray  # index into kinds
    kinds: tuple[str, ...]
    foot: np.ndarray
    wheelchair: np.ndarray
    incline_pct: np.ndarray
    crossing: np.ndarray  # per point: a marked crossing of a road

    def __post_init__(self) -> None:
        assert len(self.lon) == len(self.lat) == len(self.crossing)
        assert len(self.tail) == len(self.head) == len(self.kind) == len(self.foot)


def plain_streets(lon: np.ndarray, lat: np.ndarray, lines: np.ndarray, kind: str = "footway") -> Streets:
    """Streets of one kind from points and an (n, 2) array of pairs of points; nothing else is known of them.

    >>> plain_streets(np.array([114.0, 114.1]), np.array([30.0, 30.0]), np.array([[0, 1]])).kinds
    ('footway',)
    """
    count = len(lines)
    return Streets(
        lon=np.asarray(lon, dtype=float),
        lat=np.asarray(lat, dtype=float),
        tail=np.asarray(lines[:, 0], dtype=np.int64),
        head=np.asarray(lines[:, 1], dtype=np.int64),
        kind=np.zeros(count, dtype=np.int16),
        kinds=(kind,),
        foot=np.zeros(count, dtype=np.int8),
        wheelchair=np.zeros(count, dtype=np.int8),
        incline_pct=np.full(count, np.nan, dtype=np.float32),
        crossing=np.zeros(len(lon), dtype=bool),
    )


@dataclass(frozen=True)
class Profile:
    """How one kind of person walks: a row of the profile pack.

    Costs are minutes when `speed_m_per_min` is given and metres when it is None (then nothing slows anybody).
    `slower` multiplies the time on a kind of street (stairs 2.0: half the speed). `slope_per_pct` is the
    share of time added for each percent of slope, up or down alike: who walks there walks back.
    """

    key: str
    title: str
    kinds: frozenset[str]
    speed_m_per_min: float | None
    slower: Mapping[str, float] = field(default_factory=dict)
    crossing_min: float = 0.0
    slope_per_pct: float = 0.0
    max_slope_pct: float | None = None
    needs_wheelchair: bool = False
    max_snap_m: float = 200.0

    def __post_init__(self) -> None:
        if not self.kinds:
            raise InputError(f"步行类型“{self.key}”没有列出任何可走的道路类别。")
        if self.speed_m_per_min is not None and not 1.0 <= self.speed_m_per_min <= 300.0:
            raise InputError(f"步行类型“{self.key}”的速度应在每分钟 1 至 300 米之间。")
        if min(self.slower.values(), default=1.0) <= 0.0 or min(self.crossing_min, self.slope_per_pct) < 0.0:
            raise InputError(f"步行类型“{self.key}”的减速倍数必须大于 0，过街与坡度的附加时间不能为负。")
        if not 0.0 < self.max_snap_m <= 2000.0:
            raise InputError(f"步行类型“{self.key}”的最大贴路距离应在 0 至 2000 米之间。")

    @property
    def unit(self) -> str:
        """What costs are counted in: "min" or "m"."""
        return "m" if self.speed_m_per_min is None else "min"

    def passable(self, streets: Streets) -> np.ndarray:
        """Which segments this walker may use; an explicit foot=yes or foot=no wins over the kind."""
        allowed = np.array([kind in self.kinds for kind in streets.kinds], dtype=bool)
        may = (allowed[streets.kind] & (streets.foot != NO)) | (streets.foot == YES)
        if self.needs_wheelchair:
            stairs = np.array([kind == "steps" for kind in streets.kinds], dtype=bool)[streets.kind]
            may &= (streets.wheelchair != NO) & (~stairs | (streets.wheelchair == YES))
        if self.max_slope_pct is not None:
            may &= ~(np.abs(streets.incline_pct) > self.max_slope_pct)
        return np.asarray(may)

    def cost(self, streets: Streets, length_m: np.ndarray) -> np.ndarray:
        """Minutes (or metres) to walk each segment of the given length, either way."""
        if self.speed_m_per_min is None:
            return np.asarray(length_m, dtype=float)
        slower = np.array([self.slower.get(kind, 1.0) for kind in streets.kinds])[streets.kind]
        slope = 1.0 + self.slope_per_pct * np.abs(np.nan_to_num(streets.incline_pct))
        # Half of each crossing on either side: whoever passes through pays it once.
        crossings = streets.crossing[streets.tail].astype(float) + streets.crossing[streets.head]
        return length_m / self.speed_m_per_min * slower * slope + crossings * self.crossing_min / 2.0


def by_metres(kinds: frozenset[str], *, max_snap_m: float = 200.0) -> Profile:
    """The profile that counts metres along these kinds of street."""
    return Profile("metres", "距离", kinds, None, max_snap_m=max_snap_m)
