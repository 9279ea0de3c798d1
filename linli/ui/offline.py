"""Pages that work without a network: apps above name theirs, the service worker keeps them.

Such a page holds nothing of anybody, for what the service worker keeps is open to whoever holds the device.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial, wraps

from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from .routes import public


@dataclass(frozen=True)
class OfflinePage:
    """A page by its route, with the scripts of the build it loads besides those of every page."""

    url_name: str
    scripts: tuple[str, ...]
    instead_of: str = ""  # the route of the page in whose place it stands while there is no network
    title: str = ""  # under which the page without a network leads to it; none: nobody is led there


PRESSED = "X-Outbox"  # when it was pressed, by the clock of the device: what assets/js/outbox.js sends

offline_pages: list[OfflinePage] = []


def keep_offline(url_name: str, *scripts: str, instead_of: str = "", title: str = "") -> None:
    """Let the service worker keep the page and its scripts."""
    offline_pages.append(OfflinePage(url_name, scripts, instead_of, title))


def kept_page(route: str, template: str, *scripts: str, instead_of: str) -> URLPattern:
    """The route of a page that stands in the place of another while there is no network: `<its name>-offline`."""
    name = f"{instead_of}-offline"
    keep_offline(name, *scripts, instead_of=instead_of)
    return path(route, public(require_GET(partial(render, template_name=template))), name=name)


def from_devices(view: Callable) -> Callable:
    """Let a device that was without a network send the form of a page for signed-in people later (outbox.js).

    It asks for a token first and is told in JSON what came of it. The page answers a form it took with a redirect,
    and the form has a key by which it is taken once. Placed outside `@needs`: who may enter is asked as ever.
    """

    @wraps(view)
    def answered(request, *args, **kwargs):
        if PRESSED not in request.headers:
            return view(request, *args, **kwargs)
        if request.method != "POST":
            return JsonResponse({"token": get_token(request)})
        if not request.user.is_authenticated or request.POST.get("writer") != str(request.user.pk):
            return JsonResponse({"status": "sign-in"}, status=401)
        answer = view(request, *args, **kwargs)
        if answer.status_code == 302:
            return JsonResponse({"status": "taken", "path": answer.url})
        why = _("内容没有通过检查，请打开填写的页面重新提交。")
        return JsonResponse({"status": "refused", "why": why}, status=422)

    return answered


def pressed_at(request) -> datetime | None:
    """When the button was pressed, by the clock of the device; None when it says nothing sensible or no device sent."""
    try:
        told = datetime.fromisoformat(request.headers.get(PRESSED, ""))
    except ValueError:
        return None
    return told if told.tzinfo else None
