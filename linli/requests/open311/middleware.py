"""Below /open311/ every error has the shape of the specification, also where the platform refuses before a method."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from .answers import TYPES, Refusal, refuse

BELOW = "/open311/"
KEPT = ("Allow", "Retry-After")


class Open311Answers:
    """Turns error pages below the door into its errors, in XML or JSON as the address asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if not request.path.startswith(BELOW) or answer.status_code < 400 or hasattr(answer, "row_count"):
            return answer
        form = request.path.rpartition(".")[2]
        said = refuse(form if form in TYPES else "xml", Refusal(answer.status_code, sentence(answer)))
        for name in KEPT:
            if name in answer.headers:
                said[name] = answer.headers[name]
        said["Cache-Control"] = "no-store"
        return said


def sentence(answer: HttpResponse) -> str:
    """What went wrong, in the language of the specification; never what a page for people says."""
    wait_s = answer.headers.get("Retry-After")
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS and wait_s:
        return f"too many requests, try again in {wait_s} seconds"
    try:
        return HTTPStatus(answer.status_code).phrase.lower()
    except ValueError:
        return "the request could not be carried out"
