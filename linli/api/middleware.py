"""What lies under /api/ always answers JSON, also where Django itself refuses (no address, wrong method)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .problems import CONTENT_TYPE, problem_answer

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
