"""我的消息: shown on the page from the moment the change is committed."""

from django.utils.translation import gettext_lazy as _

from ..message import Message

TITLE = _("站内消息")
SENT = "at once"


def is_on() -> bool:
    return True


def reaches(person) -> bool:
    user = getattr(person, "user", None)
    return user is not None and user.is_active


def deliver(message: Message) -> None:
    """Nothing is left to do: the row is the message."""
