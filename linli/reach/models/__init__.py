"""Studies of the life circle, and what people say of outlets."""

from .candidates import Candidate
from .entrances import Entrance
from .outlets import Entry, Look, Report
from .studies import CircleRule, CommunityReach, FunctionReach, Run, Scenario, StreetMap

__all__ = [
    "Candidate",
    "CircleRule",
    "CommunityReach",
    "Entrance",
    "Entry",
    "FunctionReach",
    "Look",
    "Report",
    "Run",
    "Scenario",
    "StreetMap",
]
