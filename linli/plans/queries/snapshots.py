"""What a snapshot of a year is rolled up for."""

from linli.measures import Period
from linli.plans.formula import ir
from linli.plans.models import Indicator


def standing_expressions() -> list[ir.Expression]:
    """The formula of every indicator in force, each once."""
    rows = Indicator.objects.filter(retired_on=None, plan__retired_on=None, expression__isnull=False)
    found = {row.digest: ir.from_json(row.expression) for row in rows.order_by("plan", "order")}
    return list(found.values())


def periods_of(year: Period) -> list[Period]:
    """The months, quarters, half-years of a year, and the year."""
    name = year.start.year
    months = [f"{name}-{month:02}" for month in range(1, 13)]
    longer = [f"{name}Q{n}" for n in range(1, 5)] + [f"{name}H1", f"{name}H2", str(name)]
    return [Period.parse(text) for text in (*months, *longer)]
