"""Coins nobody used within the term of the charter: first the holder is told, then they go to the pool."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Sum

from linli.kernel import clock
from linli.kernel.retention import Term
from linli.ledger.actions import lock, transfer
from linli.ledger.models import Account, Transfer
from linli.notices.actions import notify

from ..charters import NoCharter, charter_at
from ..models import Purse
from .banking import EXPIRY, district_bank, key_of


def full_purses():
    """Open purses with something in them."""
    found = Purse.objects.filter(account__closed_at=None, account__credits__gt=F("account__debits"))
    return found.select_related("account__holder", "bank__place").order_by("pk").iterator(500)


def coins_at(place):
    """The coin rules of a place; None where no charter holds today: nothing expires by rules nobody made."""
    try:
        return charter_at(place).rules.coins
    except NoCharter:
        return None


def unspent_before(account: Account, day: date) -> int:
    """Minutes that came in on `day` or earlier and are still there: first in, first out."""
    came = Transfer.objects.filter(credit=account, phase__in=["posted", "post"], at__date__gt=day)
    return max(0, account.available - came.aggregate(sum=Sum("amount", default=0))["sum"])


def last_kept(coins, today: date) -> date | None:
    """What came in up to this day expires on `today`; None where coins do not expire."""
    return Term(coins.expiry_months, "m", "").last_day(today) if coins.expiry_months else None


def expire_coins(now: datetime) -> int:
    """Move to the pool what was earned longer ago than the charter keeps it and not spent since; how many purses."""
    count = 0
    for purse in full_purses():
        coins = coins_at(purse.bank.place)
        day = last_kept(coins, clock.today()) if coins else None
        if day is not None and _expire(purse, day):
            count += 1
    return count


@transaction.atomic
def _expire(purse: Purse, last_day: date) -> bool:
    pool = district_bank(purse.bank.place).pool
    held = {row.pk: row for row in lock(purse.account, pool)}
    account = held[purse.account_id]
    old = unspent_before(account, last_day)
    if old <= 0:
        return False
    key = key_of("expiry", purse.pk, account.seq)
    transfer(key=key, debit=account, credit=pool, amount=old, reason=EXPIRY, by=None)
    return True


def warn_of_expiry(now: datetime) -> int:
    """Tell holders, once a month, of what would expire within the warning time of the charter; how many."""
    count = 0
    for purse in full_purses():
        coins = coins_at(purse.bank.place)
        if coins is None:
            continue
        until = clock.today() + timedelta(days=coins.warn_days)
        day = last_kept(coins, until)
        if day is None or _is_told(purse, until):
            continue
        if minutes := unspent_before(purse.account, day):
            count += _warn(purse, minutes, until, coins)
    return count


def _is_told(purse: Purse, until: date) -> bool:
    told = purse.warned_for
    return told is not None and (told.year, told.month) >= (until.year, until.month)


@transaction.atomic
def _warn(purse: Purse, minutes: int, until: date, coins) -> int:
    row = Purse.objects.select_for_update(of=("self",)).get(pk=purse.pk)
    if _is_told(row, until):
        return 0
    row.warned_for = until
    row.save(update_fields=["warned_for"])
    amount = f"{round(minutes / coins.coin_minutes, 1):g}"
    notify(
        purse.account.holder,
        "volunteering-expiring",
        coins=amount,
        until=f"{until:%Y年%m月%d日}",
        path="/volunteering/coins/",
    )
    return 1
