"""Whom the community looks after, how often somebody comes by, and what came of it."""

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
from .rules import CareRules, VisitPlan
from .visits import Due, Harm, Rung, Supplement, Visit

__all__ = [
    "Assessment", "CareContact", "CareEntry", "CarePerson", "CarePersonQuerySet", "CareRules",
    "ChildAccess", "Due", "Harm", "Pairing", "Pause", "Rung", "Supplement", "Visit", "VisitPlan",
]  # fmt: skip
