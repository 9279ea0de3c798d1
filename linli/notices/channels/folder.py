"""Where messages go while no supplier is configured: files in the state folder, never in production."""

import os

from django.conf import settings

from linli.kernel import clock


def is_allowed() -> bool:
    """A demonstration may write messages into its own folder; production needs a supplier."""
    return not settings.PRODUCTION


def put(channel: str, key: str, text: str) -> None:
    """Write one message; a second one under the same key takes the place of the first."""
    day = settings.STATE_DIR / "messages" / channel / clock.today().isoformat()
    day.mkdir(parents=True, exist_ok=True)
    half = day / f".{key}.half"
    half.write_text(text, encoding="utf-8")
    os.replace(half, day / f"{key}.txt")
