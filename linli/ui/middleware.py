"""No refusal without words: where Django answers with a bare status, a person gets the page that explains it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .errors import render_error

BARE = (405, 409, 413, 503)
KEPT = ("Allow", "Retry-After")


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
