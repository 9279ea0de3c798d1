"""A bank that issues, people with minutes, and keys that tell which act they are of."""

import uuid

from linli.ledger.actions import open_account, transfer
from linli.ledger.reasons import reasons
from tests.factories.people import make_person

if "test" not in reasons:
    reasons["test"] = "测试"
SPACE = uuid.UUID("99000000-0000-0000-0000-000000000000")


def key(act) -> uuid.UUID:
    return uuid.uuid5(SPACE, str(act))


def make_bank(name: str = "bank/1", unit: str = "minute"):
    return open_account(name=name, unit=unit, floor=None, by=None)


def make_shop(name: str = "shop/1", unit: str = "minute"):
    return open_account(name=name, unit=unit, by=None)


def make_purse(minutes: int = 0, *, bank=None, holder=None):
    """An account of a person with this many minutes."""
    holder = holder or make_person()
    purse = open_account(name="coins", unit="minute", holder=holder, by=None)
    if minutes:
        bank = bank or make_bank()
        move(f"first/{purse.pk}", bank, purse, minutes)
        purse.refresh_from_db()
    return purse


def move(act, debit, credit, amount, by=None):
    return transfer(key=key(act), debit=debit, credit=credit, amount=amount, reason="test", by=by)


def figures(account) -> tuple[int, int, int]:
    """Balance, what is reserved, and the number of the latest transfer."""
    account.refresh_from_db()
    return account.balance, account.debits_pending, account.seq
