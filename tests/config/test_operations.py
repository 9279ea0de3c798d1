"""K6, K7, D2: sets that open only whole, restores that touch nothing before, doubts that name their place."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import override_settings

from linli.config.operations import backup as backing
from linli.config.operations import restore as restoring
from linli.config.operations import sets, verify
from linli.config.operations.programs import ProgramTrouble
from linli.config.operations.sealed_stream import sealed_file
from linli.files.models import StoredFile
from linli.kernel.keys import write_new_keys
from linli.people.models import Person
from linli.people.privacy.purging import purge
from linli.search.actions import rebuild
from tests import template
from tests.factories.files import make_file
from tests.factories.people import make_person
from tests.factories.places import make_community

RESTORED = "linli_restored_by_a_test"


# --- sets ---------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def alone(db):
    """Threads that served a browser in an earlier file may hold the database yet; a restore asks to be alone."""
    connection.ensure_connection()
    template.hang_up(but=connection.connection.info.backend_pid)


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
    yield (
        f"postgresql://{connection.settings_dict['USER']}@localhost/{RESTORED}?host="
        + (connection.settings_dict["HOST"])
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
def test_K6_a_set_brings_rows_and_files_into_another_database_and_purges_again(
    state, tmp_path, second_database
):
    community = make_community()
    leaving = make_person("乙", phone="19900000002", home=community)
    make_person("甲", phone="19900000001", home=community)
    file = make_file()
    rebuild()
    manifest = backing.backup(tmp_path / "set", say=quiet)
    elsewhere = ("--into", second_database, "--state", tmp_path / "target")
    known = {"LINLI_KEYS_FILE": str(state / "keys.json"), "LINLI_STATE_DIR": str(state)}
    code, said = linli("restore", tmp_path / "set", *elsewhere, **known)

    assert (code, said.splitlines()[-1]) == (0, "✓ nothing is in doubt"), said
    before, after = rows_of(connection.settings_dict["NAME"]), rows_of(RESTORED)
    assert {name: after.get(name) for name in before} == before
    assert manifest.files == [(str(file.pk), file.size, file.sha256)]
    copied = tmp_path / "target" / "files" / file.id.hex[:2] / file.id.hex
    assert copied.read_bytes() == file.path.read_bytes()

    purge(leaving)  # after the set was made, so the set knows nothing of it
    code, said = linli("restore", tmp_path / "set", *elsewhere, "--replace", **known)

    assert (code, said.splitlines()[-1]) == (0, "✓ nothing is in doubt"), said
    assert [row.count("已清除") for row in rows_of(RESTORED)["people_person"]].count(1) == 1
    assert b"19900000001" not in b"".join(path.read_bytes() for path in (tmp_path / "set").iterdir())


# --- damaged sets -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker, tmp_path_factory):
    """A set with one file, and the state folder with the keys it was sealed with; nobody changes them."""
    home = tmp_path_factory.mktemp("whole")
    write_new_keys(home / "state" / "keys.json")
    environment = django_settings.ENVIRONMENT.model_copy(update={"keys_file": home / "state" / "keys.json"})
    folders = {"STATE_DIR": home / "state", "FILES_DIR": home / "state" / "files"}
    with django_db_blocker.unblock(), override_settings(ENVIRONMENT=environment, **folders):
        file = make_file()
        try:
            backing.backup(home / "set", say=quiet)
        finally:
            StoredFile.objects.filter(pk=file.pk).delete()
            with connection.cursor() as cursor:  # it was committed, and is sealed with a key of its own
                cursor.execute("truncate audit_entry cascade")
    return home


@pytest.fixture
def copy(whole, state, tmp_path):
    """A set of the test's own, and a deployment that holds its keys."""
    shutil.copy(whole / "state" / "keys.json", state / "keys.json")
    return shutil.copytree(whole / "set", tmp_path / "copy")


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def edit_head(folder: Path, **fields) -> None:
    head = json.loads((folder / sets.HEAD).read_text()) | fields
    (folder / sets.HEAD).write_text(json.dumps(head))


