"""Short messages after an act, with the way back where there is one."""

from django.contrib import messages
from django.contrib.messages.storage.base import BaseStorage
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.utils.functional import cached_property

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


class Waiting(FallbackStorage):
    """Django's own, but for where it keeps messages: that is looked for when there is one to keep or to read."""

    def __init__(self, request):
        BaseStorage.__init__(self, request)
        self._used_storages = set()

    @cached_property
    def storages(self):
        """The cookie, then the session."""
        return [kind(self.request) for kind in self.storage_classes]

    def _get(self, *args, **kwargs):
        if CookieStorage.cookie_name not in self.request.COOKIES:
            return [], True  # what did not fit into the cookie stands in the session, and the cookie says so
        return super()._get(*args, **kwargs)

    def _store(self, told, response, *args, **kwargs):
        if not told and not self._used_storages:
            return told
        return super()._store(told, response, *args, **kwargs)
