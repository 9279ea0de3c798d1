"""Taking in the streets of an area."""

from datetime import date

import numpy as np
from django.core.exceptions import PermissionDenied
from django.db import transaction

from linli import audit
from linli.kernel import clock
from linli.places.models import Place
from linli_compute.geometry import local_plane
from linli_compute.streets import Streets

from .. import rules
from ..frozen import digest_of, pack_streets
from ..models import StreetMap


@transaction.atomic
def take_in_streets(place: Place, *, by, streets: Streets, source: str, as_of: date) -> StreetMap:
    """Keep the streets of an area; the same streets again give the row that is there.

    Nothing is changed later: runs name the streets they stood on. PermissionDenied: not this account's area.
    """
    if by is not None and not rules.can_plan(by, place):
        raise PermissionDenied
    digest = digest_of(streets)
    known = StreetMap.objects.filter(place=place, digest=digest).first()
    if known is not None:
        return known
    made = StreetMap(
        place=place, source=source, as_of=as_of, digest=digest, content=pack_streets(streets),
        segments=len(streets.tail), length_km=length_km(streets), taken_in_by=by, taken_in_at=clock.now(),
    )  # fmt: skip
    made.full_clean(exclude=["place", "taken_in_by", "content"])
    made.save()
    audit.record("reach.streets_taken_in", by=by, thing=made, place=place)
    return made


def length_km(streets: Streets) -> float:
    """Kilometres of all segments."""
    x, y = local_plane(streets.lon, streets.lat).to_metres(streets.lon, streets.lat)
    tail, head = streets.tail, streets.head
    return round(float(np.hypot(x[tail] - x[head], y[tail] - y[head]).sum()) / 1000, 1)
