"""A new set of routing rules tried over past requests: what would go elsewhere, without changing anything."""

from dataclasses import dataclass
from datetime import datetime

from linli.kernel import clock
from linli.places.models import Place, inside

from ..models import Request
from ..rulebook import RequestsPack
from ..suggest import NoOwner, route

MOST = 20_000
EXAMPLES = 5


@dataclass(frozen=True)
class Moved:
    """How many past requests would go from one unit to another, why, and the numbers of a few."""

    before: str
    after: str
    why: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """What a dry run found: how many requests it looked at, how many stay, and each move, the largest first."""

    looked: int
    same: int
    unknown: int  # of a category the new rules do not have
    moves: tuple[Moved, ...]


def dry_run(rules: RequestsPack, *, since: datetime, place: Place) -> Trial:
    """Route every request of the place since then by `rules`, as of the moment it came; nothing is written."""
    past = Request.objects.filter(inside(place, "case__place"), case__opened_at__gte=since)
    past = past.select_related("case__place", "category", "suggested_unit").order_by("pk")[:MOST]
    known = {line.code for line in rules.categories}
    looked = same = unknown = 0
    moved: dict[tuple[str, str, str], list[str]] = {}
    for request in past.iterator(chunk_size=1000):
        looked += 1
        if request.category.code not in known:
            unknown += 1
            continue
        move = _move(request, rules)
        if move is None:
            same += 1
        else:
            moved.setdefault(move, []).append(request.case.number)
    found = [
        Moved(before, after, why, len(numbers), tuple(numbers[:EXAMPLES]))
        for (before, after, why), numbers in moved.items()
    ]
    return Trial(
        looked, same, unknown, tuple(sorted(found, key=lambda one: (-one.count, one.before, one.after)))
    )


def _move(request: Request, rules: RequestsPack) -> tuple[str, str, str] | None:
    """From which unit to which, and why there; None when it stays."""
    case = request.case
    before = request.suggested_unit.name if request.suggested_unit_id else ""
    with clock.at(case.opened_at):  # rules may speak of months and hours
        try:
            way = route(category=request.category.code, kind=request.kind, place=case.place, rules=rules)
        except NoOwner as nobody:
            return before, "", str(nobody)
    return None if way.unit.pk == request.suggested_unit_id else (before, way.unit.name, way.why)
