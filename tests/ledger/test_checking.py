"""L1, K7: somebody with the database's own password changes something; verify() says what and where."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from linli.kernel import clock
from linli.ledger.actions import correct, post, reserve
from linli.ledger.checking import Doubt, verify
from linli.ledger.closing import close_account, close_period
from linli.ledger.models import Account, ClosedPeriod, Transfer

from .books import key, make_bank, make_purse, make_shop, move

pytestmark = [pytest.mark.django_db, pytest.mark.database]
# What a superuser does before he tampers.
OFF = "set constraints all immediate; set local session_replication_role = replica; "


class Books:
    """Two months of a bank, two people and a shop; January is closed."""

    def __init__(self):
        with clock.at(datetime(2026, 1, 10, tzinfo=UTC)):
            self.bank, self.shop = make_bank(), make_shop()
            self.one, self.two = make_purse(), make_purse()
            move("first", self.bank, self.one, 120)
            self.january = move("january", self.bank, self.one, 5)
        with clock.at(datetime(2026, 2, 10, tzinfo=UTC)):
            self.period = close_period(last_day=date(2026, 1, 31), by=None)
            self.given = move("given", self.bank, self.two, 90)
            self.held = reserve(
                key=key("held"), debit=self.one, credit=self.shop, amount=60, reason="test", by=None
            )
            self.posted = post(key=key("posted"), reservation=self.held, by=None)
            self.back = correct(key=key("back"), wrong=self.given, amount=30, why="错记", by=None)
            self.last = move("last", self.two, self.shop, 10)
            self.closed = make_purse()
            close_account(key=key("closing"), account=self.closed, by=None)

    def tamper(self, statement: str):
        names = {name: getattr(thing, "pk", thing) for name, thing in vars(self).items()}
        with connection.cursor() as cursor:
            cursor.execute(OFF + statement.format(**names))


def found(doubts: list[Doubt]) -> set[tuple[str, str]]:
    return {(doubt.kind, doubt.where) for doubt in doubts}


def test_books_that_nobody_touched_raise_no_doubt():
    Books()

    assert (verify(), Account.objects.count(), Transfer.objects.count()) == ([], 5, 7)


TAMPERING = {
    "a balance is raised": (
        "update ledger_account set credits = credits + 600 where id = '{one}'",
        {("balance", "account {one}"), ("sum", "unit minute")},
    ),
    "two balances are shifted so that the sum stays zero": (
        (
            "update ledger_account set credits = credits + 40 where id = '{one}';"
            "update ledger_account set debits = debits + 40 where id = '{two}'"
        ),
        {("balance", "account {one}"), ("balance", "account {two}")},
    ),
    "a reservation is forgotten": (
        (
            "delete from ledger_transfer where id = '{posted}';"
            "update ledger_account set debits = debits - 60 where id = '{one}';"
            "update ledger_account set credits = credits - 60 where id = '{shop}'"
        ),
        {("balance", "account {one}"), ("number", "account {shop}")},
    ),
    "an amount is changed and both balances with it": (
        (
            "update ledger_transfer set amount = 20 where id = '{last}';"
            "update ledger_account set debits = debits + 10 where id = '{two}';"
            "update ledger_account set credits = credits + 10 where id = '{shop}'"
        ),
        {("transfer", "transfer {last}")},
    ),
    "a transfer is deleted and the balances with it": (
        (
            "delete from ledger_transfer where id = '{back}';"
            "update ledger_account set debits = debits - 30 where id = '{two}';"
            "update ledger_account set credits = credits - 30 where id = '{bank}'"
        ),
        {("number", "account {two}"), ("balance", "account {bank}")},
    ),
    "a transfer is led to another account, numbers and balances too": (
        (
            "update ledger_transfer set credit_id = '{one}', credit_seq = 5 where id = '{last}';"
            "update ledger_account set credits = credits + 10, seq = 5 where id = '{one}';"
            "update ledger_account set credits = credits - 10, seq = 2 where id = '{shop}'"
        ),
        {("transfer", "transfer {last}")},
    ),
    "a transfer is made up with all that belongs to it": (
        (
            "insert into ledger_transfer (id, debit_id, credit_id, amount, phase, reason, at, debit_seq, credit_seq,"
            " signature) select '{new}', debit_id, '{one}', 5, 'posted', reason, at, 5, 5, signature"
            " from ledger_transfer where id = '{given}';"
            "update ledger_account set debits = debits + 5, seq = 5 where id = '{bank}';"
            "update ledger_account set credits = credits + 5, seq = 5 where id = '{one}'"
        ),
        {("transfer", "transfer {new}")},
    ),
    "an account gets another holder": (
        (
            "update ledger_account set holder_id = (select holder_id from ledger_account where id = '{two}'),"
            " name = 'coins2' where id = '{one}'"
        ),
        {("account", "account {one}")},
    ),
    "an account may suddenly fall below its floor": (
        "update ledger_account set floor = -1000 where id = '{two}'",
        {("account", "account {two}")},
    ),
    "a transfer is moved in time into a closed period": (
        "update ledger_transfer set at = '2026-01-11' where id = '{given}'",
        {("transfer", "transfer {given}"), ("period", "period until 2026-01-31T16:00:00+00:00")},
    ),
    "a transfer of a closed period goes with everything that shows it": (
        (
            "delete from ledger_transfer where id = '{january}';"
            "update ledger_transfer set debit_seq = debit_seq - 1"
            " where debit_id in ('{one}', '{bank}') and debit_seq > 2;"
            "update ledger_transfer set credit_seq = credit_seq - 1"
            " where credit_id in ('{one}', '{bank}') and credit_seq > 2;"
            "update ledger_account set seq = seq - 1, credits = credits - 5 where id = '{one}';"
            "update ledger_account set seq = seq - 1, debits = debits - 5 where id = '{bank}'"
        ),
        {("period", "period until 2026-01-31T16:00:00+00:00")},
    ),
    "a closed period vanishes": (
        "delete from ledger_closedperiod",
        {("period", "period number {period}")},
    ),
    "numbers of two transfers are exchanged": (
        "update ledger_transfer set credit_seq = 9 where id = '{posted}'",
        {("number", "account {shop}"), ("balance", "account {shop}")},
    ),
    "a resolution is turned into another phase": (
        (
            "update ledger_transfer set phase = 'void' where id = '{posted}';"
            "update ledger_account set debits = debits - 60 where id = '{one}';"
            "update ledger_account set credits = credits - 60 where id = '{shop}'"
        ),
        {("transfer", "transfer {posted}")},
    ),
    "a reason is rewritten": (
        "update ledger_transfer set reason = 'gift' where id = '{given}'",
        {("transfer", "transfer {given}")},
    ),
    "a closed account is given something": (
        (
            "alter table ledger_account drop constraint account_closed_is_empty;"
            "update ledger_account set credits = 5 where id = '{closed}'"
        ),
        {
            ("guard", "table ledger_account"),
            ("balance", "account {closed}"),
            ("sum", "unit minute"),
            ("closed", "account {closed}"),
        },
    ),
    "the guard against edits is switched off": (
        "alter table ledger_transfer disable trigger user",
        {("guard", "table ledger_transfer")},
    ),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_K7_tampering_is_found_and_located(what):
    books = Books()
    books.new = key("made up")
    statement, expected = TAMPERING[what]

    books.tamper(statement)

    names = {name: getattr(thing, "pk", thing) for name, thing in vars(books).items()}
    assert found(verify()) == {(kind, where.format(**names)) for kind, where in expected}


def test_a_doubt_reads_as_a_sentence_with_its_place():
    books = Books()

    books.tamper("update ledger_account set credits = credits + 600 where id = '{one}'")

    assert str(verify()[0]) == (f"ledger account {books.one.pk}: credits is 725, its transfers give 125")


@pytest.mark.django_db(transaction=True)
def test_verify_reads_one_moment_outside_a_transaction_too():
    Books()

    assert (verify(), ClosedPeriod.objects.count()) == ([], 1)
