"""What the newest evaluation says of a place, on its page, by the plan's own headline dimensions."""

from linli.places.models import Place
from linli.places.profile import Panel, panels

from .queries.framing import frames_of, newest_public


def evaluation_panel(place: Place, user) -> Panel | None:
    """Grade, score and the frames that the index shows on the page of a place; None where nothing is public."""
    found = newest_public(place)
    if found is None:
        return None
    frames = [frame for frame in frames_of(found) if frame.on_profile]
    return Panel("plans/_of_place.html", {"evaluation": found, "frames": frames})


panels["evaluation"] = evaluation_panel
