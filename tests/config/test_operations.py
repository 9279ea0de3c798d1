"""K6, K7, D2: sets that open only whole, restores that touch nothing before, doubts that name their place."""

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction

from linli import audit
from linli.config.operations import backup as backing
from linli.config.operations import keys as rotating
from linli.config.operations import restore as restoring
from linli.config.operations import sets, verify
from linli.config.operations.sealed_stream import CHUNK, Damaged, Sealer, plain_chunks, sealed_file
from linli.files.models import StoredFile
from linli.kernel.keys import keys, write_new_keys
from linli.people.models import Person
from linli.people.privacy.purging import purge
from linli.search.actions import rebuild
from tests.factories.files import make_file
from tests.factories.people import make_person
from tests.factories.places import make_community

SECRET = b"s" * 32
RESTORED = "linli_restored_by_a_test"


# --- the stream ---------------------------------------------------------------------------------------


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


# --- sets ---------------------------------------------------------------------------------------------


@pytest.fixture
def state(settings, tmp_path):
    """A state folder and a key file of the test's own."""
    folder = tmp_path / "state"
    write_new_keys(folder / "keys.json")
    settings.STATE_DIR, settings.FILES_DIR = folder, folder / "files"
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"keys_file": folder / "keys.json"})
    return folder


def quiet(text: str) -> None:
    pass


def rows_of(database: str) -> dict[str, list]:
    """Every row of every table as text, but for what a restore itself writes and the queue's bookkeeping."""
    stated = connection.settings_dict
    found = {}
    with psycopg.connect(host=stated["HOST"], user=stated["USER"], dbname=database) as other:
        tables = other.execute("select tablename from pg_tables where schemaname = 'public' order by 1")
        for (table,) in tables.fetchall():
            if table != "audit_entry":
                rows = other.execute(f'select t::text from "{table}" t order by 1').fetchall()
                found[table] = [row[0] for row in rows]
    return found


@pytest.fixture
def second_database():
    """The URL of an empty database beside the test's; gone afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(f"drop database if exists {RESTORED}")
        cursor.execute(f"create database {RESTORED} template template0")
    yield f"postgresql://{connection.settings_dict['USER']}@localhost/{RESTORED}?host=" + (
        connection.settings_dict["HOST"]
    )
    with connection.cursor() as cursor:
        cursor.execute(f"drop database if exists {RESTORED} with (force)")


def linli(*words: object, **environment: str) -> tuple[int, str]:
    ended = subprocess.run(
        [sys.executable, "-m", "linli.config.cli", *map(str, words)],
        env=os.environ | {"LINLI_TEST": "true"} | environment,
        cwd=django_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_K6_a_set_brings_back_rows_and_files_into_another_database(
    state, tmp_path, second_database, monkeypatch
):
    community = make_community()
    make_person("甲", phone="19900000001", home=community)
    leaving = make_person("乙", phone="19900000002", home=community)
    kept, content = make_file(), b""
    content = kept.path.read_bytes()
    rebuild()
    backing.backup(tmp_path / "set", say=quiet)
    before = rows_of(connection.settings_dict["NAME"])
    purge(leaving)  # after the set was made: it must not come back

    monkeypatch.setenv("LINLI_KEYS_FILE", str(state / "keys.json"))
    target = tmp_path / "target"
    target.mkdir()
    shutil.copy(state / "purged.jsonl", target)
    monkeypatch.setenv("LINLI_STATE_DIR", str(state))
    code, said = linli("restore", tmp_path / "set", "--into", second_database, "--state", target)

    assert (code, said.splitlines()[-1]) == (0, "✓ nothing is in doubt"), said
    after = rows_of(RESTORED)
    assert after.keys() == before.keys()
    assert [name for name in before if before[name] != after[name]] != []
    restored_file = target / "files" / kept.id.hex[:2] / kept.id.hex
    assert restored_file.read_bytes() == content
    again = linli("restore", tmp_path / "set", "--into", second_database, "--state", target)
    assert again == (1, "· checking the set\n✗ The database is not empty; --replace gives up what is in it.\n")
    code, said = linli(
        "restore", tmp_path / "set", "--into", second_database, "--state", target, "--replace"
    )
    assert (code, said.splitlines()[-1]) == (0, "✓ nothing is in doubt"), said
    assert rows_of(RESTORED) == after
