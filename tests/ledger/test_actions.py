"""L1, L4: amounts move whole or not at all, once, between two accounts, and never below the floor."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from linli.audit.models import Entry
from linli.kernel import clock
from linli.ledger.actions import (
    LedgerConflict,
    LedgerRefused,
    correct,
    open_account,
    post,
    reserve,
    transfer,
    void,
)
from linli.ledger.models import Account, Transfer
from tests.conftest import TEST_DAY
from tests.factories.people import make_person, make_user

from .books import figures, key, make_bank, make_purse, make_shop, move

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def hold(act, debit, credit, amount):
    return reserve(key=key(act), debit=debit, credit=credit, amount=amount, reason="test", by=None)


def refusal(call) -> str:
    with pytest.raises(LedgerRefused) as said:
        call()
    return said.value.rule


def test_a_transfer_moves_an_amount_from_one_account_to_the_other():
    bank, purse, clerk = make_bank(), make_purse(), make_user()

    done = move("a", bank, purse, 90, by=clerk)

    assert (figures(bank), figures(purse)) == ((-90, 0, 1), (90, 0, 1))
    assert (done.debit_seq, done.credit_seq) == (1, 1)
    done.refresh_from_db()
    assert (done.at, done.by, done.phase) == (TEST_DAY, clerk, "posted")


def test_the_same_key_moves_once_and_gives_the_same_transfer():
    bank, purse = make_bank(), make_purse()

    first, second = (move("a", bank, purse, 90) for _ in range(2))

    assert first == second
    assert (figures(purse), Transfer.objects.count()) == ((90, 0, 1), 1)


@pytest.mark.parametrize("change", [{"amount": 91}, {"reason": "correction"}, {"credit": "shop"}])
def test_the_same_key_with_another_content_is_a_conflict_and_moves_nothing(change):
    bank, purse = make_bank(), make_purse()
    content = {"debit": bank, "credit": purse, "amount": 90, "reason": "test"}
    transfer(key=key("a"), by=None, **content)
    if "credit" in change:
        change = {"credit": make_shop()}

    with pytest.raises(LedgerConflict, match=r"another (amount|reason|credit_id)$"):
        transfer(key=key("a"), by=None, **content | change)

    assert figures(purse) == (90, 0, 1)


def test_an_account_never_falls_below_its_floor():
    purse, shop = make_purse(60), make_shop()

    assert refusal(lambda: move("a", purse, shop, 61)) == "account_never_below_its_floor"

    assert (figures(purse), figures(shop)) == ((60, 0, 1), (0, 0, 0))
    with pytest.raises(LedgerRefused, match=r"^余额不足。$"):
        move("a", purse, shop, 61)


def test_a_floor_below_zero_lets_an_account_owe_that_much_and_no_more():
    branch, shop = open_account(name="branch/1", unit="minute", floor=-30, by=None), make_shop()

    move("a", branch, shop, 30)

    assert refusal(lambda: move("b", branch, shop, 1)) == "account_never_below_its_floor"
    assert figures(branch) == (-30, 0, 1)


def test_a_refusal_leaves_the_transaction_of_the_caller_usable():
    purse, shop = make_purse(60), make_shop()

    with transaction.atomic():
        refusal(lambda: move("a", purse, shop, 61))
        move("b", purse, shop, 60)

    assert figures(shop) == (60, 0, 1)


def test_what_is_reserved_cannot_be_spent_and_is_not_yet_the_others():
    purse, shop = make_purse(60), make_shop()

    hold("a", purse, shop, 40)

    assert (figures(purse), figures(shop)) == ((60, 40, 2), (0, 0, 1))
    assert purse.available == 20
    assert refusal(lambda: move("b", purse, shop, 21)) == "account_never_below_its_floor"
    assert refusal(lambda: hold("c", purse, shop, 21)) == "account_never_below_its_floor"


def test_a_reservation_is_posted_or_voided_once():
    purse, shop = make_purse(60), make_shop()
    first, second = hold("a", purse, shop, 40), hold("b", purse, shop, 20)

    posted = post(key=key("a/post"), reservation=first, by=None)
    void(key=key("b/void"), reservation=second, by=None)

    assert post(key=key("a/post"), reservation=first, by=None) == posted
    assert (figures(purse), figures(shop)) == ((20, 0, 5), (40, 0, 4))
    assert refusal(lambda: void(key=key("x"), reservation=first, by=None)) == "transfer_resolves_once"
    assert refusal(lambda: post(key=key("y"), reservation=second, by=None)) == "transfer_resolves_once"
    assert (
        refusal(lambda: post(key=key("z"), reservation=posted, by=None))
        == "transfer_resolves_its_reservation"
    )


def test_a_correction_is_a_transfer_back_with_a_reason_in_the_audit():
    bank, purse, clerk = make_bank(), make_purse(), make_user()
    wrong = move("a", bank, purse, 90)

    for _twice in range(2):
        done = correct(key=key("a/correct"), wrong=wrong, amount=30, why="少记了半小时", by=clerk)

    assert (figures(purse), done.corrects, done.reason) == ((60, 0, 2), wrong, "correction")
    entry = Entry.objects.get(act="ledger.correct")
    assert (entry.by, entry.purpose, entry.thing_key, entry.detail) == (
        clerk,
        "少记了半小时",
        str(wrong.pk),
        {"amount": 30},
    )


def test_no_more_is_corrected_than_was_moved():
    bank, purse = make_bank(), make_purse(200)
    wrong = move("a", bank, purse, 90)
    correct(key=key("b"), wrong=wrong, amount=60, why="错记", by=None)

    assert (
        refusal(lambda: correct(key=key("c"), wrong=wrong, amount=31, why="错记", by=None))
        == "transfer_corrects_no_more_than_was_moved"
    )
    pending = hold("d", purse, bank, 10)
    assert (
        refusal(lambda: correct(key=key("e"), wrong=pending, why="错记", by=None))
        == "transfer_corrects_what_was_moved"
    )


def test_a_correction_without_a_reason_is_refused():
    wrong = move("a", make_bank(), make_purse(), 90)

    with pytest.raises(ValueError, match="says why"):
        correct(key=key("b"), wrong=wrong, why=" ", by=None)


@pytest.mark.parametrize("amount", [0, -5, 1.5, 2**31])
def test_an_amount_is_a_whole_number_above_zero(amount):
    with pytest.raises(ValueError, match="whole number"):
        move("a", make_bank(), make_purse(), amount)


def test_a_reason_nobody_declared_is_refused_and_the_known_ones_are_told():
    with pytest.raises(LookupError, match="known: closing, correction"):
        transfer(key=key("a"), debit=make_bank(), credit=make_purse(), amount=1, reason="because", by=None)


def test_minutes_and_points_never_mix():
    bank, points = make_bank(), make_shop("shop/2", "point")

    assert refusal(lambda: move("a", bank, points, 5)) == "transfer_moves_one_unit"


def test_an_account_pays_nothing_to_itself():
    bank = make_bank()

    assert refusal(lambda: move("a", bank, bank, 5)) == "transfer_between_two_accounts"
    assert figures(bank) == (0, 0, 0)


def test_an_account_is_opened_once_for_a_holder_and_for_none():
    holder = make_person()

    assert make_purse(holder=holder) == make_purse(holder=holder)
    assert make_bank() == make_bank()
    assert Account.objects.count() == 2
    with pytest.raises(LedgerConflict, match="floor None, not 0"):
        open_account(name="bank/1", unit="minute", by=None)


@pytest.mark.parametrize("fields", [{"floor": 1}, {"name": "给王小丽的"}, {"unit": "yuan"}])
def test_the_database_refuses_an_account_with_a_wrong_floor_name_or_unit(fields):
    with pytest.raises(DatabaseError):
        open_account(**{"name": "bank/1", "unit": "minute", "by": None} | fields)


RAW = {
    "transfer_is_never_edited": "update ledger_transfer set amount = 1",
    "transfer_is_never_deleted": "delete from ledger_transfer",
    "account_balance_follows_transfers": "update ledger_account set credits = credits + 1",
    "account_keeps_holder_and_terms": "update ledger_account set floor = null",
    "account_is_never_deleted": "delete from ledger_account",
    "account_begins_empty": "insert into ledger_account (id, name, unit, credits, debits, debits_pending, seq,"
    " opened_at, signature) values (gen_random_uuid(), 'x', 'minute', 5, 0, 0, 0, now(), '')",
    "transfer_amount_is_positive": "insert into ledger_transfer (id, debit_id, credit_id, amount, phase,"
    " reason, at, signature) select gen_random_uuid(), debit_id, credit_id, 0, 'posted', 'test', at, ''"
    " from ledger_transfer",
    "transfer_resolves_iff_post_or_void": "insert into ledger_transfer (id, debit_id, credit_id, amount,"
    " phase, resolves_id, reason, at, signature) select gen_random_uuid(), debit_id, credit_id, amount,"
    " 'posted', id, 'test', at, '' from ledger_transfer",
    "transfer_correction_says_of_what": "insert into ledger_transfer (id, debit_id, credit_id, amount, phase,"
    " reason, at, signature) select gen_random_uuid(), debit_id, credit_id, 1, 'posted', 'correction', at, ''"
    " from ledger_transfer",
    "transfer_reason_is_a_code": "insert into ledger_transfer (id, debit_id, credit_id, amount, phase,"
    " reason, at, signature) select gen_random_uuid(), debit_id, credit_id, 1, 'posted', '王奶奶', at, ''"
    " from ledger_transfer",
}


@pytest.mark.parametrize("rule", RAW)
def test_L1_raw_sql_is_refused_by_name_too(rule):
    bank = make_bank()
    hold("a", bank, make_purse(), 90)

    with pytest.raises(DatabaseError, match=rule), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RAW[rule])


def test_a_raw_insert_is_booked_like_any_other():
    purse, shop = make_purse(60), make_shop()

    with connection.cursor() as cursor:
        cursor.execute(
            "insert into ledger_transfer (id, debit_id, credit_id, amount, phase, reason, at, signature)"
            " values (%s, %s, %s, 60, 'posted', 'test', now(), '')",
            [key("raw"), purse.pk, shop.pk],
        )

    assert (figures(purse), figures(shop)) == ((0, 0, 2), (60, 0, 1))


def test_an_account_that_was_never_opened_takes_part_in_nothing():
    bank, ghost = make_bank(), Account(name="ghost", unit="minute")

    assert refusal(lambda: move("a", bank, ghost, 1)) == "transfer_accounts_exist"

    assert figures(bank) == (0, 0, 0)


def test_transfers_carry_the_time_of_the_one_clock():
    bank, purse = make_bank(), make_purse()

    with clock.at(datetime(2026, 1, 5, 1, tzinfo=UTC)):
        done = move("a", bank, purse, 5)

    assert Transfer.objects.get(pk=done.pk).at == datetime(2026, 1, 5, 1, tzinfo=UTC)


def test_integrity_errors_of_the_open_account_rule_name_it():
    purse = make_purse()

    with pytest.raises(IntegrityError, match="account_open_once"), transaction.atomic():
        Account.objects.create(holder=purse.holder, name="coins", unit="minute", signature="")
