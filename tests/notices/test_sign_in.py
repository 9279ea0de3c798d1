"""Signing in through the channels: each test names the control it proves (security-notes §2)."""

import json
import logging
import re
import threading

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import password_changed
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client

from linli.notices import codes
from linli.people.models import User
from tests.factories.people import make_person, make_post, make_user
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db
PHONE, OTHER_PHONE = "13900000001", "13900000002"
PASSWORD = "correct horse 9"  # of the factory
ASK, CONFIRM, LOGIN = "/accounts/login/code/", "/accounts/login/code/confirm/", "/accounts/login/"


@pytest.fixture(autouse=True)
def texts(settings, tmp_path):
    """The text messages that went out, newest last: (number, text)."""
    settings.STATE_DIR = tmp_path

    def read() -> list[tuple[str, str]]:
        codes.wait_until_sent()
        files = sorted((tmp_path / "messages").rglob("*.txt"), key=lambda path: path.stat().st_mtime_ns)
        return [tuple(path.read_text().strip().split("\n", 1)) for path in files]

    return read


def make_account(phone: str = PHONE, **fields) -> User:
    return make_user(person=make_person(phone=phone), **fields)


def code_in(text: str) -> str:
    return re.search(r"\b(\d{6})\b", text)[1]


def ask(client, phone: str = PHONE):
    return client.post(ASK, {"phone": phone})


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def forget_counts() -> None:
    """As if the time of the limits had passed."""
    cache.clear()


def test_A2_a_code_signs_in_and_is_kept_and_written_nowhere(client, texts, caplog):
    make_account()
    caplog.set_level(logging.DEBUG)

    asked = ask(client)
    ((number, text),) = texts()
    code = code_in(text)
    kept = json.dumps(dict(client.session.items()))
    client.post(CONFIRM, {"code": code})

    assert (number, asked.status_code, asked.url) == (PHONE, 302, CONFIRM)
    assert code not in kept
    assert code not in Session.objects.get(pk=client.session.session_key).session_data
    assert code not in caplog.text + asked.content.decode() + client.get("/").content.decode()
    assert is_signed_in(client)


def test_A2_a_code_is_good_once(client, texts):
    make_account()
    ask(client)
    code = code_in(texts()[0][1])
    before = client.session["account_login"]["state"]["stages"]["login_by_code"]["data"]["code"]

    assert [codes.opens(before, code, purpose="sign-in") for _time in range(2)] == [True, False]


def test_A2_a_code_opens_for_its_purpose_and_its_request_alone():
    kept, other = codes.sealed("123456", purpose="sign-in"), codes.sealed("123456", purpose="sign-in")

    assert kept != other
    assert codes.opens(kept, "123456", purpose="change-phone") is False
    assert codes.opens(kept, "123 456", purpose="sign-in") is True
    assert codes.opens("", "", purpose="sign-in") is False


def test_A2_a_code_of_one_session_is_worth_nothing_in_another(client, texts):
    make_account()
    make_account(OTHER_PHONE)
    ask(client)
    other = Client()
    ask(other, OTHER_PHONE)

    other.post(CONFIRM, {"code": code_in(texts()[0][1])})

    assert not is_signed_in(other)


def test_A2_a_code_bears_three_wrong_tries(client, texts):
    make_account()
    ask(client)
    code = code_in(texts()[0][1])
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _try in range(3):
        client.post(CONFIRM, {"code": wrong})

    client.post(CONFIRM, {"code": code})

    assert not is_signed_in(client)


