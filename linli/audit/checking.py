"""Finding and locating tampering with the audit: rows, chain, and heads outside the database (K7)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from linli.kernel import clock
from linli.kernel.cipher import same
from linli.kernel.keys import KeyTrouble

from . import digests
from .actions import head_digest, heads_path
from .models import Entry

# A row is written in its act's transaction and linked within seconds; no transaction lasts a day.
LONGEST_TRANSACTION = timedelta(days=1)
HEADS_APART = timedelta(days=2)  # daily, with a day of grace for a machine that was off


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was written: which kind, at which number of the chain or which row."""

    kind: str
    where: str
    sentence: str

    def __str__(self) -> str:
        return f"audit {self.where}: {self.sentence}"


def verify() -> list[Fault]:
    """Every place where rows, chain or exported heads are not as they were written; empty when all is well.

    Reads the chain once, in order, in bounded memory.
    """
    links: dict[int, str] = {head["number"]: "" for _line, head, _text in _heads() if head}
    faults = list(_check_chain(links))
    faults += [fault for entry in Entry.objects.unlinked().iterator(1000) for fault in _check_row(entry)]
    return faults + list(_check_heads(links))


def _check_chain(wanted: dict[int, str]) -> Iterator[Fault]:
    """Walk the chain; leave the links of the wanted numbers in `wanted`."""
    number, previous = 0, digests.START
    batch_at = before_batch = None
    for entry in Entry.objects.chain().iterator(1000):
        where = f"number {entry.number}"
        broken = entry.number != number + 1
        if broken:
            yield Fault("missing", f"number {number + 1}", f"rows {number + 1}–{entry.number - 1} are gone")
        yield from _check_row(entry)
        if not broken and not _carries(entry.link, digests.link_of, entry, previous):
            yield Fault("link", where, "does not follow from the row before it")
        if entry.linked_at != batch_at:
            before_batch, batch_at = batch_at, entry.linked_at
        if before_batch and entry.at < before_batch - LONGEST_TRANSACTION:
            yield Fault("backdated", where, f"says {entry.at:%Y-%m-%d} among rows of {before_batch:%Y-%m-%d}")
        if before_batch and entry.linked_at < before_batch:
            yield Fault("backdated", where, "was linked before the row in front of it")
        number, previous = entry.number, entry.link
        if number in wanted:
            wanted[number] = entry.link


def _check_row(entry: Entry) -> Iterator[Fault]:
    if not _carries(entry.digest, digests.digest_of, entry):
        where = f"number {entry.number}" if entry.number else f"row {entry.pk}"
        yield Fault("row", where, "was changed, or was not written by this platform")


def _carries(found: str, wanted, *arguments) -> bool:
    try:
        return same(found, wanted(*arguments))
    except (KeyTrouble, ValueError):
        return False


def _heads() -> Iterator[tuple[int, dict | None, str]]:
    """Line number, head (None when unreadable) and text of each line of the heads file."""
    path = heads_path()
    for line, text in enumerate(path.read_text("utf-8").splitlines() if path.exists() else [], 1):
        try:
            head = json.loads(text)
            known = isinstance(head, dict) and head.keys() == {"number", "link", "at", "keyed", "digest"}
        except ValueError:
            known = False
        yield line, head if known else None, text


def _check_heads(links: dict[int, str]) -> Iterator[Fault]:
    before, last = "", None
    for line, head, text in _heads():
        where = f"heads file line {line}"
        if head is None or not _carries(head["digest"], head_digest, head, before):
            yield Fault("head", where, "was changed, or a line before it is gone")
        elif not links[head["number"]]:
            yield Fault("tail", where, f"the chain reached number {head['number']} and no longer does")
        elif links[head["number"]] != head["link"]:
            yield Fault("head", where, f"number {head['number']} carries another link than was exported")
        before, last = text, head or last
    yield from _check_age(last)


def _check_age(last: dict | None) -> Iterator[Fault]:
    """The heads file itself may be cut or lost: then rows long linked have no head behind them."""
    long_ago = clock.now() - HEADS_APART
    covered = last["number"] if last else 0
    bare = Entry.objects.chain().filter(number__gt=covered, linked_at__lt=long_ago).first()
    if bare is not None:
        yield Fault("head", "heads file", f"no head was exported since number {bare.number}")
