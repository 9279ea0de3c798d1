"""Who: persons with or without an account, households, the units they work for, the posts they hold."""

from .consents import Consent, Reading
from .households import Household, HouseholdMember, Residence
from .persons import IdKind, Person, PersonQuerySet, Proxy, Sex, User
from .posts import Post, Role, Unit

from ..privacy.models import Correction, Departure  # isort: skip — models of this app, kept with their acts

__all__ = [
    "Consent", "Correction", "Departure", "Household", "HouseholdMember", "IdKind", "Person",
    "PersonQuerySet", "Post", "Proxy", "Reading", "Residence", "Role", "Sex", "Unit", "User",
]  # fmt: skip
