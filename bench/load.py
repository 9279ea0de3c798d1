"""Open-model load: requests leave at their intended times, whatever has been answered; latency counts from then.

    python -m bench.load [--rate 20] [--seconds 60] [--overload 3] [--overload-seconds 20] [--core 0]

Takes DATABASE_URL of a PostgreSQL where a database may be made, or starts the embedded one of this checkout (durable, as
`make run` does): it makes a database with the small demonstration town of the tests' factories, starts the web server as deployed (granian, four blocking threads) with all its threads pinned to one
core (`taskset`), and drops the database at the end. The generator runs on another core and never waits for an answer
before it sends the next request: a server that stalls is charged for every request that should have left meanwhile
(no coordinated omission). Arrivals are a Poisson process of a fixed seed.

Printed: p50, p99, worst, errors at the asked rate; the same under three-fold overload; and how long after the overload
the latencies are back below the p99 limit (500 ms, ten requests in a row).
"""

import argparse
import http.client
import os
import queue
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

LIMIT_S = 0.5
SENDERS = (
    200  # connections at once; more wait as they would in a browser's or proxy's queue, and that time counts
)
PAGES = (
    "/",
    "/places/",
    "/requests/",
    "/exchange/",
    "/plans/",
    "/api/v1/places?limit=25",
    "/api/v1/exchange/entries",
    "/search/?q=社区",
    "/accounts/login/",
    "/requests/look-up/",
)
SIGNED_IN = ("/requests/mine/", "/notices/", "/cases/", "/people/", "/me/information/")


def make_town() -> dict[str, str]:
    """Rows to show and a signed-in session; the cookie to send."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    from tests.factories.people import make_post
    from tests.factories.requests import Town

    town = Town()
    for number in range(60):
        town.submit(f"幸福路 {number} 号楼前的路灯不亮，晚上太黑")
    make_post(town.worker, town.place, "people.view", role="reads-people")  # a page of people, not of refusal
    session = SessionStore()
    session["_auth_user_id"] = str(town.worker.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = town.worker.get_session_auth_hash()
    session.create()
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"}


def serve(core: int, port: int, environment: dict[str, str]) -> subprocess.Popen:
    """The web server on one core, ready to answer."""
    words = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "1",
        "--blocking-threads",
        "4",
        "--no-ws",
        "--backlog",
        "1024",
        "--log-level",
        "error",
        "linli.config.wsgi:application",
    ]
    pinned = ["taskset", "-c", str(core), *words] if shutil.which("taskset") else words
    server = subprocess.Popen(pinned, env=environment)
    for _try in range(600):
        try:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            asked.request("GET", "/readyz")
            if asked.getresponse().status == 200:
                return server
        except OSError:
            time.sleep(0.1)
    server.kill()
    raise SystemExit("the web server did not answer")


class Generator:
    """Sends on time, whatever comes back; gives (intended second, latency, status) of each request."""

    def __init__(self, port: int, headers: dict[str, str]):
        self.port, self.headers = port, headers
        self.due: queue.SimpleQueue = queue.SimpleQueue()
        self.random = random.Random(7)
        for _sender in range(SENDERS):
            threading.Thread(target=self._send_forever, daemon=True).start()

    def _send_forever(self) -> None:
        while True:
            intended, page, headers, seen = self.due.get()
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                connection.request("GET", page, headers=headers)
                answer = connection.getresponse()
                answer.read()
                status = answer.status
                connection.close()
            except OSError:
                status = 0
            seen.append((intended, time.perf_counter() - intended, status))

    def run(self, rate: float, seconds: float) -> list[tuple[float, float, int]]:
        """Requests at random moments, `rate` a second in the mean; returns when all are answered."""
        began, count = time.perf_counter(), 0
        at, seen = began, []
        while (at := at + self.random.expovariate(rate)) < began + seconds:
            time.sleep(max(0.0, at - time.perf_counter()))
            signed_in = self.random.random() < 0.5
            page = self.random.choice(SIGNED_IN if signed_in else PAGES)
            self.due.put((at, quoted(page), self.headers if signed_in else {}, seen))
            count += 1
        while len(seen) < count:
            time.sleep(0.05)
        return sorted(seen)


def quoted(page: str) -> str:
    from urllib.parse import quote

    return quote(page, safe="/?=&")


def told(name: str, seen: list[tuple[float, float, int]]) -> None:
    took = sorted(latency for _at, latency, _status in seen)
    errors = sum(not 200 <= status < 400 for _at, _latency, status in seen)
    p50, p99 = (statistics.quantiles(took, n=100)[number] * 1000 for number in (49, 98))
    print(
        f"{name:34} {len(seen):6} requests  p50 {p50:7.0f} ms  p99 {p99:7.0f} ms  worst {took[-1] * 1000:7.0f} ms"
        f"  errors {errors}"
    )


def recovery(seen: list[tuple[float, float, int]], began: float) -> float:
    """Seconds after the overload until ten requests in a row were answered well and in time."""
    in_a_row = 0
    for intended, latency, status in seen:
        in_a_row = in_a_row + 1 if latency <= LIMIT_S and 200 <= status < 400 else 0
        if in_a_row == 10:
            return max(0.0, intended - began)
    return float("inf")


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, usual in (("--rate", 20), ("--seconds", 60), ("--overload", 3), ("--overload-seconds", 20)):
        parser.add_argument(name, type=float, default=usual)
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--port", type=int, default=8097)
    chosen = parser.parse_args()
    others = set(range(os.cpu_count() or 1)) - {chosen.core}
    state = tempfile.mkdtemp(prefix="bench-load-")
    if not os.environ.get("DATABASE_URL"):
        from linli.config.tasks import database_environment

        os.environ["DATABASE_URL"] = database_environment(test=False)["DATABASE_URL"]
    os.environ |= {
        "LINLI_STATE_DIR": state,
        "LINLI_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "linli.config.settings",
    }
    os.environ.pop("LINLI_TEST", None)
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    connections["default"].settings_dict["TEST"]["NAME"] = "bench_load"
    made = setup_databases(0, False)
    server = None
    try:
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        headers = make_town()
        said = connections["default"].settings_dict
        url = f"postgresql://{said['USER']}@localhost/bench_load?host={said['HOST']}"
        server = serve(chosen.core, chosen.port, os.environ | {"DATABASE_URL": url})
        os.sched_setaffinity(0, others or {chosen.core})
        measure(Generator(chosen.port, headers), chosen)
    finally:
        if server is not None:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
        teardown_databases(made, 0)
        shutil.rmtree(Path(state), ignore_errors=True)


def measure(generator: Generator, chosen: argparse.Namespace) -> None:
    generator.run(chosen.rate, 5)  # templates and connections are warm
    told(f"{chosen.rate:.0f}/s for {chosen.seconds:.0f} s", generator.run(chosen.rate, chosen.seconds))
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    # The overload is not waited for: what it leaves in the queue is what the next requests meet.
    high = threading.Thread(
        target=lambda: over.extend(generator.run(chosen.rate * chosen.overload, chosen.overload_seconds))
    )
    over: list[tuple[float, float, int]] = []
    high.start()
    time.sleep(chosen.overload_seconds)
    ended = time.perf_counter()
    after = [one for one in generator.run(chosen.rate, 60) if one[0] >= ended]
    high.join()
    told(f"{chosen.rate * chosen.overload:.0f}/s for {chosen.overload_seconds:.0f} s", over)
    told(f"{chosen.rate:.0f}/s for 60 s after it", after)
    print(f"recovered {recovery(after, ended):.1f} s after the overload ended")


if __name__ == "__main__":
    main()
