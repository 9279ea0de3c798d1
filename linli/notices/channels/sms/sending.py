"""Text messages: one JSON request for each, the key as the supplier's idempotency key."""

import re

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from linli.exchange.actions import log_use, require_registered

from .. import folder
from ..message import Message, Undeliverable
from ..outbound import post_json

TITLE = _("短信")
ENTRY = "text-messages"  # in the exchange register; what is not registered is not sent
SENT = "by job"
MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
LONGEST = 500  # characters; suppliers cut or refuse longer texts


def is_on() -> bool:
    return bool(settings.ENVIRONMENT.sms_gateway_url) or folder.is_allowed()


def reaches(person) -> bool:
    return bool(person.phone_index)


def deliver(message: Message) -> None:
    send_text(message.person.phone, f"{message.subject}\n{message.body}", key=message.key)


def normalise(phone: str | None) -> str:
    """A mobile number as eleven digits; "" when it is none."""
    found = MOBILE.fullmatch(re.sub(r"[\s\-()（）]", "", phone or ""))
    return found[1] if found else ""


def send_text(phone: str | None, text: str, *, key: str) -> None:
    """Hand one text to the supplier; Undeliverable when this is no mobile number."""
    number = normalise(phone)
    if not number:
        raise Undeliverable("no mobile number")
    text = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    url = settings.ENVIRONMENT.sms_gateway_url
    if url:
        require_registered(ENTRY)
        token = settings.ENVIRONMENT.sms_gateway_token.get_secret_value()
        post_json(url, {"phone": number, "text": text, "id": key}, key=key, token=token)
        log_use(ENTRY, "sent", by=None, row_count=1)
    else:
        folder.put("sms", key, f"{number}\n{text}\n")
