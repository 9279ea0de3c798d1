"""What every request leaves: refusals in the audit, and who and where from for the history of rows."""

import pghistory
from django.db import transaction

from .actions import record

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Refusals:
    """Record what a signed-in person was refused: every 403, and 404 of an attempt to change something.

    What lies out of scope is answered like what does not exist (P3), so a 404 may be a refusal; a wrong
    address (no such route) is none. Strangers are not recorded: whoever floods the door fills no table.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if _is_refusal(request, response) and request.user.is_authenticated:
            with transaction.atomic():
                record(
                    "request.refused",
                    by=request.user,
                    result="refused",
                    detail={
                        "route": request.resolver_match.view_name or request.resolver_match.route,
                        "method": request.method,
                        "status": response.status_code,
                    },
                )
        return response


def _is_refusal(request, response) -> bool:
    if getattr(request, "resolver_match", None) is None or not hasattr(request, "user"):
        return False
    return response.status_code == 403 or (response.status_code == 404 and request.method not in SAFE)


class HistoryContext:
    """Rows changed by a request remember its account and its route; never its address, which names people."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method in SAFE:
            return self.get_response(request)
        with pghistory.context(user=request.user.pk):
            return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method not in SAFE:
            pghistory.context(user=request.user.pk, route=request.resolver_match.view_name)
