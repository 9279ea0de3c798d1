"""Moving and reserving amounts. Every verb takes the caller's key and does its act once, however often asked.

Who may is decided by the app that calls: the ledger knows no activities, shops or orders. Several transfers in
one transaction: `lock` all their accounts first, else two such transactions may wait for each other.
"""

from contextlib import nullcontext
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from linli import audit
from linli.kernel import clock

from .models import Account, Transfer
from .reasons import CORRECTION, reasons
from .refusals import LedgerConflict, LedgerRefused, refused
from .signing import account_text, sign, transfer_text
from .triggers import PERIOD_LOCK

Phase = Transfer.Phase
LARGEST = 2**31 - 1  # of one transfer: 4,000 years in minutes
_CONTENT = ("debit_id", "credit_id", "amount", "phase", "resolves_id", "corrects_id", "reason")

__all__ = [
    "LedgerConflict",
    "LedgerRefused",
    "correct",
    "lock",
    "open_account",
    "post",
    "reserve",
    "transfer",
    "void",
]


@transaction.atomic
def open_account(*, name: str, unit: str, holder=None, floor: int | None = 0, by) -> Account:
    """The open account of this name, made when there is none; `floor` in its unit, None for an issuer.

    LedgerConflict: it stands open with another floor.
    """
    same = Account.objects.open().filter(holder=holder, name=name, unit=unit)
    account = same.first()
    if account is None:
        account = Account(holder=holder, name=name, unit=unit, floor=floor)
        account.signature = sign(account_text(account))
        try:
            with transaction.atomic():
                account.save(force_insert=True)
        except IntegrityError as error:
            account = same.first()  # somebody was faster
            if account is None:
                raise refused(error) from error
        else:
            audit.record("ledger.open_account", by=by, thing=account)
    if account.floor != floor:
        raise LedgerConflict(f"account {name} stands open with floor {account.floor}, not {floor}")
    return account


def transfer(*, key: UUID, debit: Account, credit: Account, amount: int, reason: str, by) -> Transfer:
    """Move `amount` (of the accounts' unit) from `debit` to `credit`; the transfer, the old one when repeated.

    LedgerRefused: not covered, closed, other unit. LedgerConflict: `key` was used for something else.
    """
    return _write(
        Transfer(id=key, debit=debit, credit=credit, amount=amount, phase=Phase.POSTED, reason=reason), by=by
    )


def reserve(*, key: UUID, debit: Account, credit: Account, amount: int, reason: str, by) -> Transfer:
    """Set `amount` aside on `debit` until it is posted to `credit` or voided; errors as for `transfer`."""
    return _write(
        Transfer(id=key, debit=debit, credit=credit, amount=amount, phase=Phase.PENDING, reason=reason), by=by
    )


def post(*, key: UUID, reservation: Transfer, by) -> Transfer:
    """Turn a reservation into a movement. LedgerRefused: it was posted or voided already."""
    return _write(_resolution(key, reservation, Phase.POST), by=by)


def void(*, key: UUID, reservation: Transfer, by) -> Transfer:
    """Give a reservation back. LedgerRefused: it was posted or voided already."""
    return _write(_resolution(key, reservation, Phase.VOID), by=by)


@transaction.atomic
def correct(*, key: UUID, wrong: Transfer, why: str, by, amount: int | None = None) -> Transfer:
    """Move `amount` (all, unless said) of a wrong transfer back; `why` goes to the audit, in plain words.

    LedgerRefused: more than was moved, or the receiver no longer has it.
    """
    if not why.strip():
        raise ValueError("a correction says why")
    known = Transfer.objects.filter(pk=key).exists()
    correction = _write(
        Transfer(
            id=key,
            debit_id=wrong.credit_id,
            credit_id=wrong.debit_id,
            amount=wrong.amount if amount is None else amount,
            phase=Phase.POSTED,
            corrects=wrong,
            reason=CORRECTION,
        ),
        by=by,
    )
    if not known:
        audit.record("ledger.correct", by=by, thing=wrong, purpose=why, detail={"amount": correction.amount})
    return correction


def lock(*accounts: Account) -> list[Account]:
    """The accounts as they are now, held until the transaction ends; in the one order everybody locks in."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s)", [PERIOD_LOCK])
    held = Account.objects.filter(pk__in=[account.pk for account in accounts])
    return list(held.order_by("pk").select_for_update(no_key=True))


def _resolution(key: UUID, reservation: Transfer, phase: str) -> Transfer:
    return Transfer(
        id=key,
        debit_id=reservation.debit_id,
        credit_id=reservation.credit_id,
        amount=reservation.amount,
        phase=phase,
        resolves=reservation,
        reason=reservation.reason,
    )


def _write(row: Transfer, *, by) -> Transfer:
    """Write the transfer by itself, or within the caller's transaction; the database books it in that statement.

    Written first and looked up only when it is refused: a repeated act is rare, and its key is refused like
    any other rule. A single statement needs no transaction around it; within one a savepoint keeps it usable.
    """
    if not isinstance(row.amount, int) or not 0 < row.amount <= LARGEST:
        raise ValueError(f"an amount is a whole number from 1 to {LARGEST}, not {row.amount!r}")
    reasons[row.reason]  # LookupError lists what is declared
    row.at, row.by = clock.now(), by
    row.signature = sign(transfer_text(row))
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            row.save(force_insert=True)
    except IntegrityError as error:
        # The same act again, or somebody was faster under its key: then the answer is that transfer, and what
        # stood in our way (the minutes it spent) is no refusal.
        if done := _done_before(row):
            return done
        raise refused(error) from error
    return row


def _done_before(row: Transfer) -> Transfer | None:
    done = Transfer.objects.filter(pk=row.pk).first()
    if done is None:
        return None
    if differing := [name for name in _CONTENT if getattr(done, name) != getattr(row, name)]:
        raise LedgerConflict(f"transfer {row.pk} was written before with another {', '.join(differing)}")
    return done
