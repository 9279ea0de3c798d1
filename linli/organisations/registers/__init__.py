"""The registers of organisations, of compounds and of what is done together."""

from . import asks, growing, joining, letters, property, standing, together
from .bodies import (
    BRANDS,
    COMMITMENTS,
    COMPOUND_PROFILES,
    ENTERPRISES,
    LIAISONS,
    ORGANISATIONS,
    OWNERS_COMMITTEES,
    PROPERTY_FIRMS,
    RESIDENT_UNITS,
    SERVICE_AREAS,
    STATIONS,
    STATIONS_OF_SOCIAL_WORK,
    STEWARDS,
    SUPPORTS,
)

__all__ = [
    "BRANDS",
    "COMMITMENTS",
    "COMPOUND_PROFILES",
    "ENTERPRISES",
    "LIAISONS",
    "ORGANISATIONS",
    "OWNERS_COMMITTEES",
    "PROPERTY_FIRMS",
    "RESIDENT_UNITS",
    "SERVICE_AREAS",
    "STATIONS",
    "STATIONS_OF_SOCIAL_WORK",
    "STEWARDS",
    "SUPPORTS",
    "asks",
    "growing",
    "joining",
    "letters",
    "property",
    "standing",
    "together",
]
