"""`make run`: database, tables, packs, demonstration city, web server and worker, until Ctrl-C."""

import contextlib
import ctypes
import hashlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from linli.config import demonstrated, embedded, freshness
from linli.config.first_tables import lay_first_tables
from linli.config.tasks import database_environment, state_dir
from linli.config.troubles import Trouble, sentence_of

PORT = 8000
NEEDED_BYTES = 2 * 1024**3
RESTART_AFTER_S = 3
HISTORY_TRIES = 5  # a step that broke off is not done again, so each try gets further
READY_TRIES = 1200  # a tenth of a second each; a busy machine starts slowly


def run(words: list[str]) -> int:
    """Serve until told to stop; 0 after a clean stop, 1 when something stood in the way."""
    try:
        port = port_of(os.environ.get("LINLI_PORT", str(PORT)))
        look_around(port)
        say("starting the database")
        environment = database_environment(test=False)
        os.environ.update(environment)
        state, url = Path(environment["LINLI_STATE_DIR"]), environment["DATABASE_URL"]
        if not freshness.is_prepared(state, url):
            prepare()
            freshness.remember(state, url)
        serve(port, state)
    except Exception as trouble:
        told = sentence_of(trouble)
        if told is None:
            raise
        sys.stderr.write(f"✗ {told}\n")
        return 1
    finally:
        stop_database()
    return 0


def say(text: str) -> None:
    sys.stdout.write(f"· {text}\n")
    sys.stdout.flush()


