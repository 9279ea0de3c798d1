"""Volunteers, activities, hours, help orders, the time bank, awards."""

from .activities import Activity, Joining, Shift
from .awards import AwardRound, Nomination
from .bank import Bank, Issue, Purse, Redemption, Reward, Settlement, Shop
from .charters import Charter
from .helping import Help, KeyClient, Pairing
from .hours import Attendance, Certificate, DayTotal
from .people import Membership, Station, Team, Volunteer

__all__ = [
    "Activity",
    "Attendance",
    "AwardRound",
    "Bank",
    "Certificate",
    "Charter",
    "DayTotal",
    "Help",
    "Issue",
    "Joining",
    "KeyClient",
    "Membership",
    "Nomination",
    "Pairing",
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
