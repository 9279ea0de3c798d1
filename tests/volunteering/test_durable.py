"""K1, L1: what was acknowledged is there after kill -9 of web, worker and database and after a power cut."""

import http.client
import socket
import subprocess
import threading
import uuid
from itertools import count
from urllib.parse import urlencode

import psycopg
import pytest

from .cluster import LONGEST, end, make_server, remove

pytestmark = pytest.mark.slow
SETTINGS = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "data_checksums": "on"}
PAUSE = threading.Event()  # never set: waits between two looks at another process


@pytest.fixture(scope="module")
def server():
    made = make_server()
    yield made
    remove(made)


@pytest.fixture(scope="module")
def sessions(server) -> list[str]:
    """Four residents who are signed in; beside them sixty purses whose coins have expired."""
    return server.run("-m", "tests.volunteering.writer", "people", "4", "60").split()


def checked(server) -> tuple[int, set[str]]:
    """How many doubts verify() has, and the keys of all transfers."""
    doubts, *keys = server.run("-m", "tests.volunteering.writer", "doubts").split()
    return int(doubts), set(keys)


def write_until(server, seed: int, number: int, stop) -> set[str]:
    """The keys that were acknowledged until `stop` came in the midst of the writing."""
    words = ("-m", "tests.volunteering.writer", "transfers", str(seed))
    with server.begin(*words, stdout=subprocess.PIPE) as writer:
        watch = threading.Timer(LONGEST, writer.kill)  # a writer that hangs ends the test, not the day
        watch.start()
        said = [writer.stdout.readline() for _turn in range(number)]
        assert all(said), f"the writer ended after {sum(map(bool, said))} of {number} transfers"
        stop(writer)
        said += list(writer.stdout)
        watch.cancel()
    return {line.strip() for line in said if line.endswith("\n")}


def test_K1_the_server_promises_what_it_says(server):
    with psycopg.connect(server.cluster.url) as connection:
        shown = {name: connection.execute(f"show {name}").fetchone()[0] for name in SETTINGS}

    assert shown == SETTINGS


def test_K1_nothing_acknowledged_is_lost_when_writer_or_database_are_killed(server):
    acknowledged: set[str] = set()
    for seed in range(4):
        stop = (lambda _writer: server.kill()) if seed % 2 else (lambda writer: writer.kill())
        acknowledged |= write_until(server, seed, 40 + 30 * seed, stop)
        server.start()

    doubts, kept = checked(server)
    assert (doubts, acknowledged - kept) == (0, set())
    assert len(kept - acknowledged) <= 4  # at most the one under way at each kill


def test_K1_a_power_cut_that_tears_pages_and_the_log_loses_nothing_acknowledged(server):
    before = checked(server)[1]
    with psycopg.connect(server.cluster.url, autocommit=True) as connection:
        connection.execute("checkpoint")
    torn = []
    acknowledged = write_until(server, 90, 150, lambda _writer: torn.append(server.cut_power()))
    server.start()

    doubts, kept = checked(server)
    assert torn[0] > 0
    assert (doubts, (acknowledged | before) - kept) == (0, set())
    assert len(kept - acknowledged - before) <= 1


# --- The web server -----------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


def begin_web(server, port: int):
    """The web server as `make run` starts it, once it answers."""
    web = server.begin(
        *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "2", "--blocking-threads", "2", "--no-ws", "--log-level", "warning"),
        "linli.config.wsgi:application",
    )
    wait_for(lambda: answer(port, "GET", "/healthz")[0] == 200, "the web server does not answer", every=0.5)
    return web


def wait_for(is_so, otherwise: str, *, every: float = 0.05) -> None:
    """Until something is so; it fails with a sentence once it has taken too long."""
    for _turn in range(int(LONGEST / every)):
        if is_so():
            return
        PAUSE.wait(every)
    raise AssertionError(otherwise)


def answer(port: int, method: str, path: str, *, body=None, cookie: str = "") -> tuple[int, str]:
    """Status and text; status 0 when the connection broke before an answer came."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    try:
        line.request(method, path, urlencode(body) if body else None, headers)
        got = line.getresponse()
        return got.status, got.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        line.close()


class Giver(threading.Thread):
    """Somebody who donates six minutes again and again until the connection breaks."""

    def __init__(self, port: int, session: str):
        super().__init__()
        self.port, self.session, self.sent, self.acknowledged, self.refused = port, session, [], [], 302

    def run(self) -> None:
        for _turn in count():
            key = str(uuid.uuid4())
            self.sent.append(key)
            self.refused = self.give(key)
            if self.refused != 302:
                return
            self.acknowledged.append(key)

    def give(self, key: str) -> int:
        token = "a" * 32
        body = {"act": "give", "to": "pool", "coins": "0.1", "key": key, "csrfmiddlewaretoken": token}
        cookie = f"sessionid={self.session}; csrftoken={token}"
        return answer(self.port, "POST", "/volunteering/coins/", body=body, cookie=cookie)[0]


def test_L3_a_web_server_killed_in_the_midst_loses_nothing_and_a_repeated_click_moves_once(server, sessions):
    port = free_port()
    web = begin_web(server, port)
    givers = [Giver(port, session) for session in sessions]
    for giver in givers:
        giver.start()
    gone = lambda: not any(one.is_alive() for one in givers)  # noqa: E731
    enough = lambda: sum(len(giver.acknowledged) for giver in givers) >= 30  # noqa: E731
    wait_for(lambda: enough() or gone(), "nobody was answered")
    assert enough(), [giver.refused for giver in givers]
    end(web)
    for giver in givers:
        giver.join(timeout=LONGEST)
    assert gone()
    web = begin_web(server, port)
    again = [giver.give(giver.sent[-1]) for giver in givers]  # the click that got no answer
    once_more = [giver.give(giver.acknowledged[-1]) for giver in givers]
    end(web)

    doubts, kept = checked(server)
    acknowledged = {key for giver in givers for key in giver.acknowledged}
    sent = {key for giver in givers for key in giver.sent}
    assert len(acknowledged) >= 30
    assert (again, once_more, doubts, sent - kept) == ([302] * 4, [302] * 4, 0, set())
    with psycopg.connect(server.cluster.url) as connection:
        given = connection.execute(
            "select sum(amount), count(*) from ledger_transfer where reason = 'donation'"
        ).fetchone()
    assert given == (6 * len(sent), len(sent))


# --- The worker ---------------------------------------------------------------------------------------


def expired(server) -> int:
    with psycopg.connect(server.cluster.url) as connection:
        told = "select count(*) from ledger_transfer where reason = 'expiry'"
        return connection.execute(told).fetchone()[0]


def test_K3_a_worker_killed_while_coins_expire_moves_each_purse_once(server, sessions):
    server.run("-m", "tests.volunteering.writer", "expire")
    worker = server.begin("-m", "linli.config.cli", "worker")
    wait_for(
        lambda: expired(server) >= 5 or worker.poll() is not None, "the worker moves nothing", every=0.02
    )
    end(worker)
    in_between = expired(server)
    server.run("-m", "tests.volunteering.writer", "expire")
    server.run("-m", "linli.config.cli", "worker", "--until-empty")

    assert 5 <= in_between <= 60
    assert (expired(server), checked(server)[0]) == (60, 0)
