"""The stored aggregates of a place from those of the places right below it: what one corrected figure changes above.

A city of 62,000 communities is not read again for the figure of one: its counties hold all but what lies in none of
them (a community divided between two counties, rows of the city itself). A full rebuild gives the same, every night.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from linli.kernel import clock
from linli.measures import Period
from linli.places.models import Place, PlaceVersion
from linli.plans.formula import ir
from linli.plans.formula.adding_up import State, add_up, nobody
from linli.plans.formula.sql import emit_states
from linli.plans.models import AggregateValue
from linli.plans.queries.relations import due_month, months_of, units_beside

FIELDS = ("numerator", "denominator", "status", "reported", "expected")
Aggregates = Mapping[str, ir.Aggregate]


def add_up_stored(place: Place, standing: Iterable[Place], wanted: Aggregates, period: Period) -> set[str]:
    """Store what follows from the places right below; the digests of these.

    `standing` are the places that keep aggregates in the period. Left out are rows a place has of its own, and
    everything where a place below lacks its row or one has moved since the rows were made.
    """
    below = [one for one in standing if one.path.startswith(place.path) and _depth(one) == _depth(place) + 1]
    held = _held(below, wanted, period) if below else {}
    if not held or _moved_since(place, held):
        return set()
    full = {digest: node for digest, node in wanted.items() if len(held.get(digest, ())) == len(below)}
    beside = _beside(
        place, below, {digest: node for digest, node in full.items() if not node.own_row}, period
    )
    found = {
        digest: state
        for digest, node in full.items()
        if digest in beside and (state := add_up(node, [*_states(held[digest]), beside[digest]])) is not None
    }
    _keep(place, found, period)
    return set(found)


def _depth(place: Place) -> int:
    return place.path.count("/")


def _held(below: Sequence[Place], wanted: Aggregates, period: Period) -> dict[str, list[AggregateValue]]:
    """Digest → the rows of the places below."""
    months = months_of(period)
    rows = AggregateValue.objects.filter(
        place__in=[one.pk for one in below], first=months.first, last=months.last, digest__in=wanted
    )
    found: dict[str, list[AggregateValue]] = {}
    for row in rows:
        found.setdefault(row.digest, []).append(row)
    return found


def _moved_since(place: Place, held: Mapping[str, Sequence[AggregateValue]]) -> bool:
    """Whether anything in the place was founded, moved or ended on the day the oldest row was made, or after."""
    oldest = min(row.computed_at for rows in held.values() for row in rows)
    day = oldest.astimezone(clock.CHINA).date()
    versions = PlaceVersion.objects.filter(path__startswith=place.path)
    return (
        versions.filter(during__startswith__gte=day).exists()
        or versions.filter(during__endswith__gte=day).exists()
    )


def _states(rows: Sequence[AggregateValue]) -> list[State]:
    return [State(*(getattr(row, name) for name in FIELDS)) for row in rows]


def _beside(place: Place, below: Sequence[Place], wanted: Aggregates, period: Period) -> dict[str, State]:
    """Digest → the state over the units of the place that lie in none of those below."""
    relations, given = units_beside(place, below, period, known_on=clock.now())
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {relations[1]} SELECT DISTINCT unnest(scopes) FROM units", given)  # noqa: S608
        scopes = {scope for (scope,) in cursor.fetchall()}
        found = {digest: nobody(node) for digest, node in wanted.items() if node.scope not in scopes}
        left = {digest: node for digest, node in wanted.items() if digest not in found}
        if left:
            due = due_month(clock.today())
            cursor.execute(
                *emit_states(tuple(left.values()), months_of(period), due, given=relations, parameters=given)
            )
            names = list(left)
            found |= {names[nr]: State(*numbers) for nr, _path, *numbers in cursor.fetchall()}
    return found


def _keep(place: Place, found: Mapping[str, State], period: Period) -> None:
    months, now = months_of(period), clock.now()
    AggregateValue.objects.bulk_create(
        [
            AggregateValue(
                digest=digest, place=place, first=months.first, last=months.last, computed_at=now,
                **dict(zip(FIELDS, state, strict=True)),
            )
            for digest, state in found.items()
        ],
        update_conflicts=True, unique_fields=["place", "first", "last", "digest"],
        update_fields=[*FIELDS, "computed_at"],
    )  # fmt: skip
