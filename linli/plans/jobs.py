"""What happens every night: count what apps count, and bring the stored aggregates up to date."""

from datetime import timedelta

from linli import jobs
from linli.kernel import clock
from linli.measures import Period

from .actions import rebuild, refill, roll_up
from .actions.rolling import counted_measures
from .formula import Months
from .models import Plan
from .queries.relations import months_of


@jobs.periodic("20 3 * * *", "plans.roll-up")
def roll_up_nightly():
    """Count the months that yesterday and today lie in; hold them, quarter, half-year and year against a rebuild.

    On the first of a month both: what is good for one month alone would be missing from the year until the next night.
    """
    today = clock.today()
    over, running = periods_around(today - timedelta(days=1)), periods_around(today)
    for month in dict.fromkeys((over[0], running[0])):
        roll_up(counted_measures(), month)
    for period in dict.fromkeys((*over, *running)):
        rebuild(period)
    for year in years_of_plans():
        refill(months_of(Period.parse(str(year))))


@jobs.periodic("*/10 * * * *", "plans.fill-up")
def fill_up():
    """What a scorecard of today reads is stored before anybody asks: after a night's turn, a pack, a correction."""
    for period in periods_around(clock.today()):
        refill(months_of(period))


@jobs.job("plans.refill")
def refill_period(*, first, last):
    """The places above a corrected figure, in one period."""
    refill(Months(first, last))


def periods_around(day) -> list[Period]:
    """The month, quarter, half-year and year in which a day lies."""
    quarter, half = (day.month + 2) // 3, 1 if day.month < 7 else 2
    names = (f"{day.year}-{day.month:02}", f"{day.year}Q{quarter}", f"{day.year}H{half}", str(day.year))
    return [Period.parse(name) for name in names]


def years_of_plans() -> list[int]:
    """The years that a scorecard may be asked for: from the first plan's first to the running one."""
    first = Plan.objects.standing().order_by("valid_from").values_list("valid_from", flat=True).first()
    return list(range(first.year, clock.today().year + 1)) if first else []
