"""PostgreSQL's own programs: which ones fit the server, and how they reach it without a word in `ps`."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from django.db import connection

from linli.config import embedded


class ProgramTrouble(Exception):
    """A program of PostgreSQL is missing or failed; one sentence."""


def program(name: str) -> Path:
    """The path of `pg_dump` or `pg_restore`, at least as new as the server and no newer than need be.

    A pg_restore of a later major sets parameters that an older server does not know. ProgramTrouble if
    there is none.
    """
    wanted = server_major()
    there = [folder / name for folder in _folders() if (folder / name).exists()]
    fitting = sorted((major, path) for path in there if (major := _major(path)) >= wanted)
    if fitting:
        return fitting[0][1]
    raise ProgramTrouble(f"No {name} of PostgreSQL {wanted} or newer was found; install postgresql-client.")


def server_major() -> int:
    """The major version of the server, 15 or more."""
    with connection.cursor() as cursor:
        cursor.execute("show server_version_num")
        return int(cursor.fetchone()[0]) // 10000


def server_environment() -> dict[str, str]:
    """The process environment in which PostgreSQL's programs find our database, password included."""
    stated = connection.settings_dict
    names = {
        "PGDATABASE": "NAME",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGHOST": "HOST",
        "PGPORT": "PORT",
    }
    given = {name: str(stated[key]) for name, key in names.items() if stated[key]}
    given |= {
        f"PG{name.upper()}": str(value) for name, value in stated["OPTIONS"].items() if name.startswith("ssl")
    }
    kept = {key: value for key, value in os.environ.items() if key not in names}
    return kept | given | {"PGAPPNAME": "linli-operations"}


def _folders() -> list[Path]:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parts[-2]))
    found = shutil.which("pg_dump")
    wheel = embedded.wheel_programs()
    return [folder for folder in (wheel, Path(found).parent if found else None, *debian) if folder]


@cache
def _major(path: Path) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    words = said.stdout.split()
    return int(words[2].split(".")[0]) if len(words) > 2 else 0
