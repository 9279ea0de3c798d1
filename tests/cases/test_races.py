from datetime import timedelta

import pytest

from linli.cases.actions import WrongState, mark_overdue, take_step
from linli.kernel import clock
from tests.together import together

from .errand import Crew

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def test_two_people_take_a_step_at_once_and_one_is_told_it_moved_on():
    crew = Crew()
    case = take_step(crew.open(), "arrange", by=crew.arranger)

    results = together(
        lambda: take_step(case, "finish", by=crew.worker), lambda: take_step(case, "finish", by=crew.mate)
    )

    assert sorted(type(result).__name__ for result in results) == ["Case", "WrongState"]
    assert [type(r) for r in results if not hasattr(r, "pk")] == [WrongState]
    assert list(case.events.values_list("step", flat=True)) == ["open", "arrange", "finish"]


def test_cases_opened_at_once_have_different_numbers():
    crew = Crew()

    results = together(*[crew.open] * 6)

    assert sorted(case.number for case in results) == [f"ER-2026-{n:06}" for n in range(1, 7)]


def test_a_late_case_is_marked_once_by_many_workers():
    crew = Crew()
    case = crew.open()
    later = case.due_at + timedelta(minutes=1)

    with clock.at(later):
        counts = together(*[lambda: mark_overdue(later)] * 3)

    assert sorted(counts) == [0, 0, 1]
    assert case.events.filter(step="overdue").count() == 1


def test_one_rating_survives_a_double_tap():
    crew = Crew()
    case = take_step(crew.open(), "arrange", by=crew.arranger)
    take_step(case, "finish", by=crew.worker)

    together(*[lambda: take_step(case, "rate", by=crew.requester, stars=5)] * 3)

    assert list(case.ratings.values_list("act", "stars")) == [(1, 5)]


def test_answering_waits_for_help_that_is_asked_at_the_same_time():
    crew = Crew()
    case = take_step(crew.open(), "arrange", by=crew.arranger)

    together(
        lambda: take_step(case, "help", by=crew.worker, unit=crew.unit),
        lambda: take_step(case, "finish", by=crew.mate),
    )

    case.refresh_from_db()
    assert (case.state, case.led_to.count()) in {("doing", 1), ("done", 0)}
