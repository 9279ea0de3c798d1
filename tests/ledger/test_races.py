"""L1: whoever comes at the same time, the minutes are spent once, nobody waits for ever, nothing is lost."""

import random

import pytest
from django.db.models import Sum

from linli.kernel import clock
from linli.ledger.actions import LedgerConflict, LedgerRefused, post, reserve, transfer, void
from linli.ledger.checking import verify
from linli.ledger.closing import close_account, close_period
from linli.ledger.models import Account, ClosedPeriod, Transfer
from tests.conftest import TEST_DAY
from tests.together import together

from .books import figures, key, make_bank, make_purse, make_shop, move

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def kinds(results) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def test_three_threads_spend_the_same_60_minutes_and_one_succeeds():
    purse, shop = make_purse(60), make_shop()

    results = together(*[lambda n=n: move(f"spend/{n}", purse, shop, 60) for n in range(3)])

    assert kinds(results) == ["LedgerRefused", "LedgerRefused", "Transfer"]
    assert (figures(purse), figures(shop)) == ((0, 0, 2), (60, 0, 1))


def test_50_parallel_spends_of_the_same_coins_spend_them_once():
    purse, shop = make_purse(60), make_shop()

    results = together(*[lambda n=n: move(f"spend/{n}", purse, shop, 60) for n in range(50)])

    assert kinds(results) == ["LedgerRefused"] * 49 + ["Transfer"]
    assert (figures(purse), figures(shop), verify()) == ((0, 0, 2), (60, 0, 1), [])


def test_ten_clicks_with_one_key_move_once_and_all_get_the_same_answer():
    purse, shop = make_purse(60), make_shop()

    results = together(*[lambda: move("spend", purse, shop, 60)] * 10)

    assert {result.pk for result in results} == {key("spend")}
    assert figures(purse) == (0, 0, 2)


def test_one_key_for_two_contents_at_once_moves_one_of_them():
    purse, shop = make_purse(60), make_shop()

    results = together(*[lambda n=n: move("spend", purse, shop, n) for n in (20, 30)])

    assert kinds(results) == ["LedgerConflict", "Transfer"]
    assert [type(r) for r in results if not isinstance(r, Transfer)] == [LedgerConflict]
    assert figures(shop)[0] == next(r.amount for r in results if isinstance(r, Transfer))


def test_a_reservation_is_posted_or_voided_by_whoever_comes_first():
    purse, shop = make_purse(60), make_shop()
    held = reserve(key=key("hold"), debit=purse, credit=shop, amount=60, reason="test", by=None)

    results = together(
        *[lambda n=n: post(key=key(f"post/{n}"), reservation=held, by=None) for n in range(3)],
        *[lambda n=n: void(key=key(f"void/{n}"), reservation=held, by=None) for n in range(3)],
    )

    assert kinds(results) == ["LedgerRefused"] * 5 + ["Transfer"]
    assert {r.rule for r in results if isinstance(r, LedgerRefused)} == {"transfer_resolves_once"}
    assert (figures(purse)[1], verify()) == (0, [])


def test_an_account_that_is_closed_while_it_is_paid_to_ends_at_zero_or_stays_open():
    bank, purse, shop = make_bank(), make_purse(60), make_shop()

    results = together(
        lambda: close_account(key=key("close"), account=purse, to=shop, by=None),
        lambda: move("late", bank, purse, 30),
    )

    purse.refresh_from_db()
    late_came_in = isinstance(results[1], Transfer)
    assert (purse.closed_at, purse.balance) == (TEST_DAY, 0)
    assert figures(shop)[0] == (90 if late_came_in else 60)
    assert verify() == []


def test_a_period_is_closed_once_and_what_is_booked_meanwhile_is_in_it_or_refused():
    bank, purse = make_bank(), make_purse()
    last_day = clock.today()

    def pay(number):
        return move(f"late/{number}", bank, purse, 1)

    def close():
        with clock.at(TEST_DAY.replace(day=5)):
            return close_period(last_day=last_day, by=None)

    results = together(close, *[lambda n=n: pay(n) for n in range(8)], close)

    booked = [r for r in results if isinstance(r, Transfer)]
    others = [r for r in results if isinstance(r, Exception)]
    assert {getattr(r, "rule", repr(r)) for r in others} <= {"transfer_not_dated_into_a_closed_period"}
    assert results[0] == results[-1] == ClosedPeriod.objects.get()
    assert (ClosedPeriod.objects.get().count, verify()) == (len(booked), [])


def run_crowd(transfers: int, threads: int, people: int):
    """Random transfers between everybody and everybody over some threads; how many were made and refused."""
    bank = make_bank()
    # a tenth of the turns leaves some thirty minutes reserved for good: enough for that, and not for all
    crowd = [make_purse(transfers // 4, bank=bank) for _ in range(people)]

    def work(number):
        chance, done = random.Random(number), {"done": 0, "refused": 0}
        for turn in range(transfers // threads):
            debit, credit = chance.sample(crowd, 2)
            try:
                one_turn(chance, f"{number}/{turn}", debit, credit)
                done["done"] += 1
            except LedgerRefused:
                done["refused"] += 1
        return done

    return together(*[lambda n=n: work(n) for n in range(threads)])


def one_turn(chance, act, debit, credit):
    amount = chance.randint(1, 60)
    if chance.random() < 0.7:
        return transfer(key=key(act), debit=debit, credit=credit, amount=amount, reason="test", by=None)
    held = reserve(key=key(act), debit=debit, credit=credit, amount=amount, reason="test", by=None)
    resolve = chance.choice([post, void, lambda **_left: None])
    return resolve(key=key(f"{act}/resolved"), reservation=held, by=None)


@pytest.mark.parametrize("transfers", [1000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_random_concurrent_transfers_leave_sum_zero_and_balances_equal_to_their_replay(transfers):
    results = run_crowd(transfers, threads=8, people=20)

    assert sum(sum(result.values()) for result in results) == transfers
    assert sum(result["done"] for result in results) > transfers // 2
    assert Account.objects.aggregate(sum=Sum("credits") - Sum("debits")) == {"sum": 0}
    assert verify() == []
