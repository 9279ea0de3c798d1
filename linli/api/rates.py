"""How often somebody may come: counted in the database, where parallel workers add up exactly (I13, W2).

Django's DatabaseCache adds by reading and writing back, which loses counts between processes; one upsert
does not. The count is not worth a disk flush, so it alone is committed without waiting for one.
"""

from dataclasses import dataclass

from django.db import connection
from django.utils.crypto import salted_hmac

from linli.kernel import clock
from linli.ui.costs import OF_ONE_ADDRESS, Cost
from linli.ui.straight import read

from .addresses import client_address
from .models import RateCount
from .problems import Problem


@dataclass(frozen=True)
class Rate:
    """At most `limit` times in each stretch of `window_s` seconds."""

    name: str
    limit: int
    window_s: int


# Why these: a page of the workbench makes about five calls; a script of a department may make four a second.
# An office shares one address, so an address gets several persons' worth; wrong tokens are nobody's work.
BY_PERSON = Rate("person", 240, 60)
BY_ADDRESS = Rate("address", 600, 60)
WRONG_TOKENS = Rate("wrong-token", 20, 60)

_COUNT = """
    INSERT INTO api_ratecount AS r (key, slot, window_s, count) VALUES (%s::text, %s::bigint, %s::int, 1)
    ON CONFLICT (key, window_s, slot) DO UPDATE SET count = r.count + 1 RETURNING count
"""
_COUNT_ALONE = """
    INSERT INTO api_ratecount AS r (key, slot, window_s, count)
    SELECT %s::text, %s::bigint, %s::int, 1 FROM set_config('synchronous_commit', 'off', true)
    ON CONFLICT (key, window_s, slot) DO UPDATE SET count = r.count + 1 RETURNING count
"""


def count(rate: Rate, who: str) -> int:
    """Count one more visit of `who` and return how many there were in this stretch, this one included."""
    key = salted_hmac(f"linli.rates.{rate.name}", who, algorithm="sha256").hexdigest()
    slot = int(clock.now().timestamp()) // rate.window_s
    # Inside somebody's transaction the rows of others would go without a flush too: never (K1).
    statement = _COUNT if connection.in_atomic_block else _COUNT_ALONE
    ((found,),) = read(statement, [key, slot, rate.window_s])
    return found


def limit(rate: Rate, who: str) -> None:
    """Count one more visit; Problem 429 with Retry-After (seconds) when that is too many."""
    if count(rate, who) > rate.limit:
        refuse(rate)


def charge(cost: Cost, request, user) -> None:
    """Count a visit at a costly door for the person, or for the address of whoever did not sign in; Problem 429."""
    if user.is_authenticated:
        limit(Rate(cost.name, cost.each, cost.window_s), str(user.pk))
    else:
        rate = Rate(f"{cost.name}-address", cost.each * OF_ONE_ADDRESS, cost.window_s)
        limit(rate, client_address(request))


def refuse(rate: Rate) -> None:
    wait_s = rate.window_s - int(clock.now().timestamp()) % rate.window_s
    raise Problem(429, f"请在 {wait_s} 秒后再试。", headers={"Retry-After": str(wait_s)})


def forget_old_counts() -> int:
    """Delete the counts of stretches that are over; return how many rows went."""
    stamp = int(clock.now().timestamp())
    gone = 0
    for window_s in RateCount.objects.values_list("window_s", flat=True).distinct():
        old = RateCount.objects.filter(window_s=window_s, slot__lt=stamp // window_s - 1)
        gone += old.delete()[0]
    return gone
