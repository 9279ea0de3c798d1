"""What recurs around requests."""

from linli.jobs import periodic
from linli.kernel import clock

from .actions.forgetting import forget_reporters
from .actions.judging import climb, close_unrated
from .actions.taking_in import forget_look_ups
from .actions.watching import tell_watchers


@periodic("*/10 * * * *", "requests.climb-ladder", one_transaction=False)
def climb_ladder() -> None:
    climb(clock.now())


@periodic("25 * * * *", "requests.close-unrated", one_transaction=False)
def close_answered() -> None:
    close_unrated(clock.now())


@periodic("40 3 * * *", "requests.forget-look-ups")
def forget() -> None:
    forget_look_ups()


@periodic("50 3 * * *", "requests.forget-reporters", one_transaction=False)
def forget_old_reporters() -> None:
    forget_reporters(clock.now())


@periodic("15 * * * *", "requests.tell-watchers", one_transaction=False)
def tell_who_watches() -> None:
    tell_watchers(clock.now())
