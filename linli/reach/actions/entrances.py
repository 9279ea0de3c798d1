"""Gates of compounds: stated from a table, restated when they change."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from linli import audit
from linli.kernel import clock
from linli.places.models import Place

from .. import rules
from ..models import Entrance

FACTS = ("lon", "lat", "opened_on", "closed_on")


@transaction.atomic
def state_entrance(place: Place, *, by, name: str, **facts) -> Entrance:
    """An entrance of a compound or building as it is now; one of the same name gets the new facts.

    The next study walks through it; studies that are there keep what they knew. `by` is None for the
    demonstration city.
    """
    if by is not None and not rules.can_state_entrance(by, place):
        raise PermissionDenied
    known = Entrance.objects.select_for_update().filter(place=place, name=name).first()
    row = known or Entrance(place=place, name=name)
    for field in FACTS:
        setattr(row, field, facts.get(field))
    row.entered_by, row.entered_at = by, clock.now()
    row.full_clean(exclude=["entered_by"])
    row.save()
    audit.record("reach.entrance_stated", by=by, thing=row, place=place)
    return row


@transaction.atomic
def state_entrances(rows: Iterable[tuple[Place, dict]], *, by) -> int:
    """State many; returns how many."""
    return sum(1 for place, facts in rows if state_entrance(place, by=by, **facts))
