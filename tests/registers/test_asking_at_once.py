"""Several presses at the same moment, on real connections."""

import pytest
from django.core.exceptions import ValidationError

from linli.registers.asking import ask_row, asked_of
from linli.registers.models import Proposal
from tests.factories.people import make_user
from tests.factories.places import make_community
from tests.factories.registers import enter, install_pack
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wish():
    install_pack("registers/standard.yaml")
    return enter(
        "investment-wishes", place=make_community(1), field="elder", title="托育点", published_on="2026-01-01"
    )


def press(wish, user, investor):
    said = {"investor": investor, "price_promise": "", "remark": ""}
    return lambda: ask_row(asked_of["investment-interests"], by=user, wish=wish, **said)


def test_four_presses_at_once_are_one_proposal(wish):
    user = make_user()
    answers = together(*[press(wish, user, "国资幼教")] * 4)

    assert Proposal.objects.count() == 1
    assert sum(isinstance(one, ValidationError) for one in answers) == 3


def test_eight_at_once_leave_no_more_waiting_than_the_pack_allows(wish):
    user = make_user()
    answers = together(*(press(wish, user, f"投资方{n}") for n in range(8)))

    assert Proposal.objects.filter(asked_by=user, decided_at=None).count() == 5
    assert sum(isinstance(one, ValidationError) for one in answers) == 3
