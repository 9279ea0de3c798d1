"""What a click on the what-if map costs: `python3 x.py bench whatif [XS|S|M]`.

A demonstration city with its streets and one study is made in a test database of its own; a planner's page is sent
points as the map sends them, through the whole platform (middleware, page, database, computing). Printed: the first
click of each function (the city's network is read from the run) and the median and worst of eight further ones, by
the clock and in processor time of this process; the answer's page included, the way through the network and drawing
not.
"""

import argparse
import logging
import os
import statistics
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
os.environ.setdefault("LINLI_STATE_DIR", tempfile.mkdtemp(prefix="bench-whatif-"))

STEPS = ("places", "units", "people", "facilities", "reach")
FUNCTIONS = (("shopping", "all"), ("elder_care", "60"), ("meals", "80"))
CLICKS = 8  # of each function: the page lets one account ask thirty times a minute


def spots(run, count: int) -> list[tuple[float, float]]:
    """Homes of the run, each time the same ones: places beside a street."""
    import numpy as np

    from linli.reach.frozen import unpack_inputs

    homes = unpack_inputs(run.inputs).home
    some = np.random.default_rng(7).choice(len(homes), count, replace=False)
    return [(float(lon), float(lat)) for lon, lat in homes[some, :2]]


def click(client, address: str, function: str, group: str, spot) -> tuple[float, float] | None:
    """(seconds of the clock, of this process) of one click; None where the point lies off every street."""
    wall, own = time.perf_counter(), time.process_time()
    sent = {
        "function": function,
        "group": group,
        "sites": "",
        "at_lon": spot[0],
        "at_lat": spot[1],
        "act": "try",
    }
    page = client.post(address, sent)
    told = time.perf_counter() - wall, time.process_time() - own
    return told if page.status_code == 200 and "补了以后" in page.content.decode() else None


def measure(planner) -> None:
    from django.test import Client
    from django.urls import reverse

    from linli.reach.models import Run

    run = Run.objects.get()
    client, address = Client(SERVER_NAME="localhost"), f"{reverse('reach-what-if')}?run={run.pk}"
    client.force_login(planner)
    print(
        f"{run.communities.count()} communities, {run.summary['people']['all']:,} people, load {os.getloadavg()[0]:.1f}"
    )
    for function, group in FUNCTIONS:
        told = [click(client, address, function, group, spot) for spot in spots(run, CLICKS + 1)]
        shown = [one for one in told[1:] if one is not None]
        if not shown:
            raise SystemExit(f"{function}: no click was answered")
        wall, own = zip(*shown, strict=True)
        first = "—" if told[0] is None else f"{told[0][0]:.2f} s"
        print(
            f"{function:12} first {first}, then {len(shown)} clicks: median {statistics.median(wall):.3f} s "
            f"(processor {statistics.median(own):.3f} s), worst {max(wall):.3f} s",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("size", choices=["XS", "S", "M"], nargs="?", default="S")
    size = parser.parse_args().size
    django.setup()
    from django.conf import settings
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    from bench.demo import LAST_DAY
    from linli.config import demonstration
    from linli.kernel.demo import in_order
    from linli.packs.actions import install_packs
    from tests import template

    logging.disable(logging.CRITICAL)
    connections["default"].settings_dict["TEST"] |= {"NAME": "bench_whatif", "TEMPLATE": template.ready()}
    made = setup_databases(0, False)
    try:
        install_packs(Path(settings.PACKS_DIR))
        world = demonstration._world(size, LAST_DAY, lambda text: None)
        for step in in_order():
            if step.name in STEPS:
                step.run(world)
        measure(world.users["planner"])
    finally:
        teardown_databases(made, 0)


if __name__ == "__main__":
    main()
