"""Forms of the demonstration city: one approved, one under way, and two that need not be filled."""

from datetime import datetime, time, timedelta

from linli.cases.actions import take_step
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.demo import DemoWorld, demo_step
from linli.people.demo import show_community
from linli.places.models import Place
from linli.registers.demo import install_folder

from .actions.filling import answer, open_filling
from .models import FormDefinition


@demo_step("forms", "一表通报表", after=("workforce",))
def make_forms(world: DemoWorld) -> None:
    """The shown community filled last year's report and has opened this half-year's form."""
    install_folder("forms")
    place = Place.objects.get(code=show_community(world).code)
    worker = world.users["community-worker"]
    year = world.last_day.year
    with clock.at(_morning(world, 25)):
        yearly = FormDefinition.objects.get(code="workforce-yearly")
        filling = open_filling(yearly, place=place, period=str(year - 1), by=worker)
        gaps = {cell.pk: "6" for cell in filling.cells.filter(asked=True)}
        answer(filling, by=worker, values=gaps)
        case = take_step(filling.case, "submit", by=worker)
    with clock.at(_morning(world, 22)):
        take_step(case, "pass_on", by=world.users["street-officer"])
    with clock.at(_morning(world, 3)):
        half = FormDefinition.objects.get(code="organisations-half-yearly")
        period = f"{world.last_day.year}H{1 if world.last_day.month < 7 else 2}"
        if not half.refused:
            open_filling(half, place=place, period=period, by=worker)


def _morning(world: DemoWorld, days_ago: int) -> datetime:
    return datetime.combine(world.last_day - timedelta(days=days_ago), time(9, 30), tzinfo=CHINA)
