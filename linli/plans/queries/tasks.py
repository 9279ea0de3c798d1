"""The tasks of a plan with their parts and the indicators they serve."""

from django.db.models import Prefetch

from linli.plans.models import Plan, Task


def tasks_of(plan: Plan):
    """Standing tasks and actions in the order of the text; three queries for any plan."""
    parts = Task.objects.filter(retired_on=None).order_by("order")
    return (
        plan.tasks.filter(retired_on=None, part_of=None)
        .order_by("order")
        .prefetch_related("serves", Prefetch("parts", queryset=parts))
    )
