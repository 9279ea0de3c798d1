"""With which key a set is sealed: the deployment's field key, or a passphrase file; never part of the set."""

import hashlib
import hmac
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from linli.kernel.keys import KeyTrouble, keys

SHORTEST_PASSPHRASE = 20  # characters; scrypt makes each guess cost, length makes guesses many


@dataclass(frozen=True)
class SealingKey:
    """A secret and the name by which the set says which one it needs."""

    name: str
    secret: bytes


def sealing_key(salt: bytes, *, key_file: Path | None, name: str = "") -> SealingKey:
    """The key to seal with (`name` empty: the current one) or the one a set names. KeyTrouble says why not."""
    if key_file is not None:
        if name and name != "passphrase":
            raise KeyTrouble(f"the set was sealed with the {name} key of the key file: leave out --key-file")
        return SealingKey("passphrase", _stretched(_passphrase(key_file), salt))
    if name == "passphrase":
        raise KeyTrouble("the set was sealed with a passphrase: name its file with --key-file")
    key_id = name.removeprefix("field ") or keys().current["field"]
    return SealingKey(f"field {key_id}", keys().key("field", key_id))


def fingerprints() -> dict[str, dict[str, str]]:
    """Purpose → key id → what tells two keys apart and says nothing about either."""
    return {
        purpose: {key_id: _fingerprint(key) for key_id, key in sorted(ring.items())}
        for purpose, ring in keys().by_purpose.items()
    }


def missing_keys(wanted: dict[str, dict[str, str]]) -> list[str]:
    """The keys of `wanted` that this deployment's key file lacks or holds otherwise."""
    here = fingerprints()
    return [
        f"{purpose} {key_id}"
        for purpose, ring in wanted.items()
        for key_id, print_ in ring.items()
        if here.get(purpose, {}).get(key_id) != print_
    ]


def _fingerprint(key: bytes) -> str:
    return hmac.new(key, b"linli fingerprint", hashlib.sha256).hexdigest()[:16]


def _passphrase(path: Path) -> bytes:
    try:
        text, mode = path.read_bytes().strip(), path.stat().st_mode
    except OSError as trouble:
        raise KeyTrouble(f"the passphrase file {path} cannot be read: {trouble.strerror}") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO) and os.name == "posix":
        raise KeyTrouble(f"others may read the passphrase file {path}: chmod 600 it")
    if len(text) < SHORTEST_PASSPHRASE:
        raise KeyTrouble(f"the passphrase in {path} is shorter than {SHORTEST_PASSPHRASE} characters")
    return text


def _stretched(passphrase: bytes, salt: bytes) -> bytes:
    return Scrypt(salt, 32, n=2**15, r=8, p=1).derive(passphrase)
