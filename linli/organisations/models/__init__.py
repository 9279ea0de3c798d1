"""What is kept of organisations: who they are, whom they serve, how a compound is looked after, who helps whom."""

from .compounds import CompoundProfile, OwnersCommittee, PropertyFirm, Station, Steward
from .growing import (
    Coaching,
    EnterpriseReport,
    HubMembership,
    Incentive,
    IncentiveGrant,
    Incubation,
    IncubationStep,
    SupportHub,
)
from .joining import Campaign, CampaignActivity, LinkageNeed, LinkagePart, MassDelivery, MassOffer
from .linkage import Commitment, EnterpriseEntry, JointMeeting, Liaison, SocialWorkStation
from .organisations import Brand, Organisation, ServiceArea, Support, Theme
from .pairing import InvestmentInterest, InvestmentWish, Pairing, PairingVisit, ServicePost, ServicePostMonth
from .property import (
    FirmAssessment,
    FirmMeasure,
    FirmService,
    OwnersPublication,
    PriceLine,
    PriceTalk,
    TripartiteAction,
    TripartiteMeeting,
)
from .standing import Designation, DesignationPoint, Programme, SubCommittee, SubCommitteeMeeting
from .together import GroupActivity, SocialWorkService, StewardTask, UnitTask, UnitVisit, UnitYear
from .units import ResidentUnit

__all__ = [
    "Brand",
    "Campaign",
    "CampaignActivity",
    "Coaching",
    "Commitment",
    "CompoundProfile",
    "Designation",
    "DesignationPoint",
    "EnterpriseEntry",
    "EnterpriseReport",
    "FirmAssessment",
    "FirmMeasure",
    "FirmService",
    "GroupActivity",
    "HubMembership",
    "Incentive",
    "IncentiveGrant",
    "Incubation",
    "IncubationStep",
    "InvestmentInterest",
    "InvestmentWish",
    "JointMeeting",
    "Liaison",
    "LinkageNeed",
    "LinkagePart",
    "MassDelivery",
    "MassOffer",
    "Organisation",
    "OwnersCommittee",
    "OwnersPublication",
    "Pairing",
    "PairingVisit",
    "PriceLine",
    "PriceTalk",
    "Programme",
    "PropertyFirm",
    "ResidentUnit",
    "ServiceArea",
    "ServicePost",
    "ServicePostMonth",
    "SocialWorkService",
    "SocialWorkStation",
    "Station",
    "Steward",
    "StewardTask",
    "SubCommittee",
    "SubCommitteeMeeting",
    "Support",
    "SupportHub",
    "Theme",
    "TripartiteAction",
    "TripartiteMeeting",
    "UnitTask",
    "UnitVisit",
    "UnitYear",
]
