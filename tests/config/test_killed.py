"""K1, W3: `make run` lives through the kill of any of its processes, and a new start after the kill of itself.

One real run of the smallest city, in a state folder of its own; where the suite runs as root, as an ordinary user too.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest

from linli.config import embedded

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("durable")]
ROOT = Path(__file__).resolve().parents[2]
TRIES = 12_000  # a tenth of a second each; the first start makes tables and a city, on whatever machine


class Platform:
    """`make run` with its own state folder, port and account."""

    def __init__(self, state: Path, account: str = ""):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.state, self.account = state, account
        self.log = state / "run.log"
        self.running: subprocess.Popen | None = None

    def start(self) -> None:
        told = {"LINLI_STATE_DIR": str(self.state), "LINLI_PORT": str(self.port), "LINLI_DEMO_SIZE": "XS"}
        kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "LINLI_TEST", "HOME")}
        account = {"user": self.account, "group": pwd.getpwnam(self.account).pw_gid} if self.account else {}
        with self.log.open("a") as log:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "linli.config.tasks", "run"],
                cwd=ROOT, env=kept | told | {"HOME": str(self.state)}, stdout=log, stderr=log, **account,
            )  # fmt: skip
        self.wait_for(lambda: f"http://localhost:{self.port}/" in self.said())

    def said(self) -> str:
        """What it told since the file was emptied."""
        return self.log.read_text()

    def forget(self) -> None:
        self.log.write_text("")

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/places/", timeout=5).status == 200
        return False

    def wait_for(self, condition) -> None:
        for _turn in range(TRIES):
            if condition():
                return
            assert self.running is None or self.running.poll() is None, self.said()[-2000:]
            time.sleep(0.1)
        raise AssertionError(self.said()[-2000:])

    def children(self, words: str) -> list[int]:
        """Processes of this platform whose command line holds the words."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                line = (folder / "cmdline").read_text().replace("\0", " ")
                environment = (folder / "environ").read_text()
                if words in line and f"LINLI_STATE_DIR={self.state}" in environment:
                    found.append(int(folder.name))
        return found

    def postmaster(self) -> int:
        paper = next(self.state.glob("postgres-*-main/postmaster.pid"))
        return int(paper.read_text().split()[0])

    def stop(self) -> int:
        assert self.running is not None
        self.running.send_signal(signal.SIGINT)
        return self.running.wait(60)

    def remove(self) -> None:
        if self.running is not None and self.running.poll() is None:
            self.running.kill()
            self.running.wait()
        with contextlib.suppress(embedded.DatabaseTrouble, OSError):
            embedded.stop(embedded.locate(self.state, name="main"))
        shutil.rmtree(self.state, ignore_errors=True)


def folder() -> Path:
    made = Path(tempfile.mkdtemp(prefix="linli-killed-"))
    made.chmod(0o755)
    return made


@pytest.fixture(scope="module")
def platform():
    made = Platform(folder())
    made.start()
    yield made
    made.remove()


def kill_and_wait(platform: Platform, number: int, told: str) -> None:
    platform.forget()
    os.kill(number, signal.SIGKILL)
    platform.wait_for(lambda: told in platform.said())
    platform.wait_for(platform.answers)


def test_K1_the_web_server_killed_is_started_again(platform):
    web = min(platform.children("granian"))
    kill_and_wait(platform, web, "web ended with code -9; starting it again")


def test_K1_the_worker_killed_is_started_again(platform):
    platform.wait_for(lambda: platform.children("linli.config.cli worker"))
    kill_and_wait(
        platform,
        platform.children("linli.config.cli worker")[0],
        "worker ended with code -9; starting it again",
    )


def test_K1_the_database_killed_is_started_again_and_has_lost_nothing(platform):
    kill_and_wait(platform, platform.postmaster(), "the database ended; starting it again")


def test_K1_after_the_kill_of_all_at_once_a_new_start_serves_the_same_city(platform):
    before = urllib.request.urlopen(f"http://127.0.0.1:{platform.port}/api/v1/places?limit=100").read()
    os.kill(platform.postmaster(), signal.SIGKILL)
    platform.running.kill()
    platform.running.wait()
    platform.running = None  # it is meant to be gone
    platform.wait_for(lambda: not platform.children("granian"))
    platform.forget()
    platform.start()

    assert (
        urllib.request.urlopen(f"http://127.0.0.1:{platform.port}/api/v1/places?limit=100").read() == before
    )
    assert "making" not in platform.said()


def test_a_clean_stop_leaves_no_process_behind(platform):
    assert platform.stop() == 0
    assert platform.children("") == []


@pytest.mark.skipif(os.geteuid() != 0, reason="the suite itself runs as an ordinary user")
def test_an_ordinary_user_runs_it_too():
    """The database is then the user's own; root hands it to an account without rights."""
    account = "nobody"
    told = {"user": account, "group": pwd.getpwnam(account).pw_gid, "extra_groups": []}
    try:
        subprocess.run([sys.executable, "-c", "import linli, django"], cwd=ROOT, check=True, **told)
    except (PermissionError, subprocess.CalledProcessError):
        pytest.skip("this checkout or its Python lies where only root may read")
    state = folder()
    shutil.chown(state, account)
    platform = Platform(state, account)
    platform.log.touch()
    shutil.chown(platform.log, account)
    try:
        platform.start()
        assert platform.answers()
        assert Path(f"/proc/{platform.postmaster()}").stat().st_uid == pwd.getpwnam(account).pw_uid
        assert platform.stop() == 0
    finally:
        platform.remove()
