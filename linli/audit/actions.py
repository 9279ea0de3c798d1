"""Writing the audit: one row with the act, in the act's own transaction; links and heads by jobs."""

import json
import os
import re
from pathlib import Path

from django.conf import settings
from django.db import connection, models, transaction

from linli.kernel import clock
from linli.kernel.cipher import Sealed
from linli.kernel.together import write

from . import digests
from .models import Entry, Result

BATCH = 1000
CHAIN_LOCK = 0x11A0D17  # advisory lock of the one who links; nobody else waits for it
# Whatever looks like a phone or an identity number never enters the audit, whoever typed it where.
LONG_NUMBER = re.compile(r"\d(?:[\s-]?\d){6,}[xX]?")


class OutsideTransaction(RuntimeError):
    """An audit row was asked for outside a transaction: no row, no act needs both in one."""


def record(
    act: str, *, by, thing=None, place=None, result: str = "done", purpose: str = "", detail=None
) -> Entry:
    """Write that `by` (an account, or None for the system) did `act`; stands in the act's own transaction.

    `thing` is the row it was done to, `place` where. `detail` maps plain keys to numbers, booleans and
    short words, never to what a field held: long numbers are struck out, sealed values refused.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"{act}: record the act inside its own transaction")
    entry = Entry(
        at=clock.now(),
        act=act,
        by=by if by is not None and by.is_authenticated else None,
        thing_kind=thing._meta.label_lower if thing is not None else "",
        thing_key=str(thing.pk) if thing is not None else "",
        place_path=place.path if place is not None else "",
        result=Result(result),
        purpose=without_numbers(purpose)[:200],
        detail={key: _plain(value) for key, value in (detail or {}).items()},
        keyed=digests.current_key(),
    )
    entry.digest = digests.digest_of(entry)
    write(entry)
    return entry


def without_numbers(text: str) -> str:
    """The text with everything that looks like a phone or identity number struck out."""
    return LONG_NUMBER.sub("…", text.strip())


def _plain(value):
    """A detail as it may stand in the audit; TypeError for what could carry somebody's data."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, Sealed | models.Model | dict | bytes | float):
        raise TypeError(f"the audit holds no {type(value).__name__}; name the thing by its id")
    return without_numbers(str(value))[:120]


@transaction.atomic
def link_chain(limit: int = BATCH) -> int:
    """Give the committed rows that have none their number and link, oldest first; how many were linked.

    Only this function, under its own lock, touches the head of the chain: acts never wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [CHAIN_LOCK])
        if not cursor.fetchone()[0]:
            return 0  # somebody is linking right now
    head = Entry.objects.chain().last()
    number, previous = (head.number, head.link) if head else (0, digests.START)
    linked_at = clock.now()
    waiting = list(Entry.objects.unlinked()[:limit])
    for entry in waiting:
        number += 1
        entry.number, entry.linked_at = number, linked_at
        entry.link = previous = digests.link_of(entry, previous)
    Entry.objects.bulk_update(waiting, ["number", "linked_at", "link"], batch_size=BATCH)
    return len(waiting)


def heads_path() -> Path:
    """Where heads are exported to, outside the database: a JSON line a day, bound to the one before."""
    return settings.STATE_DIR / "audit" / "heads.jsonl"


def export_head() -> dict | None:
    """Link what waits, then append the chain's head to the file outside the database; None when empty."""
    while link_chain():
        pass
    head = Entry.objects.chain().last()
    if head is None:
        return None
    path = heads_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text("utf-8").splitlines() if path.exists() else []
    line = {
        "number": head.number,
        "link": head.link,
        "at": digests.moment(clock.now()),
        "keyed": digests.current_key(),
    }
    line["digest"] = head_digest(line, before[-1] if before else "")
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return line


def head_digest(line: dict, before: str) -> str:
    """The digest a line of the heads file must carry behind the line `before`."""
    return digests.keyed_digest(
        line["keyed"], f"head|{line['number']}|{line['link']}|{line['at']}|{line['keyed']}|{before}"
    )
