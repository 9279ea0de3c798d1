import uuid

import pytest

from linli.kernel import clock
from linli.requests.actions.judging import climb
from linli.requests.models import Escalation, Request
from tests.factories.requests import Town
from tests.together import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def test_sent_many_times_at_once_is_kept_once():
    town, key = Town(), uuid.uuid4()

    results = together(*[lambda: town.submit(key=key)] * 4)

    assert {sent.request.pk for sent in results} == {Request.objects.get().pk}


def test_the_lead_answers_or_calls_a_helper_but_not_both():
    town = Town()
    case = town.request("working")

    together(
        lambda: town.step(case, "whistle", by=town.worker, units=[town.power], task="帮忙"),
        lambda: town.step(case, "resolve", by=town.mate),
    )

    case.refresh_from_db()
    assert (case.state, case.led_to.count()) in {("working", 1), ("resolved", 0)}


def test_two_cases_merged_into_each_other_at_once_leave_one_lead():
    town = Town()
    one, other = town.request(), town.request()

    together(
        lambda: town.step(one, "absorb", by=town.dispatcher, duplicates=[other]),
        lambda: town.step(other, "absorb", by=town.dispatcher, duplicates=[one]),
    )

    states = sorted(Request.objects.values_list("case__state", flat=True))
    assert states == ["merged", "submitted"]


def test_many_workers_climb_the_ladder_once():
    town = Town()
    case = town.request()
    with clock.at(case.due_at):
        counts = together(*[lambda: climb(clock.now())] * 3)

    assert (sum(counts), Escalation.objects.count()) == (2, 2)


def test_a_double_tap_on_the_rating_opens_one_rectification():
    town = Town()
    case = town.request("resolved")

    together(*[lambda: town.step(case, "rate", stars=1)] * 3)

    assert case.led_to.filter(kind="rectification").count() == 1
