"""D8: who left his name with a request is forgotten when its time is over; requests are found by their words."""

from datetime import timedelta

import pytest

from linli.cases.models import Case, CaseEvent
from linli.kernel import clock
from linli.people.models import Person
from linli.requests.actions.forgetting import forget_reporters
from linli.requests.actions.taking_in import make_contact
from linli.search.queries import groups_of
from tests.conftest import TEST_DAY

pytestmark = pytest.mark.django_db


def test_a_contact_is_forgotten_after_the_days_of_the_rules_and_not_before(town):
    contact = make_contact("周大爷", "13800001111")
    case = town.submit(reporter=contact).request.case
    for name in ("dispatch", "sign", "resolve"):
        case = town.step(case, name)
    case = town.step(case, "rate", by=town.caller, stars=5)
    assert case.state == "closed"

    assert forget_reporters(TEST_DAY + timedelta(days=729)) == 0
    with clock.at(TEST_DAY + timedelta(days=731)):
        assert forget_reporters(clock.now()) == 1
        assert forget_reporters(clock.now()) == 0

    person = Person.objects.get(pk=contact.pk)
    assert (person.name, person.phone, person.purged_at is not None) == ("已清除", None, True)
    case.refresh_from_db()
    assert (case.request.description, case.title) == ("", "")
    assert set(CaseEvent.objects.filter(case=case).values_list("note", flat=True)) == {""}


def test_an_open_request_and_an_account_hold_their_reporter(town):
    waiting = make_contact("吴大爷", "13800002222")
    town.submit(reporter=waiting)
    town.request(at="closed")  # by the resident, who has an account
    with clock.at(TEST_DAY + timedelta(days=900)):
        assert forget_reporters(clock.now()) == 0
    assert Case.objects.filter(reporter=town.resident.person).count() == 1


def test_a_request_is_found_by_its_words_by_who_sees_its_case(town):
    case = town.submit("三号楼电梯半夜异响，老人害怕").request.case

    def found_by(user):
        return [
            hit.url for group in groups_of(user, "电梯异响") for hit in group.rows if case.number in hit.url
        ]

    assert len(found_by(town.dispatcher)) >= 1
    assert found_by(town.stranger) == []
