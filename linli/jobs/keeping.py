"""Keeping the queue in order: stalled jobs are handed out again, old ones go, operators see the rest."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, connection, transaction

from .models import Failure
from .queue import LIMIT_MIN, TRIES, limits_min, periodic_names

SILENCE_S = 60  # a worker says every 10 seconds that it lives
KEEP_FINISHED = timedelta(days=2)
KEEP_FAILED = timedelta(days=90)

_DOING = """
select job.id, job.task_name, job.attempts,
       worker.id is null or worker.last_heartbeat < now() - make_interval(secs => %(silence)s) as is_orphan,
       extract(epoch from now() - started.at) / 60 as minutes
from procrastinate_jobs job
left join procrastinate_workers worker on worker.id = job.worker_id
cross join lateral (
    select max(event.at) as at from procrastinate_events event
    where event.job_id = job.id and event.type = 'started'
) started
where job.status = 'doing' and started.at <= now() - make_interval(secs => %(silence)s)
order by job.id
for update of job skip locked
"""


@transaction.atomic
def rescue(*, silence_s: float = SILENCE_S) -> int:
    """Hand out again the jobs whose worker is silent for `silence_s` seconds, or that passed their limit.

    A job that has used up its tries this way (it may be what kills the workers) becomes a dead letter.
    Returns how many were found. The database's clock decides, for workers report by it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DOING, {"silence": silence_s})
        doing = cursor.fetchall()
    stalled = [
        (job, name, attempts)
        for job, name, attempts, is_orphan, minutes in doing
        if is_orphan or minutes > limits_min.get(name, LIMIT_MIN)
    ]
    for job, name, attempts in stalled:
        Failure.objects.create(job=job, name=name, attempt=attempts + 1, error="worker stopped answering")
        _hand_out_again(job, is_dead=attempts + 1 >= TRIES)
    return len(stalled)


def _hand_out_again(job: int, *, is_dead: bool) -> None:
    if is_dead:
        _call("procrastinate_finish_job_v1(%s, 'failed', false)", job)
        return
    try:
        with transaction.atomic():
            _call("procrastinate_retry_job_v2(%s, now(), null, null, null)", job)
    except IntegrityError:  # of what may wait once, another waits already and does the work
        _call("procrastinate_finish_job_v1(%s, 'aborted', false)", job)


@transaction.atomic
def clean() -> None:
    """Forget finished jobs after two days, dead letters after ninety, and what belonged to them.

    A failed run of a recurring job goes as soon as a later run of it has succeeded.
    """
    with connection.cursor() as cursor:
        for statuses, age in (
            (["succeeded", "aborted", "cancelled"], KEEP_FINISHED),
            (["failed"], KEEP_FAILED),
        ):
            cursor.execute(
                "delete from procrastinate_jobs job where status::text = any(%s) and not exists"
                " (select 1 from procrastinate_events event"
                " where event.job_id = job.id and event.at > now() - %s)",
                [statuses, age],
            )
        cursor.execute(
            "delete from procrastinate_jobs job where status = 'failed' and task_name = any(%s) and exists"
            " (select 1 from procrastinate_jobs later where later.task_name = job.task_name"
            " and later.id > job.id and later.status = 'succeeded')",
            [sorted(periodic_names)],
        )
        for table in ("jobs_receipt", "jobs_failure"):
            cursor.execute(
                f"delete from {table} gone where not exists"  # noqa: S608 — two names of our own
                " (select 1 from procrastinate_jobs job where job.id = gone.job)"
            )


@dataclass(frozen=True)
class QueueFacts:
    """How the queue stands; `oldest_s` is the age in seconds of the oldest job that could run."""

    waiting: int
    running: int
    dead: int
    workers: int
    oldest_s: float


def queue_facts() -> QueueFacts:
    """The state of the queue in one query, for operators, health and metrics."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select count(*) filter (where status = 'todo'), count(*) filter (where status = 'doing'),
                   count(*) filter (where status = 'failed'),
                   (select count(*) from procrastinate_workers
                    where last_heartbeat > now() - make_interval(secs => %s)),
                   coalesce(extract(epoch from now() - min(coalesce(job.scheduled_at, asked.at)) filter (
                       where status = 'todo' and coalesce(job.scheduled_at, asked.at) <= now())), 0)::float
            from procrastinate_jobs job
            cross join lateral (
                select min(event.at) as at from procrastinate_events event
                where event.job_id = job.id and job.status = 'todo' and event.type = 'deferred'
            ) asked
            where status in ('todo', 'doing', 'failed')
            """,
            [SILENCE_S],
        )
        return QueueFacts(*cursor.fetchone())


def _call(function: str, job: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}", [job])
