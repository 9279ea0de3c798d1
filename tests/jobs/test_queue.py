"""Queueing by name, in the caller's transaction, with nothing personal in the queue."""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from linli import jobs
from linli.jobs.arguments import PersonalArgument
from linli.jobs.models import Failure, Receipt
from linli.jobs.queue import GAPS, leave_receipt


@jobs.job("tests.nothing")
def nothing(**_arguments):
    """A job for these tests."""


pytestmark = [pytest.mark.django_db, pytest.mark.database]


def queued():
    return list(ProcrastinateJob.objects.order_by("id").values_list("task_name", "args"))


def test_a_job_is_queued_with_the_change_and_goes_with_it():
    jobs.defer("tests.nothing")
    with transaction.atomic():
        jobs.defer("tests.nothing")
        transaction.set_rollback(True)

    assert queued() == [("tests.nothing", {})]


def test_an_unknown_job_is_refused_with_the_list_of_known_ones():
    with pytest.raises(LookupError, match=r"no job 'no.such'; known: .*tests.nothing"):
        jobs.defer("no.such")


def test_what_is_named_once_waits_once_and_the_caller_goes_on():
    with transaction.atomic():
        first = jobs.defer("tests.nothing", once="a")
        second = jobs.defer("tests.nothing", once="a")
        jobs.defer("tests.nothing", once="b")

    assert (first is not None, second, len(queued())) == (True, None, 2)


def test_a_recurring_job_that_is_asked_for_waits_once():
    first, second = jobs.defer("jobs.sweep"), jobs.defer("jobs.sweep")

    assert (first is not None, second) == (True, None)


def test_a_job_waits_for_its_moment():
    moment = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
    job_id = jobs.defer("tests.nothing", not_before=moment)

    assert ProcrastinateJob.objects.get(pk=job_id).scheduled_at == moment


def test_D10_a_queue_holds_ids_codes_and_days_as_plain_values():
    from linli.jobs.arguments import checked

    given = {"pk": 7, "place": "990101001001", "day": date(2026, 3, 4), "ids": [1, 2], "number": "RQ-2026-1"}
    assert checked("x", given) == {**given, "day": "2026-03-04"}


@pytest.mark.parametrize(
    "value", ["李测试", "13812345678", "+8613812345678", "99010119500301001X", {"name": 1}, 1.5, "a b"]
)
def test_D10_a_queue_refuses_what_may_be_personal(value):
    with pytest.raises(PersonalArgument):
        jobs.defer("tests.nothing", value=value)
    assert queued() == []


def test_a_receipt_is_left_once():
    assert [leave_receipt(5), leave_receipt(5), leave_receipt(6)] == [True, False, True]
    assert Receipt.objects.count() == 2


def test_tries_grow_apart():
    assert list(GAPS) == sorted(set(GAPS))


def test_D10_a_failure_says_where_it_broke_and_not_what_it_said():
    from procrastinate.jobs import Job

    from linli.jobs.queue import record_failure

    job = Job(id=3, queue="default", task_name="x", lock=None, queueing_lock=None, attempts=1)
    try:
        int("李测试")
    except ValueError as trouble:
        record_failure(job, trouble)

    failure = Failure.objects.get()
    assert (failure.job, failure.attempt) == (3, 2)
    assert failure.error.startswith("ValueError (tests/jobs/test_queue.py:")
    assert "李" not in failure.error
