"""How the departments did in a year: what was due of them, and what of it was done in time."""

from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Count, F, Q

from linli.cases.models import Case
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.measures import Period
from linli.people.models import Unit
from linli.places.models import Place
from linli.plans.models import Plan

KINDS = ("plantask", "finding")


@dataclass(frozen=True)
class DepartmentLine:
    """One unit: its shares of tasks and its findings that were due, those of them done in time, those still late."""

    unit: Unit
    shares_due: int
    shares_in_time: int
    findings_due: int
    findings_in_time: int
    late: int

    @property
    def due(self) -> int:
        return self.shares_due + self.findings_due

    @property
    def percent(self) -> int:
        """Of all that was due, how much was done in time: whole per cent, downwards."""
        return 100 * (self.shares_in_time + self.findings_in_time) // self.due


def departments_of(plan: Plan | None, place: Place, period: Period) -> list[DepartmentLine]:
    """Every unit of which something was due in the period, of a plan or of all, the best first; two queries."""
    first, after = (datetime.combine(day, time(0), tzinfo=CHINA) for day in (period.start, period.end))
    of_plan = Q(kind="plantask", plantask__task__plan=plan) | Q(kind="finding", finding__round__plan=plan)
    if plan is None:
        of_plan = Q(kind="plantask") | Q(kind="finding", finding__round__isnull=False)
    due = Case.objects.filter(
        of_plan, place__path__startswith=place.path, due_at__gte=first, due_at__lt=after
    )
    passed = due.filter(Q(due_at__lt=clock.now()) | Q(closed_at__isnull=False), unit__isnull=False)
    in_time = Q(closed_at__lte=F("due_at"))
    counted = passed.order_by().values("unit").annotate(
        shares_due=Count("pk", filter=Q(kind="plantask")),
        shares_in_time=Count("pk", filter=Q(kind="plantask") & in_time),
        findings_due=Count("pk", filter=Q(kind="finding")),
        findings_in_time=Count("pk", filter=Q(kind="finding") & in_time),
        late=Count("pk", filter=Q(closed_at=None)),
    )  # fmt: skip
    rows = list(counted)
    units = Unit.objects.select_related("place").in_bulk([row["unit"] for row in rows])
    lines = [DepartmentLine(**{**row, "unit": units[row["unit"]]}) for row in rows]
    return sorted(lines, key=lambda line: (-line.percent, -line.due, line.unit.name))
