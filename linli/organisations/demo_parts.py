"""Days and names the demonstration rows of organisations share."""

from datetime import date, timedelta

from linli.kernel.demo import DemoWorld

from .models import Organisation

YEAR, HALF = 360, 180


def day_before(world: DemoWorld, days_ago: int) -> date:
    return world.last_day - timedelta(days=days_ago)


def month_before(world: DemoWorld, months_ago: int) -> date:
    return (world.last_day.replace(day=1) - timedelta(days=31 * months_ago)).replace(day=1)


def own_names() -> list[str]:
    """Names that only one organisation in use has."""
    names = list(Organisation.objects.filter(archived_on=None, credit_code="").values_list("name", flat=True))
    return sorted(name for name in set(names) if names.count(name) == 1)
