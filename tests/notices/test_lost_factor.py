"""Somebody lost his second factor: an administrator takes it off, with a reason, and the person is told."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from linli.audit.models import Entry
from linli.notices.lost_factor import reset_second_factor
from linli.notices.models import Notice
from linli.notices.rules import RESET_FACTOR, can_reset_factor
from tests.factories.people import make_post, make_user, make_worker
from tests.factories.places import make_community, make_place

pytestmark = pytest.mark.django_db
PAGE, LOGIN, MINE = "/notices/lost-factor/", "/accounts/login/", "/accounts/sessions/"
PASSWORD = "correct horse 9"
WHY = {"reason": "手机遗失", "checked": "document"}


@pytest.fixture
def here():
    return make_community(1)


@pytest.fixture
def loser(here):
    user = make_user("王小丽", username="loser")
    make_post(user, here, "people.view")
    return user


@pytest.fixture
def guard(here):
    return make_worker(here.parent, RESET_FACTOR, name="安管员")


def give_factors(user) -> None:
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    Authenticator.objects.create(user=user, type="recovery_codes", data={"seed": "x"})


def proved(user) -> Client:
    """A client whose holder has just shown his password, once more where the page asks for it."""
    client = Client()
    client.post(LOGIN, {"login": user.username, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_A5_a_lost_factor_is_taken_off_with_its_sessions_and_the_person_is_told(loser, guard):
    """ASVS 6.4.4, 等保 8.1.4.1: who loses a factor proves himself as at the beginning."""
    elsewhere = proved(loser)
    assert elsewhere.get(MINE).status_code == 200
    give_factors(loser)

    answer = proved(guard).post(PAGE, {"username": "loser", **WHY})

    assert (answer.status_code, answer.url) == (302, PAGE)
    assert Authenticator.objects.filter(user=loser).count() == 0
    assert elsewhere.get(MINE).status_code == 302
    assert list(Notice.objects.values_list("to", "kind")) == [(loser.person_id, "factor-reset")]
    row = Entry.objects.get(act="account.factor_reset")
    assert (row.by_id, row.thing_key, row.purpose) == (guard.pk, str(loser.pk), "手机遗失")
    assert row.detail == {"checked": "document", "factors": 2, "sessions": 1}


@pytest.mark.parametrize("missing", ["reason", "checked", "username"])
def test_without_a_reason_or_a_check_nothing_is_reset(loser, guard, missing):
    give_factors(loser)

    answer = proved(guard).post(PAGE, {"username": "loser", **WHY} | {missing: ""})

    assert (answer.status_code, Authenticator.objects.count()) == (422, 2)


def test_A5_a_session_without_fresh_proof_proves_itself_first(client, loser, guard):
    give_factors(loser)
    client.force_login(guard)

    answer = client.post(PAGE, {"username": "loser", **WHY})

    assert (answer.status_code, answer.url.startswith("/accounts/reauthenticate/")) == (302, True)
    assert Authenticator.objects.count() == 2


def test_P3_an_account_elsewhere_is_answered_like_one_that_does_not_exist(guard):
    stranger = make_user(username="stranger")
    make_post(stranger, make_community(1, street="990102001000"), "people.view")
    give_factors(stranger)
    client = proved(guard)

    said = [client.post(PAGE, {"username": name, **WHY}) for name in ("stranger", "nobody-at-all")]

    assert {answer.status_code for answer in said} == {422}
    assert all("没有这个账号" in answer.content.decode() for answer in said)
    with pytest.raises(PermissionDenied):
        reset_second_factor(stranger, by=guard, **WHY)


def test_nobody_resets_his_own_factor_nor_that_of_somebody_above_him(here, guard, loser):
    above = make_worker(here.parent.parent, "people.view")
    lives_here = make_user("居民")
    lives_here.person.home = make_place(f"{here.code}B0001", "building")
    lives_here.person.save()

    asked = [can_reset_factor(guard, account) for account in (guard, above, loser, lives_here)]

    assert asked == [False, False, True, True]


def test_an_account_without_a_factor_and_the_eleventh_of_a_day_are_refused(settings, loser, guard):
    with pytest.raises(ValidationError, match="没有设置二次验证"):
        reset_second_factor(loser, by=guard, **WHY)
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"factor_resets_per_day": 1})
    give_factors(loser)
    reset_second_factor(loser, by=guard, **WHY)
    give_factors(loser)
    with pytest.raises(ValidationError, match="上限"):
        reset_second_factor(loser, by=guard, **WHY)


def test_I13_whoever_may_not_reset_does_not_see_the_page(client, here):
    client.force_login(make_worker(here, "people.view"))
    assert client.get(PAGE).status_code == 403
