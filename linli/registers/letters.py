"""Papers that are printed from a row: a proof, a reply, a word of thanks; the app of each register words them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from linli import audit

from . import rules
from .declaring import Register
from .models import Record


@dataclass(frozen=True)
class Letter:
    """What is printed: a heading, to whom, paragraphs, who signs, the day."""

    title: str
    to: str
    paragraphs: tuple[str, ...]
    signed: str
    on: date
    number: str = ""


letters: dict[str, Callable[[Record], Letter]] = {}


def declare_letter(register: Register, write: Callable[[Record], Letter]) -> None:
    """Rows of the register can be printed as a letter."""
    letters[register.name] = write


@transaction.atomic
def write_letter(register: Register, record: Record, *, by) -> Letter:
    """The letter of a row, for whoever keeps it; that it was printed is noted."""
    if register.name not in letters or not rules.can_change(by, register, record):
        raise PermissionDenied
    audit.record(f"{register.name}.letter", by=by, thing=record, place=register.place_of(record))
    return letters[register.name](record)
