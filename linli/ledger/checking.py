"""Finding and locating what is not as it was booked: rows, balances, numbers, periods, guards (L1, K7)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Count, F, Q, Sum

from linli.audit.models import Entry

from .closing import audit_spelling
from .models import Account, ClosedPeriod, Transfer
from .signing import account_text, is_signed, period_text, transfer_text

REPLAY = """
    with line as (
        select debit_id as account, debit_seq as number, 0::bigint as credits,
               case when phase in ('posted', 'post') then amount else 0 end as debits,
               case phase when 'pending' then amount when 'post' then -amount when 'void' then -amount else 0
               end as pending
        from ledger_transfer
        union all
        select credit_id, credit_seq, case when phase in ('posted', 'post') then amount else 0 end, 0, 0
        from ledger_transfer
    ), replayed as (
        select account, sum(credits) as credits, sum(debits) as debits, sum(pending) as pending,
               max(number) as last
        from line group by account
    )
    select a.id, a.credits, a.debits, a.debits_pending, a.seq, coalesce(r.credits, 0),
           coalesce(r.debits, 0), coalesce(r.pending, 0), coalesce(r.last, 0)
    from ledger_account a left join replayed r on r.account = a.id
    where (a.credits, a.debits, a.debits_pending, a.seq) is distinct from
          (coalesce(r.credits, 0), coalesce(r.debits, 0), coalesce(r.pending, 0), coalesce(r.last, 0))
    order by a.id
"""
NUMBERS = """
    with line as (
        select debit_id as account, debit_seq as number from ledger_transfer
        union all select credit_id, credit_seq from ledger_transfer
    ), placed as (
        select account, number, lag(number, 1, 0::bigint) over (partition by account order by number) as before
        from line
    )
    select account, before, number from placed where number <> before + 1 order by account, number
"""


@dataclass(frozen=True)
class Doubt:
    """One thing that is not as it was booked: which kind, at which account, transfer, period or table."""

    kind: str
    where: str
    sentence: str

    def __str__(self) -> str:
        return f"ledger {self.where}: {self.sentence}"


def verify() -> list[Doubt]:
    """Every place where the ledger is not as it was booked; empty when all is well.

    Reads one moment of the database, row by row in bounded memory, while others go on booking.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
        checks = (
            _unguarded_tables,
            _unsigned_rows,
            _accounts_unlike_their_replay,
            _numbers_with_gaps,
            _sums_other_than_zero,
            _accounts_beyond_their_terms,
            _broken_resolutions,
            _broken_corrections,
            _broken_periods,
            _vanished_periods,
        )
        return [doubt for check in checks for doubt in check()]


def _unguarded_tables() -> Iterator[Doubt]:
    """Triggers and constraints that were dropped or switched off."""
    with connection.cursor() as cursor:
        for model in (Account, Transfer, ClosedPeriod):
            table = model._meta.db_table
            cursor.execute(
                "select tgname from pg_trigger where tgrelid = %s::regclass and tgenabled in ('O', 'A')",
                [table],
            )
            present = {name for (name,) in cursor.fetchall()}
            cursor.execute(
                "select conname from pg_constraint where conrelid = %s::regclass and convalidated"
                " union select relname from pg_index join pg_class on pg_class.oid = indexrelid"
                " where indrelid = %s::regclass and indisvalid and indisunique",
                [table, table],
            )
            present |= {name for (name,) in cursor.fetchall()}
            wanted = {trigger.name: trigger.get_pgid(model) for trigger in model._meta.triggers}
            wanted |= {rule.name: rule.name for rule in model._meta.constraints}
            for name, kept_as in wanted.items():
                if kept_as not in present:
                    yield Doubt("guard", f"table {table}", f"the rule {name} is missing or switched off")


def _unsigned_rows() -> Iterator[Doubt]:
    said = "was changed, or was not written by this platform"
    for account in Account.objects.order_by("pk").iterator(1000):
        if not is_signed(account_text(account), account.signature):
            yield Doubt("account", f"account {account.pk}", said)
    for transfer in Transfer.objects.order_by("pk").iterator(1000):
        if not is_signed(transfer_text(transfer), transfer.signature):
            yield Doubt("transfer", f"transfer {transfer.pk}", said)


