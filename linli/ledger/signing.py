"""Signatures of accounts, transfers and closed periods: keyed, so that the database alone cannot make them.

A signature reads `sha256:k1:<64 hexadecimal digits>`: hash, key id, digest.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime

from linli.kernel import cipher
from linli.kernel.keys import KeyTrouble, keys

BATCH = 1000  # rows folded into a period's signature at a time; part of what the signature means


def sign(text: str) -> str:
    """The signature of `text` by the current key."""
    algorithm, key_id = cipher.hash_name(), keys().current["sign"]
    return f"{algorithm}:{key_id}:{cipher.digest('sign', key_id, text, algorithm=algorithm)}"


def is_signed(text: str, signature: str) -> bool:
    """Whether `signature` belongs to `text`; False too when its key is gone."""
    algorithm, _, rest = signature.partition(":")
    key_id, _, found = rest.partition(":")
    try:
        return cipher.same(found, cipher.digest("sign", key_id, text, algorithm=algorithm))
    except (KeyTrouble, ValueError, TypeError):
        return False


def account_text(account) -> str:
    """What the signature of an account covers: whose it is and how far below zero it may go."""
    return _spell(
        "account",
        account.pk,
        account.holder_id,
        account.name,
        account.unit,
        account.floor,
        account.opened_at,
    )


def transfer_text(transfer) -> str:
    """What the signature of a transfer covers: everything but the numbers the accounts give it."""
    return _spell(
        "transfer",
        transfer.pk,
        transfer.debit_id,
        transfer.credit_id,
        transfer.amount,
        transfer.phase,
        transfer.resolves_id,
        transfer.corrects_id,
        transfer.reason,
        transfer.at,
        transfer.by_id,
    )


def period_text(period, transfers: Iterable, previous: str, count: int) -> str:
    """What the signature of a closed period covers: the signature before it and every transfer in order."""
    folded, lines = "", []
    for transfer in transfers:
        numbers = f"{transfer.debit_seq}|{transfer.credit_seq}"
        lines.append(f"{transfer_text(transfer)}|{numbers}|{transfer.signature}")
        if len(lines) == BATCH:
            folded, lines = _fold(folded, lines), []
    folded = _fold(folded, lines)
    return _spell("period", period.since, period.until, count, folded, previous)


def _fold(before: str, lines: list[str]) -> str:
    # A plain hash: it only shortens; the key of the period's signature answers for it.
    return hashlib.sha256("\n".join([before, *lines]).encode()).hexdigest()


def _spell(*parts) -> str:
    return json.dumps([_plain(part) for part in parts], ensure_ascii=False)


def _plain(part):
    if isinstance(part, datetime):
        return part.astimezone(UTC).isoformat(timespec="microseconds")
    return part if part is None or isinstance(part, int) else str(part)
