"""Which professionals a community has, on its page: by what they do and when they are there; no names, no numbers."""

from linli.kernel import clock
from linli.places.levels import Level
from linli.places.models import Place
from linli.places.profile import Panel, panels
from linli.registers.counting import on_day

from .models import Assignment


def professionals_panel(place: Place, user) -> Panel | None:
    """Each kind that is assigned today, with the duty hours that were made known."""
    if place.level != Level.COMMUNITY:
        return None
    rows = Assignment.objects.filter(on_day(clock.today(), begins="since", ends="until"), place=place)
    found: dict[str, dict] = {}
    for one in rows.order_by("kind", "pk"):
        told = found.setdefault(one.kind, {"title": one.get_kind_display(), "count": 0, "hours": []})
        told["count"] += 1
        if one.duty_hours and one.duty_hours not in told["hours"]:
            told["hours"].append(one.duty_hours)
    return Panel("workforce/_of_place.html", list(found.values())) if found else None


panels["workforce"] = professionals_panel
