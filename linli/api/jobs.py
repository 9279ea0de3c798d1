"""What the API forgets by itself."""

from linli import jobs

from .idempotency import forget_old_answers
from .rates import forget_old_counts


@jobs.periodic("23 * * * *", "api.forget")
def forget() -> None:
    """Answers past their promised time, counts of stretches that are over."""
    forget_old_answers()
    forget_old_counts()
