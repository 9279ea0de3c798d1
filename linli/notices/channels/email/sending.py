"""E-mail in plain text; the key makes the Message-ID, by which a mail server drops what it has seen."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext_lazy as _

from linli.exchange.actions import log_use, require_registered

from .. import folder
from ..message import Message, Undeliverable

TITLE = _("电子邮件")
ENTRY = "mail-messages"  # in the exchange register; what is not registered is not sent
SENT = "by job"


def is_on() -> bool:
    return folder.is_allowed() or _leaves_the_platform()


def _leaves_the_platform() -> bool:
    return settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")


def reaches(person) -> bool:
    return bool(address_of(person))


def address_of(person) -> str:
    """The address of the person's account; "" without one."""
    user = getattr(person, "user", None)
    return user.email if user is not None and user.is_active else ""


def deliver(message: Message) -> None:
    body = f"{message.body}\n\n{message.link}".strip()
    send_text(address_of(message.person), message.subject, body, key=message.key)


def send_text(address: str, subject: str, body: str, *, key: str) -> None:
    """Hand one mail to the mail server; Undeliverable without an address."""
    if not address:
        raise Undeliverable("no e-mail address")
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    if _leaves_the_platform():
        require_registered(ENTRY)
    EmailMessage(subject=subject, body=body, to=[address], headers={"Message-ID": f"<{key}@{host}>"}).send()
    if _leaves_the_platform():
        log_use(ENTRY, "sent", by=None, row_count=1)
