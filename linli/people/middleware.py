"""No ID number in an address: addresses stand in the logs of servers and proxies and in the browser's history."""

from collections.abc import Callable
from urllib.parse import unquote_plus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from linli.api.problems import problem_answer
from linli.ui.errors import render_error

from .numbers import holds_id_number


class NumbersStayOut:
    """Refuses, before anything is looked up, an address that holds a whole ID number (D10, ASVS 14.2.1)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not holds_id_number(unquote_plus(f"{request.path}?{request.META.get('QUERY_STRING', '')}")):
            return self.get_response(request)
        reason = _("身份证号码不能写在网址里，这次没有查找。请在“居民”页的查找框里输入，那里不会留下号码。")
        if request.path.startswith("/api/"):
            return problem_answer(400, reason)
        request.META["QUERY_STRING"] = ""  # the refusal itself must not draw the number again
        return render_error(request, 400, reason=reason)
