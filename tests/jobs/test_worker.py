"""Real worker processes: what is killed is neither lost nor doubled, what is asked to stop ends its job."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

import tests.jobs.work  # noqa: F401 — declares the jobs of these tests
from linli import jobs
from linli.config.settings import BASE_DIR
from linli.jobs.actions import try_again
from linli.jobs.keeping import clean, queue_facts, rescue
from linli.jobs.models import Failure, Receipt
from linli.jobs.queue import leave_receipt
from tests.factories.people import make_worker
from tests.factories.places import make_community

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
PATIENCE_S = 60  # a bound for a broken worker, never a measurement


@pytest.fixture
def written():
    """A table that jobs write into; a call gives what stands there."""
    with connection.cursor() as cursor:
        cursor.execute("create table if not exists tests_written (number integer)")
        cursor.execute("truncate tests_written")
        cursor.execute("truncate procrastinate_jobs cascade")  # Django leaves unmanaged tables alone

    def read() -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("select number from tests_written order by number")
            return [number for (number,) in cursor.fetchall()]

    yield read
    with connection.cursor() as cursor:
        cursor.execute("drop table tests_written")
        cursor.execute("truncate procrastinate_jobs cascade")


def start(*arguments: str, **pipes) -> subprocess.Popen:
    """A process of tests.jobs.work on the test database."""
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}@localhost/{database['NAME']}?host={database['HOST']}"
    words = [sys.executable, "-m", "tests.jobs.work", *arguments]
    return subprocess.Popen(words, cwd=BASE_DIR, env={**os.environ, "DATABASE_URL": url}, text=True, **pipes)


@contextmanager
def worker(*arguments: str):
    """A worker process on the test database; killed at the end if it still lives."""
    process = start(*arguments)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def work_until_empty() -> None:
    with worker("--until-empty") as process:
        assert process.wait(PATIENCE_S) == 0


def wait_until(condition) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "the worker did not do it"
        time.sleep(0.02)


def is_locked(key: int) -> bool:
    """Whether a job holds the advisory lock by which it says that it runs."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_locks where locktype = 'advisory' and objid = %s", [key])
        return cursor.fetchone()[0] > 0


def status_of(job_id: int) -> str:
    return ProcrastinateJob.objects.get(pk=job_id).status


def expected(count: int) -> list[int]:
    """One row for each job and one for each job that a fifth job queued."""
    return sorted([*range(count), *(number + 1000 for number in range(0, count, 5))])


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def brood():
    """A call gives the process id of a new worker; the imports are paid once for all of them."""
    parent = start("--brood", stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def new_worker(*arguments: str) -> int:
        parent.stdin.write(" ".join(arguments) + "\n")
        parent.stdin.flush()
        return int(parent.stdout.readline())

    try:
        yield new_worker
    finally:
        parent.kill()
        parent.communicate()


def kill_and_recover(written, rounds: int, count: int) -> None:
    for number in range(count):
        jobs.defer("tests.write", number=number)
    with brood() as new_worker:
        for step in range(1, rounds + 1):
            rescue(silence_s=0)
            pid = new_worker()
            wait_until(lambda step=step: len(written()) >= min(step * count // (rounds + 1), count))
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda pid=pid: not is_alive(pid))
        wait_until(lambda: rescue(silence_s=0) == 0)
        last = new_worker("--until-empty")
        wait_until(lambda: not is_alive(last))
    assert written() == expected(count)


def test_K3_a_killed_worker_loses_nothing_and_doubles_nothing(written):
    kill_and_recover(written, rounds=1, count=30)


@pytest.mark.slow
def test_K3_fifty_kills_under_writes_lose_nothing_and_double_nothing(written):
    kill_and_recover(written, rounds=50, count=600)


def test_a_job_is_not_done_again_when_its_worker_died_after_the_commit(written):
    job_id = jobs.defer("tests.write", number=1)
    with connection.cursor() as cursor:  # the effect was committed, then the worker died
        cursor.execute("update procrastinate_jobs set status = 'doing' where id = %s", [job_id])
        cursor.execute("insert into tests_written (number) values (1)")
    leave_receipt(job_id)

    assert rescue(silence_s=0) == 1
    work_until_empty()

    assert (written(), status_of(job_id)) == ([1], "succeeded")


def test_a_job_that_kills_its_workers_becomes_a_dead_letter_that_can_be_tried_again(written):
    job_id = jobs.defer("tests.hang")
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set attempts = 5, status = 'doing' where id = %s", [job_id])

    assert rescue(silence_s=0) == 1
    assert (status_of(job_id), queue_facts().dead) == ("failed", 1)
    assert Failure.objects.get(job=job_id).error == "worker stopped answering"
    operator = make_worker(make_community(), "jobs.operate")
    with pytest.raises(PermissionDenied):
        try_again(job_id, by=make_worker(make_community()))
    assert [try_again(job_id, by=operator), try_again(job_id, by=operator)] == [True, False]
    assert (status_of(job_id), queue_facts().dead) == ("todo", 0)


def test_of_what_may_wait_once_a_stalled_run_gives_way_to_the_one_that_waits(written):
    stalled = jobs.defer("jobs.clean")
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'doing' where id = %s", [stalled])
    waiting = jobs.defer("jobs.clean")

    assert rescue(silence_s=0) == 1
    assert (status_of(stalled), status_of(waiting)) == ("aborted", "todo")


def test_a_worker_that_is_asked_to_stop_ends_its_job_first_and_keeps_it_while_it_reports(written):
    first = jobs.defer("tests.slow-end", number=1)
    with worker("--parallel", "1") as process:
        wait_until(lambda: is_locked(4712))
        later = jobs.defer("tests.write", number=2)
        assert rescue() == 0
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0

    assert written() == [1]
    assert (status_of(first), status_of(later)) == ("succeeded", "todo")


def test_old_jobs_go_with_what_belonged_to_them(written):
    old, young, dead = (jobs.defer("tests.write", number=number) for number in (1, 2, 3))
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'doing'")
        cursor.execute("update procrastinate_jobs set status = 'failed' where id = %s", [dead])
        cursor.execute("update procrastinate_jobs set status = 'succeeded' where status = 'doing'")
        cursor.execute(
            "update procrastinate_events set at = at - interval '3 days' where job_id <> %s", [young]
        )
    leave_receipt(old)
    leave_receipt(young)

    clean()

    assert set(ProcrastinateJob.objects.values_list("pk", flat=True)) == {young, dead}
    assert list(Receipt.objects.values_list("pk", flat=True)) == [young]
