"""The tasks of a plan with their parts and the indicators they serve."""

from dataclasses import dataclass

from django.db.models import Prefetch

from linli.cases.models import Case
from linli.kernel import clock
from linli.places.models import Place
from linli.plans.models import Plan, Task, TaskShare

from .values import IndicatorValue


def tasks_of(plan: Plan):
    """Standing tasks and actions in the order of the text; three queries for any plan."""
    parts = Task.objects.filter(retired_on=None).order_by("order")
    return (
        plan.tasks.filter(retired_on=None, part_of=None)
        .order_by("order")
        .prefetch_related("serves", Prefetch("parts", queryset=parts))
    )


@dataclass(frozen=True)
class LedgerLine:
    """A task with the shares one may see, and the indicators it serves that lag behind their target."""

    task: Task
    shares: tuple[TaskShare, ...]
    lagging: tuple[IndicatorValue, ...]

    @property
    def percent(self) -> int | None:
        """The mean progress of the shares; None when the task is with nobody yet."""
        return sum(s.percent for s in self.shares) // len(self.shares) if self.shares else None

    @property
    def late(self) -> bool:
        moment = clock.now()
        return any(s.case.closed_at is None and s.case.due_at and s.case.due_at < moment for s in self.shares)

    @property
    def done(self) -> bool:
        return bool(self.shares) and all(s.case.closed_at is not None for s in self.shares)


def ledger_of(
    plan: Plan, place: Place, rows: list[IndicatorValue], user, *, only: str = ""
) -> list[LedgerLine]:
    """The tasks of a plan as a ledger: who has which part, how far, and which lagging indicators it serves.

    `rows` are the plan's values at the place; `only` is "lagging", "late" or "unassigned".
    """
    unmet = {row.indicator.pk: row for row in rows if row.met is False}
    visible = Case.objects.visible_to(user).filter(kind="plantask", place__path__startswith=place.path)
    shares = TaskShare.objects.filter(case__in=visible).select_related("case__unit", "case__place")
    tasks = tasks_of(plan).prefetch_related(Prefetch("shares", queryset=shares.order_by("case__due_at")))
    lines = [
        LedgerLine(
            task, tuple(task.shares.all()), tuple(unmet[i.pk] for i in task.serves.all() if i.pk in unmet)
        )
        for task in tasks
    ]
    keep = {
        "lagging": lambda line: line.lagging,
        "late": lambda line: line.late,
        "unassigned": lambda line: not line.shares,
    }.get(only, lambda line: True)
    return [line for line in lines if keep(line)]
