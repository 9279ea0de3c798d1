"""A1: what a password must be, for everybody and for staff under 等保三级."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from linli.kernel import clock
from linli.notices import codes
from linli.notices.models import PastPassword
from tests.factories.people import make_post, make_user
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db
LOGIN, CHANGE, PASSWORD = "/accounts/login/", "/accounts/password/change/", "correct horse 9"


@pytest.fixture
def djbh3(settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"staff_profile": "djbh3"})


@pytest.fixture
def worker():
    user = make_user(username="worker")
    make_post(user, make_community(), "people.view")
    return user


def refused(password, user=None) -> bool:
    try:
        validate_password(password, user)
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize(
    "password",
    [
        "1234567",
        "password1",
        "iloveyou",
        "linli2026!",
        "邻里社区2026",
        "MINZHENG_2026",
        "x" * 129,
        "wangxiaoming1",
    ],
)
def test_a_password_is_refused_with_a_sentence(password):
    with pytest.raises(ValidationError) as told:
        validate_password(password, make_user(username="wangxiaoming"))
    assert all(told.value.messages)


def test_residents_choose_any_characters(djbh3):
    for password in ("correct horse battery", "一只青蛙四条腿过河", "zzqqwwxxyyvv", "linli-frog-battery"):
        assert not refused(password, make_user())


def test_a_password_counts_to_the_last_character(client):
    user, long = make_user(username="long"), "Ab " + "长口令" * 41 + "xy"
    user.set_password(long)
    user.save()

    assert (len(long), refused(long)) == (128, False)
    for wrong in (long[:-1], long.lower(), long.strip() + " "):
        client.post(LOGIN, {"login": "long", "password": wrong})
        assert "_auth_user_id" not in client.session
    client.post(LOGIN, {"login": "long", "password": long})
    assert "_auth_user_id" in client.session


def test_password_fields_hide_and_allow_pasting(client):
    client.force_login(make_user())
    for page in (Client().get(LOGIN), client.get(CHANGE)):
        text = page.content.decode()

        assert 'type="password"' in text
        assert "onpaste" not in text
        assert 'autocomplete="off"' not in text


def test_changing_asks_for_the_old_password(client):
    user = make_user(username="wang")
    client.post(LOGIN, {"login": "wang", "password": PASSWORD})
    new = {"password1": "green frog battery", "password2": "green frog battery"}

    client.post(CHANGE, {"oldpassword": "wrong", **new})
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    client.post(CHANGE, {"oldpassword": PASSWORD, **new})
    user.refresh_from_db()
    assert user.check_password("green frog battery")


def test_a_reset_does_not_sign_in(client):
    user = make_user(email="known@example.org")
    EmailAddress.objects.create(user=user, email="known@example.org", verified=True, primary=True)
    client.post("/accounts/password/reset/", {"email": "known@example.org"})
    codes.wait_until_sent()
    (message,) = mail.outbox
    link = next(word for word in message.body.split() if "/password/reset/key/" in word)
    form = client.get(link[link.index("/accounts/") :], follow=True)
    client.post(
        form.request["PATH_INFO"], {"password1": "green frog battery", "password2": "green frog battery"}
    )

    user.refresh_from_db()
    assert (user.check_password("green frog battery"), "_auth_user_id" in client.session) == (True, False)


def test_under_djbh3_a_password_of_staff_ends_and_must_differ_from_the_last_ones(
    djbh3, worker, settings, client
):
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if not one.endswith("SecondFactor")]
    for password in ("greenfrogbattery", "GREENFROG1234", "green frog battery"):
        assert refused(password, worker)
    for number in range(5):
        assert not refused(f"Green frog {number}", worker)
        worker.set_password(f"Green frog {number}")
        worker.save()

    assert [refused(f"Green frog {number}", worker) for number in range(5)] == [True] * 5
    assert PastPassword.objects.filter(user=worker).count() == 5
    client.force_login(worker)
    assert client.get("/people/").status_code == 200
    with clock.at(clock.now() + timedelta(days=91)):
        client.force_login(worker)
        sent = client.get("/people/")
        assert (sent.status_code, sent.url) == (302, CHANGE)
        assert client.get(CHANGE).status_code == 200


def test_without_djbh3_no_password_ends(worker, client):
    with clock.at(clock.now() + timedelta(days=4000)):
        client.force_login(worker)
        assert client.get("/people/").status_code == 200
