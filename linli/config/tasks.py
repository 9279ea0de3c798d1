"""What x.py asks for once the environment stands: each command brings up the database it needs."""

import os
import subprocess
import sys
from pathlib import Path

from linli.config import embedded

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    command, *rest = arguments
    if command == "run":
        from linli.config.supervisor import run

        return run(rest)
    if command in ("test", "test-slow", "check", "docs"):
        from linli.config import suite

        return {"test": suite.test, "test-slow": suite.slow, "check": suite.check, "docs": suite.docs}[
            command
        ](rest)
    if command == "pytest":
        from linli.config.translations import compile_catalogues

        compile_catalogues()  # pages in English are tested too; a look at two dates when nothing changed
    if command == "bench" and (not rest or rest[0] not in benches()):
        sys.stdout.write(f"python3 x.py bench NAME …, NAME one of: {', '.join(benches())}\n")
        return 2
    environment = database_environment(test=command in ("pytest", "bench", "tables"))
    words = {
        "pytest": [sys.executable, "-m", "pytest", *rest],
        "bench": [sys.executable, "-m", f"bench.{''.join(rest[:1])}", *rest[1:]],
        "tables": [sys.executable, "tools/print_tables.py"],
        "linli": [sys.executable, "-m", "linli.config.cli", *rest],
        "manage": [sys.executable, "manage.py", *rest],
    }[command]
    return subprocess.run(words, cwd=ROOT, env=environment, check=False).returncode


def benches() -> list[str]:
    """What `python3 x.py bench` can measure: the modules of bench/ that are run by themselves."""
    files = [*ROOT.glob("bench/*.py"), *ROOT.glob("bench/*/run.py")]
    named = [".".join(one.relative_to(ROOT / "bench").with_suffix("").parts) for one in files]
    return sorted(name for name in named if name != "__init__")


def state_dir() -> Path:
    given = os.environ.get("LINLI_STATE_DIR")
    return Path(given).resolve() if given else embedded.default_state(ROOT)


def database_environment(*, test: bool, source: str = "") -> dict[str, str]:
    """The process environment with DATABASE_URL set, the embedded database started unless one was given.

    Test databases may forget (fsync off); the one a person works with never does (K1).
    """
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "linli.config.settings"}
    state = state_dir()
    if not os.environ.get("DATABASE_URL") or source:
        cluster = embedded.locate(state, name="test" if test else "main", source=source)
        environment["DATABASE_URL"] = embedded.start(cluster, durable=not test)
    if test:
        environment["LINLI_TEST"] = "true"
        state = state / "test"
        state.mkdir(parents=True, exist_ok=True)
    environment["LINLI_STATE_DIR"] = str(state)
    return environment


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except embedded.DatabaseTrouble as trouble:
        sys.exit(f"✗ {trouble}")
    except PermissionError as trouble:
        sys.exit(f"✗ The state folder cannot be used: {trouble.filename}: permission denied.")
    except OSError as trouble:
        sys.exit(f"✗ {trouble.strerror}: {trouble.filename or ''}")
