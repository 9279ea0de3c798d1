"""The base layer under every map: one's own tiles, or the national map service where a key is set."""

from collections.abc import Iterable
from math import floor, log10

from django.conf import settings

OWN_TILES = "map/base.pmtiles"  # below STATE_DIR/public, served with ranges
TIANDITU = "https://t0.tianditu.gov.cn/vec_w/wmts"


def base_layer() -> dict | None:
    """What `<linli-map>` draws below its layers; None when there is nothing to draw."""
    if settings.ENVIRONMENT.tianditu_key:
        query = (
            "SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=vec&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
            f"&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={settings.ENVIRONMENT.tianditu_key}"
        )
        return {"raster": [f"{TIANDITU}?{query}"], "attribution": "天地图"}
    if (settings.STATE_DIR / "public" / OWN_TILES).exists():
        return {"pmtiles": f"/{OWN_TILES}", "attribution": ""}
    return None


def breaks_of(values: Iterable[float | None]) -> list[float]:
    """Up to four limits between five classes of about equal size, rounded to two significant digits.

    >>> breaks_of([100, 200, 300, 400, 1000, None])
    [200, 300, 400, 1000]
    >>> breaks_of([0, 0, 0, 0, 0, 0, 0, 100])
    [100]
    """
    known = sorted(value for value in values if value is not None)
    if len(set(known)) < 2:
        return []
    limits = [_rounded(known[len(known) * part // 5]) for part in range(1, 5)]
    # Where most have one value, as with yes and no, the others stand out from it all the same.
    return sorted({limit for limit in limits if known[0] < limit <= known[-1]}) or [sorted(set(known))[1]]


def _rounded(value: float) -> float:
    if value == 0:
        return 0
    return round(value, 1 - floor(log10(abs(value))))
