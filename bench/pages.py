"""Processor time of every page and API list that needs no number in its address: `python -m bench.pages [XS|S]`.

A demonstration city is made in a test database of its own; every page is asked by the first demonstration account that
may open it, through the whole platform (WSGI application, middleware, PostgreSQL), and takes turns with a bare Django
answer (no middleware, a view of one line) so that a busy machine slows both alike. Printed are medians of the rounds,
the dearest first: milliseconds of processor time here and in the database's process, the ratio to the bare answer of
the same round (here alone, and with the database), bytes, and how many are over the goals (pages 40 x, JSON 20 x).
"""

import argparse
import logging
import os
import statistics
import tempfile
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
os.environ.setdefault("LINLI_STATE_DIR", tempfile.mkdtemp(prefix="bench-pages-"))
django.setup()

ROUNDS, REQUESTS, BARE = 5, 6, 200
GOALS = {"page": 40, "JSON": 20}
# What no reader asks for again and again: signing out and in, files, the machine's own addresses.
LEFT_OUT = ("accounts/", "api/v1/openapi.json", "api/v1/docs", "metrics", "healthz", "readyz", "gallery")


def addresses() -> list[str]:
    """Every address without a part to fill in, pages and API."""
    from django.urls import reverse

    from linli.ui.routes import list_routes

    found = []
    for route in list_routes():
        method, _, pattern = route.pattern.rpartition(" ")
        if "<" in pattern or method not in ("", "GET") or pattern.startswith(LEFT_OUT):
            continue
        found.append(reverse(route.name))
    return sorted(set(found))


def cookies(users) -> list[tuple[str, str]]:
    """(role, cookie) of nobody, then of each demonstration account, the one with fewest rights first."""
    from django.conf import settings
    from django.test import Client

    made = [("visitor", "")]
    for role, user in users:
        client = Client()
        client.force_login(user)
        made.append(
            (role, f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
        )
    return made


def openings(application, signed_in) -> list[tuple[str, str, str, str, int]]:
    """(kind, address, role, cookie, bytes) of each page that somebody may open; staff lists by who has most rows."""
    from bench.requests import get

    found = []
    for address in addresses():
        best = None
        for role, cookie in signed_in:
            status, body = get(application, address, cookie)
            if status == 200 and (best is None or len(body) > best[4]):
                kind = "JSON" if address.startswith("/api/") else "page"
                best = (kind, address, role, cookie, len(body))
        if best:
            found.append(best)
    return found


def measure(users) -> None:
    from django.test.utils import override_settings

    from bench.ledger import server_process
    from bench.requests import BareHandler, cost
    from linli.config.wsgi import application

    with override_settings(MIDDLEWARE=[]):
        bare = BareHandler()
    pages, server = openings(application, cookies(users)), server_process()
    spent = {address: [] for _kind, address, *_more in pages}
    for _round in range(ROUNDS):
        for _kind, address, _role, cookie, _size in pages:
            plain, _none = cost(bare, "/bare/", "", BARE, server)
            here, there = cost(application, address, cookie, REQUESTS, server)
            spent[address].append((here, there, here / plain, (here + there) / plain))
    rows = []
    for kind, address, role, _cookie, size in pages:
        rows.append(
            (kind, address, role, size, *(statistics.median(x) for x in zip(*spent[address], strict=True)))
        )
    for kind, goal in GOALS.items():
        own = sorted((row for row in rows if row[0] == kind), key=lambda row: -row[6])
        print(f"\n{kind}: {len(own)} addresses, median {statistics.median(row[6] for row in own):.1f} x")
        print(
            f"over {goal} x: {sum(row[6] > goal for row in own)}; with the database {sum(row[7] > goal for row in own)}"
        )
        for _kind, address, role, size, here, there, ratio, both in own:
            print(
                f"{ratio:6.1f} x {both:6.1f} x  {here:7.2f} ms {there:7.2f} ms db  {size:8,} B  {role:22} {address}",
                flush=True,
            )


def main() -> None:
    from django.conf import settings
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    from bench.demo import LAST_DAY
    from linli.config import demonstrated, demonstration
    from linli.packs.actions import install_packs
    from linli.people.models import User
    from tests import template

    parser = argparse.ArgumentParser()
    parser.add_argument("size", choices=["XS", "S"], nargs="?", default="XS")
    logging.disable(logging.CRITICAL)  # who may not open a page is refused many times on the way
    size = parser.parse_args().size
    connections["default"].settings_dict["TEST"] |= {"NAME": "bench_pages", "TEMPLATE": template.ready()}
    # Never hung up: the time of one process of the server is read.
    connections["default"].settings_dict["CONN_MAX_AGE"] = None
    made = setup_databases(0, False)
    try:
        install_packs(Path(settings.PACKS_DIR))
        demonstration.make_demo(size, LAST_DAY)
        told = demonstrated.read(Path(settings.STATE_DIR) / demonstrated.WORLD)["users"]
        known = {user.username: user for user in User.objects.filter(username__in=told.values())}
        measure([(code, known[name]) for code, name in told.items()])
    finally:
        teardown_databases(made, 0)


if __name__ == "__main__":
    main()
