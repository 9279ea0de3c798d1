"""Ends: of an account, which is left empty with a final statement, and of a period, which is signed."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connection, transaction

from linli import audit
from linli.kernel import clock

from .actions import lock, transfer
from .models import Account, ClosedPeriod, Transfer
from .queries import Statement, statement
from .reasons import CLOSING
from .refusals import LedgerRefused
from .signing import period_text, sign
from .triggers import PERIOD_LOCK


@transaction.atomic
def close_account(*, key: UUID, account: Account, by, to: Account | None = None) -> Statement:
    """Settle the account with `to` (not needed when it is empty), close it; its final statement.

    `key` is that of the settling transfer. Closed already: the same statement again. LedgerRefused: something
    is still reserved on it or for it, or nobody said where the rest goes.
    """
    held = {row.pk: row for row in lock(*filter(None, [account, to]))}
    now = held[account.pk]
    if now.closed_at is not None:
        return statement(now)
    if Transfer.objects.of(now).reserved().exists():
        raise LedgerRefused("account_has_reservations")
    if now.balance:
        if to is None:
            raise LedgerRefused("account_names_where_the_rest_goes")
        debit, credit = (now, to) if now.balance > 0 else (to, now)
        transfer(key=key, debit=debit, credit=credit, amount=abs(now.balance), reason=CLOSING, by=by)
    now.refresh_from_db()
    now.closed_at = clock.now()
    now.save(update_fields=["closed_at"])
    audit.record("ledger.close_account", by=by, thing=now)
    return statement(now)


@transaction.atomic
def close_period(*, last_day: date, by) -> ClosedPeriod:
    """Close everything up to `last_day` (China time), signed; asked twice, the same period.

    Waits for transfers that are under way, and they for it. LedgerRefused: the day is not over, or lies in a
    longer period that is closed.
    """
    until = datetime.combine(last_day + timedelta(days=1), time(), clock.CHINA)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [PERIOD_LOCK])
    previous = ClosedPeriod.objects.order_by("until").last()
    if previous is not None and previous.until == until:
        return previous
    if until > clock.now():
        raise LedgerRefused("period_is_over_when_it_is_closed")
    if previous is not None and previous.until > until:
        raise LedgerRefused("period_follows_another")
    period = ClosedPeriod(since=previous and previous.until, until=until, closed_at=clock.now(), by=by)
    rows = Transfer.objects.dated(period.since, until)
    period.count = rows.count()
    before = previous.signature if previous else ""
    period.signature = sign(period_text(period, rows.iterator(1000), before, period.count))
    period.save(force_insert=True)
    audit.record(
        "ledger.close_period", by=by, thing=period, detail={"signature": audit_spelling(period.signature)}
    )
    return period


def audit_spelling(signature: str) -> str:
    """A signature in groups of six, as it stands in the audit, which strikes out long numbers."""
    digits = signature.rpartition(":")[2]
    return ".".join(digits[start : start + 6] for start in range(0, len(digits), 6))
