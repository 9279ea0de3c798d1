"""`linli restore FOLDER`: the set is checked to its last byte before anything is touched (K6)."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from linli import audit
from linli.audit.actions import heads_path
from linli.config import commands
from linli.files import disk
from linli.files.keeping import erase_due
from linli.files.models import StoredFile
from linli.kernel import clock
from linli.kernel.keys import keys_path
from linli.kernel.unfinished import unfinished_path
from linli.people.privacy.purging import StillNeeded, purge_again, purged_path

from . import verify
from .programs import ProgramTrouble, program, server_environment, server_major
from .sets import DATABASE, OpenSet, SetRefused, check_fits, check_whole, open_set

HANG_UP_TRIES = 20  # a tenth of a second each
ASIDE = "linli_before_restore"  # the schema that holds the replaced tables until the new ones stand
RELATIONS = """
    select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'S') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
"""
OTHERS = """
    select coalesce(nullif(application_name, ''), 'a program without a name') || ' (process ' || pid || ')'
    from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
    order by pid
"""


def restore(
    folder: Path, *, key_file: Path | None = None, replace: bool = False, say: Callable[[str], None] = print
) -> list[verify.Doubt]:
    """Bring the set back into our database and state folder; what `verify` doubts afterwards.

    SetRefused, KeyTrouble, ProgramTrouble: nothing was changed, except that files nobody knows may lie in
    the files folder (they are swept). StillNeeded: restored, but somebody could not be purged again.
    """
    say("checking the set")
    opened = open_set(folder, key_file)
    known = set(MigrationLoader(None).disk_migrations)
    check_fits(opened, migrations=known, postgresql=server_major())
    check_whole(opened)
    check_target(replace=replace)
    restoring = program("pg_restore")
    say(f"bringing back {len(opened.manifest.files)} files")
    bring_back_files(opened)
    say("bringing back the database")
    unfinished_path().write_text(f"{opened.head.id}\n")
    try:
        with aside(replace=replace):
            load(restoring, opened)
    except Exception:
        unfinished_path().unlink()  # nothing was restored, and what was there is there
        raise
    bring_back_lists(opened)
    say("tables, purges, erasures")
    commands.migrate([])
    finish(opened)
    unfinished_path().unlink()
    say("verifying")
    return list(verify.doubts())


def check_target(*, replace: bool) -> None:
    """SetRefused unless the database is empty, or may be replaced and nobody is connected."""
    with connection.cursor() as cursor:
        cursor.execute(RELATIONS)
        if not cursor.fetchone()[0]:
            return
        if not replace:
            raise SetRefused("The database is not empty; --replace gives up what is in it.")
        if others := _who_else(cursor):
            named = ", ".join(others)
            raise SetRefused(f"The database is in use by {named}; stop web servers and workers.")


def _who_else(cursor) -> list[str]:
    """Who is connected besides us; who has just hung up is given a moment to be gone."""
    for _turn in range(HANG_UP_TRIES):
        cursor.execute(OTHERS)
        others = [name for (name,) in cursor.fetchall()]
        if not others:
            break
        time.sleep(0.1)
    return others


def bring_back_files(opened: OpenSet) -> None:
    """Put each file where its row expects it; contents that are there as recorded stay untouched."""
    for (file_id, chunks), (_id, size, sha256) in zip(
        opened.plain_files(), opened.manifest.files, strict=True
    ):
        path, part = StoredFile(id=UUID(file_id)).path, disk.incoming()
        if path.exists() and disk.measure(path) == disk.Measured(size, sha256):
            for _chunk in chunks:
                pass
            continue
        disk.write(chunks, part, most_bytes=size)
        disk.settle(part, path)


@contextmanager
def aside(*, replace: bool) -> Iterator[None]:
    """Put the tables that are there aside; give them up at the end, bring them back if there was trouble."""
    if not replace:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("select to_regnamespace(%s) is not null", [ASIDE])
        was_killed = cursor.fetchone()[0]
    # After a restore that was killed the true tables are those aside; what stands in public is its half.
    _execute(
        "drop schema if exists public cascade" if was_killed else f"alter schema public rename to {ASIDE}"
    )
    _execute("create schema if not exists public")
    try:
        yield
    except BaseException:
        _execute("drop schema if exists public cascade", f"alter schema {ASIDE} rename to public")
        raise
    _execute(f"drop schema {ASIDE} cascade")


@transaction.atomic
def _execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def load(restoring: Path, opened: OpenSet) -> None:
    """Load the dump in one transaction: all of it or nothing. ProgramTrouble with what pg_restore said."""
    words = [restoring, "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    name = connection.settings_dict["NAME"]
    with tempfile.TemporaryFile() as told:
        loading = subprocess.Popen(
            [*words, "--no-password", "--dbname", name],
            stdin=subprocess.PIPE,
            stdout=told,
            stderr=told,
            env=server_environment(),
        )
        try:
            with loading:
                for chunk in opened.plain(DATABASE):
                    loading.stdin.write(chunk)
        except BrokenPipeError:
            pass  # it has given up; its words say why
        except BaseException:
            loading.kill()
            raise
        if loading.returncode:
            told.seek(0)
            raise ProgramTrouble(f"pg_restore failed: {told.read().decode(errors='replace').strip()[-400:]}")


def bring_back_lists(opened: OpenSet) -> None:
    """The lists that are kept outside the database: who was purged is joined, the chain's heads follow it.

    Heads that go beyond the restored chain are kept under another name: they prove what was lost.
    """
    _join(purged_path(), opened.manifest.purged)
    path = heads_path()
    if path.exists() and path.read_text("utf-8") != opened.manifest.heads:
        path.rename(path.with_name(f"heads-before-{clock.now():%Y%m%dT%H%M%S}.jsonl"))
    _write(path, opened.manifest.heads)


def _join(path: Path, text: str) -> None:
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    _write(path, "".join(f"{line}\n" for line in dict.fromkeys([*lines, *text.splitlines()])))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    with half.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def finish(opened: OpenSet) -> None:
    """What must be done before a restored database serves: purge and erase again, and say so in the audit."""
    purged, erased = purge_again(), erase_due()
    with transaction.atomic():
        facts = {"set": opened.head.id, "made_at": opened.head.made_at, "purged": purged, "erased": erased}
        audit.record("backup.restore", by=None, detail=facts)
    _execute("analyze")


def main(words: list[str]) -> int:
    """0: restored and verified. 1: refused, failed, or something is in doubt; the sentences say which."""
    parser = argparse.ArgumentParser("linli restore", description=__doc__)
    parser.add_argument("folder", type=Path, help="the set")
    parser.add_argument("--key-file", type=Path, help="the file of the passphrase it was sealed with")
    parser.add_argument("--replace", action="store_true", help="give up what is in the database")
    parser.add_argument(
        "--into", metavar="DATABASE_URL", help="another database, with a state folder of its own"
    )
    parser.add_argument("--state", type=Path, help="that state folder (default: into-NAME in ours)")
    chosen = parser.parse_args(words)
    if chosen.into:
        return _elsewhere(words, chosen)
    try:
        found = restore(chosen.folder, key_file=chosen.key_file, replace=chosen.replace, say=_say)
    except (SetRefused, ProgramTrouble, StillNeeded, DatabaseError, OSError) as trouble:
        sys.stderr.write(f"✗ {trouble}\n")
        return 1
    return verify.tell(found)


def _elsewhere(words: list[str], chosen: argparse.Namespace) -> int:
    """Restore with the other database as ours: one way to restore, whatever the target.

    The list of purged persons goes along: whoever was purged here must not live on there.
    """
    state = chosen.state or settings.STATE_DIR / f"into-{urlsplit(chosen.into).path.lstrip('/')}"
    state.mkdir(parents=True, exist_ok=True)
    if purged_path().exists():
        _join(state / purged_path().name, purged_path().read_text("utf-8"))
    environment = os.environ | {
        "DATABASE_URL": chosen.into,
        "LINLI_STATE_DIR": str(state.absolute()),
        "LINLI_KEYS_FILE": str(Path(keys_path()).absolute()),
    }
    kept = ["restore", str(chosen.folder.absolute()), *(["--replace"] if chosen.replace else [])]
    if chosen.key_file:
        kept += ["--key-file", str(chosen.key_file.absolute())]
    command = [sys.executable, "-m", "linli.config.cli", *kept]
    return subprocess.run(command, env=environment, check=False).returncode


def _say(text: str) -> None:
    sys.stdout.write(f"· {text}\n")
    sys.stdout.flush()
