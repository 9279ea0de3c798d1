"""What happens around one these days, for the home page: public figures and what can be joined."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q

from linli.kernel import clock
from linli.places.models import Place, inside
from linli.requests.queries import public_requests
from linli.volunteering.queries import upcoming_shifts

DAYS = 30
SHOWN_SHIFTS = 3


@dataclass(frozen=True)
class Lately:
    """Counts of the last thirty days and the next shifts, of one community's street or of the whole city."""

    place: Place | None
    filed: int
    settled: int
    shifts: list


def lately_around(community: Place | None) -> Lately:
    """Two queries. A street rather than a community: counts of few people say who they are."""
    street = community.parent if community else None
    shown = public_requests().filter(case__opened_at__gte=clock.now() - timedelta(days=DAYS))
    if street:
        shown = shown.filter(inside(street, "case__place"))
    counts = shown.order_by().aggregate(
        filed=Count("pk"), settled=Count("pk", filter=Q(case__closed_at__isnull=False))
    )
    return Lately(street, counts["filed"], counts["settled"], list(upcoming_shifts(street)[:SHOWN_SHIFTS]))
