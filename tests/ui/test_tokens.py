"""The token against forgery is Django's, made faster (I12)."""

from collections import Counter

from django.http import HttpResponse
from django.middleware import csrf
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from linli.ui import tokens
from linli.ui.tokens import token_for

secrets = st.text(csrf.CSRF_ALLOWED_CHARS, min_size=32, max_size=32)


@given(secret=secrets)
def test_I12_a_token_unmasks_to_the_secret_of_its_cookie(secret):
    request = RequestFactory().get("/")
    request.META["CSRF_COOKIE"] = secret
    first, second = token_for(request), token_for(request)
    assert csrf._unmask_cipher_token(first) == csrf._unmask_cipher_token(second) == secret
    assert first != second  # masked anew: what is compressed with it tells nothing (BREACH)
    assert request.META["CSRF_COOKIE_NEEDS_UPDATE"] is True


def test_I12_who_has_no_secret_gets_one_and_it_opens_the_door():
    said = []

    def view(request):
        said.append(token_for(request))
        return HttpResponse("ok")

    door = csrf.CsrfViewMiddleware(view)
    cookie = door(RequestFactory().get("/")).cookies["csrftoken"].value
    assert csrf._unmask_cipher_token(said[0]) == cookie
    for token, passes in ((said[0], True), (said[0][:-1] + ("a" if said[0][-1] != "a" else "b"), False)):
        request = RequestFactory(enforce_csrf_checks=True).post("/", {"csrfmiddlewaretoken": token})
        request.COOKIES["csrftoken"] = cookie
        door.process_request(request)
        assert (door.process_view(request, view, (), {}) is None) is passes


def test_I12_a_secret_is_of_all_characters_alike(monkeypatch):
    """Every byte once, in four parts: each character as often as any other, and nothing of the bytes too many."""
    parts = iter([bytes(range(256))[start::4] for start in range(4)])
    monkeypatch.setattr(tokens.os, "urandom", lambda _count: next(parts))
    assert len(tokens._drawn()) == 32
    every = bytes(range(256)).translate(tokens.NUMBERS, tokens.UNFAIR)
    assert set(Counter(every).values()) == {4}
    assert len(set(every)) == 62
