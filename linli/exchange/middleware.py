"""Doors that give data to other systems count what they give under their entry of the register."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .actions import count_use
from .models import Use


class FeedUses:
    """Counts each answer of a door that declares an entry (`@feeds`, `entry=` of an API door); refuses an ended one.

    The count comes after the answer is made and before it leaves: what was refused, not found or not changed gave
    nothing. `row_count` on the answer says how many rows it holds; a door that does not say it gave one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        found = request.resolver_match
        entry = getattr(getattr(found.func, "declared", None), "entry", "") if found else ""
        if entry and answer.status_code == 200:
            count_use(entry, Use.Act.ANSWERED, row_count=getattr(answer, "row_count", 1))
        return answer
