"""The folder of files: a temporary name, synced, renamed; nothing half-written is ever found (K5)."""

import hashlib
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Measured:
    """Size in bytes and SHA-256 of what was written."""

    size: int
    sha256: str


class TooLarge(Exception):
    """More came than may come; what was written is gone again."""


def incoming(name: str = "") -> Path:
    """A new path of our own for work in progress."""
    folder = settings.FILES_DIR / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"{uuid.uuid4().hex}{name}.part"


def write(chunks: Iterator[bytes], path: Path, *, most_bytes: int) -> int:
    """Write the chunks to `path` and return their length; TooLarge as soon as it is too much."""
    size = 0
    with path.open("xb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > most_bytes:
                break
            file.write(chunk)
    if size > most_bytes:
        path.unlink()
        raise TooLarge
    return size


def measure(path: Path) -> Measured:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            digest.update(chunk)
    return Measured(path.stat().st_size, digest.hexdigest())


def settle(part: Path, path: Path) -> None:
    """Make the content durable under its final name."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.chmod(0o600)
    part.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def stored_paths() -> Iterator[Path]:
    """Every settled file on the disk."""
    yield from settings.FILES_DIR.glob("[0-9a-f][0-9a-f]/*")


def unfinished_paths() -> Iterator[Path]:
    yield from (settings.FILES_DIR / "incoming").glob("*.part")
