"""What a siting run may choose from: idle rooms, open ground, and points among the homes."""

from linli.facilities.models import Facility
from linli.facilities.states import State

from ..effects import ground_of, homes_as_candidates
from ..models import Candidate, Run
from ..siting import Option, Wish


def options_of(run: Run, wish: Wish) -> list[Option]:
    """The candidates of the wish's sources in the run's area, in a stated order."""
    found: list[Option] = []
    kinds = [kind for kind in (Candidate.Kind.IDLE, Candidate.Kind.GROUND) if kind in wish.sources]
    for row in Candidate.objects.standing().within(run.place).filter(kind__in=kinds):
        cost = None if row.cost_10k is None else float(row.cost_10k)
        found.append(Option(row.lon, row.lat, row.name, row.kind, float(row.area_m2), cost))
    if Candidate.Kind.IDLE in wish.sources:
        found += _closed(run)
    if "homes" in wish.sources:
        spots = homes_as_candidates(ground_of(run, wish.functions[0]))
        found += [
            Option(float(lon), float(lat), "", "homes") for lon, lat in zip(spots.lon, spots.lat, strict=True)
        ]
    return found


def _closed(run: Run) -> list[Option]:
    """Rooms of facilities that were closed: their floor area is known from the register, their price is not."""
    rows = Facility.objects.standing().within(run.place).filter(state=State.CLOSED, area_m2__isnull=False)
    return [
        Option(row.lon, row.lat, row.name, Candidate.Kind.IDLE, float(row.area_m2))
        for row in rows.exclude(lon=None).order_by("code")
    ]
