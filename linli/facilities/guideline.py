"""A community read against the guideline for living-service facilities: how many, how large, how near. Pure rules."""

from dataclasses import dataclass
from decimal import Decimal

from .catalogue import FacilityStandardsPack, GuideLine

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Site:
    """A facility in use: its kind, area and distance from the middle of the community (None: not known)."""

    kind: str
    area_m2: Decimal | None
    distance_m: int | None
    here: bool  # stands in the community itself; others near by only serve it


@dataclass(frozen=True)
class Guided:
    """One line of the guideline: how many sites are wanted, how many are there, what is wrong with them.

    `met` None: the people of the community are not known.
    """

    line: GuideLine
    needed: int | None
    have: int
    small: int  # sites here below the least area
    nearest_m: int | None
    is_first: bool  # serves those whose works come first

    @property
    def short(self) -> int:
        return max(0, (self.needed or 0) - self.have)

    @property
    def is_far(self) -> bool:
        most = self.line.within_m
        return most is not None and self.nearest_m is not None and self.nearest_m > most

    @property
    def met(self) -> bool | None:
        if self.needed is None:
            return None
        return not (self.short or self.small or self.is_far)


def guided(
    pack: FacilityStandardsPack, sites: list[Site], *, people: int | None, urban: bool
) -> list[Guided]:
    """Every line for a community of this kind: what is not met first, and of that whom the rules put first."""
    where = ("all", "urban" if urban else "rural")
    found = [_read(pack, line, sites, people) for line in pack.guideline if line.where in where]
    return sorted(found, key=lambda one: (one.met is not False, _rank(pack, one), -one.short))


@dataclass(frozen=True)
class Allotted:
    """Whom coming rooms serve next: the least area of the line, None where the guideline sets none."""

    line: GuideLine
    area_m2: Decimal | None


def allotted(found: list[Guided], area_m2: Decimal) -> list[Allotted]:
    """Rooms for what is missing, in the order of priority, while the coming area lasts.

    Each gets the least area of its line; one that does not fit is passed over for the next. Without a least area
    only those whose works come first are named. What stands outdoors takes no room.
    """
    given = []
    for one in found:
        least = one.line.least_m2
        if not one.short or one.line.outdoor or area_m2 < (least or CENT) or not (least or one.is_first):
            continue
        given.append(Allotted(one.line, least))
        area_m2 -= least or 0
    return given


def _rank(pack: FacilityStandardsPack, one: Guided) -> int:
    """The place of a line in the order of priority; what serves everybody comes last."""
    return pack.priority.index(one.line.serves) if one.is_first else len(pack.priority)


def _read(pack: FacilityStandardsPack, line: GuideLine, sites: list[Site], people: int | None) -> Guided:
    serving = [site for site in sites if site.kind in line.kinds]
    here = [site for site in serving if site.here]
    small = [
        s for s in here if line.least_m2 is not None and s.area_m2 is not None and s.area_m2 < line.least_m2
    ]
    known = [site.distance_m for site in serving if site.distance_m is not None]
    return Guided(
        line,
        None if people is None else max(1, -(-people // line.people)),
        len(here),
        len(small),
        min(known, default=None),
        line.serves in pack.priority,
    )
