"""The tables of an empty database at once: what all migrations together make, printed from a migrated one.

A hundred migrations take a minute of a first start, and their end is always the same. `tools/print_tables.py` writes it
down; it counts only while no migration has changed and the server is of the same version, and `migrate` runs after it
as ever. Whoever brings a database of his own is migrated step by step.
"""

import gzip
import hashlib
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[2]
PRINT = Path(__file__).with_name("first_tables.sql.gz")
HEAD = "-- linli {major} {digest}\n"  # the first line: server version and digest of the migrations


def lay_first_tables(url: str, *, path: Path = PRINT) -> bool:
    """Make all tables in the empty database at `url`; False, and nothing is done, where the print does not fit."""
    with psycopg.connect(url, autocommit=True) as connection:
        if not is_current(connection.info.server_version // 10000, path=path) or not _is_empty(connection):
            return False
        connection.execute(_text(path))  # one message, one transaction: all of it or nothing
    return True


def is_current(major: int, *, path: Path = PRINT) -> bool:
    """Whether the print fits this code and a server of this version."""
    return path.exists() and _text(path).startswith(head(major))


def head(major: int) -> str:
    """How a print begins that fits this code and a server of this version."""
    return HEAD.format(major=major, digest=digest())


def digest() -> str:
    """Of everything migrations are made of."""
    found = hashlib.sha256()
    for file in sources():
        found.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return found.hexdigest()


def sources() -> list[Path]:
    """The files migrations are made of, in their order."""
    own = [*ROOT.glob("linli/*/migrations/*.py"), *ROOT.glob("linli/kernel/*.py")]
    return sorted([*own, ROOT / "requirements.lock"])


def _text(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode()


def _is_empty(connection: psycopg.Connection) -> bool:
    question = "select not exists (select from pg_tables where schemaname = 'public')"
    return bool(connection.execute(question).fetchone()[0])
