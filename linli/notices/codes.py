"""One-time sign-in codes (A2): random, kept as keyed digests, good once, counted, sent beside the request.

What the session keeps is `nonce.digest`, made with a key outside the database and bound to the purpose; the
session itself binds it to the number and to the request. The code as such exists only on its way out.
"""

import secrets
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from threading import BoundedSemaphore

import structlog
from django.core.cache import cache
from django.db import connections

from linli.kernel.cipher import digest, same

DIGITS = 6
MINUTES = 5
TRIES = 5
AT_ONCE = 50  # codes on their way at one moment; more are dropped and people ask again (W2)

log = structlog.get_logger(__name__)
_pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="codes")
_room = BoundedSemaphore(AT_ONCE)


def make_code() -> str:
    """A fresh code of six digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def sealed(code: str, *, purpose: str) -> str:
    """What may be kept of a code: a nonce and the keyed digest."""
    nonce = secrets.token_hex(8)
    return f"{nonce}.{digest('sign', None, f'code|{purpose}|{nonce}|{code}')}"


def opens(kept: str, code: str, *, purpose: str) -> bool:
    """Whether `code` is the one kept; each look counts as a try, the right one is good once.

    The counts are atomic in the shared cache: parallel requests of one session share them.
    """
    nonce, _dot, wanted = kept.partition(".")
    if not wanted or _count(f"code-tries:{nonce}") > TRIES:
        return False
    code = "".join(character for character in code if character.isdigit())
    if not same(wanted, digest("sign", None, f"code|{purpose}|{nonce}|{code}")):
        return False
    return cache.add(f"code-used:{nonce}", True, MINUTES * 60 + 60)


def _count(key: str) -> int:
    """How often this key was counted: one row for each try, so that two at once are never one."""
    for number in range(1, TRIES + 2):
        if cache.add(f"{key}:{number}", True, MINUTES * 60 + 60):
            return number
    return TRIES + 1


def send_beside(deliver, /, *arguments, **named) -> Future | None:
    """Run `deliver` beside the request: its answer takes no longer when there is somebody to tell (A3)."""
    if not _room.acquire(blocking=False):
        log.warning("codes.too_many_on_their_way")
        return None
    return _pool.submit(copy_context().run, _deliver, deliver, arguments, named)


def _deliver(deliver, arguments, named) -> None:
    try:
        deliver(*arguments, **named)
    except Exception as trouble:
        log.warning("codes.not_sent", error=type(trouble).__name__)  # the message may hold the number (D10)
    finally:
        _room.release()
        connections.close_all()


def wait_until_sent() -> None:
    """Wait for what is on its way; for the tests and for a clean stop."""
    for _place in range(AT_ONCE):
        _room.acquire()
    _room.release(AT_ONCE)
