"""The registers of organisations, of compounds and of what is done together."""

from . import growing, joining, property, standing
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
    "growing",
    "joining",
    "property",
    "standing",
]
