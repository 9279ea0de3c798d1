"""Messages wait where Django keeps them, though nothing is made before there is one."""

from django.contrib import messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory

from linli.ui.toasts import Waiting

LONG = "很长的消息" * 200


def passed_on(kind, told):
    """What a second request finds of what a first one said, and what a third still finds."""
    session, cookies, found = SessionStore(), {}, []
    for said in (told, (), ()):
        request = RequestFactory().get("/")
        request.session, request.COOKIES = session, dict(cookies)
        request._messages = kind(request)
        found.append([str(message) for message in request._messages] if not said else [])
        for text in said:
            messages.success(request, text)
        answer = HttpResponse()
        request._messages.update(answer)
        for name, morsel in answer.cookies.items():
            if morsel["max-age"] == 0 or not morsel.value:
                cookies.pop(name, None)
            else:
                cookies[name] = morsel.value
    return found, sorted(session.keys()), sorted(cookies)


def test_messages_are_passed_on_once_as_by_django():
    for told in ((), ("已保存",), ("一", "二", "三"), (LONG, LONG, LONG, LONG)):
        assert passed_on(Waiting, told) == passed_on(FallbackStorage, told)
        assert passed_on(Waiting, told)[0][1] == list(told)


def test_a_request_without_messages_looks_nowhere():
    request = RequestFactory().get("/")
    request._messages = Waiting(request)
    assert list(request._messages) == []
    request._messages.update(HttpResponse())
    assert "storages" not in request._messages.__dict__
