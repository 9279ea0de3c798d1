"""Readings of devices: taken in whole batches, each once, none crowding out the others (K9)."""

from .taking_in import Message, Taken, take_in

__all__ = ["Message", "Taken", "take_in"]
