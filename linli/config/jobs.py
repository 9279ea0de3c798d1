"""What the platform asks of itself: that its newest backup can be restored (K6)."""

from django.conf import settings

from linli import jobs

from .operations.drill import drill


@jobs.periodic("20 4 * * 0", "operations.drill", one_transaction=False, limit_min=300)
def weekly_drill() -> None:
    """Sunday night, in China's time of the worker; without LINLI_BACKUPS_DIR there is nothing to drill."""
    if settings.ENVIRONMENT.backups_dir is not None:
        drill()
