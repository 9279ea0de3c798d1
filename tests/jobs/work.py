"""A worker process with jobs of its own, for the tests that kill it: `python -m tests.jobs.work`.

With `--brood` it starts no worker itself: for each line it reads it forks one and answers its process id. The
children are workers like any other, killed like any other; only the imports are paid once.
"""

import os
import signal
import sys

import django

if __name__ == "__main__":
    django.setup()

from django.db import connection, transaction

from linli import jobs


@jobs.job("tests.write")
def write(*, number: int) -> None:
    """One row for each job, and another job after every fifth, in the job's own transaction."""
    with connection.cursor() as cursor:
        cursor.execute("insert into tests_written (number) values (%s)", [number])
        cursor.execute("select pg_sleep(0.02)")
    if number % 5 == 0 and number < 1000:
        jobs.defer("tests.write", number=number + 1000)


@jobs.job("tests.hang")
def hang() -> None:
    """Never runs in a test: it stands for a job that kills its workers."""


@jobs.job("tests.slow-end", one_transaction=False)
def slow_end(*, number: int) -> None:
    """Takes half a second, so that SIGTERM finds it running."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock_shared(4712)")
        cursor.execute("select pg_sleep(0.5)")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("insert into tests_written (number) values (%s)", [number])


def brood() -> None:
    """Fork a worker for each line of the standard input, until it ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the killed ones
    for line in sys.stdin:
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            be_worker(line.split())
        print(child, flush=True)


def be_worker(words: list[str]) -> None:
    from django.core.management import call_command

    call_command("worker", *words)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    brood() if sys.argv[1:] == ["--brood"] else be_worker(sys.argv[1:])
