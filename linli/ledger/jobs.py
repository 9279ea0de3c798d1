"""What recurs in the ledger: the month before last is closed, and every night the books are checked."""

import logging
from datetime import timedelta

from linli.jobs import periodic
from linli.kernel import clock

from .checking import verify
from .closing import close_period
from .models import ClosedPeriod

log = logging.getLogger(__name__)
OPEN_DAYS = 5  # of a new month, in which the old one may still be put right


class LedgerInDoubt(Exception):
    """The nightly check found places that are not as they were booked; the text tells the first of them."""


@periodic("15 1 * * *", "ledger.close-months", one_transaction=False)
def close_months() -> None:
    """Close the month that ended, once it is some days old; a missed run is made up for by the next."""
    last_day = (clock.today() - timedelta(days=OPEN_DAYS)).replace(day=1) - timedelta(days=1)
    newest = ClosedPeriod.objects.order_by("until").last()
    if newest is None or newest.until.astimezone(clock.CHINA).date() <= last_day:
        close_period(last_day=last_day, by=None)


@periodic("40 2 * * *", "ledger.check", one_transaction=False)
def check_books() -> None:
    """Verify everything; a doubt fails the job, so that operators see it among the failures."""
    doubts = verify()
    for doubt in doubts:
        log.error("%s", doubt)
    if doubts:
        raise LedgerInDoubt(f"{len(doubts)} doubts; the first: {doubts[0]}")
