"""`make check`, `make test`, `make test-slow`: what CI runs, each step told in a line."""

import os
import subprocess
import sys
import time
from pathlib import Path

from linli.config import embedded
from linli.config.tasks import ROOT, database_environment
from linli.config.translations import compile_catalogues

BIN = Path(sys.executable).parent
PYTEST = [sys.executable, "-m", "pytest"]
OLDEST = Path("/usr/lib/postgresql/15/bin")  # where Debian puts PostgreSQL 15


def check(words: list[str]) -> int:
    """The fast part; every failure is shown, not only the first."""
    environment = database_environment(test=True)
    compile_catalogues()
    failed = [name for name, line in steps().items() if not passes(name, line, environment)]
    if failed:
        sys.stderr.write(f"✗ {', '.join(failed)}\n")
    return 1 if failed else 0


def steps() -> dict[str, list]:
    linli = [sys.executable, "-m", "linli.config.cli"]
    return {
        "format": [BIN / "ruff", "format", "--check", "-q", "."],
        "lint": [BIN / "ruff", "check", "-q", "."],
        "templates": [BIN / "djlint", "linli", "--lint", "--quiet"],
        "layers": [BIN / "lint-imports"],
        "types": [BIN / "mypy"],
        "code": [*linli, "selfcheck"],  # Django, migrations, packs, printed docs, English
    }


def passes(name: str, line: list, environment: dict[str, str]) -> bool:
    started = time.monotonic()
    ended = subprocess.run(
        [str(word) for word in line], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    well = ended.returncode == 0
    sys.stdout.write(f"{'✓' if well else '✗'} {name} ({time.monotonic() - started:.1f} s)\n")
    if not well:
        sys.stdout.write(f"{ended.stdout[-6000:]}{ended.stderr[-3000:]}\n")
    sys.stdout.flush()
    return well


def test(words: list[str]) -> int:
    """The whole suite on the embedded PostgreSQL, the database-near part on PostgreSQL 15 too."""
    if check([]):
        return 1
    environment = database_environment(test=True)
    chosen = [*PYTEST, "-m", "not slow", *spread(), *words]
    if subprocess.run(chosen, cwd=ROOT, env=environment, check=False).returncode:
        return 1
    return on_the_oldest(["-m", "database and not slow"])


def spread() -> list[str]:
    """The cores share the tests; each has a database of its own."""
    return ["-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadgroup"]


def slow(words: list[str]) -> int:
    """Long fuzzing and kill loops."""
    environment = {**database_environment(test=True), "HYPOTHESIS_PROFILE": "slow"}
    chosen = [*PYTEST, "-m", "slow", *spread(), *words]
    ended = subprocess.run(chosen, cwd=ROOT, env=environment, check=False)
    return 0 if ended.returncode == 5 else ended.returncode  # 5: no slow test chosen


def on_the_oldest(words: list[str]) -> int:
    """The oldest PostgreSQL we promise to run on, where the machine has it."""
    if not (OLDEST / "postgres").exists():
        sys.stdout.write(
            "· PostgreSQL 15 is not on this machine: the database tests ran on the embedded one only\n"
        )
        return 0
    sys.stdout.write("· the database tests on PostgreSQL 15\n")
    sys.stdout.flush()
    try:
        environment = database_environment(test=True, source=str(OLDEST))
    except embedded.DatabaseTrouble as trouble:
        sys.stdout.write(f"· PostgreSQL 15 could not be started ({trouble})\n")
        return 0
    chosen = [*PYTEST, "--create-db", *spread(), *words]
    return subprocess.run(chosen, cwd=ROOT, env=environment, check=False).returncode


def docs(words: list[str]) -> int:
    environment = database_environment(test=True)
    return subprocess.run(
        [sys.executable, "-m", "linli.config.cli", "docs"], cwd=ROOT, env=environment, check=False
    ).returncode
