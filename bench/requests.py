"""Processor time per request, beside a bare Django answer in the same run: `python -m bench.requests`.

A list page of 25 rows and a JSON list of 25 rows go through the whole platform (WSGI application, all
middleware, PostgreSQL); the bare answer is Django's own handler with a view of one line, with no middleware and, as
"usual", behind that of Django's new project. Rounds take turns so that a busy machine slows all alike. Printed are medians over the rounds: milliseconds
of processor time (this process, and the server's process that serves it, from /proc) and the ratio to the
bare answer of the same round. Wants DATABASE_URL; makes a test database of its own and drops it.
"""

import os
import statistics
import sys
import time
from io import BytesIO

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
django.setup()

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpResponse
from django.test.utils import override_settings
from django.urls import path

from bench.ledger import cpu_of, server_process

ROWS, ROUNDS, REQUESTS, BARE = 25, 7, 20, 400
STARTPROJECT = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
urlpatterns = [path("bare/", lambda request: HttpResponse("ok"))]


class BareRequest(WSGIRequest):
    urlconf = "bench.requests"


class BareHandler(WSGIHandler):
    request_class = BareRequest


def get(application, address: str, cookie: str = "") -> tuple[int, bytes]:
    """One GET; the status and the body."""
    where, _, query = address.partition("?")
    told = []
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": where, "QUERY_STRING": query, "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.input": BytesIO(), "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http", "wsgi.version": (1, 0), "REMOTE_ADDR": "127.0.0.1", "HTTP_COOKIE": cookie,
        "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    answer = application(environ, lambda status, headers, *more: told.append(int(status[:3])))
    body = b"".join(answer)
    answer.close()
    return told[0], body


def cost(application, address, cookie, times: int, server: int) -> tuple[float, float]:
    """Milliseconds of processor time a request: here, and in the database."""
    here, there = time.process_time(), cpu_of(server)
    for _turn in range(times):
        get(application, address, cookie)
    return (time.process_time() - here) * 1000 / times, (cpu_of(server) - there) * 1000 / times


def fill() -> str:
    """Fifty places and fifty cases; the cookie of a worker who sees them."""
    from django.conf import settings
    from django.test import Client

    from linli.cases.models import Case
    from linli.kernel import clock
    from tests.factories.exchange import make_entry
    from tests.factories.people import make_person, make_unit, make_worker
    from tests.factories.places import make_community

    make_entry(code="feed-places", kind="feed")  # what is not registered is not given out
    communities = [make_community(number) for number in range(1, 2 * ROWS + 1)]
    unit = make_unit(communities[0].parent)
    for number, place in enumerate(communities):
        Case.objects.create(
            kind="request", number=f"RQ-2026-{number:06}", title=f"路灯不亮 {number}", state="submitted",
            place=place, reporter=make_person(), unit=unit, opened_at=clock.now(),
        )  # fmt: skip
    client = Client()
    client.force_login(make_worker(communities[0].parent, "request.view", "places.edit"))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def measure() -> None:
    from linli.config.wsgi import application

    cookie = fill()
    with override_settings(MIDDLEWARE=[]):
        bare = BareHandler()
    with override_settings(MIDDLEWARE=STARTPROJECT):
        usual = BareHandler()
    pages = {
        f"places, {ROWS} rows, visitor": ("/places/?q=99", ""),
        f"cases, {ROWS} rows, worker": ("/cases/?q=", cookie),
        f"places, {ROWS} rows, JSON": (f"/api/v1/places?limit={ROWS}", ""),
    }
    for name, (address, own) in pages.items():
        status, body = get(application, address, own)
        print(f"{name:28} {address:24} {status} {len(body):,} bytes", flush=True)
    server = server_process()
    ratios = {name: [] for name in pages}
    costs = {name: [] for name in [*pages, "bare", "usual"]}
    for _round in range(ROUNDS):
        plain, _none = cost(bare, "/bare/", "", BARE, server)
        dressed, _none = cost(usual, "/bare/", "", BARE, server)
        costs["bare"].append((plain, 0.0))
        costs["usual"].append((dressed, 0.0))
        for name, (address, own) in pages.items():
            spent = cost(application, address, own, REQUESTS, server)
            costs[name].append(spent)
            ratios[name].append((spent[0] / plain, sum(spent) / plain, spent[0] / dressed))
    for name, spent in costs.items():
        here, there = (statistics.median(part) for part in zip(*spent, strict=True))
        line = f"{name:28} {here:7.3f} ms here {there:7.3f} ms database"
        if name in ratios:
            own, both, usually = (statistics.median(part) for part in zip(*ratios[name], strict=True))
            line += f"   {own:5.1f} x, with the database {both:5.1f} x; {usually:5.1f} x usual"
        print(line)


def main() -> None:
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    from tests import template

    connections["default"].settings_dict["TEST"] |= {"NAME": "bench_requests", "TEMPLATE": template.ready()}
    made = setup_databases(0, False)
    try:
        measure()
    finally:
        teardown_databases(made, 0)


if __name__ == "__main__":
    main()
