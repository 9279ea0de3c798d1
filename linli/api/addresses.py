"""Where a request comes from, believed only as far as our own proxies vouch for it (security A6)."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of the client: the entry our outermost proxy added, else the peer itself.

    X-Forwarded-For is read from its end, one entry for each trusted proxy; what stands before is the
    client's own word and is ignored.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    proxies = settings.ENVIRONMENT.trusted_proxies
    entries = [e.strip() for e in request.headers.get("X-Forwarded-For", "").split(",") if e.strip()]
    if proxies == 0 or len(entries) < proxies:
        return peer
    return entries[-proxies]
