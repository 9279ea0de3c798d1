"""Session and account are read together, and nothing of either outlives what it rests on (A4, P5)."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.test import Client

from linli.kernel import clock
from linli.people import accounts, sessions
from linli.people.models import Post
from linli.people.sessions import SessionStore, WhoAsks
from tests.factories.people import make_user, make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db


def key_of(user) -> str:
    """The key of a session in which the user is signed in."""
    client = Client()
    client.force_login(user)
    return client.session.session_key


def entered(key: str):
    """Who asks, as the middleware finds him."""
    request, seen = HttpRequest(), []
    request.session = SessionStore(key)
    WhoAsks(lambda request: seen.append(request.user) or HttpResponse())(request)
    return seen[0]


def elsewhere() -> None:
    """What another process knows of the sessions of this one: nothing."""
    sessions._named.clear()


def test_session_account_person_and_grants_are_one_statement(django_assert_num_queries):
    worker = make_worker(make_community(1), "places.edit")
    key = key_of(worker)
    with django_assert_num_queries(1):
        found = entered(key)
        told = (found, found.person, found.grants, found.may("places.edit"), found.may("people.view"))
    assert told == (worker, worker.person, worker.grants, True, False)
    elsewhere()
    with django_assert_num_queries(
        2
    ):  # a process that does not know whose session it is asks for the account then
        assert entered(key) == worker
    with django_assert_num_queries(1):
        assert entered(key) == worker


def test_A4_the_signed_session_decides_whose_it_is_and_never_the_guess():
    first, second = make_user(username="first"), make_user(username="second")
    key = key_of(first)
    sessions._named[hash(key)] = second.pk
    assert entered(key) == first
    sessions._named[hash(key)] = 10**9  # an account there is not
    assert entered(key) == first
    assert sessions._named[hash(key)] == first.pk


def test_A4_what_ended_in_another_process_has_ended_here():
    worker = make_worker(make_community(1), "places.edit")
    key = key_of(worker)
    assert entered(key).may("places.edit")
    Post.objects.filter(person=worker.person).delete()
    assert not entered(key).may("places.edit")
    with clock.at(clock.now() + timedelta(days=1)):
        assert entered(key) == worker
    worker.is_active = False
    worker.save()
    assert not entered(key).is_authenticated
    worker.is_active = True
    worker.set_password("another horse 9")  # its digest is in the session: the old one ends
    worker.save()
    assert not entered(key).is_authenticated


def test_A4_a_session_that_was_deleted_or_ran_out_opens_nothing():
    one, other, last = (make_user(username=name) for name in ("one", "other", "last"))
    keys = [key_of(user) for user in (one, other, last)]
    assert [entered(key) for key in keys] == [one, other, last]
    Session.objects.filter(pk=keys[0]).delete()
    Session.objects.filter(pk=keys[1]).update(expire_date=clock.now() - timedelta(days=400))
    assert [entered(key).is_authenticated for key in keys] == [False, False, True]
    type(last).objects.filter(pk=last.pk).delete()
    assert not entered(keys[2]).is_authenticated


def test_what_was_read_beside_a_session_serves_that_entering_alone(django_assert_num_queries):
    worker = make_worker(make_community(1), "places.edit")
    key = key_of(worker)
    entered(key)
    assert not accounts.is_entering()
    with django_assert_num_queries(1):
        assert accounts.signed_in_as(worker.pk) == worker
    with accounts.entering():
        SessionStore(key).load()
        with django_assert_num_queries(0):
            assert accounts.signed_in_as(worker.pk) == worker
        with django_assert_num_queries(1):
            assert accounts.signed_in_as(worker.pk + 1) is None


def test_a_visitor_costs_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert not entered("").is_authenticated


def test_W6_guesses_are_bounded(monkeypatch):
    monkeypatch.setattr(sessions, "MOST", 3)
    elsewhere()
    keys = [key_of(make_user(username=f"user-{number}")) for number in range(5)]
    assert len(sessions._named) <= 3
    assert all(entered(key).is_authenticated for key in keys)


def test_the_account_of_the_request_is_the_account_itself_and_the_one_django_finds():
    user = make_user()
    key = key_of(user)
    request = HttpRequest()
    request.session = SessionStore(key)
    assert type(entered(key)) is type(user)
    assert get_user(request) == user
