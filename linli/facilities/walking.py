"""How long one walks from a community to its facilities: `linli.reach`, above us, knows the streets and answers."""

from collections.abc import Callable, Sequence

from linli.places.models import Place

from .models import Facility

# name of the app that answers → minutes from the middle of the place to each facility, None where it does not know
walkers: dict[str, Callable[[Place, Sequence[Facility]], list[int | None]]] = {}


def minutes_from(place: Place, facilities: Sequence[Facility]) -> list[int | None]:
    """Whole minutes on foot to each facility; None where no street leads, no point is known or nobody answers."""
    for walk in walkers.values():
        return walk(place, facilities)
    return [None] * len(facilities)
