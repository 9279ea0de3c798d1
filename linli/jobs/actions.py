"""What operators do with jobs."""

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from linli.kernel.acting import tell_act

from .rules import can_operate


@transaction.atomic
def try_again(job: int, *, by) -> bool:
    """Queue a dead letter once more, with all its tries before it; False when it is dead no longer.

    PermissionDenied: `by` does not hold `jobs.operate`.
    """
    if not can_operate(by):
        raise PermissionDenied
    with connection.cursor() as cursor:
        cursor.execute(
            "update procrastinate_jobs set status = 'todo', attempts = 0, scheduled_at = null,"
            " worker_id = null where id = %s and status = 'failed'",
            [job],
        )
        if cursor.rowcount != 1:
            return False
    tell_act("jobs.try_again", by=by, detail={"job": job})
    return True
