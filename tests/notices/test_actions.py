"""A notice is a row in the transaction of the change it tells of."""

from datetime import date

import pytest
from django.db import transaction

from linli.kernel import clock
from linli.notices.actions import NotANotice, notify
from linli.notices.models import Notice
from linli.notices.texts import write
from tests.factories.people import make_person, make_user
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db


def test_a_notice_goes_with_the_change_that_is_rolled_back():
    person = make_person()
    with transaction.atomic():
        notify(person, "channel-chosen")
        transaction.set_rollback(True)

    assert Notice.objects.count() == 0


def test_who_has_an_account_reads_it_at_once_and_who_has_none_gets_a_text_or_a_letter():
    with_account = notify(make_user(), "channel-chosen")
    with_phone = notify(make_person(phone="13900000001"), "channel-chosen")
    with_neither = notify(make_person(home=make_community()), "channel-chosen")

    assert [n.channel for n in (with_account, with_phone, with_neither)] == ["inbox", "sms", "letter"]
    assert [n.sent_at for n in (with_account, with_phone, with_neither)] == [clock.now(), None, None]


def test_the_preferred_channel_wins_where_it_reaches():
    prefers_text = make_user()
    prefers_text.person.phone, prefers_text.person.preferred_channel = "13900000001", "sms"
    prefers_text.person.save()
    prefers_mail_without_address = make_person(phone="13900000002", preferred_channel="email")

    assert notify(prefers_text, "channel-chosen").channel == "sms"
    assert notify(prefers_mail_without_address, "channel-chosen").channel == "sms"


def test_nobody_to_tell_is_no_error():
    died = make_person(died_on=date(2026, 3, 1))
    without_person = make_user()
    without_person.person = None

    assert [notify(nobody, "channel-chosen") for nobody in (None, died, without_person)] == [None, None, None]


def test_an_unknown_kind_and_a_long_context_are_refused_where_they_are_written():
    person = make_person()
    with pytest.raises(LookupError, match=r"known: .*channel-chosen"):
        notify(person, "no-such")
    for wrong in ({"text": "长" * 301}, {"rows": [1]}, {"path": "https://elsewhere.example/"}):
        with pytest.raises(NotANotice):
            notify(person, "channel-chosen", **wrong)
    assert Notice.objects.count() == 0


def test_A6_links_are_built_from_the_configured_address(settings):
    settings.PUBLIC_URL = "https://linli.example"
    text = write("channel-chosen", {"channel": "RQ-1 <b>&", "path": "/cases/RQ-1/"})

    assert text.subject == "通知方式已更改"
    assert text.body == "以后邻里将用RQ-1 <b>&通知您。\n查看：https://linli.example/cases/RQ-1/"
