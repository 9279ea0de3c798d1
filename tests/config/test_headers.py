"""What every answer carries, and which requests are answered at all (I5, I14; security-notes §9)."""

import pytest
from django.contrib.staticfiles import finders

from tests.factories.people import make_user, make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db


@pytest.fixture
def static_file():
    return next(
        f"/static/{path}"
        for finder in finders.get_finders()
        for path, _store in finder.list([])
        if path.endswith(".js")
    )


def test_every_page_carries_the_policies_and_static_files_too(client, static_file):
    for address in ("/", "/exchange/", "/api/v1/scopes", "/healthz", "/nothing-here/", static_file):
        answer = client.get(address)
        policy = answer["Content-Security-Policy"] if address != static_file else ""

        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in answer["Permissions-Policy"]
        if answer.streaming:
            b"".join(answer.streaming_content)
        if policy:
            for rule in (
                "default-src 'self'",
                "object-src 'none'",
                "base-uri 'none'",
                "frame-ancestors 'none'",
            ):
                assert rule in policy
            assert "unsafe" not in policy
            assert "//" not in policy


def test_no_foreign_origin_may_read_an_answer(client):
    for address in ("/", "/api/v1/scopes", "/api/v1/scopes?callback=steal"):
        answer = client.get(address, headers={"Origin": "https://evil.example"})

        assert "Access-Control-Allow-Origin" not in answer
        assert b"steal(" not in answer.content


def test_answers_name_their_type_and_character_set(client):
    kinds = {address: client.get(address)["Content-Type"] for address in ("/", "/healthz", "/api/v1/scopes")}

    assert kinds == {
        "/": "text/html; charset=utf-8",
        "/healthz": "text/plain; charset=utf-8",
        "/api/v1/scopes": "application/json; charset=utf-8",
    }


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "DEBUG"])
def test_methods_that_nobody_needs_are_refused(client, method):
    for address in ("/", "/api/v1/scopes", "/accounts/login/"):
        assert client.generic(method, address).status_code == 405


@pytest.mark.parametrize(
    "address",
    ["/.git/HEAD", "/.env", "/manage.py", "/static/", "/static/../manage.py", "/static/ui/", "/linli/"],
)
def test_nothing_of_the_checkout_is_served(client, address):
    assert client.get(address).status_code == 404


def test_I14_no_page_of_a_signed_in_person_may_be_stored(client):
    open_to_all = client.get("/").headers.get("Cache-Control", "")
    client.force_login(make_worker(make_community(), "people.view"))
    kept = {
        address: client.get(address)["Cache-Control"] for address in ("/", "/people/", "/accounts/sessions/")
    }

    assert "no-store" not in open_to_all
    assert [address for address, said in kept.items() if "no-store" not in said] == []


def test_a_parameter_given_twice_is_read_once(client):
    client.force_login(make_user())

    assert client.get("/search/?q=a&q=b").status_code == 200
    assert client.get("/api/v1/places?limit=1&limit=999999").status_code == 422


def test_the_api_refuses_plain_http_where_pages_are_sent_on(client, settings):
    settings.SECURE_SSL_REDIRECT = True

    page, call = client.get("/exchange/"), client.get("/api/v1/scopes")

    assert (page.status_code, page["Location"]) == (301, "https://testserver/exchange/")
    assert (call.status_code, call["Content-Type"]) == (403, "application/problem+json")
    assert client.get("/api/v1/scopes", secure=True).status_code == 200
