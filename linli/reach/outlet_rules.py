"""The pack of shops and small services: projects, entry criteria, conduct, utilities, scenes, limits."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from django.conf import settings
from pydantic import Field

from linli.kernel import clock
from linli.packs import Pack
from linli.packs.reading import read_pack
from linli.packs.schema import Code, Strict, nearest

Words = Annotated[str, Field(min_length=1, max_length=120)]
LONGEST_STANDING_DAYS = 730  # no pack lets a rating stand longer


class Named(Strict):
    code: Code
    title: Annotated[str, Field(min_length=1, max_length=40)]


class ProjectLine(Named):
    """社区商业项目: kinds of outlet of which a community should have so many."""

    kinds: list[Code] = Field(min_length=1)
    least: int = Field(default=1, ge=1, le=50)


class OfferLine(Named):
    micro: bool = False  # neighbours may offer it without a shop


class OutletLimits(Strict):
    waiting_offers: int = Field(ge=1, le=100)  # of one account
    open_orders: int = Field(ge=1, le=100)
    notice_ahead_days: int = Field(ge=1, le=60)
    spaces_fresh_min: int = Field(ge=1, le=1440)
    ratings_least: int = Field(ge=1, le=1000)  # fewer residents who rated a circle are told nowhere
    ratings_days: int = Field(ge=1, le=LONGEST_STANDING_DAYS)  # how long a rating stands


class OutletsPack(Pack):
    pack: Literal["reach-outlets"]
    projects: list[ProjectLine] = Field(min_length=1)
    criteria: list[Words] = Field(min_length=1)
    conduct: list[Words] = Field(min_length=1)
    offers: list[OfferLine] = Field(min_length=1)
    utilities: list[Named] = Field(min_length=1)
    contacts: list[Code] = Field(min_length=1)
    scenes: list[Named] = Field(min_length=1)
    limits: OutletLimits


def check_outlets(pack: OutletsPack) -> Iterator[tuple[tuple, str]]:
    """Codes that stand twice."""
    for name in ("projects", "offers", "utilities", "scenes"):
        codes = [line.code for line in getattr(pack, name)]
        for number, code in enumerate(codes):
            if codes.index(code) != number:
                yield (name, number), f"{code} stands twice"


class NoOutletRules(LookupError):
    """No pack of shops and small services holds at this place; the message names it."""


@lru_cache(maxsize=32)
def _read(path: Path, _changed_ns: int) -> OutletsPack | None:
    pack, _problems = read_pack(path)
    return pack if isinstance(pack, OutletsPack) else None


def outlet_rules_at(place, day: date | None = None) -> OutletsPack:
    """The pack of the nearest area that holds on the day (today). NoOutletRules: none does."""
    paths = sorted((settings.PACKS_DIR / "reach").glob("*outlets*.yaml"))
    packs = [pack for path in paths if (pack := _read(path, path.stat().st_mtime_ns))]
    found = nearest(packs, place.ancestor_codes, day or clock.today())
    if found is None:
        raise NoOutletRules("reach-outlets")
    return found


def titles(lines: list) -> dict[str, str]:
    """Code → title of the lines of a pack."""
    return {line.code: line.title for line in lines}
