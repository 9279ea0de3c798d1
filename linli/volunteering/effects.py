"""What volunteering brought about, for planners: met and unmet, how long people waited, what they thought."""

from dataclasses import dataclass
from statistics import median

from django.db.models import Avg, Count, Min

from linli.cases.models import CaseEvent, Rating
from linli.kernel import clock

from . import rules
from .models import Help
from .queries import YEAR

MET = ("confirmed", "closed")
FEWEST = 5  # ratings below this number say little and may name somebody


@dataclass(frozen=True)
class Effects:
    """Of the orders asked for in the last year: counts, percent met, hours until somebody said yes, stars."""

    asked: int
    met: int
    unmet: int
    wait_hours: float | None
    stars: float | None
    rated: int

    @property
    def share(self) -> str:
        """Met among those that came to an end; empty before any did."""
        ended = self.met + self.unmet
        return f"{round(self.met * 100 / ended)}%" if ended else ""


def effects_for(user) -> Effects:
    """The figures where the reader plans."""
    orders = Help.objects.filter(
        user.scope(rules.PLAN, "case__place"), case__opened_at__gte=clock.now() - YEAR
    )
    states = dict(orders.values_list("case__state").annotate(Count("pk")))
    keys = orders.values("case")
    said_yes = CaseEvent.objects.filter(case__in=keys, to_state="accepted").values("case")
    waits = said_yes.annotate(first=Min("at")).values_list("first", "case__opened_at")
    hours = [(first - opened).total_seconds() / 3600 for first, opened in waits]
    rated = Rating.objects.filter(case__in=keys).aggregate(stars=Avg("stars"), count=Count("pk"))
    return Effects(
        asked=sum(states.values()),
        met=sum(states.get(state, 0) for state in MET),
        unmet=states.get("unmet", 0),
        wait_hours=round(median(hours), 1) if hours else None,
        stars=round(rated["stars"], 1) if rated["count"] >= FEWEST else None,
        rated=rated["count"],
    )
