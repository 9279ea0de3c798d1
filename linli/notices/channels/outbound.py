"""The one way out of the channels: the outbound client of the exchange register (I11)."""

from django.conf import settings
from django.utils.module_loading import import_string


def post_json(url: str, body: dict, *, key: str, token: str = "") -> None:
    """Post `body`; raises when the receiver did not accept it. `key` is the receiver's idempotency key."""
    import_string(settings.NOTICES_POST_JSON)(url, body, key=key, token=token)