@pytest.mark.django_db(transaction=True)
def test_A2_parallel_tries_of_one_code_share_one_count():
    kept, opened = codes.sealed("123456", purpose="sign-in"), []
    start = threading.Barrier(8)

    def attempt(code):
        try:
            start.wait()
            opened.append(codes.opens(kept, code, purpose="sign-in"))
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(f"{number:06}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert opened == [False] * 8
    assert codes.opens(kept, "123456", purpose="sign-in") is False


def test_A2_a_code_ends_after_five_minutes(client, texts):
    make_account()
    ask(client)
    session = client.session
    session["account_login"]["state"]["stages"]["login_by_code"]["data"]["at"] -= 301
    session.save()

    client.post(CONFIRM, {"code": code_in(texts()[0][1])})

    assert not is_signed_in(client)


def test_A2_codes_are_counted_by_the_normalised_number(client, texts):
    make_account()
    for written in (PHONE, "139 0000 0001", "+8613900000001", "139-0000-0001"):
        Client().post(ASK, {"phone": written})

    assert len(texts()) == 1


def test_A2_codes_are_counted_for_an_address_and_for_everybody(settings, texts):
    settings.ACCOUNT_RATE_LIMITS = {
        "request_login_code": "2/h/ip,10/d/key",
        "codes_of_everybody": "3/h/key",
    }
    phones = [f"1390000001{number}" for number in range(6)]
    for phone in phones:
        make_account(phone)

    for phone, address in zip(
        phones, ["192.0.2.1"] * 3 + ["192.0.2.2", "192.0.2.3", "192.0.2.4"], strict=True
    ):
        Client(REMOTE_ADDR=address).post(ASK, {"phone": phone})

    assert sorted(number for number, _text in texts()) == [phones[0], phones[1], phones[3]]


def test_A2_links_and_codes_live_ten_minutes_at_most(settings):
    assert settings.PASSWORD_RESET_TIMEOUT <= 600
    assert settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT <= 600
    assert settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS * 86400 <= 600


def page_of(response) -> tuple[int, str]:
    """Status and text of an answer without what is random in it."""
    text = re.sub(r"\b\w{64}\b", "token", response.content.decode())
    return response.status_code, text.replace(OTHER_PHONE, PHONE).replace("known@", "unknown@")


def test_A3_asking_for_a_code_answers_alike_for_known_and_unknown_phones(texts):
    make_account(PHONE)
    answers = []
    for phone in (PHONE, OTHER_PHONE):
        client = Client()
        first = client.post(ASK, {"phone": phone}, follow=True)
        answers.append((first.redirect_chain, page_of(first), page_of(client.post(CONFIRM, {"code": "0"}))))

    assert answers[0] == answers[1]
    assert [number for number, _text in texts()] == [PHONE]


def test_A3_a_password_that_is_wrong_answers_like_an_account_that_is_not():
    make_account(username="wang")
    answers = [
        page_of(Client().post(LOGIN, {"login": name, "password": "not the one"}))
        for name in ("wang", "nobody")
    ]

    assert answers[0][0] == answers[1][0]
    assert answers[0][1].replace("wang", "nobody") == answers[1][1]


def test_A3_a_reset_answers_alike_and_writes_to_nobody_unknown():
    make_account(email="known@example.org")
    EmailAddress.objects.create(
        user=User.objects.get(), email="known@example.org", verified=True, primary=True
    )
    answers = []
    for address in ("known@example.org", "unknown@example.org"):
        client = Client()
        response = client.post("/accounts/password/reset/", {"email": address}, follow=True)
        answers.append((response.redirect_chain, page_of(response)))
    codes.wait_until_sent()

    assert answers[0] == answers[1]
    assert [message.to for message in mail.outbox] == [["known@example.org"]]


def test_a_phone_that_several_share_asks_for_the_user_name_by_text_alone(client, texts):
    make_account(username="wang")
    make_account(username="li")

    asked = ask(client)
    ((_number, text),) = texts()

    assert (asked.status_code, asked.url) == (302, CONFIRM)
    assert "请用各自的用户名和密码登录" in text
    by_phone, by_name = Client(), Client()
    by_phone.post(LOGIN, {"login": PHONE, "password": PASSWORD})
    by_name.post(LOGIN, {"login": "wang", "password": PASSWORD})
    assert (is_signed_in(by_phone), is_signed_in(by_name)) == (False, True)


def test_a_phone_of_one_account_alone_signs_in_with_the_password(client):
    make_account(username="wang")
    make_person(phone=PHONE)  # somebody without an account shares it: the account is still one

    client.post(LOGIN, {"login": "139 0000 0001", "password": PASSWORD})

    assert is_signed_in(client)


def test_a_code_comes_by_mail_too(client):
    user = make_account(email="known@example.org")
    EmailAddress.objects.create(user=user, email="known@example.org", verified=True, primary=True)

    client.post(ASK, {"email": "known@example.org"})
    codes.wait_until_sent()
    (message,) = mail.outbox
    client.post(CONFIRM, {"code": code_in(message.body)})

    assert is_signed_in(client)


def test_lock_out_survives_a_restart_and_another_way_to_write_the_name(settings):
    make_account(username="wang")
    for name in ("wang", "WANG", " wang", "Wang ", "wang"):
        Client().post(LOGIN, {"login": name, "password": "not the one"})
    # a new process knows nothing but the database, where the counts stand
    assert settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"

    locked = Client()
    locked.post(LOGIN, {"login": "wang", "password": PASSWORD})
    assert not is_signed_in(locked)

    forget_counts()
    later = Client()
    later.post(LOGIN, {"login": "wang", "password": PASSWORD})
    assert is_signed_in(later)


def test_A4_a_new_session_at_sign_in(client):
    make_account(username="wang")
    client.get(LOGIN)
    session = client.session
    session["seen"] = True
    session.save()
    before = session.session_key
    client.post(LOGIN, {"login": "wang", "password": PASSWORD})

    assert is_signed_in(client)
    assert client.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()


def test_A4_a_deactivated_account_is_out_at_once(client):
    user = make_account(username="wang")
    client.force_login(user)
    assert client.get("/accounts/sessions/").status_code == 200

    User.objects.update(is_active=False)

    assert client.get("/accounts/sessions/").status_code == 302
    ask(client)
    client.post(CONFIRM, {"code": "000000"})
    client.post(LOGIN, {"login": "wang", "password": PASSWORD})
    assert client.get("/accounts/sessions/").status_code == 302


def test_A4_a_changed_password_ends_every_session():
    user = make_account(username="wang")
    here, there = Client(), Client()
    for client in (here, there):
        client.force_login(user)
    user.set_password("another horse 10")
    user.save()

    assert [client.get("/accounts/sessions/").status_code for client in (here, there)] == [302, 302]


def test_A5_the_old_phone_is_told_of_the_new_one(texts, django_capture_on_commit_callbacks):
    from linli.notices.adapter import AccountAdapter

    user = make_account()
    with django_capture_on_commit_callbacks(execute=True):
        AccountAdapter().set_phone(user, OTHER_PHONE, True)

    assert AccountAdapter().get_phone(User.objects.get()) == (OTHER_PHONE, True)
    assert [number for number, _text in texts()] == [PHONE]


def test_A6_links_in_mail_come_from_the_configured_address(settings, client):
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "https://linli.example", ["*"]
    user = make_account(email="known@example.org")
    EmailAddress.objects.create(user=user, email="known@example.org", verified=True, primary=True)

    client.post("/accounts/password/reset/", {"email": "known@example.org"}, HTTP_HOST="evil.example")
    codes.wait_until_sent()
    (message,) = mail.outbox

    assert "https://linli.example/accounts/password/reset/key/" in message.body
    assert "evil.example" not in message.body + message.subject


def test_A6_an_address_of_the_client_counts_only_from_our_own_proxy(settings, texts):
    settings.ACCOUNT_RATE_LIMITS = {"request_login_code": "1/h/ip"}
    for number in range(3):
        make_account(f"1390000001{number}")
        Client().post(ASK, {"phone": f"1390000001{number}"}, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")

    assert len(texts()) == 1


def test_A1_staff_of_a_third_level_system_set_up_a_second_factor_first(settings, client):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"staff_profile": "djbh3"})
    resident, worker = make_account(), make_account(OTHER_PHONE)
    make_post(worker, make_community(), "people.view")
    password_changed("", worker)
    page = "/places/"

    client.force_login(resident)
    assert client.get(page).status_code != 302
    client.force_login(worker)
    refused = client.get(page)
    assert (refused.status_code, refused.url) == (302, "/accounts/2fa/")
    assert client.get("/accounts/2fa/").status_code == 200
    Authenticator.objects.create(user=worker, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert client.get(page).status_code != 302
