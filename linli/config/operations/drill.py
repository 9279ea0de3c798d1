"""`linli drill`: the newest backup is restored into a scratch database, verified, and the result remembered (K6).

The worker does it by itself every Sunday night where LINLI_BACKUPS_DIR is set. Nothing of the platform is touched: the
scratch database and its state folder are made for the drill and removed after it.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from linli import audit
from linli.kernel.keys import keys_path

from .sets import HEAD

LONGEST_S = 4 * 60 * 60


@dataclass(frozen=True)
class Drilled:
    """What a drill showed: which set, how long it took in seconds, and one sentence."""

    set_id: str
    took_s: int
    well: bool
    sentence: str


def newest_set(folder: Path) -> tuple[Path, str] | None:
    """The set that was made last, and its id; None when the folder holds none."""
    found = []
    for path in sorted(folder.glob(f"*/{HEAD}")):
        try:
            said = json.loads(path.read_text("utf-8"))
            found.append((said["made_at"], path.parent, said["id"]))
        except (OSError, ValueError, KeyError):
            continue  # a set whose first page cannot be read is not the newest whole one
    return max(found)[1:] if found else None


def drill() -> Drilled:
    """Restore the newest set beside the platform, verify it, remember the result in the audit."""
    began, folder = time.monotonic(), settings.ENVIRONMENT.backups_dir
    newest = newest_set(folder) if folder is not None and folder.is_dir() else None
    if newest is None:
        done = Drilled("", 0, False, f"there is no set in {folder or 'LINLI_BACKUPS_DIR, which is not set'}")
    else:
        code, said = _restore_beside(newest[0])
        done = Drilled(newest[1], round(time.monotonic() - began), code == 0, said)
    with transaction.atomic():
        audit.record(
            "backup.drill",
            by=None,
            result="done" if done.well else "failed",
            detail={"set": done.set_id, "took_s": done.took_s, "said": done.sentence},
        )
    return done


def _restore_beside(folder: Path) -> tuple[int, str]:
    """Exit code and last line of a restore into a database and a folder that are gone afterwards."""
    name = f"linli_drill_{secrets.token_hex(4)}"
    state = Path(tempfile.mkdtemp(prefix=".drill-", dir=settings.STATE_DIR))
    try:
        _statement(f'create database "{name}" template template0')
        ended = subprocess.run(
            [sys.executable, "-m", "linli.config.cli", "restore", str(folder), *_key_words()],
            env=os.environ | _surroundings(name, state),
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_S,
        )
        lines = (ended.stdout + ended.stderr).strip().splitlines()
        return ended.returncode, lines[-1] if lines else "said nothing"
    except (DatabaseError, OSError, subprocess.TimeoutExpired) as trouble:
        return 1, f"{type(trouble).__name__}: {str(trouble).splitlines()[0]}"
    finally:
        _statement(f'drop database if exists "{name}" with (force)')
        shutil.rmtree(state, ignore_errors=True)


def _statement(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text)  # a name of ours with random hexadecimal digits; databases take no parameters


def _key_words() -> list[str]:
    file = settings.ENVIRONMENT.drill_key_file
    return ["--key-file", str(file.absolute())] if file else []


def _surroundings(name: str, state: Path) -> dict[str, str]:
    """The scratch database and folder as the settings of the process that restores."""
    return {
        "DATABASE_URL": _url_of(name),
        "LINLI_STATE_DIR": str(state),
        "LINLI_KEYS_FILE": str(Path(keys_path()).absolute()),
    }


def _url_of(name: str) -> str:
    said = connection.settings_dict
    account = quote(said["USER"], safe="") + (
        f":{quote(said['PASSWORD'], safe='')}" if said["PASSWORD"] else ""
    )
    named = {key.lower(): str(said[key]) for key in ("HOST", "PORT") if said[key]}
    return f"postgresql://{account}@localhost/{name}?{urlencode(named)}"


def main(words: list[str]) -> int:
    """0: the newest set restores and nothing is in doubt. 1: it does not, or there is none."""
    if words:
        sys.stderr.write("linli drill takes no words; LINLI_BACKUPS_DIR says where the sets are\n")
        return 2
    done = drill()
    sys.stdout.write(
        f"{'✓' if done.well else '✗'} set {done.set_id or '—'}, {done.took_s} s: {done.sentence}\n"
    )
    return 0 if done.well else 1
