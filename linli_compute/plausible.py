"""Does the input look like what it is said to be? Warnings, with the number that made us think so."""

import warnings

import numpy as np

from linli_compute.datums import DATUMS
from linli_compute.errors import InputWarning
from linli_compute.geometry import Points
from linli_compute.network import Network
from linli_compute.positions import Positions, snap

LOOKED_AT = 2000
# The right datum brings places much nearer to the streets (Wuhan: from a median of 48 m to 28 m).
CLEARLY_NEARER = 0.75


def warn_about_network(network: Network) -> None:
    """Warns where the streets fall apart: reach over a gap is not found."""
    share = network.share_of_main_component()
    if share < 0.9:
        parts = int(network.component.max()) + 1
        warnings.warn(
            f"路网不连通：分成 {parts} 个互不相连的部分，最大部分只占街道长度的 {share:.0%}；"
            "部分之间视为走不到。",
            InputWarning,
            stacklevel=2,
        )


def likelier_datum(network: Network, places: Points, snapped: Positions) -> tuple[str, float, float] | None:
    """A datum under which the places lie clearly nearer to the streets, with both medians in metres.

    Only for places given as WGS 84; None where nothing fits clearly better.
    """
    if places.origin != "wgs84" or len(places) < 30:
        return None
    chosen = np.linspace(0, len(places) - 1, min(len(places), LOOKED_AT)).astype(int)
    # Where many are off the network the median would be inf or blind: compare those near a street either way.
    now = _median(snapped.take(chosen))
    best: tuple[str, float, float] | None = None
    for datum in ("gcj02", "bd09"):
        lon, lat = DATUMS[datum](places.lon[chosen], places.lat[chosen])
        then = _median(snap(network, Points(lon, lat, datum)))
        if then < now * CLEARLY_NEARER and (best is None or then < best[2]):
            best = (datum, now, then)
    return best


def _median(positions: Positions) -> float:
    return float(np.median(np.minimum(positions.snap_m, 1e6)))


def warn_about_datum(network: Network, places: Points, snapped: Positions, *, what: str) -> None:
    """Warns when another datum fits the streets clearly better than the one that was named."""
    found = likelier_datum(network, places, snapped)
    if found:
        datum, now, then = found
        warnings.warn(
            f"{what} 的坐标更像 {datum}：按 WGS 84 距道路中位数 {now:.0f} 米，"
            f"按 {datum} 只有 {then:.0f} 米；请核对坐标系。",
            InputWarning,
            stacklevel=2,
        )


def warn_about_words(words: np.ndarray, function: np.ndarray, *, what: str) -> None:
    """Warns of places without a word for what they are, and of words that belong to no function."""
    empty = int((words == "").sum())
    if empty:
        warnings.warn(f"{what} 有 {empty} 处没有写类别，不参与判断。", InputWarning, stacklevel=2)
    strange, count = np.unique(words[(function < 0) & (words != "")].astype(str), return_counts=True)
    if len(strange):
        most = np.argsort(-count, kind="stable")[:5]
        named = "、".join(f"{strange[k]}（{count[k]}）" for k in most)
        warnings.warn(
            f"{what} 有 {int(count.sum())} 处的类别不属于任何功能，不参与判断：{named}"
            f"{'等' if len(strange) > len(most) else ''}。",
            InputWarning,
            stacklevel=2,
        )
