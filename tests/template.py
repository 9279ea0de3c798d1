"""The test database is copied from a migrated one: every worker and every run migrates no more than is new.

The copy is made by PostgreSQL in a second; a hundred and twenty migrations take a minute of each worker. Django
still runs `migrate` on the copy, so a database behind its code cannot come out of here.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
from django.db import connections
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "linli_template_"


def ready() -> str:
    """The name of the migrated database to copy, made here if this code has none yet."""
    name = PREFIX + fingerprint()
    place = connections["default"].settings_dict
    told = {
        "user": place["USER"],
        "password": place["PASSWORD"],
        "host": place["HOST"],
        "port": place["PORT"],
    }
    with (
        one_at_a_time(told),
        psycopg.connect(dbname="postgres", autocommit=True, **{k: v for k, v in told.items() if v}) as server,
    ):
        kept = [row[0] for row in server.execute("SELECT datname FROM pg_database").fetchall()]
        if name not in kept:
            for old in (one for one in kept if one.startswith(PREFIX)):
                server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
            make(server, name)
    return name


def make(server, name: str):
    """Migrate a database under another name; only a whole one gets the name that is looked for."""
    unfinished = f"{PREFIX}unfinished"
    server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(unfinished)))
    told = [sys.executable, "-m", "tests.template", unfinished]
    subprocess.run(told, cwd=ROOT, check=True, env={**os.environ, "LINLI_TEST": "true"})
    change = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    server.execute(change.format(sql.Identifier(unfinished), sql.Identifier(name)))


def one_at_a_time(told: dict):
    """A lock among the workers of this machine that ask the same server."""
    key = hashlib.sha256(repr(sorted(told.items())).encode()).hexdigest()[:12]
    lock = (Path(tempfile.gettempdir()) / f"linli-template-{os.getuid()}-{key}.lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def fingerprint() -> str:
    """One name for all that migrations are made of."""
    made_of = hashlib.sha256()
    files = [*ROOT.glob("linli/*/migrations/*.py"), *ROOT.glob("linli/kernel/*.py")]
    for file in [*sorted(files), ROOT / "requirements.lock"]:
        made_of.update(str(file.relative_to(ROOT)).encode())
        made_of.update(file.read_bytes())
    return made_of.hexdigest()[:16]


def migrate(name: str):
    """In a process of its own, as this one's connection is busy."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    os.environ["DJANGO_SETTINGS_MODULE"] = "linli.config.settings"
    settings.DATABASES["default"]["NAME"] = name
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


if __name__ == "__main__":
    migrate(sys.argv[1])
