"""Service facilities and outlets, what belongs to them, and the catalogue and standards they are read by."""

from .catalogue import Function, Kind, Mark, RoomUse, StandardBook
from .children import CareClass, CareClassDay, CaseConference, ChildcareSite, ProtectionStation
from .elder import AidMonth, AidService, ConsortiumMember, ElderSite, MutualGroup, Referral
from .facilities import Facility, Level, Origin, Tenure
from .housing import Gate, GateName, HousingProject
from .parts import Closure, OpenDay, OpeningPeriod, Photo, Room, Service
from .profile import FloorArea, VillageAmenity
from .records import Event, Inspection, Statement
from .services import DeskDuty, MealDay, ResidentService, SiteSession, SiteVisits
from .upgrades import ProjectPayment, UpgradeEvent, UpgradeProject, Way

__all__ = [
    "AidMonth",
    "AidService",
    "CareClass",
    "CareClassDay",
    "CaseConference",
    "ChildcareSite",
    "Closure",
    "ConsortiumMember",
    "DeskDuty",
    "ElderSite",
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
    "MealDay",
    "MutualGroup",
    "OpenDay",
    "OpeningPeriod",
    "Origin",
    "Photo",
    "ProjectPayment",
    "ProtectionStation",
    "Referral",
    "ResidentService",
    "Room",
    "RoomUse",
    "Service",
    "SiteSession",
    "SiteVisits",
    "StandardBook",
    "Statement",
    "Tenure",
    "UpgradeEvent",
    "UpgradeProject",
    "VillageAmenity",
    "Way",
]