def port_of(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 2**16:
        return int(text)
    raise Trouble(f"LINLI_PORT must be a number from 1 to 65535, not {text}.")


def look_around(port: int) -> None:
    """Refuse early what would fail late."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Trouble(
                f"Port {port} is taken. Stop what uses it, or say LINLI_PORT=8010 make run."
            ) from None
    state = state_dir()
    try:
        state.mkdir(parents=True, exist_ok=True)
        (state / ".writable").write_text("")
    except OSError as trouble:
        raise Trouble(f"The state folder {state} cannot be written: {trouble.strerror}.") from None
    if shutil.disk_usage(state).free < NEEDED_BYTES:
        raise Trouble(f"The disk of {state} is nearly full; free 2 GB and start again.")


def prepare() -> None:
    """Tables, packs, static files, and the demonstration city once."""
    from linli.config.cli import set_up

    set_up()
    from django.conf import settings
    from django.core.management import call_command

    from linli.config import commands
    from linli.config.translations import compile_catalogues

    say("bringing the tables up to date")
    if own_cluster() is not None:
        lay_first_tables(os.environ["DATABASE_URL"])
    commands.migrate([])
    compile_catalogues()
    install_changed_packs(Path(settings.PACKS_DIR), settings.STATE_DIR / "packs.digest")
    call_command("collectstatic", interactive=False, verbosity=0)
    from linli.config.demonstration import is_made, make_demo

    if not is_made():
        from datetime import timedelta

        from linli.kernel import clock

        size = settings.ENVIRONMENT.demo_size
        make_demo(size, clock.today() - timedelta(days=1), say=say)


def install_changed_packs(root: Path, stamp: Path) -> None:
    """Install the packs unless those of the last start are the same to the letter, code included."""
    from linli.packs.actions import install_packs
    from linli.people.models import Role

    readers = sorted(Path(__file__).parents[1].glob("*/pack*.py"))
    digest = hashlib.sha256()
    for path in [*sorted(root.rglob("*.yaml")), *readers]:
        digest.update(path.read_bytes())
    known = stamp.exists() and stamp.read_text() == digest.hexdigest()
    if known and Role.objects.exists():  # a database made anew has none
        return
    say("installing the packs")
    _done, problems = install_packs(root)
    if problems:
        raise Trouble("The packs have problems:\n" + "\n".join(map(str, problems)))
    stamp.write_text(digest.hexdigest())


def serve(port: int, state: Path) -> None:
    """Keep web server and worker running until a signal comes; a child that dies is started again."""
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda caught, _frame: stopping.append(caught))
    words = {
        "web": [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
            *("--port", str(port), "--workers", "2", "--blocking-threads", "4", "--no-ws"),
            *("--workers-kill-timeout", "10", "--respawn-failed-workers", "--log-level", "warning"),
            "linli.config.wsgi:application",
        ],
    }
    behind = {"worker": [sys.executable, "-m", "linli.config.cli", "worker"]}
    if demonstrated.is_waiting(state):  # fills in behind the pages; ends by itself
        behind["history"] = [sys.executable, "-m", "linli.config.cli", "demo", "--behind"]
    cluster, children = own_cluster(), {name: start(line) for name, line in words.items()}
    left = dict.fromkeys(behind, HISTORY_TRIES)
    try:
        wait_until_ready(port, children["web"])
        children |= {name: start(line) for name, line in behind.items()}  # the first page has both cores
        words |= behind
        announce(port, demonstrated.accounts(state))
        while not stopping:
            time.sleep(0.3)
            revive_database(cluster)
            revive(children, words, left)
    finally:
        say("stopping")
        for child in children.values():
            child.terminate()
        for child in children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(15)
            end_group(child)


def end_group(child: subprocess.Popen) -> None:
    """Kill a child and what it had started: the web server's workers outlive its killed head and keep the port."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)  # start() gave each a session, so a group of its own


def revive(children: dict[str, subprocess.Popen], words: dict[str, list[str]], left: dict[str, int]) -> None:
    """Start again what has died; the history ends by itself, and is tried again as often as is `left`."""
    for name, child in list(children.items()):
        if child.poll() is None:
            continue
        end_group(child)
        if name == "history":
            del children[name]
            left[name] -= 1
            if child.returncode == 0 or left[name] < 0:
                half = "the history stopped half-way and stays as far as it got"
                say(half if child.returncode else "the history of the demonstration city is made")
                continue
        say(f"{name} ended with code {child.returncode}; starting it again")
        time.sleep(RESTART_AFTER_S)
        children[name] = start(words[name])


def own_cluster() -> embedded.Cluster | None:
    """The embedded database; a server given by DATABASE_URL is not ours to start or stop."""
    is_ours = "linli-" in os.environ.get("DATABASE_URL", "")
    return embedded.locate(state_dir(), name="main") if is_ours else None


def revive_database(cluster: embedded.Cluster | None) -> None:
    """Start our database again when it has died; what was committed is there (K1)."""
    if cluster is not None and embedded.has_died(cluster):
        say("the database ended; starting it again")
        embedded.start(cluster)


def start(words: list[str]) -> subprocess.Popen:
    """A child that ends when we end, however we end; Ctrl-C reaches us alone, we stop it in order."""
    return subprocess.Popen(words, start_new_session=True, preexec_fn=_die_with_parent)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def wait_until_ready(port: int, web: subprocess.Popen) -> None:
    for _try in range(READY_TRIES):
        if web.poll() is not None:
            raise Trouble("The web server did not start; its message stands above.")
        try:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            asked.request("GET", "/readyz")
            if asked.getresponse().status == 200:
                return
            time.sleep(0.1)
        except OSError:
            time.sleep(0.1)
    raise Trouble("The web server did not answer within two minutes.")


def announce(port: int, accounts: list[demonstrated.Account]) -> None:
    sys.stdout.write(f"\nLinli 邻里 is running: http://localhost:{port}/\n\n")
    for account in accounts:
        sys.stdout.write(f"  {account.role:14} {account.username:22} {account.password}\n")
    sys.stdout.write("\nStop with Ctrl-C.\n")
    sys.stdout.flush()


def stop_database() -> None:
    """Stop the embedded database, if it is ours and can still be found."""
    with contextlib.suppress(embedded.DatabaseTrouble, OSError):
        if cluster := own_cluster():
            embedded.stop(cluster)
