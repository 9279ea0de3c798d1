"""Work that happens later, in the same PostgreSQL: no broker, and nothing is queued that was rolled back.

`defer("app.task", pk=…)` queues by name inside the caller's transaction. A task stands in `jobs.py`:

    @jobs.job("requests.redact")            # one transaction, done once even when its worker is killed
    def redact(*, request_id): …

    @jobs.periodic("*/5 * * * *", "cases.mark-overdue")
    def mark_overdue(): …

What must happen is always a row; a job only looks for rows.
"""

from .queue import defer, job, periodic

__all__ = ["defer", "job", "periodic"]
