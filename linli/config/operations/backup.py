"""`linli backup FOLDER`: one consistent, sealed set of database and files while the platform runs (K6)."""

import argparse
import hashlib
import importlib.metadata
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DatabaseError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from linli import audit
from linli.audit.actions import heads_path
from linli.files.models import StoredFile
from linli.kernel import clock
from linli.kernel.keys import KeyTrouble
from linli.people.privacy.purging import purged_path

from .programs import ProgramTrouble, program, server_environment, server_major
from .sealed_stream import CHUNK, Sealer, sealed_file
from .sealing_keys import SealingKey, fingerprints, sealing_key
from .sets import DATABASE, FILES, FORMAT, HEAD, MANIFEST, Head, Manifest, Part


class BackupRefused(Exception):
    """No set was made; says why in one sentence."""


def backup(folder: Path, *, key_file: Path | None = None, say: Callable[[str], None] = print) -> Manifest:
    """Make the set `folder` and return its manifest; nothing of that name is seen before it is whole.

    BackupRefused, KeyTrouble, ProgramTrouble: no set was made. `missing` in the manifest names the files
    that the database knows and the disk does not hold as recorded; the rest is in the set.
    """
    folder = folder.absolute()
    if folder.exists():
        raise BackupRefused(f"{folder} exists already; a set is never written over.")
    salt = secrets.token_bytes(32)
    key = sealing_key(salt, key_file=key_file)
    head = Head(FORMAT, uuid.uuid4().hex, clock.now().isoformat(), key.name, salt.hex())
    with _half_made(folder) as half:
        manifest = _write_parts(half, head, key, say)
        with sealed_file(half / MANIFEST, key.secret, head.bind(MANIFEST)) as sealer:
            sealer.write(manifest.text().encode())
        _write_synced(half / HEAD, head.text())
        _sync(half)
        half.rename(folder)
    _sync(folder.parent)
    with transaction.atomic():
        audit.record("backup.made", by=None, detail={"set": head.id, "missing": len(manifest.missing)})
    return manifest


def _write_parts(half: Path, head: Head, key: SealingKey, say: Callable[[str], None]) -> Manifest:
    heads = _text_of(heads_path())  # before the dump: every head then leads to a row of the dump
    parts = {}
    with _one_moment() as snapshot:
        say("dumping the database")
        with sealed_file(half / DATABASE, key.secret, head.bind(DATABASE)) as sealer:
            _dump(snapshot, sealer)
        parts[DATABASE] = Part(sealer.size, sealer.sha256)
        named = list(StoredFile.objects.filter(erased_at=None).order_by("pk"))
        migrations = sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())
    say(f"copying {len(named)} files")
    with sealed_file(half / FILES, key.secret, head.bind(FILES)) as sealer:
        files, missing = _copy(named, sealer)
    parts[FILES] = Part(sealer.size, sealer.sha256)
    return Manifest(
        version=_version(),
        postgresql=server_major(),
        migrations=migrations,
        keys=fingerprints(),
        parts=parts,
        files=files,
        heads=heads,
        purged=_text_of(purged_path()),  # after the dump: a purge that came between is made again
        missing=missing,
    )


@contextmanager
def _one_moment() -> Iterator[str]:
    """A transaction that sees one moment of the database, under a name that pg_dump can share."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("select pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _dump(snapshot: str, sealer: Sealer) -> None:
    words = [program("pg_dump"), "-Fc", "--no-owner", "--no-privileges", "--no-password"]
    with tempfile.TemporaryFile() as told:
        dumping = subprocess.Popen(
            [*words, f"--snapshot={snapshot}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=told,
            env=server_environment(),
        )
        with dumping:
            while chunk := dumping.stdout.read(CHUNK):
                sealer.write(chunk)
        if dumping.returncode:
            told.seek(0)
            raise ProgramTrouble(f"pg_dump failed: {told.read().decode(errors='replace').strip()[-400:]}")


def _copy(named: list[StoredFile], sealer: Sealer) -> tuple[list[tuple[str, int, str]], list[str]]:
    """Copy the content of the rows; what was copied, and the ids that are not on the disk as recorded."""
    copied, missing = [], []
    for row in named:
        digest, size = hashlib.sha256(), 0
        try:
            with row.path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    sealer.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
        except FileNotFoundError:
            if not _was_erased(row):
                missing.append(str(row.pk))
            continue
        copied.append((str(row.pk), size, digest.hexdigest()))
        if (size, digest.hexdigest()) != (row.size, row.sha256):
            missing.append(str(row.pk))
    return copied, missing


def _was_erased(row: StoredFile) -> bool:
    """Whether its deletion, asked before the dump, is why the content is gone; the restore erases it again."""
    return (
        row.is_due_to_be_erased(clock.now())
        or not StoredFile.objects.filter(pk=row.pk, erased_at=None).exists()
    )


@contextmanager
def _half_made(folder: Path) -> Iterator[Path]:
    """A folder beside the final one, removed if the backup does not come to its end."""
    half = folder.parent / f".{folder.name}.half"
    folder.parent.mkdir(parents=True, exist_ok=True)
    if half.exists():
        shutil.rmtree(half)  # left by a backup of this name that was killed
    half.mkdir(mode=0o700)
    try:
        yield half
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _text_of(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def _version() -> str:
    try:
        return importlib.metadata.version("linli")
    except importlib.metadata.PackageNotFoundError:
        return "a checkout"


def _write_synced(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def main(words: list[str]) -> int:
    """0: a whole set. 1: none was made, or files were missing on the disk and are named."""
    parser = argparse.ArgumentParser("linli backup", description=__doc__)
    parser.add_argument("folder", type=Path, help="the set to make; it must not exist")
    parser.add_argument("--key-file", type=Path, help="seal with the passphrase in this file")
    chosen = parser.parse_args(words)
    try:
        manifest = backup(chosen.folder, key_file=chosen.key_file, say=_say)
    except (BackupRefused, KeyTrouble, ProgramTrouble, DatabaseError, OSError) as trouble:
        sys.stderr.write(f"✗ {trouble}\n")
        return 1
    for file_id in manifest.missing:
        sys.stdout.write(f"✗ file {file_id} is not on the disk as it was recorded\n")
    size = sum(part.size for part in manifest.parts.values())
    sys.stdout.write(f"{'✗' if manifest.missing else '✓'} {chosen.folder}: {size} bytes\n")
    return 1 if manifest.missing else 0


def _say(text: str) -> None:
    sys.stdout.write(f"· {text}\n")
    sys.stdout.flush()
