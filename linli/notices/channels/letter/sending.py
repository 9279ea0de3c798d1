"""Printed letters: nothing is sent by a job; the window prints what waits, and printing sends it."""

from django.utils.translation import gettext_lazy as _

from ..message import Message, Undeliverable

TITLE = _("纸质信件")
SENT = "by hand"


def is_on() -> bool:
    return True


def reaches(person) -> bool:
    return person.home_id is not None


def deliver(message: Message) -> None:
    raise Undeliverable("a letter is printed by hand")
