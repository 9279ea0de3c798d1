"""Processes that test_durable kills: one writes transfers and says each key once it was acknowledged.

python -m tests.volunteering.writer transfers SEED
python -m tests.volunteering.writer people COUNT OLD   # signed-in residents, one session a line; old coins
python -m tests.volunteering.writer expire              # queues the job that moves expired coins
python -m tests.volunteering.writer doubts              # what verify() finds, then every transfer's key
"""

import sys
import uuid
from datetime import UTC, datetime

import django


def say(*words) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def transfers(seed: int) -> None:
    """Transfers without end; a key is said after its transaction was committed."""
    from linli.ledger.actions import open_account, transfer
    from linli.ledger.reasons import reasons

    reasons["test"] = "测试"
    bank = open_account(name="bank/1", unit="minute", floor=None, by=None)
    shops = [open_account(name=f"shop/{number}", unit="minute", floor=None, by=None) for number in range(5)]
    for turn in range(1_000_000):
        key = uuid.uuid5(uuid.NAMESPACE_OID, f"{seed}/{turn}")
        transfer(key=key, debit=bank, credit=shops[turn % 5], amount=1 + turn % 60, reason="test", by=None)
        say(key)


def people(signed_in: int, with_old_coins: int) -> None:
    """Signed-in residents with a hundred hours each, one session a line; others whose coins have expired."""
    from django.test import Client

    from linli.kernel import clock

    from .village import Village

    village = Village(spend_day_minutes=100_000)
    for number in range(signed_in):
        user = village.resident(f"居民{number}")
        village.purse(user, 6000)
        client = Client()
        client.force_login(user)
        say(client.cookies["sessionid"].value)
    with clock.at(datetime(2021, 3, 1, tzinfo=UTC)):  # the charter keeps coins five years
        for number in range(with_old_coins):
            village.purse(village.resident(f"旧账{number}"), 60)


def expire() -> None:
    """What the calendar does every month: the job that moves expired coins is queued."""
    from linli.jobs import defer

    defer("volunteering.expire-coins")


def doubts() -> None:
    from linli.ledger.checking import verify
    from linli.ledger.models import Transfer

    say(len(verify()))
    for key in Transfer.objects.values_list("pk", flat=True):
        say(key)


if __name__ == "__main__":
    django.setup()
    verbs = {
        "transfers": transfers,
        "people": people,
        "expire": expire,
        "doubts": doubts,
    }
    verbs[sys.argv[1]](*map(int, sys.argv[2:]))