def cut(path: Path, by: int) -> None:
    path.write_bytes(path.read_bytes()[:-by])


def swap(one: Path, other: Path) -> None:
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)


UNOPENED = (
    "The set cannot be opened: manifest.sealed does not open at block 0: it was damaged, or the key is"
    " another one."
)
SETS = {
    "a bit of the database": (
        lambda f: flip(f / sets.DATABASE, 1000),
        "database.sealed is not as it was written: its size or digest differs.",
    ),
    "a bit of the files": (
        lambda f: flip(f / sets.FILES, -1),
        "files.sealed is not as it was written: its size or digest differs.",
    ),
    "a bit of the manifest": (
        lambda f: flip(f / sets.MANIFEST, -1),
        UNOPENED,
    ),
    "the database cut": (
        lambda f: cut(f / sets.DATABASE, 1),
        "database.sealed is not as it was written: its size or digest differs.",
    ),
    "no database": (lambda f: (f / sets.DATABASE).unlink(), "database.sealed is missing from the set."),
    "no files": (lambda f: (f / sets.FILES).unlink(), "files.sealed is missing from the set."),
    "no manifest": (
        lambda f: (f / sets.MANIFEST).unlink(),
        "The set cannot be opened: manifest.sealed cannot be read: No such file or directory.",
    ),
    "parts swapped": (
        lambda f: swap(f / sets.DATABASE, f / sets.FILES),
        "database.sealed is not as it was written: its size or digest differs.",
    ),
    "no head": (lambda f: (f / sets.HEAD).unlink(), "{folder} holds no backup set: set.json is missing."),
    "a head that is no JSON": (lambda f: (f / sets.HEAD).write_text("{"), "set.json is damaged."),
    "a head that was edited": (
        lambda f: edit_head(f, made_at="2030-01-01T00:00:00+00:00"),
        UNOPENED,
    ),
    "a newer format": (
        lambda f: edit_head(f, format=2),
        "The set has format 2; this version reads up to 1.",
    ),
    "a key that is gone": (
        lambda f: edit_head(f, key="field k9"),
        "The set cannot be opened: there is no field key k9 in the key file.",
    ),
    "a passphrase": (
        lambda f: edit_head(f, key="passphrase"),
        "The set cannot be opened: the set was sealed with a passphrase: name its file with --key-file.",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("damage", "sentence"), SETS.values(), ids=SETS)
def test_K6_a_damaged_set_is_refused_with_a_sentence_and_nothing_is_touched(copy, state, damage, sentence):
    damage(copy)
    with pytest.raises(sets.SetRefused) as refused:
        restoring.restore(copy, replace=True, say=quiet)

    assert str(refused.value) == sentence.format(folder=copy)
    assert sorted(path.name for path in state.iterdir()) == ["keys.json"]


@pytest.mark.django_db
def test_K6_a_set_does_not_open_with_other_keys_of_the_same_name(copy, state):
    (state / "keys.json").unlink()
    write_new_keys(state / "keys.json")
    with pytest.raises(sets.SetRefused, match="it was damaged, or the key is another one"):
        restoring.restore(copy, replace=True, say=quiet)


@pytest.mark.django_db
def test_K6_a_whole_set_is_refused_by_a_database_in_use_and_by_an_older_platform(copy, state):
    with pytest.raises(sets.SetRefused) as refused:
        restoring.restore(copy, say=quiet)
    assert str(refused.value) == "The database is not empty; --replace gives up what is in it."

    opened = sets.open_set(copy, None)
    known = {(app, name) for app, name in opened.manifest.migrations} - {("files", "0001_initial")}
    with pytest.raises(sets.SetRefused) as refused:
        sets.check_fits(opened, migrations=known, postgresql=opened.manifest.postgresql)
    assert str(refused.value) == (
        "The set was made by a newer version of the platform (files 0001_initial is unknown here)."
    )
    with pytest.raises(sets.SetRefused, match=r"^The set was made on PostgreSQL"):
        sets.check_fits(opened, migrations=known | {("files", "0001_initial")}, postgresql=14)
    assert sorted(path.name for path in state.iterdir()) == ["keys.json"]


@pytest.mark.django_db(transaction=True)
def test_K6_a_dump_that_does_not_load_leaves_the_replaced_database_as_it_was(copy, state):
    person = make_person("甲")
    opened = sets.open_set(copy, None)
    (copy / sets.DATABASE).unlink()
    (copy / sets.MANIFEST).unlink()
    with sealed_file(copy / sets.DATABASE, opened.key.secret, opened.head.bind(sets.DATABASE)) as sealer:
        sealer.write(b"no dump")
    parts = opened.manifest.parts | {sets.DATABASE: sets.Part(sealer.size, sealer.sha256)}
    with sealed_file(copy / sets.MANIFEST, opened.key.secret, opened.head.bind(sets.MANIFEST)) as sealer:
        sealer.write(replace(opened.manifest, parts=parts).text().encode())
    with pytest.raises(ProgramTrouble, match=r"^pg_restore failed: "):
        restoring.restore(copy, replace=True, say=quiet)

    assert Person.objects.get().pk == person.pk
    assert not verify.unfinished_path().exists()


@pytest.mark.django_db(transaction=True)
def test_K6_a_database_in_use_is_not_replaced_and_who_uses_it_is_named(copy):
    told = template.server_of(connection) | {"application_name": "an old worker"}
    with psycopg.connect(dbname=connection.settings_dict["NAME"], **told) as other:
        pid = other.info.backend_pid
        with pytest.raises(sets.SetRefused) as refused:
            restoring.restore(copy, replace=True, say=quiet)

    named = f"an old worker (process {pid})"
    assert str(refused.value) == f"The database is in use by {named}; stop web servers and workers."


@pytest.mark.django_db
def test_K6_after_a_killed_restore_the_tables_that_were_aside_are_the_true_ones(state):
    person = make_person("甲")
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute(f"alter schema public rename to {restoring.ASIDE}")
        cursor.execute("create schema public")  # here the first one was killed
    with pytest.raises(InterruptedError), restoring.aside(replace=True):
        raise InterruptedError

    assert Person.objects.get().pk == person.pk


@pytest.mark.django_db(transaction=True)
def test_K6_a_passphrase_seals_a_set_and_the_files_that_are_gone_are_named(state, tmp_path):
    word = tmp_path / "word"
    word.write_text("correct horse battery staple\n")
    word.chmod(0o600)
    lost, kept = make_file(), make_file(name="二.jpg")
    lost.path.unlink()
    manifest = backing.backup(tmp_path / "set", key_file=word, say=quiet)

    assert (manifest.missing, [name for name, _size, _sha in manifest.files]) == (
        [str(lost.pk)],
        [str(kept.pk)],
    )
    sets.check_whole(sets.open_set(tmp_path / "set", word))
    with pytest.raises(backing.BackupRefused, match="never written over"):
        backing.backup(tmp_path / "set", key_file=word, say=quiet)
    word.chmod(0o644)
    with pytest.raises(sets.SetRefused, match="others may read the passphrase file"):
        sets.open_set(tmp_path / "set", word)


@pytest.mark.django_db(transaction=True)
def test_K6_a_backup_that_fails_leaves_nothing_behind(state, tmp_path, monkeypatch):
    connection.ensure_connection()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    with pytest.raises(ProgramTrouble, match=r"^pg_dump failed: "):
        backing.backup(tmp_path / "sets" / "one", say=quiet)

    assert list((tmp_path / "sets").iterdir()) == []
