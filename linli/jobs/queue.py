"""Queueing and declaring jobs. Procrastinate keeps the queue; this says what we add to it.

* A job of one transaction leaves a `Receipt` with its effect: when its worker dies after the commit and the
  job is handed out again, the second run sees the receipt and does nothing. Nothing is lost, nothing doubled.
* A failed try leaves a `Failure` (where it broke, never the message, which may name somebody).
* Tries grow apart and end in the list of dead letters.
"""

import functools
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from procrastinate import RetryDecision, exceptions
from procrastinate.contrib.django import app
from procrastinate.retry import BaseRetryStrategy

from .arguments import checked

TRIES = 6
GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))  # between the tries
LIMIT_MIN = 60
limits_min: dict[
    str, int
] = {}  # how long a task may take before it counts as stalled whatever its worker says
periodic_names: set[str] = set()


def defer(name: str, /, *, once: str = "", not_before: datetime | None = None, **arguments) -> int | None:
    """Queue the job `name` in the caller's transaction and return its id.

    `once` names something of which at most one may wait: None comes back when it waits already (it may be
    about to start, so the job must look for rows, not expect them). Arguments are ids, codes, days, numbers.
    LookupError: no app declares such a job. PersonalArgument: an argument a queue must not hold.
    """
    if name not in app.tasks:
        raise LookupError(f"no job {name!r}; known: {', '.join(sorted(app.tasks))}")
    once = once or (name if name in periodic_names else "")
    task = app.configure_task(name, queueing_lock=once or None, schedule_at=not_before)
    values = checked(name, arguments)
    if not once:
        return task.defer(**values)
    try:
        with transaction.atomic():  # a savepoint: the caller's transaction survives the refusal
            return task.defer(**values)
    except exceptions.AlreadyEnqueued:
        return None


def job(name: str, *, one_transaction: bool = True, limit_min: int = LIMIT_MIN) -> Callable:
    """Declare a function as the job `name`; it is given back unchanged, so tests call it as it stands.

    One transaction is the rule. A job that commits on its way says `one_transaction=False`; it may be killed
    at any instruction and run again, and keeps its progress in the database.
    """

    def declare(function: Callable) -> Callable:
        limits_min[name] = limit_min
        app.task(name=name, pass_context=True, retry=Apart())(_run(function, one_transaction))
        return function

    return declare


def periodic(cron: str, name: str, *, one_transaction: bool = True, limit_min: int = LIMIT_MIN, **arguments):
    """Declare a function as a job that recurs by `cron` (a sixth field counts seconds).

    At most one waits; a run that fails is not tried again, for the next one comes. Several schedules of one
    function: stack the decorator with different names.
    """

    def declare(function: Callable) -> Callable:
        limits_min[name] = limit_min
        periodic_names.add(name)
        run = _run(function, one_transaction)
        task = app.task(name=name, pass_context=True, queueing_lock=name)(run)
        app.periodic(cron=cron, task_kwargs=checked(name, arguments))(task)
        return function

    return declare


class Apart(BaseRetryStrategy):
    """Tries that grow apart: after 1, 5, 30, 120 and 480 minutes, then a dead letter."""

    def get_retry_decision(self, *, exception, job) -> RetryDecision | None:
        if job.attempts >= len(GAPS):
            return None
        gap = GAPS[job.attempts]
        return RetryDecision(retry_in={"seconds": int(gap.total_seconds())})


def _run(function: Callable, one_transaction: bool) -> Callable:
    @functools.wraps(function)
    def run(context, timestamp: int | None = None, **arguments) -> None:
        try:
            if not one_transaction:
                function(**arguments)
                return
            with transaction.atomic():
                if leave_receipt(context.job.id):
                    function(**arguments)
        except Exception as trouble:
            record_failure(context.job, trouble)
            raise

    return run


def leave_receipt(job_id: int) -> bool:
    """Say in the job's own transaction that it is done; False when it was done before.

    Two runs of one job at once: the second waits here for the first, then does nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into jobs_receipt (job, done_at) values (%s, now()) on conflict do nothing", [job_id]
        )
        return cursor.rowcount == 1


def record_failure(job, trouble: Exception) -> None:
    """Remember where a try broke: kind of error, file and line."""
    from .models import Failure

    last = traceback.extract_tb(trouble.__traceback__)[-1]
    where = f"{'/'.join(last.filename.split('/')[-3:])}:{last.lineno}"
    Failure.objects.create(
        job=job.id,
        name=job.task_name,
        attempt=job.attempts + 1,
        error=f"{type(trouble).__name__} ({where})"[:200],
    )
