"""A4, L8: sign-ins and changes of an account leave a row each, and never the name that was typed."""

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from django.urls import reverse

from linli.audit.models import Entry
from linli.audit.signing import AuditedSignIn, record_account_change
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


class AccountAdapter(AuditedSignIn, DefaultAccountAdapter):
    """As the one in notices: our mixin before allauth's own."""


@pytest.fixture(autouse=True)
def _adapter(settings):
    settings.ACCOUNT_ADAPTER = "tests.audit.test_signing.AccountAdapter"


def rows() -> list[tuple]:
    return list(Entry.objects.order_by("pk").values_list("act", "by__username", "thing_key", "result"))


def sign_in(client, password):
    return client.post(reverse("account_login"), {"login": "wang", "password": password})


def test_signing_in_and_out_leaves_two_rows(client):
    user = make_user(username="wang")

    sign_in(client, "correct horse 9")
    client.post(reverse("account_logout"))

    key = str(user.pk)
    assert rows() == [
        ("account.signed_in", "wang", key, "done"),
        ("account.signed_out", "wang", key, "done"),
    ]


@pytest.mark.parametrize("name", ["wang", "13812345678"])
def test_a_failed_sign_in_names_the_account_by_its_id_or_nobody(client, name):
    user = make_user(username="wang")

    client.post(reverse("account_login"), {"login": name, "password": "wrong"})

    entry = Entry.objects.get()
    assert (entry.act, entry.by, entry.result) == ("account.sign_in_failed", None, "failed")
    assert entry.thing_key == (str(user.pk) if name == "wang" else "")
    assert name not in str(entry.__dict__)


def test_a_changed_password_leaves_a_row(client):
    make_user(username="wang")
    sign_in(client, "correct horse 9")

    client.post(
        reverse("account_change_password"),
        {"oldpassword": "correct horse 9", "password1": "staple battery 7", "password2": "staple battery 7"},
    )

    assert [row[0] for row in rows()] == [
        "account.signed_in",
        "account.signed_out",  # A4: a changed password ends the session
        "account.password_changed",
    ]


def test_a_change_made_by_somebody_else_names_both():
    owner, helper = make_user(username="wang"), make_user(username="li")
    record_account_change("account.password_reset", owner, by=helper)

    assert rows() == [("account.password_reset", "li", str(owner.pk), "done")]
