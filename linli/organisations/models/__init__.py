"""What is kept of organisations: who they are, whom they serve, how a compound is looked after."""

from .compounds import CompoundProfile, OwnersCommittee, PropertyFirm, Station, Steward
from .organisations import Brand, Organisation, ServiceArea, Support
from .units import ResidentUnit

__all__ = [
    "Brand",
    "CompoundProfile",
    "Organisation",
    "OwnersCommittee",
    "PropertyFirm",
    "ResidentUnit",
    "ServiceArea",
    "Station",
    "Steward",
    "Support",
]
