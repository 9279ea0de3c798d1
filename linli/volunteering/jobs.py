"""What recurs: reminders, silence that goes to the coordinator, orders to file, coins that expire."""

from linli.jobs import periodic
from linli.kernel import clock

from .actions.expiring import expire_coins, warn_of_expiry
from .actions.joining import remind
from .actions.recording import escalate_unconfirmed
from .actions.waiting import close_unrated, hand_silent_orders_over, tell_of_untaken


@periodic("*/15 * * * *", "volunteering.remind", one_transaction=False)
def remind_of_shifts() -> None:
    remind(clock.now())
    tell_of_untaken(clock.now())


@periodic("35 8 * * *", "volunteering.hand-over-silence", one_transaction=False)
def hand_over_silence() -> None:
    escalate_unconfirmed(clock.now())
    hand_silent_orders_over(clock.now())


@periodic("45 * * * *", "volunteering.close-unrated", one_transaction=False)
def close_unrated_orders() -> None:
    close_unrated(clock.now())


@periodic("20 2 1 * *", "volunteering.expire-coins", one_transaction=False)
def expire() -> None:
    expire_coins(clock.now())


@periodic("40 8 * * *", "volunteering.warn-of-expiry", one_transaction=False)
def warn() -> None:
    warn_of_expiry(clock.now())
