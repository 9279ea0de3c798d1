"""Bad luck: an unfinished restore, a database that is away, a drill that runs by itself (K6, W3)."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.db import connection

from linli.audit.models import Entry
from linli.config.operations import backup as backing
from linli.config.operations.drill import drill, newest_set
from linli.kernel.unfinished import unfinished_path
from linli.search.actions import rebuild
from tests.config.test_operations import quiet, state  # noqa: F401 — the fixture
from tests.factories.files import make_file
from tests.factories.people import make_person
from tests.factories.places import make_community


@pytest.mark.parametrize("words", [["-c", "import linli.config.wsgi"], ["-m", "linli.config.cli", "worker"]])
@pytest.mark.django_db(transaction=True)
def test_K6_nothing_serves_after_a_restore_that_did_not_end(tmp_path, words):
    (tmp_path / "restore-unfinished").write_text("abc\n")
    stated = connection.settings_dict
    ended = subprocess.run(
        [sys.executable, *words],
        env=os.environ
        | {
            "LINLI_STATE_DIR": str(tmp_path),
            "LINLI_TEST": "true",
            "DJANGO_SETTINGS_MODULE": "linli.config.settings",
            "DATABASE_URL": f"postgresql://{stated['USER']}@localhost/{stated['NAME']}?host={stated['HOST']}",
        },
        cwd=django_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    (sentence,) = ended.stderr.strip().splitlines()
    assert ended.returncode == 1
    assert sentence.startswith("✗ The restore of set abc did not come to its end: purged data may be back.")


@pytest.mark.django_db(transaction=True)
def test_K6_a_drill_restores_the_newest_set_verifies_it_and_leaves_its_result_alone(
    state,  # noqa: F811
    tmp_path,
    settings,
):
    make_person("甲", home=make_community())
    make_file()
    rebuild()
    for name in ("old", "new"):
        made = backing.backup(tmp_path / "sets" / name, say=quiet)
    assert made.missing == []
    (tmp_path / "sets" / "no-set").mkdir()
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"backups_dir": tmp_path / "sets"})
    databases = "select count(*) from pg_database where datname like 'linli\\_drill\\_%%'"

    done = drill()

    path, set_id = newest_set(tmp_path / "sets")
    with connection.cursor() as cursor:
        cursor.execute(databases, [])
        left = cursor.fetchone()[0]
    assert (done.well, done.sentence, done.set_id) == (True, "✓ nothing is in doubt", set_id)
    assert (path.name in ("old", "new"), left, [*state.glob(".drill-*")]) == (True, 0, [])
    assert Entry.objects.get(act="backup.drill").result == "done"

    part = next(path.glob("*database*"))
    part.write_bytes(part.read_bytes()[:-1])
    broken = drill()
    assert (broken.well, Entry.objects.filter(act="backup.drill", result="failed").count()) == (False, 1)


@pytest.mark.django_db
def test_a_drill_without_a_set_says_so(settings, tmp_path):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"backups_dir": tmp_path})

    done = drill()

    assert (done.well, done.sentence) == (False, f"there is no set in {tmp_path}")


@pytest.mark.django_db(transaction=True)
def test_W3_while_the_database_is_away_pages_and_api_say_so_and_come_back_by_themselves(client):
    client.raise_request_exception = False
    said = connection.settings_dict
    there = said["HOST"]
    connection.close()
    said["HOST"] = "/nowhere"
    try:
        page, answer = client.get("/places/"), client.get("/api/v1/places")
    finally:
        said["HOST"] = there
        connection.close()

    assert (page.status_code, answer.status_code) == (503, 503)
    assert (page["Retry-After"], answer["Retry-After"]) == ("30", "30")
    assert "系统暂时忙不过来" in page.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    assert client.get("/places/").status_code == 200


def test_the_sign_of_an_unfinished_restore_lies_in_the_state_folder(settings):
    assert unfinished_path() == settings.STATE_DIR / "restore-unfinished"
