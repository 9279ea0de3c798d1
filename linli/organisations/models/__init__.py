"""What is kept of organisations: who they are, whom they serve, how a compound is looked after."""

from .compounds import CompoundProfile, OwnersCommittee, PropertyFirm, Station, Steward
from .linkage import Commitment, EnterpriseEntry, Liaison, SocialWorkStation
from .organisations import Brand, Organisation, ServiceArea, Support
from .units import ResidentUnit

__all__ = [
    "Brand",
    "Commitment",
    "CompoundProfile",
    "EnterpriseEntry",
    "Liaison",
    "Organisation",
    "OwnersCommittee",
    "PropertyFirm",
    "ResidentUnit",
    "ServiceArea",
    "SocialWorkStation",
    "Station",
    "Steward",
    "Support",
]
