"""K6: a sealed stream opens whole, unaltered, in its place and with its key, or not at all."""

import io
from pathlib import Path

import pytest

from linli.config.operations.sealed_stream import CHUNK, Damaged, Sealer, plain_chunks, sealed_file

SECRET = b"s" * 32


def seal(path: Path, plain: bytes) -> bytes:
    with sealed_file(path, SECRET, "one") as sealer:
        sealer.write(plain)
    return path.read_bytes()


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_K6_a_stream_of_any_length_opens_as_it_was_sealed(tmp_path, size):
    plain = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    sealed = seal(tmp_path / "part", plain)

    assert b"".join(plain_chunks(tmp_path / "part", SECRET, "one")) == plain
    assert plain[:64] not in sealed or size < 64


BLOCK = CHUNK + 16
START = 15 + 32
DAMAGES = {
    "a bit of the magic": lambda s: bytes([s[0] ^ 1]) + s[1:],
    "a bit of the salt": lambda s: s[:20] + bytes([s[20] ^ 1]) + s[21:],
    "a bit of the first block": lambda s: s[:100] + bytes([s[100] ^ 1]) + s[101:],
    "the last byte": lambda s: s[:-1] + bytes([s[-1] ^ 1]),
    "cut by a byte": lambda s: s[:-1],
    "cut at a block": lambda s: s[: START + BLOCK],
    "cut after the salt": lambda s: s[:START],
    "a byte too many": lambda s: s + b"\0",
    "blocks swapped": lambda s: (
        s[:START] + s[START + BLOCK : START + 2 * BLOCK] + s[START : START + BLOCK] + s[START + 2 * BLOCK :]
    ),
    "a block twice": lambda s: s[: START + BLOCK] + s[START:],
    "nothing left": lambda s: b"",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_K6_a_stream_that_was_altered_does_not_open(tmp_path, damage):
    path = tmp_path / "part"
    path.write_bytes(damage(seal(path, b"\x07" * (2 * CHUNK + 500))))
    with pytest.raises(Damaged):
        list(plain_chunks(path, SECRET, "one"))


def test_K6_a_stream_opens_only_with_its_key_and_in_its_place(tmp_path):
    seal(tmp_path / "part", b"content")
    for secret, bound_to in ((b"t" * 32, "one"), (SECRET, "two")):
        with pytest.raises(Damaged):
            list(plain_chunks(tmp_path / "part", secret, bound_to))


def test_K6_the_same_content_is_never_sealed_the_same_way_twice():
    sealed = [io.BytesIO(), io.BytesIO()]
    for file in sealed:
        sealer = Sealer(file, SECRET, "one")
        sealer.write(b"content")
        sealer.finish()

    assert sealed[0].getvalue() != sealed[1].getvalue()
