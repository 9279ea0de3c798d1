"""Studies of the life circle, and what people say of outlets."""

from .candidates import Candidate
from .entrances import Entrance
from .moments import FreeSpaces, Outage
from .outlets import Entry, Look, Report
from .ratings import CircleRating
from .scenes import Scene
from .studies import CircleRule, CommunityReach, FunctionReach, Run, Scenario, StreetMap

__all__ = [
    "Candidate",
    "CircleRating",
    "CircleRule",
    "CommunityReach",
    "Entrance",
    "Entry",
    "FreeSpaces",
    "FunctionReach",
    "Look",
    "Outage",
    "Report",
    "Run",
    "Scenario",
    "Scene",
    "StreetMap",
]
