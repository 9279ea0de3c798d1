"""Ends: an account is left empty with a final statement; a period is signed and takes nothing more."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from linli.audit.models import Entry
from linli.kernel import clock
from linli.ledger.actions import LedgerRefused, reserve
from linli.ledger.checking import verify
from linli.ledger.closing import close_account, close_period
from linli.ledger.models import Account, ClosedPeriod
from linli.people.privacy.purging import StillNeeded, purge
from tests.conftest import TEST_DAY
from tests.factories.people import make_person, make_user

from .books import figures, key, make_bank, make_purse, make_shop, move

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FEBRUARY = datetime(2026, 2, 10, tzinfo=UTC)


def close(account, to=None):
    return close_account(key=key(f"close/{account.pk}"), account=account, to=to, by=None)


def rule_of(call) -> str:
    with pytest.raises(LedgerRefused) as said:
        call()
    return said.value.rule


def test_a_closed_account_holds_nothing_and_has_a_final_statement():
    purse, pool = make_purse(90), make_shop("pool/1")

    final = close(purse, to=pool)

    assert (final.balance, final.reserved, final.account.closed_at) == (0, 0, TEST_DAY)
    assert [(line.number, line.reason, line.moved, line.balance) for line in final.lines] == [
        (1, "测试", 90, 90),
        (2, "销户结清", -90, 0),
    ]
    assert (figures(pool), close(purse, to=pool)) == ((90, 0, 1), final)
    assert Entry.objects.filter(act="ledger.close_account").count() == 1


def test_an_account_that_owes_is_settled_by_the_other_side():
    bank, pool = make_bank(), make_purse(90)
    move("a", bank, pool, 10)

    close(bank, to=pool)

    assert figures(pool) == (0, 0, 3)


def test_an_account_is_not_closed_while_something_is_reserved_or_left():
    bank, purse, shop = make_bank(), make_purse(90), make_shop()
    assert rule_of(lambda: close(purse)) == "account_names_where_the_rest_goes"
    reserve(key=key("in"), debit=bank, credit=purse, amount=5, reason="test", by=None)

    assert rule_of(lambda: close(purse, to=shop)) == "account_has_reservations"

    assert figures(purse) == (90, 0, 2)


def test_nothing_is_booked_on_a_closed_account_and_a_new_one_may_be_opened():
    bank, purse = make_bank(), make_purse()
    close(purse)

    assert rule_of(lambda: move("a", bank, purse, 5)) == "transfer_account_is_open"
    assert make_purse(holder=purse.holder) != purse


def test_a_purged_holder_becomes_a_pseudonym_and_his_transfers_stay():
    shop, purses = make_shop(), [make_purse(60, holder=make_person(name)) for name in ("王甲", "王乙")]
    for purse in purses:
        move(f"spend/{purse.pk}", purse, shop, 60)

    for purse in purses:
        purge(purse.holder)

    kept = Account.objects.filter(pk__in=[purse.pk for purse in purses]).select_related("holder")
    assert [(a.holder.name, a.balance, a.seq, a.closed_at) for a in kept] == [("已清除", 0, 2, TEST_DAY)] * 2
    assert (figures(shop), verify()) == ((120, 0, 2), [])


def test_nobody_is_purged_while_minutes_stand_on_his_account_or_are_reserved_for_it():
    bank, purse, other = make_bank(), make_purse(60), make_purse()
    reserve(key=key("in"), debit=bank, credit=other, amount=5, reason="test", by=None)

    with pytest.raises(StillNeeded, match="账户还有余额或冻结，请先结清"):
        purge(purse.holder)
    with pytest.raises(StillNeeded, match="等待入账"):
        purge(other.holder)


def make_february():
    bank, purse = make_bank(), make_purse()
    with clock.at(FEBRUARY):
        moved = [move(f"feb/{n}", bank, purse, 10) for n in range(3)]
    return bank, purse, moved


def test_a_period_is_signed_and_nothing_is_dated_into_it_any_more():
    bank, purse, _moved = make_february()
    clerk = make_user()

    period = close_period(last_day=date(2026, 2, 28), by=clerk)

    assert (period.since, period.until, period.count, period.by) == (
        None,
        datetime(2026, 2, 28, 16, tzinfo=UTC),
        3,
        clerk,
    )
    assert close_period(last_day=date(2026, 2, 28), by=clerk) == period
    with clock.at(FEBRUARY):
        assert rule_of(lambda: move("late", bank, purse, 5)) == "transfer_not_dated_into_a_closed_period"
    move("march", bank, purse, 5)
    assert (figures(purse), verify()) == ((35, 0, 4), [])


def test_the_next_period_begins_where_the_last_one_ended():
    make_february()
    first = close_period(last_day=date(2026, 2, 15), by=None)

    second = close_period(last_day=date(2026, 2, 28), by=None)

    assert (second.since, second.count) == (first.until, 0)
    assert rule_of(lambda: close_period(last_day=date(2026, 2, 20), by=None)) == "period_follows_another"
    assert verify() == []


def test_a_period_that_is_not_over_is_not_closed():
    assert (
        rule_of(lambda: close_period(last_day=clock.today(), by=None)) == "period_is_over_when_it_is_closed"
    )
    with clock.at(TEST_DAY + timedelta(days=1)):
        assert close_period(last_day=date(2026, 3, 4), by=None).count == 0


@pytest.mark.parametrize(
    ("rule", "statement"),
    [
        ("period_is_never_edited", "update ledger_closedperiod set count = 0"),
        ("period_is_never_deleted", "delete from ledger_closedperiod"),
        ("account_is_closed_once", "update ledger_account set closed_at = null"),
    ],
)
def test_what_is_closed_stays_closed_whoever_asks(rule, statement):
    _bank, purse, _moved = make_february()
    close(make_shop())
    close_period(last_day=date(2026, 2, 28), by=None)

    with pytest.raises(DatabaseError, match=rule), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert (ClosedPeriod.objects.get().count, purse.seq) == (3, 0)
