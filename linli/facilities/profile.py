"""What stands in a community, on its page."""

from django.db.models import Count, Min

from linli.places.levels import Level
from linli.places.models import Place
from linli.places.profile import Panel, panels

from .models import Facility
from .states import State


def facility_panel(place: Place, user) -> Panel | None:
    """How many facilities of each group residents can go to here, and the way to them."""
    if place.level != Level.COMMUNITY:
        return None
    here = Facility.objects.standing().filter(place=place, state__in=[State.OPEN, State.SUSPENDED])
    groups = here.values("kind__group", "kind__group_name").annotate(count=Count("pk"), at=Min("kind__order"))
    rows = [(row["kind__group"], row["kind__group_name"], row["count"]) for row in groups.order_by("at")]
    return Panel("facilities/_of_place.html", {"place": place, "groups": rows}) if rows else None


panels["facilities"] = facility_panel
