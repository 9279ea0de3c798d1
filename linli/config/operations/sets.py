"""A backup set on the disk: its head, its sealed manifest, its parts – written, and checked as a whole (K6).

set.json      plain: format, which key; nothing about the city. It is bound into every stream's key.
manifest.sealed, database.sealed (what pg_dump wrote), files.sealed (all files, one behind the other)
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from linli.kernel.keys import KeyTrouble

from .sealed_stream import Damaged, plain_chunks
from .sealing_keys import SealingKey, missing_keys, sealing_key

FORMAT = 1
HEAD, MANIFEST, DATABASE, FILES = "set.json", "manifest.sealed", "database.sealed", "files.sealed"


class SetRefused(Exception):
    """The set is not restored; says why in one sentence. Nothing has been touched."""


@dataclass(frozen=True)
class Head:
    """What must be known before anything can be opened."""

    format: int
    id: str
    made_at: str
    key: str
    salt: str

    def text(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"

    def bind(self, name: str) -> str:
        """What the stream `name` of this set is bound to: a head that was edited opens nothing."""
        return f"{name}|{hashlib.sha256(self.text().encode()).hexdigest()}"


@dataclass(frozen=True)
class Part:
    """A sealed part as it lies on the disk: bytes and SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What the set holds. `files`: id, bytes and SHA-256 of each, in the order of the stream."""

    version: str
    postgresql: int
    migrations: list[list[str]]
    keys: dict[str, dict[str, str]]
    parts: dict[str, Part]
    files: list[tuple[str, int, str]]
    heads: str
    purged: str
    missing: list[str] = field(default_factory=list)

    def text(self) -> str:
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class OpenSet:
    """A set whose head and manifest have been opened with its key."""

    folder: Path
    head: Head
    key: SealingKey
    manifest: Manifest

    def plain(self, name: str) -> Iterator[bytes]:
        """The plain bytes of a part. Damaged as soon as something is not as it was written."""
        return plain_chunks(self.folder / name, self.key.secret, self.head.bind(name))

    def plain_files(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Each file's id and its bytes; take each to its end before the next."""
        yield from _cut(self.plain(FILES), self.manifest.files)


def open_set(folder: Path, key_file: Path | None) -> OpenSet:
    """Head and manifest of the set. SetRefused: there is none, it is newer than we are, or the key is wrong."""
    head = _read_head(folder)
    try:
        key = sealing_key(bytes.fromhex(head.salt), key_file=key_file, name=head.key)
        text = b"".join(plain_chunks(folder / MANIFEST, key.secret, head.bind(MANIFEST)))
        said = json.loads(text)
        said["parts"] = {name: Part(**part) for name, part in said["parts"].items()}
        return OpenSet(folder, head, key, Manifest(**said))
    except (KeyTrouble, Damaged) as trouble:
        raise SetRefused(f"The set cannot be opened: {trouble}.") from None
    except (ValueError, TypeError, KeyError):
        raise SetRefused("The set cannot be opened: its manifest has another form.") from None


def check_whole(opened: OpenSet) -> None:
    """Read every byte of the set. SetRefused at the first that is not as it was written."""
    try:
        for name, part in opened.manifest.parts.items():
            if _measure(opened.folder / name) != part:
                raise SetRefused(f"{name} is not as it was written: its size or digest differs.")
        for _chunk in opened.plain(DATABASE):
            pass
        wanted = {file_id: sha256 for file_id, _size, sha256 in opened.manifest.files}
        for file_id, chunks in opened.plain_files():
            _check_file(file_id, chunks, wanted[file_id])
    except Damaged as trouble:
        raise SetRefused(f"The set is damaged: {trouble}.") from None


def check_fits(opened: OpenSet, *, migrations: set[tuple[str, str]], postgresql: int) -> None:
    """SetRefused when the set comes from a newer platform or database, or needs keys that are not here."""
    newer = sorted({(app, name) for app, name in opened.manifest.migrations} - migrations)
    if newer:
        raise SetRefused(
            f"The set was made by a newer version of the platform ({newer[0][0]} {newer[0][1]} is unknown here)."
        )
    if opened.manifest.postgresql > postgresql:
        raise SetRefused(
            f"The set was made on PostgreSQL {opened.manifest.postgresql}; this server is {postgresql}."
        )
    if lacking := missing_keys(opened.manifest.keys):
        raise SetRefused(
            f"The key file lacks keys that the set's values need: {', '.join(lacking)}. Bring back the key file"
            " that was kept with this set."
        )


def _read_head(folder: Path) -> Head:
    try:
        said = json.loads((folder / HEAD).read_text("utf-8"))
        if isinstance(said.get("format"), int) and said["format"] > FORMAT:
            raise SetRefused(f"The set has format {said['format']}; this version reads up to {FORMAT}.")
        head = Head(**said)
        bytes.fromhex(head.salt)
    except OSError:
        raise SetRefused(f"{folder} holds no backup set: {HEAD} is missing.") from None
    except (ValueError, TypeError, AttributeError):
        raise SetRefused(f"{HEAD} is damaged.") from None
    return head


def _measure(path: Path) -> Part:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
        return Part(path.stat().st_size, digest.hexdigest())
    except OSError:
        raise SetRefused(f"{path.name} is missing from the set.") from None


def _check_file(file_id: str, chunks: Iterator[bytes], wanted: str) -> None:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    if digest.hexdigest() != wanted:
        raise SetRefused(f"File {file_id} in the set is not as it was copied.")


def _cut(chunks: Iterator[bytes], files: list) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Cut one stream into its files. Damaged when it ends early or holds more."""
    rest = bytearray()

    def take(size: int) -> Iterator[bytes]:
        while size:
            if not rest:
                rest.extend(next(chunks, b""))
                if not rest:
                    raise Damaged(f"{FILES} ends early")
            piece = bytes(rest[:size])
            del rest[: len(piece)]
            size -= len(piece)
            yield piece

    for file_id, size, _sha256 in files:
        yield file_id, take(size)
    if rest or any(chunks):
        raise Damaged(f"{FILES} holds more than its manifest names")
