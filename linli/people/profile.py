"""Who serves a place, on its page."""

from dataclasses import dataclass

from linli.places.levels import Level
from linli.places.models import Place
from linli.places.profile import Panel, panels

from . import rules
from .models import Unit
from .queries import ServingPerson, serving, units_at

WITH_OFFICES = (Level.COMMUNITY, Level.STREET, Level.COUNTY)


@dataclass(frozen=True)
class Staff:
    """The units of a place and who works in them; `may_view`: the reader keeps the register of people here."""

    units: list[Unit]
    people: list[ServingPerson]
    may_view: bool


def staff_panel(place: Place, user) -> Panel | None:
    if place.level not in WITH_OFFICES:
        return None
    told = Staff(
        list(units_at(place)), serving(place), user.is_authenticated and user.may(rules.VIEW, at=place)
    )
    return Panel("people/_staff.html", told) if told.units or told.people or told.may_view else None


panels["people"] = staff_panel
