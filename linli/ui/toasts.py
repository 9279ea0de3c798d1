"""Short messages after an act, with the way back where there is one."""

from django.contrib import messages

UNDO = "undo:"


def say_with_undo(request, text, *, undo_url):
    """Tell that something was done; a POST to `undo_url` (a path of this site) takes it back."""
    if not undo_url.startswith("/") or undo_url.startswith("//"):
        raise ValueError("undo_url must be a path of this site")
    messages.success(request, text, extra_tags=UNDO + undo_url)


def undo_url_of(message):
    """The path that takes the message's act back, or an empty string."""
    tags = message.extra_tags or ""
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""
