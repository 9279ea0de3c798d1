"""What every answer carries and which methods are answered at all (security I5, I14, settings list of §9)."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from linli.api.problems import problem_answer

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# The location is asked by "where am I" of the filing form, the camera by nothing but file inputs, which need no leave.
PERMISSIONS = "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), interest-cohort=()"
FORGET = '"cache", "storage"'  # drafts and copies of pages on a shared computer; the look (cookies) stays
SIGN_OUT = "account_logout"


class Policies:
    """Refuses methods that nobody needs; says what a browser may do, keep and must forget."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self._refusal(request) or self.get_response(request)
        answer.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if _is_signed_in(request) and not answer.headers.get("Cache-Control", "").startswith("public"):
            answer.headers.setdefault("Cache-Control", "no-store")
        if request.method == "POST" and _route(request) == SIGN_OUT:
            answer.headers["Clear-Site-Data"] = FORGET
        return answer

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        """What is not answered at all: foreign methods, and calls of the API in the clear, token and all.

        A page is sent on to https; a program that is sent on would never notice what it tells the network.
        """
        is_api = request.path.startswith("/api/")
        if request.method not in METHODS:
            allowed = {"Allow": ", ".join(METHODS)}
            return problem_answer(405, headers=allowed) if is_api else HttpResponseNotAllowed(METHODS)
        if settings.SECURE_SSL_REDIRECT and is_api and not request.is_secure():
            return problem_answer(
                403, "请使用 https 访问接口；这次发送的令牌可能已被旁人看到，请停用后另建。"
            )
        return None


def _is_signed_in(request: HttpRequest) -> bool:
    """Whether the answer may show somebody's data; asked without reading the account from the database."""
    session = getattr(request, "session", None)
    return session is not None and session.accessed and "_auth_user_id" in session


def _route(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    return match.url_name or "" if match else ""
