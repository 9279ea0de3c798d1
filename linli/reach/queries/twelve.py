"""The “12个一” of the livable community: which of the twelve each community has (XF-004)."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Max, Q

from linli.facilities.models import Facility, Kind, Mark, Statement
from linli.kernel import clock
from linli.places.models import Place

from ..catalogue import TwelveLine, rulebook_at


@dataclass(frozen=True)
class Twelve:
    """A community's twelve: tag → whether it is there; None where nobody has said that all is entered."""

    place: Place
    has: list[bool | None]

    @property
    def missing(self) -> int:
        return sum(one is False for one in self.has)

    @property
    def unknown(self) -> int:
        return sum(one is None for one in self.has)

    @property
    def present(self) -> int:
        return sum(one is True for one in self.has)


def twelve_of(communities, place: Place) -> tuple[list[TwelveLine], list[Twelve]]:
    """The lines asked for at the place, and each community with what it has, the most lacking first.

    An outlet counts where it stands and where it serves. One that is not there is missing only if the
    community has said (and the saying still holds) that its register is complete; else it is unknown.
    """
    asked = rulebook_at(place, clock.today()).sets.twelve
    rows = list(communities)
    held = _held([line.tag for line in asked], rows)
    stated = set(
        Statement.objects.filter(place__in=rows)
        .values("place_id")
        .annotate(until=Max("until"))
        .filter(until__gt=clock.today())
        .values_list("place_id", flat=True)
    )
    found = [
        Twelve(row, [_has(line.tag in held[row.pk], row.pk in stated) for line in asked]) for row in rows
    ]
    return asked, sorted(found, key=lambda one: (-one.missing, one.place.path))


def _has(there: bool, stated: bool) -> bool | None:
    return True if there else (False if stated else None)


def _held(tags: list[str], communities: list[Place]) -> dict[int, set[str]]:
    kinds = dict(Kind.objects.filter(counts__overlap=tags).values_list("pk", "counts"))
    marks = dict(Mark.objects.filter(counts__overlap=tags).values_list("code", "counts"))
    held: dict[int, set[str]] = defaultdict(set)
    mine = Facility.objects.in_use().filter(Q(kind__in=list(kinds)) | Q(marks__overlap=list(marks)))
    here = Q(place__in=communities) | Q(services__place__in=communities)
    rows = mine.filter(here).values_list("kind_id", "marks", "place_id", "services__place_id").distinct()
    for kind, marked, stands, serves in rows:
        counted = set(kinds.get(kind, ())).union(*(marks.get(mark, ()) for mark in marked))
        for place in filter(None, (stands, serves)):
            held[place] |= counted
    return held
