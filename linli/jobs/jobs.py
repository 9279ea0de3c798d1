"""The jobs that keep the queue itself in order."""

from . import periodic
from .keeping import clean as clean_queue
from .keeping import rescue


@periodic("* * * * *", "jobs.sweep")
def sweep() -> None:
    """Hand stalled jobs out again. Without a lock: the sweep of a killed worker must not stop the next."""
    rescue()


@periodic("17 * * * *", "jobs.clean")
def clean() -> None:
    clean_queue()
