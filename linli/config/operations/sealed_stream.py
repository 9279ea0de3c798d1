"""A file of any size, encrypted and authenticated in chunks: nothing cut, swapped or altered opens (K6).

Layout: magic, a random salt, then blocks of AES-256-GCM. Each stream has a key of its own (HKDF over the
salt and what the stream is bound to), so the nonce can count: block number, and whether it is the last one.
A stream that was cut has no last block; a block that was moved or copied carries another number.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"LINLI-SEALED-1\n"
SALT_BYTES, TAG_BYTES = 32, 16
CHUNK = 1024 * 1024


class Damaged(Exception):
    """The stream is not as it was written, or the key is another one; one sentence."""


class Sealer:
    """Takes plain bytes, writes sealed blocks; counts and digests what reached the disk."""

    def __init__(self, file: BinaryIO, secret: bytes, bound_to: str) -> None:
        self._file, self._waiting, self._number = file, bytearray(), 0
        self.size, self._digest = 0, hashlib.sha256()
        salt = os.urandom(SALT_BYTES)
        self._aes = _cipher(secret, salt, bound_to)
        self._put(MAGIC + salt)

    def write(self, plain: bytes) -> None:
        self._waiting += plain
        while len(self._waiting) > CHUNK:
            self._block(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def finish(self) -> None:
        """Write the last block; a stream without it never opens."""
        self._block(bytes(self._waiting), last=True)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def _block(self, plain: bytes, *, last: bool) -> None:
        self._put(self._aes.encrypt(_nonce(self._number, last=last), plain, None))
        self._number += 1

    def _put(self, sealed: bytes) -> None:
        self._file.write(sealed)
        self._digest.update(sealed)
        self.size += len(sealed)


@contextmanager
def sealed_file(path: Path, secret: bytes, bound_to: str) -> Iterator[Sealer]:
    """A new file that is sealed while it is written and synced at the end; FileExistsError if it is there."""
    with path.open("xb") as file:
        path.chmod(0o600)
        sealer = Sealer(file, secret, bound_to)
        yield sealer
        sealer.finish()
        file.flush()
        os.fsync(file.fileno())


def plain_chunks(path: Path, secret: bytes, bound_to: str) -> Iterator[bytes]:
    """The plain bytes, chunk by chunk, each authenticated before it is given.

    Damaged: the file is missing, cut, altered, bound to something else, or sealed with another key. It may
    come after good chunks; who must not act on half a stream reads it to its end first.
    """
    try:
        file = path.open("rb")
    except OSError as trouble:
        raise Damaged(f"{path.name} cannot be read: {trouble.strerror}") from None
    with file:
        if file.read(len(MAGIC)) != MAGIC:
            raise Damaged(f"{path.name} is not a sealed file of this platform")
        aes = _cipher(secret, file.read(SALT_BYTES), bound_to)
        number, block = 0, file.read(CHUNK + TAG_BYTES)
        while True:
            following = file.read(CHUNK + TAG_BYTES)
            try:
                plain = aes.decrypt(_nonce(number, last=not following), block, None)
            except (InvalidTag, ValueError):
                raise Damaged(
                    f"{path.name} does not open at block {number}: it was damaged, or the key is another one"
                ) from None
            yield plain
            if not following:
                return
            number, block = number + 1, following


def _cipher(secret: bytes, salt: bytes, bound_to: str) -> AESGCM:
    derived = HKDF(SHA256(), 32, salt, b"linli backup|" + bound_to.encode()).derive(secret)
    return AESGCM(derived)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
