"""A5: a new phone needs proof of the old factor and the code that the new number received."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection

from linli.audit.models import Entry
from linli.kernel.keys import add_key, keys, keys_path, write_new_keys
from linli.notices.second_factor import SealedSecrets
from linli.people.models import Person
from linli.people.privacy.rotating import left_to_rotate, rotate_field_keys
from tests.factories.people import make_user
from tests.notices.test_sign_in import (  # noqa: F401
    CONFIRM,
    LOGIN,
    OTHER_PHONE,
    PASSWORD,
    PHONE,
    ask,
    code_in,
    make_account,
    texts,
)

pytestmark = pytest.mark.django_db
CHANGE, VERIFY = "/accounts/phone/change/", "/accounts/phone/verify/"
BY_CODE = "/accounts/reauthenticate/code/"


def phone_of(user) -> str:
    return Person.objects.get(pk=user.person_id).phone


def test_changing_the_phone_asks_who_one_is_first(client):
    client.force_login(make_account())

    asked = client.get(CHANGE)

    assert (asked.status_code, asked.url.split("?")[0]) == (302, "/accounts/reauthenticate/")


def test_a_new_phone_counts_once_its_code_was_typed(client, texts, django_capture_on_commit_callbacks):  # noqa: F811
    user = make_account(username="wang")
    client.post(LOGIN, {"login": "wang", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get(CHANGE).status_code == 200

    client.post(CHANGE, {"phone": OTHER_PHONE})
    ((number, text),) = texts()
    client.post(VERIFY, {"code": "000000"})
    after_a_wrong_code = phone_of(user)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(VERIFY, {"code": code_in(text)})

    assert (number, after_a_wrong_code, phone_of(user)) == (OTHER_PHONE, PHONE, OTHER_PHONE)
    assert [number for number, _text in texts()] == [OTHER_PHONE, PHONE]
    assert Entry.objects.filter(act="account.phone_changed", by=user).count() == 1


def test_the_code_that_signed_in_is_no_proof_anew(client, texts):  # noqa: F811
    user = make_account()
    user.set_unusable_password()
    user.save()
    ask(client)
    ((_number, text),) = texts()
    client.post(CONFIRM, {"code": code_in(text)})

    asked = client.get(CHANGE)
    assert (asked.status_code, asked.url.split("?")[0]) == (302, BY_CODE)


def test_an_account_of_nobody_has_no_phone(client):
    from linli.people.models import User

    client.force_login(User.objects.create_user("machine"))

    assert client.get(CHANGE).status_code == 403  # nothing to prove oneself by


@pytest.fixture
def own_keys(settings, tmp_path):
    write_new_keys(tmp_path / "keys.json")
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"keys_file": tmp_path / "keys.json"})


def test_D2_the_seed_of_a_second_factor_is_sealed_and_goes_along_when_keys_change(own_keys):
    user, secret = make_user(), generate_totp_secret()
    TOTP.activate(user, secret)
    older = Authenticator.objects.create(user=make_user(), type="totp", data={"secret": "PLAINSEED"})
    with connection.cursor() as cursor:
        cursor.execute("select data::text from mfa_authenticator where user_id = %s", [user.pk])
        stored = cursor.fetchone()[0]
    assert secret not in stored
    add_key(keys_path(), "field")
    waiting = left_to_rotate()
    rotate_field_keys()

    data = Authenticator.objects.get(user=user).data["secret"]
    older.refresh_from_db()
    assert (waiting >= 2, left_to_rotate()) == (True, 0)
    assert data.split(":")[1] == keys().current["field"]
    assert (SealedSecrets().decrypt(data), SealedSecrets().decrypt(older.data["secret"])) == (
        secret,
        "PLAINSEED",
    )


def test_who_has_no_password_proves_himself_by_a_code_to_his_own_phone(client, texts):  # noqa: F811
    user = make_account()
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    asked = client.get(CHANGE)
    page = client.get(asked.url)
    sent = client.post(asked.url, {"recipient": PHONE, "next": CHANGE})
    foreign = client.post(BY_CODE, {"recipient": OTHER_PHONE})
    ((number, text),) = texts()
    wrong = client.post(sent.url, {"code": "000000"})
    before = client.get(CHANGE).status_code
    right = client.post(sent.url, {"code": code_in(text), "next": CHANGE})

    assert (asked.url.split("?")[0], page.status_code, foreign.status_code) == (BY_CODE, 200, 200)
    assert (number, wrong.status_code, before) == (PHONE, 200, 302)
    assert (right.url, client.get(CHANGE).status_code) == (CHANGE, 200)


def test_a_code_is_no_proof_for_who_has_a_password(client, texts):  # noqa: F811
    client.force_login(make_account())

    asked, sent = client.get(BY_CODE), client.post(BY_CODE, {"recipient": PHONE})

    assert {asked.url, sent.url} == {"/accounts/reauthenticate/"}
    assert texts() == []
