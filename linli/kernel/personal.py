"""What is personal in a model: its class, purpose, legal basis and how long it is kept (security D1).

Every model carries `personal = {"field": Personal(...)}`; an empty dict says "nothing personal here".
Masking, encryption, export and purge read this register, and a test fails on a model without one.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal


class Sensitivity(IntEnum):
    """Class of a personal field."""

    ORDINARY = 1  # a name, a role
    CONTACT = 2  # phone, address, place
    SENSITIVE = 3  # ID number, health, income, accounts, special situation, anything about a child


Mask = Literal["name", "phone", "id_number", "address", "text", "none"]


@dataclass(frozen=True)
class Personal:
    """How one field of a model touches a person.

    `keep` is words for people and a rule for the purge: "while registered", "2y after close", "3y".
    `mask` names how the value is shown to a reader who has not said why he needs it.
    """

    sensitivity: Literal[1, 2, 3]
    purpose: str
    basis: str
    keep: str
    mask: Mask = "text"

    def __post_init__(self) -> None:
        if not (self.purpose and self.basis and self.keep):
            raise ValueError("a personal field states purpose, basis and retention")
