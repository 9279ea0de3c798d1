"""The ways to reach a person, each a folder with the same file names: copy one to add one.

A channel's `sending.py` says: TITLE; SENT, which is "at once" (the row is the message), "by job" or "by hand"
(somebody prints it); is_on(); reaches(person); deliver(message), which raises Undeliverable when trying again
is of no use and anything else when it is.
"""

import importlib
import pkgutil
from collections.abc import Collection
from types import ModuleType

from linli.kernel.registry import Registry

from .message import Message, Undeliverable

ORDER = ("inbox", "sms", "email", "letter")  # after the channel a person prefers

known: Registry[ModuleType] = Registry("channel")
for _found in pkgutil.iter_modules(__path__):
    if _found.ispkg:
        known[_found.name] = importlib.import_module(f"{__name__}.{_found.name}.sending")

AT_ONCE, BY_JOB, BY_HAND = "at once", "by job", "by hand"

__all__ = ["AT_ONCE", "BY_HAND", "BY_JOB", "Message", "Undeliverable", "choices_for", "choose", "known"]


def choose(person, among: Collection[str] | None = None) -> str | None:
    """The preferred channel where it reaches the person, else the first that does; a letter always.

    With `among` only of those, and None when none of them does.
    """
    for name in (person.preferred_channel, *ORDER):
        allowed = among is None or name in among
        if allowed and name in known and known[name].is_on() and known[name].reaches(person):
            return name
    return "letter" if among is None else None


def choices_for(person) -> list[tuple[str, str]]:
    """The channels this person can choose from, with their titles."""
    return [(name, way.TITLE) for name, way in known.items() if way.is_on() and way.reaches(person)]
