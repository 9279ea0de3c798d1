"""What a device sends by itself after it was without a network: taken once, answered without a page."""

from datetime import datetime

from django.http import HttpResponse

HEADER = "X-Later"  # when it was pressed, as the device says: what assets/js/later.js sends


def pressed_at(request) -> datetime | None:
    """When the button was pressed, by the clock of the device; None when it says nothing sensible."""
    try:
        told = datetime.fromisoformat(request.headers.get(HEADER, ""))
    except ValueError:
        return None
    return told if told.tzinfo else None


def answer_to(request, page) -> HttpResponse:
    """204 to a device that sent by itself, which then opens the page itself; else the page."""
    return HttpResponse(status=204) if HEADER in request.headers else page
