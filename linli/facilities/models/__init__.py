"""Service facilities and outlets, what belongs to them, and the catalogue and standards they are read by."""

from .catalogue import Function, Kind, Mark, RoomUse, StandardBook
from .facilities import Facility, Level, Origin, Tenure
from .housing import Gate, GateName, HousingProject
from .parts import Closure, OpenDay, OpeningPeriod, Photo, Room, Service
from .profile import FloorArea
from .records import Event, Inspection, Statement
from .upgrades import UpgradeEvent, UpgradeProject, Way

__all__ = [
    "Closure",
    "Event",
    "Facility",
    "FloorArea",
    "Function",
    "Gate",
    "GateName",
    "HousingProject",
    "Inspection",
    "Kind",
    "Level",
    "Mark",
    "OpenDay",
    "OpeningPeriod",
    "Origin",
    "Photo",
    "Room",
    "RoomUse",
    "Service",
    "StandardBook",
    "Statement",
    "Tenure",
    "UpgradeEvent",
    "UpgradeProject",
    "Way",
]
