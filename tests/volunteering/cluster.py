"""A database server of its own that forgets nothing, and ways to lose it: killed, or the power gone."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connections

from linli.config import embedded
from tests import template

ROOT = Path(__file__).resolve().parents[2]
PAGE, SEGMENT = 8192, 16 * 1024 * 1024
LONGEST = 600  # seconds for one helper process: a loaded machine is slow, not wrong
TORN = b"\xa5" * (PAGE // 2)
BLOCK = re.compile(r"blkref #\d+: rel (\d+)/(\d+)/(\d+) blk (\d+) FPW")


@dataclass(frozen=True)
class Server:
    """One durable cluster with its own state folder."""

    cluster: embedded.Cluster
    state: Path
    begun: list[subprocess.Popen] = field(
        default_factory=list
    )  # ended with the server, whatever the test did

    @property
    def environment(self) -> dict:
        """Of processes that use it: nothing is told them about tests."""
        kept = {name: text for name, text in os.environ.items() if name != "LINLI_TEST"}
        return {
            "DJANGO_SETTINGS_MODULE": "linli.config.settings",
            **kept,
            "DATABASE_URL": self.cluster.url,
            "LINLI_STATE_DIR": str(self.state),
            "PYTHONPATH": str(ROOT),
        }

    def start(self) -> None:
        embedded.start(self.cluster)

    def run(self, *words: str) -> str:
        """What a Python process that uses this server said; it must end well."""
        command = [sys.executable, *words]
        ended = subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST,
        )
        assert ended.returncode == 0, ended.stderr[-2000:]
        return ended.stdout

    def begin(self, *words: str, **pipes) -> subprocess.Popen:
        """A Python process that uses this server, in a group of its own."""
        command = [sys.executable, *words]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **pipes}
        process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, text=True, start_new_session=True, **quiet
        )
        self.begun.append(process)
        return process

    def kill(self) -> None:
        """All processes of the server at once, with SIGKILL."""
        pidfile = self.cluster.data / "postmaster.pid"
        postmaster = int(pidfile.read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in (postmaster, *map(int, children)):
            os.kill(pid, signal.SIGKILL)
        pidfile.unlink()  # after a power cut no process has that number; here a zombie may still have it

    def cut_power(self) -> int:
        """Kill it and leave the disk as a power cut may: torn pages, a torn end of the log; how many pages.

        Every page that was logged whole since the last checkpoint is left half written, and what follows the
        last whole record of the log is rubbish. What was synced stays: a disk that lies is not emulated.
        """
        self.kill()
        since = self._control("Latest checkpoint's REDO location")
        said = self.program("pg_waldump", "-p", self.cluster.data / "pg_wal", "-s", since)
        blocks = set(BLOCK.findall(said.stdout))
        torn = sum(self._tear(*block) for block in blocks)
        told = re.findall(r"([0-9A-F]+)/([0-9A-F]+)", said.stderr)  # where the last whole record ends
        assert told, said.stderr[-500:]
        self._spoil_log(*max((int(high, 16), int(low, 16)) for high, low in told))
        return torn

    def _control(self, name: str) -> str:
        lines = self.program("pg_controldata", self.cluster.data).stdout.splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith(name))

    def program(self, name: str, *words, password: str = "") -> subprocess.CompletedProcess:
        """What one of PostgreSQL's programs said."""
        command = [str(self.cluster.binaries / name), *map(str, words)]
        env = {**os.environ, "LC_ALL": "C", "PGPASSWORD": password}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=env)

    def _tear(self, space: str, database: str, file: str, block: str) -> bool:
        path = self.cluster.data / "base" / database / file
        if not path.exists() or path.stat().st_size < (int(block) + 1) * PAGE:
            return False  # the page was never written out: recovery makes it from the log
        with path.open("r+b") as content:
            content.seek(int(block) * PAGE + PAGE // 2)
            content.write(TORN)
        return True

    def _spoil_log(self, high: int, low: int) -> None:
        segment, offset = divmod(low, SEGMENT)
        path = self.cluster.data / "pg_wal" / f"00000001{high:08X}{segment:08X}"
        with path.open("r+b") as log:
            log.seek(offset)
            log.write(TORN[: min(len(TORN), SEGMENT - offset)])


def make_server() -> Server:
    """A cluster that forgets nothing, with the tables of the migrated template of the tests."""
    state = Path(tempfile.mkdtemp(prefix="linli-durable-"))
    state.chmod(0o755)
    binaries = embedded.locate(embedded.default_state(ROOT)).binaries
    made = Server(embedded.locate(state, name="durable", source=str(binaries)), state)
    made.start()
    place, tables = connections["default"].settings_dict, state / "tables.sql"
    there = ("-h", place["HOST"], "-U", place["USER"], *(("-p", place["PORT"]) if place["PORT"] else ()))
    dump = made.program("pg_dump", *there, "-f", tables, template.ready(), password=place["PASSWORD"])
    assert dump.returncode == 0, dump.stderr
    here = ("-h", made.cluster.socket, "-U", "linli", "-d", "linli")
    filled = made.program("psql", *here, "-q", "-v", "ON_ERROR_STOP=1", "-f", tables)
    assert filled.returncode == 0, filled.stderr
    return made


def end(process: subprocess.Popen) -> None:
    """Kill a process with its children; it may have ended already."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=LONGEST)


def remove(server: Server) -> None:
    for process in server.begun:
        end(process)
    embedded.stop(server.cluster)
    shutil.rmtree(server.state, ignore_errors=True)
