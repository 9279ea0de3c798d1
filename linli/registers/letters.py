"""Papers that are printed from a row: a proof, a reply, a word of thanks; the app of each register words them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

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
