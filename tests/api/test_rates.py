"""Too many requests are refused early, with the time to wait; parallel workers add up exactly (I13, W2)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings

from linli.api import rates
from linli.api.models import RateCount
from linli.kernel import clock
from tests.conftest import TEST_DAY
from tests.factories.api import token_client
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
FEW = rates.Rate("few", 2, 60)


def test_one_too_many_is_told_how_long_to_wait(monkeypatch):
    monkeypatch.setattr("linli.api.doors.BY_ADDRESS", FEW)
    with clock.at(clock.now() + timedelta(seconds=20)):
        answers = [Client().get("/api/v1/places") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "40"


def test_persons_behind_one_address_are_counted_apart(monkeypatch):
    monkeypatch.setattr("linli.api.doors.BY_PERSON", FEW)
    one, other = (token_client(make_user(), "people:me") for _ in range(2))

    statuses = [client.get("/api/v1/people/me").status_code for client in (one, one, one, other)]

    assert statuses == [200, 200, 429, 200]


def test_guessing_keys_is_stopped_soon(monkeypatch):
    monkeypatch.setattr("linli.api.doors.WRONG_TOKENS", FEW)
    guess = {"Authorization": "Bearer linli_guess"}

    assert [Client().get("/api/v1/units", headers=guess).status_code for _ in range(3)] == [401, 401, 429]


def test_a_new_stretch_begins_at_none_and_the_old_count_is_forgotten():
    rates.count(FEW, "x")
    with clock.at(clock.now() + timedelta(minutes=3)):
        again = rates.count(FEW, "x")
        gone = rates.forget_old_counts()

    assert (again, gone, RateCount.objects.count()) == (1, 1, 1)


def test_D10_no_address_is_stored():
    Client().get("/api/v1/places", REMOTE_ADDR="203.0.113.7")

    assert "203.0.113.7" not in str(list(RateCount.objects.values()))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "198.51.100.1", "192.0.2.1"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (2, "203.0.113.9", "192.0.2.1"),
    ],
)
def test_A6_the_address_is_believed_only_from_our_own_proxies(rf, settings, proxies, forwarded, seen):
    from linli.api.addresses import client_address

    environment = settings.ENVIRONMENT.model_copy(update={"trusted_proxies": proxies})
    with override_settings(ENVIRONMENT=environment):
        request = rf.get("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": forwarded})
        assert client_address(request) == seen


@pytest.mark.django_db(transaction=True)
def test_threads_that_count_at_once_lose_nothing():
    def visit(_number):
        with clock.at(TEST_DAY):
            try:
                return rates.count(FEW, "crowd")
            finally:
                connection.close()

    with ThreadPoolExecutor(4) as crowd:
        counts = sorted(crowd.map(visit, range(40)))

    assert counts == list(range(1, 41))
