"""What stands in a community, on its page."""

from django.db.models import Count, Min

from linli.kernel import clock
from linli.places.levels import Level
from linli.places.models import Place
from linli.places.profile import Panel, panels

from .models import Facility, SiteSession
from .queries.inside import AHEAD
from .queries.pages import hours_of
from .states import State


def facility_panel(place: Place, user) -> Panel | None:
    """How many facilities of each group residents can go to here, and the way to them."""
    if place.level != Level.COMMUNITY:
        return None
    here = Facility.objects.standing().filter(place=place, state__in=[State.OPEN, State.SUSPENDED])
    groups = here.values("kind__group", "kind__group_name").annotate(count=Count("pk"), at=Min("kind__order"))
    rows = [(row["kind__group"], row["kind__group_name"], row["count"]) for row in groups.order_by("at")]
    if not rows:
        return None
    today = clock.today()
    centres = here.filter(kind__counts__contains=["integrated"]).order_by("code")[:3]
    sessions = SiteSession.objects.filter(
        facility__in=here, archived_on=None, held_on__range=(today, today + AHEAD)
    ).order_by("held_on", "hours", "pk")[:6]
    told = {
        "place": place,
        "groups": rows,
        "centres": [(one, hours_of(one)) for one in centres],
        "sessions": list(sessions),
    }
    return Panel("facilities/_of_place.html", told)


panels["facilities"] = facility_panel
