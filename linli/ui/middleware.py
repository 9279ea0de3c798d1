"""No refusal without words: where Django answers with a bare status, a person gets the page that explains it.

And no address that PostgreSQL cannot hold: a text with a null character is refused before anything is looked up.
"""

from collections.abc import Callable
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from .errors import render_error

BARE = (405, 409, 413, 503)
KEPT = ("Allow", "Retry-After")


class NoNulls:
    """Answers 400 to a page's address with a null character; forms and the API refuse it in their own fields (I1)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = f"{request.path}?{request.META.get('QUERY_STRING', '')}"
        if "\0" not in unquote(asked) or request.path.startswith("/api/"):
            return self.get_response(request)
        request.META["QUERY_STRING"] = ""  # the refusal itself must not draw it again
        return render_error(request, 400, reason=_("网址里有不能使用的字符，这次没有查找。"))


class Asked(HtmxDetails):
    """What htmx said of a request; whether it did is seen without reading all headers."""

    def __bool__(self) -> bool:
        return "HTTP_HX_REQUEST" in self.request.META and super().__bool__()


class Htmx:
    """`request.htmx`, as the middleware of django_htmx gives it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.htmx = Asked(request)
        return self.get_response(request)


class ErrorPages:
    """Draws the error page for a refusal that came without a body; below /api/ problem+json stands instead."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code not in BARE or answer.streaming or answer.content:
            return answer
        if request.path.startswith("/api/"):
            return answer
        page = render_error(request, answer.status_code)
        for name in KEPT:
            if name in answer.headers:
                page[name] = answer.headers[name]
        return page
