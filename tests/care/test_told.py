"""How the visited hears that a visit was made: once, by the channels of the rules and no others."""

import pytest
from psycopg.types.range import DateRange

from linli.care.models import CareRules
from linli.cases.queries import FAMILY_CONSENT
from linli.kernel import clock
from linli.notices.models import Notice
from linli.people.models import Consent, Proxy
from tests.factories.people import make_person, make_user

pytestmark = pytest.mark.django_db


def heard(person):
    return [
        (notice.context["step"], notice.channel) for notice in Notice.objects.filter(to=person).order_by("pk")
    ]


def allow(*channels):
    """The rules of the place say by which channels."""
    book = CareRules.objects.get()
    told = book.rules.told.model_copy(update={"visited": channels})
    book.body = book.rules.model_copy(update={"told": told}).model_dump_json()
    book.save()


def test_a_visit_that_was_approved_is_told_once(village):
    """Not when it is written down and again when it counts."""
    cared = village.elder(risk="high")
    make_user(person=cared.person)
    case = village.visit("review", cared=cared)
    before = heard(cared.person)
    village.step(case, "approve")
    assert (before, heard(cared.person)) == ([], [("同意", "inbox")])


def test_one_sent_back_and_made_at_the_door_is_told_once(village):
    cared = village.elder(risk="high")
    make_user(person=cared.person)
    case = village.visit("review", cared=cared)
    case = village.step(case, "send_back")
    village.step(case, "record")
    assert heard(cared.person) == [("登记探访", "inbox")]


@pytest.mark.parametrize(
    ("channels", "told"), [(("inbox",), []), (("inbox", "sms"), [("登记探访", "sms")]), ((), [])]
)
def test_without_an_account_a_text_message_goes_only_where_the_rules_say_so(
    village, settings, channels, told
):
    """The telephone that rings after each visit is a choice of the place, not of the program."""
    allow(*channels)
    cared = village.elder(phone="13900000002")
    village.visit("done", cared=cared)
    assert heard(cared.person) == told


def test_the_family_hears_by_the_same_channels_and_of_an_escalation_by_any(village):
    cared = village.elder(phone="13900000002")
    daughter = make_person("郑小妹", phone="13900000003")
    today = clock.today()
    Proxy.objects.create(
        principal=cared.person, proxy=daughter, kind="family", basis="本人同意", during=DateRange(today, None)
    )
    Consent.objects.create(
        person=cared.person, purpose=FAMILY_CONSENT, text_version="1", given_at=clock.now(),
        given_by=cared.person,
    )  # fmt: skip
    case = village.visit("escalated", cared=cared)
    village.step(case, "record", by=village.head)
    assert heard(daughter) == [("立即上报", "sms")]
