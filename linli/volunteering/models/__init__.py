"""Volunteers, activities, hours, help orders, the time bank, awards."""

from .activities import Activity, Joining, Shift
from .awards import AwardRound, Nomination, Objection
from .bank import Bank, Issue, Look, Purse, Redemption, Reward, Settlement, Shop
from .charters import Charter
from .helping import Help, KeyClient, PairingOffer
from .honours import Honour
from .hours import Attendance, Certificate, DayTotal
from .people import Duty, Membership, Station, Team, Volunteer

__all__ = [
    "Activity",
    "Attendance",
    "AwardRound",
    "Bank",
    "Certificate",
    "Charter",
    "DayTotal",
    "Duty",
    "Help",
    "Honour",
    "Issue",
    "Joining",
    "KeyClient",
    "Look",
    "Membership",
    "Nomination",
    "Objection",
    "PairingOffer",
    "Purse",
    "Redemption",
    "Reward",
    "Settlement",
    "Shift",
    "Shop",
    "Station",
    "Team",
    "Volunteer",
]
