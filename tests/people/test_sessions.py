"""Sessions: how they end (A4), and that signing out leaves nothing behind on a shared computer."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from linli.audit.models import Entry
from linli.config.commands import end_sessions
from linli.kernel import clock
from tests.factories.people import make_post, make_user
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db
LOGIN, PASSWORD, MINE = "/accounts/login/", "correct horse 9", "/accounts/sessions/"


def signed_in(username: str) -> Client:
    client = Client()
    client.post(LOGIN, {"login": username, "password": PASSWORD})
    assert client.get(MINE).status_code == 200
    return client


@pytest.fixture
def worker():
    user = make_user(username="worker")
    make_post(user, make_community(), "people.view")
    return signed_in("worker")


@pytest.fixture
def resident():
    make_user(username="resident")
    return signed_in("resident")


def after(client, **time) -> int:
    with clock.at(clock.now() + timedelta(**time)):
        return client.get(MINE).status_code


def test_a_session_left_alone_ends(worker, resident):
    """A1, docs/security.md: after 60 minutes for whoever holds a post; a resident takes his time."""
    assert after(worker, minutes=59) == 200
    assert after(worker, minutes=59 + 59) == 200  # it was used in between
    assert after(worker, minutes=59 + 59 + 61) == 302
    assert after(resident, minutes=59 + 59 + 61) == 200
    with clock.at(clock.now() + timedelta(minutes=180)):
        assert "请重新登录" in worker.get(LOGIN).content.decode()
    assert Entry.objects.filter(act="account.signed_out").count() == 1


def test_a_session_ends_after_a_working_day_however_busy(resident):
    for hour in range(1, 13):
        assert after(resident, hours=hour) == 200
    assert after(resident, hours=12, seconds=1) == 302


def test_after_signing_out_the_key_opens_nothing_and_the_browser_clears_its_copies(resident):
    key = resident.session.session_key
    answer = resident.post("/accounts/logout/")
    again = Client()
    again.cookies["sessionid"] = key

    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(pk=key).exists()
    assert again.get(MINE).status_code == 302


def test_every_face_offers_to_sign_out(worker):
    for address in ("/", "/people/", "/me/information/"):
        page = worker.get(address, follow=True).content.decode()

        assert 'action="/accounts/logout/"' in page or 'href="/accounts/logout/"' in page, address


def test_one_sees_ones_sessions_and_ends_the_others(resident):
    elsewhere = signed_in("resident")

    page = resident.get(MINE).content.decode()
    resident.post(MINE)

    assert page.count("<tr") >= 3
    assert (resident.get(MINE).status_code, elsewhere.get(MINE).status_code) == (200, 302)


def test_an_operator_ends_all_sessions_of_somebody_or_of_everybody(worker, resident, capsys):
    assert end_sessions(["nobody"]) == 1
    assert end_sessions(["worker"]) == 0
    seen = (worker.get(MINE).status_code, resident.get(MINE).status_code)
    assert end_sessions(["--all"]) == 0

    assert (seen, resident.get(MINE).status_code) == ((302, 200), 302)
    assert Entry.objects.filter(act="account.sessions_ended").count() == 2
    assert capsys.readouterr().out.startswith("✓ 1 sessions ended\n")
