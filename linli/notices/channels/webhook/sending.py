"""A WeChat-style service: it knows the receiver by our internal id, never by name, phone or number."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from linli.exchange.actions import log_use, require_registered

from ..message import Message
from ..outbound import post_json

TITLE = _("微信服务号")
SENT = "by job"
ENTRY = "webhook-messages"  # in the exchange register; what is not registered is not sent


def is_on() -> bool:
    return bool(settings.ENVIRONMENT.webhook_url)


def reaches(person) -> bool:
    user = getattr(person, "user", None)
    return user is not None and user.is_active


def deliver(message: Message) -> None:
    body = {
        "id": message.key,
        "touser": str(message.person.pk),
        "template": message.kind,
        "url": message.link,
        "data": {"title": message.subject, "text": message.body},
    }
    require_registered(ENTRY)
    post_json(settings.ENVIRONMENT.webhook_url, body, key=message.key)
    log_use(ENTRY, "sent", by=None, row_count=1, purpose=message.kind)
