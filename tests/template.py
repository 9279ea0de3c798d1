"""The test database is copied from a migrated one: every worker and every run migrates no more than is new.

The copy is made by PostgreSQL in a second; a hundred and twenty migrations take a minute of each worker. Django
still runs `migrate` on the copy, so a database behind its code cannot come out of here. Where the printed tables do
not fit and migrations were added but none changed, the last copy is carried on instead of beginning again.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import psycopg
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from linli.config.first_tables import is_current, lay_first_tables, sources

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "linli_template_"
UNFINISHED = f"{PREFIX}unfinished"
EMPTY = "template0"


def ready() -> str:
    """The name of the migrated database to copy, made here if this code has none yet."""
    name = PREFIX + fingerprint()
    told = server_of(connections["default"])
    with one_at_a_time(told), psycopg.connect(dbname="postgres", autocommit=True, **told) as server:
        kept = [row[0] for row in server.execute("SELECT datname FROM pg_database").fetchall()]
        if name not in kept:
            olds = [one for one in kept if one.startswith(PREFIX) and one != UNFINISHED]
            printed = is_current(
                server.info.server_version // 10000
            )  # seconds; from an older copy it is minutes
            make(server, name, EMPTY if printed else ancestor(server, olds))
            for old in olds:
                drop(server, old)
    return name


def migrated(name: str) -> None:
    """A database of that name, made by the migrations from the first to the last and by nothing else."""
    told = server_of(connections["default"])
    with one_at_a_time(told), psycopg.connect(dbname="postgres", autocommit=True, **told) as server:
        drop(server, name)
        make(server, name, EMPTY, printed=False)


def dropped(name: str) -> None:
    """What `migrated` made, gone again."""
    with psycopg.connect(dbname="postgres", autocommit=True, **server_of(connections["default"])) as server:
        drop(server, name)


def make(server, name: str, start: str, *, printed: bool = True):
    """Migrate a database under another name; only a whole one gets the name that is looked for.

    An empty one gets the printed tables first where they fit (`linli.config.first_tables`), as a first start does.
    """
    drop(server, UNFINISHED)
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    server.execute(copy.format(sql.Identifier(UNFINISHED), sql.Identifier(start)))
    if printed and start == EMPTY:
        lay_first_tables(make_conninfo(dbname=UNFINISHED, **server_of(connections["default"])))
    told = [sys.executable, "-m", "tests.template", UNFINISHED]
    subprocess.run(told, cwd=ROOT, check=True, env={**os.environ, "LINLI_TEST": "true"})
    remark = sql.SQL("COMMENT ON DATABASE {} IS {}")
    server.execute(remark.format(sql.Identifier(UNFINISHED), sql.Literal(json.dumps(parts()))))
    change = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    server.execute(change.format(sql.Identifier(UNFINISHED), sql.Identifier(name)))


def server_of(connection) -> dict[str, str]:
    """Where the server of Django's connection is, in libpq's words."""
    told = connection.settings_dict
    named = {name: told[name.upper()] for name in ("user", "password", "host", "port")}
    return {name: value for name, value in named.items() if value}


def hang_up(but: int = 0) -> None:
    """End every session of the test database, but for that of one backend process."""
    connection = connections["default"]
    question = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s"
    with psycopg.connect(dbname="postgres", autocommit=True, **server_of(connection)) as server:
        server.execute(question, [connection.settings_dict["NAME"], but])


def drop(server, name: str):
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def ancestor(server, olds: list[str]) -> str:
    """An older copy that lacks migrations but holds none that was changed or taken away, else an empty one."""
    now = parts()
    question = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    for old in olds:
        (told,) = server.execute(question, [old]).fetchone()
        if told and json.loads(told).items() <= now.items() and same_ground(json.loads(told), now):
            return old
    return EMPTY


def same_ground(old: dict[str, str], now: dict[str, str]) -> bool:
    """What is new are migrations alone: the code they all call is as it was."""
    return all("/migrations/" in file for file in now.keys() - old.keys())


def one_at_a_time(told: dict):
    """A lock among the workers of this machine that ask the same server."""
    key = hashlib.sha256(repr(sorted(told.items())).encode()).hexdigest()[:12]
    lock = (Path(tempfile.gettempdir()) / f"linli-template-{os.getuid()}-{key}.lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def fingerprint() -> str:
    """One name for all that migrations are made of."""
    return hashlib.sha256(json.dumps(parts()).encode()).hexdigest()[:16]


def parts() -> dict[str, str]:
    """{file: digest} of what migrations are made of."""
    return {
        str(file.relative_to(ROOT)): hashlib.sha256(file.read_bytes()).hexdigest()[:16] for file in sources()
    }


def migrate(name: str):
    """In a process of its own, as this one's connection is busy."""
    import django
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    os.environ["DJANGO_SETTINGS_MODULE"] = "linli.config.settings"
    settings.DATABASES["default"]["NAME"] = name
    django.setup()
    # Django forgets this with every step of a state and looks through all models again: a third of the time.
    apps.get_swappable_settings_name = cache(apps.get_swappable_settings_name)
    call_command("migrate", verbosity=0, interactive=False)


if __name__ == "__main__":
    migrate(sys.argv[1])
