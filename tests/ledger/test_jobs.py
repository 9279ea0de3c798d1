"""K7, L1: months are closed by themselves, every night the books are checked, nothing empties the tables."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django import app

from linli.kernel import clock
from linli.ledger.jobs import LedgerInDoubt, check_books, close_months
from linli.ledger.models import ClosedPeriod

from .books import make_bank, make_purse

pytestmark = pytest.mark.django_db


def test_both_jobs_recur():
    crons = {row.task.name: row.cron for row in app.periodic_registry.periodic_tasks.values()}
    assert {name: crons[name] for name in ("ledger.close-months", "ledger.check")} == {
        "ledger.close-months": "15 1 * * *",
        "ledger.check": "40 2 * * *",
    }


def test_a_month_is_closed_once_it_is_some_days_old():
    make_purse(60)
    close_months()  # 4 March: February is still open to be put right, January ends
    assert [f"{row.until:%Y-%m-%d %H}" for row in ClosedPeriod.objects.all()] == ["2026-01-31 16"]

    for day in (6, 7):
        with clock.at(datetime(2026, 3, day, 18, tzinfo=UTC)):
            close_months()

    assert [f"{row.until:%Y-%m-%d %H}" for row in ClosedPeriod.objects.order_by("until")] == [
        "2026-01-31 16",
        "2026-02-28 16",
    ]


def test_a_month_in_which_the_job_did_not_run_is_closed_with_the_next():
    make_purse(60)
    close_months()
    with clock.at(datetime(2026, 6, 20, tzinfo=UTC)):
        close_months()

    assert ClosedPeriod.objects.count() == 2


def test_the_nightly_check_is_silent_when_all_is_well_and_fails_loudly_otherwise():
    make_purse(60)
    check_books()

    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table ledger_account disable trigger user")
        cursor.execute("update ledger_account set credits = credits + 60 where holder_id is not null")
        cursor.execute("alter table ledger_account enable trigger user")
    with pytest.raises(LedgerInDoubt, match="doubts; the first"):
        check_books()


@pytest.mark.parametrize(
    ("table", "rule"),
    [
        ("ledger_account", "account_is_never_truncated"),
        ("ledger_transfer", "transfer_is_never_truncated"),
        ("ledger_closedperiod", "period_is_never_truncated"),
    ],
)
def test_L1_no_table_of_the_ledger_is_emptied(table, rule):
    make_bank()
    with pytest.raises(IntegrityError, match=rule), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set local linli.may_truncate = 'off'")
        cursor.execute(f"truncate {table} cascade")
