"""What happens every night: the addresses drawn for a survey go once it is over."""

from linli import jobs
from linli.kernel import clock

from .actions import forget_drawn


@jobs.periodic("40 3 * * *", "services.forget-drawn")
def forget_drawn_nightly():
    """Delete the households drawn for surveys that are over."""
    forget_drawn(clock.today())