def _accounts_unlike_their_replay() -> Iterator[Doubt]:
    names = ("credits", "debits", "debits_pending", "seq")
    with connection.cursor() as cursor:
        cursor.execute(REPLAY)
        for key, *figures in cursor.fetchall():
            differing = [
                f"{name} is {kept}, its transfers give {replayed}"
                for name, kept, replayed in zip(names, figures[:4], figures[4:], strict=True)
                if kept != replayed
            ]
            yield Doubt("balance", f"account {key}", "; ".join(differing))


def _numbers_with_gaps() -> Iterator[Doubt]:
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS)
        for key, before, number in cursor.fetchall():
            said = (
                f"number {number} stands twice"
                if number == before
                else f"numbers {before + 1}–{number - 1} are missing"
            )
            yield Doubt("number", f"account {key}", said)


def _sums_other_than_zero() -> Iterator[Doubt]:
    sums = Account.objects.values("unit").order_by("unit").annotate(sum=Sum(F("credits") - F("debits")))
    for row in sums.exclude(sum=0):
        yield Doubt("sum", f"unit {row['unit']}", f"all balances together are {row['sum']}, not 0")


def _accounts_beyond_their_terms() -> Iterator[Doubt]:
    below = Q(floor__isnull=False, credits__lt=F("debits") + F("debits_pending") + F("floor"))
    for account in Account.objects.filter(below).order_by("pk"):
        yield Doubt("floor", f"account {account.pk}", f"stands at {account.available}, below {account.floor}")
    full = ~Q(credits=F("debits")) | Q(debits_pending__gt=0)
    for account in Account.objects.exclude(closed_at=None).filter(full).order_by("pk"):
        yield Doubt("closed", f"account {account.pk}", f"is closed and holds {account.balance}")
    for transfer in Transfer.objects.exclude(debit__unit=F("credit__unit")).order_by("pk"):
        yield Doubt("unit", f"transfer {transfer.pk}", "moves between accounts of different units")


def _broken_resolutions() -> Iterator[Doubt]:
    same = Q(
        resolves__phase=Transfer.Phase.PENDING,
        resolves__debit=F("debit"),
        resolves__credit=F("credit"),
        resolves__amount=F("amount"),
    )
    resolving = Transfer.objects.filter(phase__in=[Transfer.Phase.POST, Transfer.Phase.VOID])
    for transfer in resolving.exclude(same).order_by("pk"):
        yield Doubt(
            "resolution", f"transfer {transfer.pk}", "does not agree with the reservation it resolves"
        )


def _broken_corrections() -> Iterator[Doubt]:
    beyond = Transfer.objects.annotate(
        times=Count("corrections"), back=Sum("corrections__amount", default=0)
    ).filter(times__gt=0, back__gt=F("amount"))
    for transfer in beyond.order_by("pk"):
        yield Doubt(
            "correction", f"transfer {transfer.pk}", f"{transfer.back} of {transfer.amount} came back"
        )


def _broken_periods() -> Iterator[Doubt]:
    until, signature = None, ""
    for period in ClosedPeriod.objects.order_by("until"):
        where = f"period until {period.until.isoformat()}"
        if period.since != until:
            yield Doubt("period", where, "does not follow the period before it")
        rows = Transfer.objects.dated(period.since, period.until)
        if rows.count() != period.count:
            yield Doubt("period", where, f"holds {rows.count()} transfers, {period.count} were signed")
        elif not is_signed(
            period_text(period, rows.iterator(1000), signature, period.count), period.signature
        ):
            yield Doubt("period", where, "its transfers are not those that were signed")
        until, signature = period.until, period.signature


def _vanished_periods() -> Iterator[Doubt]:
    """What the audit saw being closed must still be there, with the same signature."""
    kept = {str(period.pk): audit_spelling(period.signature) for period in ClosedPeriod.objects.all()}
    for entry in Entry.objects.filter(act="ledger.close_period").order_by("pk"):
        if kept.get(entry.thing_key) != entry.detail.get("signature"):
            said = "is gone or was signed anew since the audit recorded its closing"
            yield Doubt("period", f"period number {entry.thing_key}", said)
