"""What libraries work out anew for each request though nothing of it changed: worked out once here.

Each does what its parent does, and hands to it whatever is not the usual case; tests hold them side by side.
"""

from functools import lru_cache
from typing import Any

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.conf.urls.i18n import is_language_prefix_patterns_used
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.urls import ResolverMatch
from django.utils import translation
from django.utils.cache import patch_vary_headers

OWN = frozenset(
    f"_csp_{what}{where}" for what in ("config", "update", "replace", "exempt") for where in ("", "_ro")
)
TOO_LATE = CheckableLazyObject(CSPMiddleware._csp_nonce_post_response)
LONGEST_WISH = 200  # characters; who sends more is answered, but not kept
MOST_WISHES = 512
MOST_ROUTES = 1024  # the platform has some four hundred without a part to fill in


class Policy(CSPMiddleware):
    """The header of the settings as a text that stands; an answer with rules of its own is worked out (I5)."""

    text: tuple[Any, str] = (None, "")

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        told = settings.CONTENT_SECURITY_POLICY
        if not self._is_usual(told, request, response):
            return super().process_response(request, response)
        if self.text[0] is not told:
            self.text = (told, build_policy())
        response.headers.setdefault(HEADER, self.text[1])
        request.csp_nonce = TOO_LATE
        return response

    def _is_usual(self, told: dict, request: HttpRequest, response: HttpResponse) -> bool:
        only_directives = len(told) == 1 and "DIRECTIVES" in told
        said = settings.DEBUG or getattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY", None)
        has_nonce = request.__dict__.get("_csp_nonce") is not None
        return only_directives and not said and not has_nonce and OWN.isdisjoint(response.__dict__)


class Language(LocaleMiddleware):
    """The language of the cookie, else of the browser; our addresses have none in front, so they are not searched."""

    def process_request(self, request: HttpRequest) -> None:
        if is_language_prefix_patterns_used(getattr(request, "urlconf", settings.ROOT_URLCONF))[0]:
            super().process_request(request)
            return
        wish = (
            request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME),
            request.META.get("HTTP_ACCEPT_LANGUAGE", ""),
        )
        is_long = len(wish[0] or "") + len(wish[1]) > LONGEST_WISH
        language = _language_of(request) if is_long else _language(*wish, settings.LANGUAGE_CODE)
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if is_language_prefix_patterns_used(getattr(request, "urlconf", settings.ROOT_URLCONF))[0]:
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


def _language_of(request: HttpRequest) -> str:
    return translation.get_language_from_request(request)


@lru_cache(maxsize=MOST_WISHES)
def _language(cookie: str | None, accepted: str, _otherwise: str) -> str:
    wish = HttpRequest()
    wish.META["HTTP_ACCEPT_LANGUAGE"] = accepted
    if cookie is not None:
        wish.COOKIES[settings.LANGUAGE_COOKIE_NAME] = cookie
    return _language_of(wish)


class Handler(WSGIHandler):
    """Remembers which view answers an address without a part to fill in: those are the pages asked all day.

    Addresses with a number or a secret in them are looked up each time and stand nowhere.
    """

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[tuple[str, str], ResolverMatch] = {}

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        if hasattr(request, "urlconf"):
            return super().resolve_request(request)
        asked = (settings.ROOT_URLCONF, request.path_info)
        match = self.known.get(asked)
        if match is not None:
            request.resolver_match = match
            return match
        match = super().resolve_request(request)
        if not match.captured_kwargs and not match.args and len(self.known) < MOST_ROUTES:
            self.known[asked] = match
        return match
