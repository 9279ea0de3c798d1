"""What residents of a compound read on its page: who manages it for how much, and what the three parties agreed."""

from datetime import timedelta

from django.db.models import Q

from linli.kernel import clock
from linli.places.levels import Level
from linli.places.models import Place
from linli.places.profile import Panel, panels

from .models import CompoundProfile, Designation, FirmService, PriceLine, TripartiteAction

SHOWN = timedelta(days=365)  # how long what was done stays on the page


def compound_panel(place: Place, user) -> Panel | None:
    """The firm, what it does at home, its prices, and the matters of the three parties that were published."""
    if place.level != Level.COMPOUND:
        return None
    today = clock.today()
    profile = CompoundProfile.objects.filter(place=place, archived_on=None).select_related("firm").first()
    firm = profile.firm if profile and profile.mode == CompoundProfile.Mode.MARKET else None
    in_force = Q(until=None) | Q(until__gt=today)
    prices = PriceLine.objects.filter(in_force, place=place, archived_on=None, since__lte=today)
    told = {
        "firm": firm,
        "badges": [one for one in _named(firm) if one.is_held],
        "services": list(
            FirmService.objects.filter(in_force, firm=firm, archived_on=None, since__lte=today).order_by(
                "name"
            )
        )
        if firm
        else [],
        "prices": list(prices.order_by("item", "-since")),
        "actions": list(
            TripartiteAction.objects.filter(meeting__place=place, published=True, archived_on=None)
            .filter(Q(done_on=None) | Q(done_on__gte=today - SHOWN))
            .order_by("done_on", "due_on")
        ),
    }
    return Panel("organisations/_of_compound.html", told) if any(told.values()) else None


def _named(firm) -> list[Designation]:
    return list(Designation.objects.filter(firm=firm, archived_on=None)) if firm else []


panels["organisations"] = compound_panel
