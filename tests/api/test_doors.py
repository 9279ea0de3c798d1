"""Who gets in: tokens, sessions, scopes, forgery, rights read at each request (A4, P1, P5, I12)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from linli.api.models import Token
from linli.api.tokens import issue_token, revoke_token
from linli.kernel import clock
from tests.factories.api import make_token, token_client
from tests.factories.people import make_user, make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db
ME = "/api/v1/people/me"


def test_a_token_opens_what_its_scopes_name_and_nothing_else():
    client = token_client(make_user("张三"), "people:me")

    assert (client.get(ME).json()["name"], client.get("/api/v1/units").status_code) == ("张三", 403)


@pytest.mark.parametrize("header", ["Bearer linli_wrong", "Bearer", "Basic dTpw", "Bearer 𝕏\udcff"])
def test_a_wrong_key_is_refused_even_where_anybody_may_enter(header):
    answer = Client().get("/api/v1/places", headers={"Authorization": header})

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_the_key_is_kept_nowhere_and_its_opening_is_shown():
    token, key = make_token(make_user(), "people:me")

    row = Token.objects.filter(pk=token.pk).values().get()
    assert key[6:14] == row["prefix"]
    assert [value for value in row.values() if key in str(value)] == []


def test_a_token_ends_on_its_day_when_withdrawn_and_with_its_account():
    user = make_user()
    client, token = token_client(user, "people:me"), Token.objects.get()

    def status():
        return client.get(ME).status_code

    before = status()
    with clock.at(token.expires_at):
        on_its_day = status()
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    deactivated = status()
    type(user).objects.filter(pk=user.pk).update(is_active=True)
    revoke_token(token, by=user)
    assert (before, on_its_day, deactivated, status()) == (200, 401, 401, 401)


def test_a_token_cannot_be_made_for_an_unknown_scope_or_by_a_token():
    user = make_user()
    with pytest.raises(ValidationError):
        issue_token(by=user, name="x", scopes_wanted=["places:write"], days=3)

    answer = token_client(user, "people:me").post(
        "/api/v1/tokens", {"name": "x", "scopes": ["people:me"]}, content_type="application/json"
    )
    assert answer.status_code == 403


def test_the_database_refuses_a_token_for_longer_than_a_year():
    user = make_user()
    made = {"user": user, "name": "x", "prefix": "x", "digest": "x", "scopes": ["people:me"]}
    with pytest.raises(IntegrityError), transaction.atomic():
        Token.objects.create(**made, expires_at=clock.now() + timedelta(days=400))


def test_use_of_a_token_is_noted_at_most_every_five_minutes():
    client = token_client(make_user(), "people:me")
    client.get(ME)
    with clock.at(clock.now() + timedelta(minutes=4)):
        client.get(ME)
    first = Token.objects.get().last_used_at
    with clock.at(clock.now() + timedelta(minutes=6)):
        client.get(ME)

    assert (first, Token.objects.get().last_used_at - first) == (clock.now(), timedelta(minutes=6))


def test_I12_a_session_changes_nothing_without_the_token_against_forgery():
    user = make_user()
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    wanted = {"name": "x", "scopes": ["people:me"]}

    forged = client.post("/api/v1/tokens", wanted, content_type="application/json")
    client.cookies["csrftoken"] = "a" * 32
    honest = client.post(
        "/api/v1/tokens", wanted, content_type="application/json", headers={"X-CSRFToken": "a" * 32}
    )

    assert (forged.status_code, honest.status_code, Token.objects.count()) == (403, 201, 1)


def test_a_signed_in_door_is_shut_to_nobody_in_particular():
    answer = Client().get(ME)

    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")


def test_I12_a_json_door_accepts_only_json():
    client = token_client(make_user(), "people:me")

    answer = client.patch(ME, b"preferred_channel=sms", content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 415


def test_somebody_elses_token_is_answered_like_one_that_does_not_exist():
    token, _key = make_token(make_user(), "people:me")
    client = Client()
    client.force_login(make_user())

    answers = [client.delete(f"/api/v1/tokens/{pk}").status_code for pk in (token.pk, 10**9, -1, "x")]

    assert answers == [404, 404, 422, 422]
    assert Token.objects.get().revoked_at is None


def test_I14_answers_of_the_api_are_not_stored():
    make_community()

    assert Client().get("/api/v1/places")["Cache-Control"] == "no-store"


def test_P5_a_token_brings_along_only_the_permissions_of_its_scopes(client):
    """What its holder may beyond them stays behind, wherever in the request it is asked."""
    from django.test import RequestFactory

    from linli.api.doors import needs as door_needs
    from linli.api.problems import Problem
    from linli.api.scopes import declare_scope, scopes

    declare_scope("tests:read", "测试")
    declare_scope("tests:write", "测试")
    try:
        worker = make_worker(make_community(), "people.view", "people.edit")
        reading, writing = door_needs("people.view", "tests:read"), door_needs("people.edit", "tests:write")
        _token, key = make_token(worker, "tests:read")
        request = RequestFactory().get("/", headers={"Authorization": f"Bearer {key}"})

        entered = reading[0](request)

        assert (entered.user.may("people.view"), entered.user.may("people.edit")) == (True, False)
        assert entered.user.scope("people.edit") != entered.user.scope("people.view")
        with pytest.raises(Problem) as refused:
            writing[0](request)
        assert refused.value.status == 403
        assert worker.may("people.edit")
    finally:
        del scopes["tests:read"], scopes["tests:write"]


def test_P5_a_token_gives_nothing_that_its_holder_does_not_have():
    from django.test import RequestFactory

    from linli.api.doors import needs as door_needs
    from linli.api.problems import Problem
    from linli.api.scopes import declare_scope, scopes

    declare_scope("tests:read", "测试")
    try:
        door = door_needs("people.view", "tests:read")
        _token, key = make_token(make_user(), "tests:read")
        with pytest.raises(Problem) as refused:
            door[0](RequestFactory().get("/", headers={"Authorization": f"Bearer {key}"}))
        assert refused.value.status == 403
    finally:
        del scopes["tests:read"]
