"""What lies under /api/ always answers JSON, also where Django itself refuses (no address, wrong method).

And what a costly page may be asked is counted here, from what the page declares.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from linli.ui.errors import render_error

from .problems import CONTENT_TYPE, Problem, problem_answer
from .rates import charge

KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


class ApiAnswers:
    """Turns error pages below /api/ into problem+json, and lets no signed-in answer be stored (I14)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if not request.path.startswith("/api/"):
            return answer
        if answer.status_code >= 400 and answer.headers.get("Content-Type") != CONTENT_TYPE:
            kept = {name: answer.headers[name] for name in KEPT if name in answer.headers}
            answer = problem_answer(answer.status_code, headers=kept)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer


class CostlyDoors:
    """Counts visits of pages that declare a cost (`@costly`); too many get 429 with the time to wait (I13, W2)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, _args, _kwargs) -> HttpResponse | None:
        cost = getattr(getattr(view, "declared", None), "cost", None)
        if cost is None or request.method not in cost.methods or shows_a_token(request):
            return None
        try:
            charge(cost, request, request.user)
        except Problem as too_many:
            wait_s = too_many.headers["Retry-After"]
            answer = render_error(request, 429, reason=_("请在 %(s)s 秒后再试。") % {"s": wait_s})
            answer["Retry-After"] = wait_s
            return answer
        return None


def shows_a_token(request: HttpRequest) -> bool:
    """Then the door of the API counts for the person whose token it is, and no office is counted as one of them."""
    return request.path.startswith("/api/") and "Authorization" in request.headers
