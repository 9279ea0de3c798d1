"""The tables of facilities that come in: the facilities themselves, and their rooms."""

from .rooms import ROOM_IMPORT
from .table import FACILITY_IMPORT, FIELDS

__all__ = ["FACILITY_IMPORT", "FIELDS", "ROOM_IMPORT"]
