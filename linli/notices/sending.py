"""Sending what has been written: claim one, hand it to its channel outside any transaction, say what became.

Any number of senders may run. A claim is a lease (`next_try_at`) and a number (`tries`): a sender that dies
lets the lease run out, and one that comes back late cannot write over the next one's result.
"""

from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import F

from linli.kernel import clock

from . import channels
from .models import Notice
from .rules import right_stands
from .texts import write

LEASE = timedelta(minutes=5)  # longer than any supplier may take (W1)
GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440))  # between the tries
AWAY_AFTER = 5  # so many failures in a row: the supplier is away, the rest waits for the next round

log = structlog.get_logger(__name__)


def send_due(channel: str, *, limit: int = 500) -> int:
    """Send what is due on a channel, oldest first; how many went out."""
    sent = in_a_row = 0
    for _turn in range(limit):
        notice = claim(channel)
        if notice is None or in_a_row >= AWAY_AFTER:
            if notice is not None:
                put_back(notice)
            break
        went = deliver(notice)
        sent += went
        in_a_row = 0 if went else in_a_row + 1
    return sent


@transaction.atomic
def claim(channel: str) -> Notice | None:
    """The oldest due notice of a channel that no other sender holds, now ours; None when there is none."""
    now = clock.now()
    notice = (
        Notice.objects.select_for_update(skip_locked=True, of=("self",))
        .due(now)
        .filter(channel=channel)
        .order_by("next_try_at", "pk")
        .first()
    )
    if notice is None:
        return None
    notice.tries += 1
    notice.next_try_at = now + LEASE
    notice.save(update_fields=["tries", "next_try_at"])
    return notice


def put_back(notice: Notice) -> None:
    """Give a claim back unused."""
    _held(notice).update(tries=F("tries") - 1, next_try_at=clock.now())


def deliver(notice: Notice) -> bool:
    """Hand a claimed notice to its channel, with its id as the receiver's key; whether it went out."""
    if not right_stands(notice):
        _held(notice).update(withdrawn_at=clock.now(), trouble="the right ended")
        return False
    try:
        channels.known[notice.channel].deliver(message_of(notice))
    except channels.Undeliverable as trouble:
        _held(notice).update(failed_at=clock.now(), trouble=str(trouble)[:80])
        return False
    except Exception as trouble:
        put_off(notice, trouble)
        return False
    return _held(notice).update(sent_at=clock.now(), trouble="") == 1


def put_off(notice: Notice, trouble: Exception) -> None:
    """Try again later, each time after a longer gap; after the last one it is a dead letter."""
    kind = type(trouble).__name__  # never the message, which may repeat the receiver's number (D10)
    log.warning("notice.put_off", notice=notice.pk, channel=notice.channel, tries=notice.tries, error=kind)
    if notice.tries > len(GAPS):
        _held(notice).update(failed_at=clock.now(), trouble=kind[:80])
    else:
        _held(notice).update(next_try_at=clock.now() + GAPS[notice.tries - 1], trouble=kind[:80])


def message_of(notice: Notice) -> channels.Message:
    """The notice as its channel gets it."""
    user = getattr(notice.to, "user", None)
    text = write(notice.kind, notice.context, language=user.language if user else "")
    return channels.Message(
        key=f"notice-{notice.pk}",
        person=notice.to,
        kind=notice.kind,
        subject=text.subject,
        body=text.body,
        link=text.link,
    )


def _held(notice: Notice):
    """The row while our claim stands: not ended, and nobody has claimed it after us."""
    return Notice.objects.waiting().filter(pk=notice.pk, tries=notice.tries)
