"""Whom the community looks after, how often somebody comes by, and what came of it."""

from .households import HouseholdVisit, UnwillingHousehold
from .persons import (
    Assessment,
    CareContact,
    CareEntry,
    CarePerson,
    CarePersonQuerySet,
    ChildAccess,
    Pairing,
    Pause,
)
from .prompts import Prompt, PromptRefusal
from .rules import CareRules, VisitPlan
from .services import Delivery
from .visits import Due, Harm, Rung, Supplement, Visit

__all__ = [
    "Assessment", "CareContact", "CareEntry", "CarePerson", "CarePersonQuerySet", "CareRules",
    "ChildAccess", "Delivery", "Due", "Harm", "HouseholdVisit", "Pairing", "Pause", "Prompt", "PromptRefusal",
    "Rung", "Supplement", "UnwillingHousehold", "Visit", "VisitPlan",
]  # fmt: skip
