"""What recurs around visits."""

from linli.jobs import periodic
from linli.kernel import clock

from .actions.planning import open_due, plan_everybody
from .actions.prompting import open_prompts
from .actions.visiting import climb_ladders


@periodic("15 0 * * *", "care.plan-ahead", one_transaction=False)
def plan_visits() -> None:
    plan_everybody()


@periodic("30 0,5 * * *", "care.open-due", one_transaction=False)
def open_visits() -> None:
    open_due(clock.today())


@periodic("*/10 * * * *", "care.climb-ladders", one_transaction=False)
def climb() -> None:
    climb_ladders(clock.now())


@periodic("45 0 * * *", "care.open-prompts", one_transaction=False)
def prompt() -> None:
    open_prompts(clock.today())
