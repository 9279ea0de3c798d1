"""Keys for fields, blind indexes, audit and signatures: in a file outside the database (security D2, L8).

The file is JSON: {"field": {"current": "k1", "k1": "<base64 32 bytes>"}, "blind": ..., "audit": ..., ...}.
Each purpose holds every key that old values still need and names the current one.
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

PURPOSES = ("field", "blind", "audit", "sign")


class KeyTrouble(Exception):
    """The key file is missing, unreadable or lacks a key; no value is ever shown."""


@dataclass(frozen=True)
class Keys:
    """All keys of a deployment by purpose and key id."""

    by_purpose: dict[str, dict[str, bytes]]
    current: dict[str, str]

    def key(self, purpose: str, key_id: str | None = None) -> bytes:
        """The key `key_id` of a purpose, the current one by default; 32 bytes."""
        try:
            return self.by_purpose[purpose][key_id or self.current[purpose]]
        except KeyError:
            raise KeyTrouble(f"there is no {purpose} key {key_id or '(current)'} in the key file") from None


def keys_path() -> Path:
    return settings.ENVIRONMENT.keys_file or settings.STATE_DIR / "keys.json"


def keys() -> Keys:
    """The keys of this deployment; a development state folder gets its own on first use.

    A process that runs while a key is added sees it at once: the file's time and number are asked each time.
    """
    path = keys_path()
    try:
        found = path.stat()
    except FileNotFoundError:
        if settings.PRODUCTION:
            raise KeyTrouble(
                f"the key file {path} is missing; restore it: without it nothing can be read"
            ) from None
        write_new_keys(path)
        found = path.stat()
    return _as_written(path, found.st_mtime_ns, found.st_ino)


@lru_cache(maxsize=2)
def _as_written(path: Path, _at: int, _inode: int) -> Keys:
    return read_keys(path)


def read_keys(path: Path) -> Keys:
    try:
        stored = json.loads(path.read_text())
        current = {purpose: stored[purpose]["current"] for purpose in PURPOSES}
        by_purpose = {
            purpose: {
                key_id: base64.b64decode(text, validate=True)
                for key_id, text in stored[purpose].items()
                if key_id != "current"
            }
            for purpose in PURPOSES
        }
    except (OSError, ValueError, KeyError, AttributeError) as trouble:
        raise KeyTrouble(f"the key file {path} cannot be read: {type(trouble).__name__}") from None
    if any(len(key) != 32 for ring in by_purpose.values() for key in ring.values()):
        raise KeyTrouble(f"the key file {path} holds a key that is not 32 bytes long")
    return Keys(by_purpose, current)


def write_new_keys(path: Path) -> None:
    """Make a key file with one key for each purpose; an existing file is never touched."""
    fresh = {purpose: {"current": "k1", "k1": _random()} for purpose in PURPOSES}
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return  # another process of this start was faster
    with os.fdopen(handle, "w") as file:
        json.dump(fresh, file, indent=1)


def add_key(path: Path, purpose: str) -> str:
    """Add a key for `purpose`, make it current and return its id; old values keep their key."""
    stored = json.loads(path.read_text())
    key_id = f"k{len(stored[purpose])}"
    stored[purpose] |= {key_id: _random(), "current": key_id}
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)  # left by a rotation that was killed
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(stored, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    return key_id


def _random() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
