"""Any order of acts, repeats and crashes keeps what must hold of a ledger."""

import pytest
from django.db import connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from linli.audit.models import Entry
from linli.ledger.actions import LedgerRefused, correct, open_account, post, reserve, transfer, void
from linli.ledger.checking import verify
from linli.ledger.closing import close_account
from linli.ledger.models import Account, Transfer

from .books import key

NAMES = ["bank", "a", "b", "c"]
AMOUNTS = st.integers(1, 90)


class Crash(Exception):
    """The worker dies between two statements."""


class DyingAt:
    """Lets some statements through and dies before the next one, or after the last."""

    def __init__(self, statements: int):
        self.left = statements

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith("ROLLBACK"):  # the database taking everything back is no statement of the worker
            return execute(sql, params, many, context)
        self.left -= 1
        if self.left == -1:  # once: what follows is the database taking everything back
            raise Crash
        return execute(sql, params, many, context)


class Ledger(RuleBasedStateMachine):
    """The database beside a model of dictionaries: the model is what a clerk with a pencil would write."""

    @initialize()
    def begin(self):
        self.accounts = {
            name: open_account(name=name, unit="minute", floor=None if name == "bank" else 0, by=None)
            for name in NAMES
        }
        self.balance = dict.fromkeys(NAMES, 0)
        self.held = dict.fromkeys(NAMES, 0)
        self.count = dict.fromkeys(NAMES, 0)
        self.open, self.moved, self.acts = [], [], 0
        self.closed = set()
        self.repeatable = []

    def next_key(self):
        self.acts += 1
        return key(f"act/{self.acts}")

    def attempt(self, call, *, allowed, crash_after):
        """Run the act; die somewhere in it, see that nothing is left, and run it again as a retry would."""
        if crash_after is not None:
            before = self.picture()
            try:
                with connection.execute_wrapper(DyingAt(crash_after)), transaction.atomic():
                    call()
                    raise Crash
            except (Crash, LedgerRefused):
                pass
            assert self.picture() == before
        try:
            done = call()
        except LedgerRefused:
            assert not allowed
            return None
        assert allowed
        if isinstance(done, Transfer):
            self.repeatable.append((call, done.pk))
            self.count_lines(done)
        return done

    def count_lines(self, done):
        for account in (done.debit, done.credit):
            self.count[account.name] += 1

    def picture(self):
        rows = Account.objects.order_by("name").values_list(
            "name", "credits", "debits", "debits_pending", "seq", "closed_at"
        )
        return list(rows), Transfer.objects.count(), Entry.objects.count()

    def may_leave(self, name, amount):
        return name == "bank" or self.balance[name] - self.held[name] >= amount

    def are_open(self, *names):
        return not self.closed & set(names)

    @rule(
        pair=st.permutations(NAMES).map(lambda names: names[:2]),
        amount=AMOUNTS,
        crash=st.none() | st.integers(0, 4),
    )
    def transfer(self, pair, amount, crash):
        debit, credit = pair
        content = {"debit": self.accounts[debit], "credit": self.accounts[credit], "amount": amount}
        act = self.next_key()
        done = self.attempt(
            lambda: transfer(key=act, reason="test", by=None, **content),
            allowed=self.may_leave(debit, amount) and self.are_open(*pair),
            crash_after=crash,
        )
        if done:
            self.move(debit, credit, amount)
            self.moved.append([done, debit, credit, amount])

    def move(self, debit, credit, amount):
        self.balance[debit] -= amount
        self.balance[credit] += amount

    @rule(
        pair=st.permutations(NAMES).map(lambda names: names[:2]),
        amount=AMOUNTS,
        crash=st.none() | st.integers(0, 4),
    )
    def reserve(self, pair, amount, crash):
        debit, credit = pair
        content = {"debit": self.accounts[debit], "credit": self.accounts[credit], "amount": amount}
        act = self.next_key()
        done = self.attempt(
            lambda: reserve(key=act, reason="test", by=None, **content),
            allowed=self.may_leave(debit, amount) and self.are_open(*pair),
            crash_after=crash,
        )
        if done:
            self.held[debit] += amount
            self.open.append((done, debit, credit, amount))

    @rule(which=st.integers(0, 99), posting=st.booleans(), crash=st.none() | st.integers(0, 4))
    def resolve(self, which, posting, crash):
        if not self.open:
            return
        reservation, debit, credit, amount = self.open.pop(which % len(self.open))
        verb, act = (post if posting else void), self.next_key()
        done = self.attempt(
            lambda: verb(key=act, reservation=reservation, by=None), allowed=True, crash_after=crash
        )
        self.held[debit] -= amount
        if posting:
            self.move(debit, credit, amount)
            self.moved.append([done, debit, credit, amount])
        again = self.next_key()
        self.attempt(
            lambda: void(key=again, reservation=reservation, by=None), allowed=False, crash_after=None
        )

    @rule(which=st.integers(0, 99), amount=AMOUNTS, crash=st.none() | st.integers(0, 7))
    def correct(self, which, amount, crash):
        if not self.moved:
            return
        entry = self.moved[which % len(self.moved)]
        wrong, debit, credit, left = entry
        act = self.next_key()
        done = self.attempt(
            lambda: correct(key=act, wrong=wrong, amount=amount, why="错记", by=None),
            allowed=amount <= left and self.may_leave(credit, amount) and self.are_open(debit, credit),
            crash_after=crash,
        )
        if done:
            entry[3] -= amount
            self.move(credit, debit, amount)

    @rule(which=st.integers(0, 99))
    def repeat(self, which):
        if self.repeatable:
            call, made = self.repeatable[which % len(self.repeatable)]
            assert call().pk == made

    @rule(name=st.sampled_from(["b", "c"]), crash=st.none() | st.integers(0, 12))
    def close(self, name, crash):
        if name in self.closed or any(name in (debit, credit) for _t, debit, credit, _a in self.open):
            return
        act = self.next_key()
        left = self.balance[name]
        final = self.attempt(
            lambda: close_account(key=act, account=self.accounts[name], to=self.accounts["bank"], by=None),
            allowed=True,
            crash_after=crash,
        )
        if left:
            self.move(name, "bank", left)
            self.count[name] += 1
            self.count["bank"] += 1
        self.closed.add(name)
        assert (final.balance, final.reserved, len(final.lines)) == (0, 0, self.count[name])

    @invariant()
    def accounts_stand_as_the_pencil_says(self):
        if not hasattr(self, "balance"):
            return
        kept = {
            account.name: (account.balance, account.debits_pending, account.seq)
            for account in Account.objects.all()
        }
        assert kept == {name: (self.balance[name], self.held[name], self.count[name]) for name in NAMES}
        assert sum(balance for balance, _held, _seq in kept.values()) == 0

    def teardown(self):
        assert verify() == []


@pytest.mark.database
class TestLedger(TestCase):
    def test_any_order_of_acts_repeats_and_crashes_keeps_the_ledger_right(self):
        run_state_machine_as_test(IsolatedLedger, settings=settings(max_examples=12, stateful_step_count=25))


class IsolatedLedger(Ledger):
    """Each example in a transaction of its own that is rolled back: what is booked cannot be deleted."""

    def __init__(self):
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()

    def teardown(self):
        try:
            super().teardown()
        finally:
            transaction.set_rollback(True)
            self.around.__exit__(None, None, None)
