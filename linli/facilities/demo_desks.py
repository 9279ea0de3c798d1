"""Who sits at the desks of the demonstration city's services, and the money its projects were paid."""

from datetime import timedelta

from linli.kernel.demo import DemoWorld
from linli.registers.demo import NAMES, load

from .models import ResidentService, UpgradeProject


def make_desks(world: DemoWorld) -> None:
    """A rota of five days for the first services; one desk has nobody on Fridays."""
    since = world.last_day - timedelta(days=60)
    services = ResidentService.objects.standing().filter(until=None).order_by("pk")[:12]
    rows = [
        {"service": f"#{one.pk}", "weekday": day, "hours": "9:00—17:00", "staff": NAMES[(turn + day) % len(NAMES)],
         "stands_in": NAMES[(turn + day + 1) % len(NAMES)], "since": since}
        for turn, one in enumerate(services)
        for day in range(1, 6)
        if turn or day < 5
    ]  # fmt: skip
    load(world, "desk-duties", rows)


def make_payments(world: DemoWorld) -> None:
    """Two payments of each project with a budget: the first paid, the second late for some."""
    funded = UpgradeProject.objects.filter(funded_yuan__gt=0).order_by("pk")
    rows = [
        {
            "project": one.code, "number": number, "payer": payer,
            "planned_on": world.last_day - timedelta(days=120 // number), "planned_yuan": one.funded_yuan / 2,
            **({"paid_on": world.last_day - timedelta(days=100), "paid_yuan": one.funded_yuan / 2,
                "document": f"清财社〔{world.last_day.year - 1}〕{turn + 1}号"} if number == 1 else {}),
        }
        for turn, one in enumerate(funded)
        for number, payer in ((1, "province"), (2, "county"))
    ]  # fmt: skip
    load(world, "project-payments", rows)
