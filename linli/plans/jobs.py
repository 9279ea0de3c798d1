"""What happens every night: count what apps count, and bring the stored aggregates up to date."""

from datetime import timedelta

from linli import jobs
from linli.kernel import clock
from linli.measures import Period

from .actions import rebuild, roll_up
from .actions.rolling import counted_measures


@jobs.periodic("20 3 * * *", "plans.roll-up")
def roll_up_nightly():
    """Count the month that yesterday lay in; hold its month, quarter, half-year and year against a rebuild."""
    day = clock.today() - timedelta(days=1)
    month = Period.parse(f"{day.year}-{day.month:02}")
    roll_up(counted_measures(), month)
    rebuild(month)
    quarter, half = (day.month + 2) // 3, 1 if day.month < 7 else 2
    for name in (f"{day.year}Q{quarter}", f"{day.year}H{half}", str(day.year)):
        rebuild(Period.parse(name))
