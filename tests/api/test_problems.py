"""Every refusal below /api/ is problem+json, whoever refused (pitfall 9, I1, I13)."""

import logging

import pytest
from django.test import Client, override_settings

from linli.api.schemas import PageQuery
from tests.factories.api import token_client
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def asked(client, method, path, **said):
    answer = getattr(client, method)(path, **said)
    return answer.status_code, answer["Content-Type"], answer.json()["status"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/api/", 404),
        ("get", "/api/v1/nothing", 404),
        ("get", "/api/v1/places/999999999999", 404),
        ("delete", "/api/v1/places", 405),
        ("get", "/api/v1/places/-1", 422),
        ("get", "/api/v1/places?limit=0", 422),
        ("get", "/api/v1/places?limit=1_0", 422),
        ("get", "/api/v1/places?colour=red", 422),
        ("get", "/api/v1/places?name=%00", 422),
        ("get", "/api/v1/places?name=%E2%80%AE", 422),
        ("get", "/api/v1/places?cursor=%FF", 422),
        ("get", "/api/v1/places?cursor=IlwwIg", 422),
        ("get", "/api/v1/people/me", 401),
    ],
)
def test_a_refusal_is_problem_json(method, path, status):
    assert asked(Client(), method, path) == (status, "application/problem+json", status)


def test_405_names_the_methods_that_work():
    assert Client().delete("/api/v1/places")["Allow"] == "GET"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"needs_help_with_phone": NaN}', 400),
        (b'{"needs_help_with_phone": true, "needs_help_with_phone": false}', 400),
        (b"[" * 100_000, 400),
        (b"\xff", 400),
        (b'{"needs_help_with_phone": "true"}', 422),
        (b'{"needs_help_with_phone": 1}', 422),
        (b'{"preferred_channel": "pigeon"}', 422),
        (b'{"name": "x"}', 422),
        (b"[]", 422),
        (b"x" * (3 * 1024 * 1024), 413),
    ],
)
def test_I4_a_body_that_is_not_what_the_schema_says_is_refused(body, status):
    client = token_client(make_user(), "people:me")
    said = {"data": body, "content_type": "application/json", "headers": {"If-Match": '"v1"'}}

    assert asked(client, "patch", "/api/v1/people/me", **said)[:2] == (status, "application/problem+json")


def test_a_refusal_names_field_and_reason_and_repeats_nothing():
    answer = Client().get("/api/v1/places?limit=abc")

    assert answer.json()["errors"] == [{"where": "query.limit", "reason": "请写阿拉伯数字"}]


def test_W7_a_fault_of_ours_is_a_problem_without_details(monkeypatch, caplog):
    def broken(*_arguments, **_named):
        raise RuntimeError("secret")

    monkeypatch.setattr(PageQuery, "model_validate", broken)
    monkeypatch.setattr("linli.places.api.cut_page", broken)
    with caplog.at_level(logging.CRITICAL):
        answer = Client(raise_request_exception=False).get("/api/v1/places")

    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert "secret" not in answer.content.decode()


def test_pages_outside_the_api_keep_their_own_errors():
    assert Client().get("/nothing-here")["Content-Type"] == "text/html; charset=utf-8"


@override_settings(STATIC_URL="/static/")
def test_the_swagger_page_comes_from_our_own_static_files():
    page = Client().get("/api/v1/docs").content.decode()

    assert "/static/ninja/swagger-ui-bundle.js" in page
    assert "//cdn" not in page
