"""What a demonstration city costs: `python -m bench.demo S|M|L [--steps places,units,people,population] [--history]`.

In a fresh test database of DATABASE_URL's server, on the day after a last day that is fixed. Printed for each step: seconds of the
clock, seconds of processor time here and in the database's process, and the most memory so far. Without --steps
everything the first page needs is made, as `make run` does; with it only the named steps (and what is drawn).
With --history the long history behind the first page follows, step by step, as the job worker of `make run` makes it.
"""

import argparse
import os
import resource
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
LAST_DAY = date(2026, 3, 3)


class Steps:
    """Told of each step as it begins; tells what the one before has cost."""

    def __init__(self, server: int):
        self.server, self.name = server, ""
        self.at = self._now()

    def _now(self) -> tuple[float, float, float]:
        from bench.ledger import cpu_of

        return time.perf_counter(), time.process_time(), cpu_of(self.server)

    def __call__(self, text: str) -> None:
        spent, own, database = (now - then for now, then in zip(self._now(), self.at, strict=True))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        if self.name:
            print(
                f"{self.name:44} {spent:7.1f} s  cpu {own:7.1f} s here {database:7.1f} s database  {memory:6,} MB",
                flush=True,
            )
        self.name, self.at = text, self._now()


def make(size: str, names: list[str], say: Steps, *, history: bool = False) -> None:
    from django.db import transaction

    from linli.config import demonstration
    from linli.kernel.demo import in_order

    if not names:
        demonstration.make_demo(size, LAST_DAY, say=say)
        if history:
            demonstration.make_history(say=say)
        return
    say("drawing the city")
    world = demonstration._world(size, LAST_DAY, say)
    with transaction.atomic():
        for step in in_order():
            if step.name in names:
                say(step.title)
                step.run(world)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("size", choices=["XS", "S", "M", "L"])
    parser.add_argument("--steps", default="")
    parser.add_argument("--history", action="store_true")
    asked = parser.parse_args()
    state = tempfile.mkdtemp(prefix="bench-demo-")
    os.environ["LINLI_STATE_DIR"] = state
    django.setup()
    from django.conf import settings
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    from bench.ledger import server_process
    from linli.kernel import clock
    from linli.packs.actions import install_packs
    from linli.places.models import Place
    from tests import template

    name = f"bench_demo_{asked.size.lower()}"
    connections["default"].settings_dict["TEST"] |= {"NAME": name, "TEMPLATE": template.ready()}
    made = setup_databases(0, False)
    try:
        install_packs(Path(settings.PACKS_DIR))
        say = Steps(server_process())
        began = say.at
        with clock.at(
            datetime.combine(LAST_DAY + timedelta(days=1), datetime.min.time(), tzinfo=clock.CHINA)
        ):
            make(asked.size, [name for name in asked.steps.split(",") if name], say, history=asked.history)
        say("")
        spent, own, database = (now - then for now, then in zip(say.at, began, strict=True))
        communities = Place.objects.communities().count()
        print(f"{'all':44} {spent:7.1f} s  cpu {own:7.1f} s here {database:7.1f} s database", flush=True)
        print(f"{communities:,} communities, load {os.getloadavg()[0]:.1f}")
    finally:
        teardown_databases(made, 0)


if __name__ == "__main__":
    main()
