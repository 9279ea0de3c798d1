"""Long jobs: an action starts one, the job tells how far it is, a page shows it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel import clock

from .models import LongJob
from .queue import defer


@transaction.atomic
def start_long(name: str, *, title: str, by, total: int | None = None, **arguments) -> LongJob:
    """Queue the job `name` with a row that shows its progress; the job gets its key as `long_id`.

    The job is declared with `one_transaction=False` (progress inside one transaction nobody sees) and opens
    `with progress(long_id) as work`. `title` is shown to people and names nobody.
    """
    long = LongJob.objects.create(kind=name, title=title, started_by=by, total=total)
    defer(name, long_id=long.pk, **arguments)
    return long


class Progress:
    """How far a long job is; each call commits what it says unless the caller holds a transaction."""

    def __init__(self, long: LongJob):
        self.long = long

    def set(self, done: int, *, total: int | None = None, message: str | None = None) -> None:
        """Say how much is done, of how much, and in words what is being done."""
        self.long.done = done
        if total is not None:
            self.long.total = total
        if message is not None:
            self.long.message = message[:300]
        self.long.moved_at = clock.now()
        self.long.save(update_fields=["done", "total", "message", "moved_at"])

    def each(self, things: Iterable, *, every: int = 100) -> Iterator:
        """The things one by one, saying how many are done after every `every` of them and at the end."""
        count = 0
        for count, thing in enumerate(things, 1):
            yield thing
            if count % every == 0:
                self.set(count)
        self.set(count)


@contextmanager
def progress(long_id: int) -> Iterator[Progress]:
    """Mark the long job running, at the end done; failed when it breaks, with no detail that names anybody.

    A later try, or the try after a killed worker, marks it running again and starts counting anew.
    """
    long = LongJob.objects.get(pk=long_id)
    long.state, long.ended_at, long.done, long.moved_at = LongJob.State.RUNNING, None, 0, clock.now()
    long.save(update_fields=["state", "ended_at", "done", "moved_at"])
    try:
        yield Progress(long)
    except Exception as trouble:
        _end(long, LongJob.State.FAILED, _("出错（%s），系统会稍后再试。") % type(trouble).__name__)
        raise
    _end(long, LongJob.State.DONE, long.message)


def _end(long: LongJob, state: str, message: str) -> None:
    long.state, long.message = state, message
    long.ended_at = long.moved_at = clock.now()
    long.save(update_fields=["state", "message", "ended_at", "moved_at"])
