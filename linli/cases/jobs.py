"""What the clock of cases does by itself."""

from linli.jobs import periodic
from linli.kernel import clock

from .actions import mark_overdue


@periodic("* * * * *", "cases.mark-overdue", one_transaction=False)
def mark_late_cases() -> None:
    """Each case in a transaction of its own, so that a killed worker leaves whole marks behind."""
    mark_overdue(clock.now())
