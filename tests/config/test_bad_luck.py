"""Bad luck: unfinished restore, database away, full disk, broken upload, a clock that jumps (K6, W3, W5).

docs/security.md, Bad luck, lists each with the tests of other files that belong to it.
"""

import errno
import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.urls import reverse
from psycopg.errors import DiskFull

from linli import audit
from linli.audit.actions import link_chain
from linli.audit.models import Entry
from linli.cases.actions import mark_overdue
from linli.config.operations import backup as backing
from linli.config.operations.drill import drill, newest_set
from linli.exchange.models import ImportRun
from linli.files import disk
from linli.files.actions import FileRefused
from linli.files.models import StoredFile
from linli.kernel import clock
from linli.kernel.unfinished import unfinished_path
from linli.search.actions import rebuild
from tests.config.test_operations import quiet
from tests.conftest import TEST_DAY
from tests.factories.files import make_file, picture
from tests.factories.people import make_person, make_worker
from tests.factories.places import make_community
from tests.factories.requests import Town


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
    state,
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


# --- The disk is full -----------------------------------------------------------------------------------


def no_room(*_given, **_named):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["write", "settle"])
def test_K5_a_disk_that_fills_up_under_an_upload_keeps_nothing_half(settings, tmp_path, monkeypatch, where):
    settings.FILES_DIR = tmp_path
    with monkeypatch.context() as full:
        full.setattr(disk, where, no_room)
        with pytest.raises(OSError, match="No space left"):
            make_file()
    left = [path for path in tmp_path.rglob("*") if path.is_file()]

    assert (left, StoredFile.objects.count()) == ([], 0)
    assert make_file().size > 0  # room again: it goes on without a hand


def asks_for_a_table(client, monkeypatch, trouble):
    """An upload on the page of imports while `trouble` befalls the server."""
    client.force_login(make_worker(make_community(), "facilities.import"))
    client.raise_request_exception = False

    def befall(*_given, **_named):
        raise trouble

    monkeypatch.setattr("linli.exchange.views.keep_source", befall)
    table = SimpleUploadedFile("设施.csv", "名称,类别\n".encode())
    return client.post(reverse("import-new", args=["facilities"]), {"table": table})


def database_full() -> OperationalError:
    try:
        raise OperationalError("could not extend file") from DiskFull("could not extend file")
    except OperationalError as full:
        return full


@pytest.mark.django_db
@pytest.mark.parametrize("trouble", [OSError(errno.ENOSPC, "No space left on device"), database_full()])
def test_W3_a_full_disk_is_told_in_plain_words_and_changes_nothing(client, monkeypatch, trouble):
    answer = asks_for_a_table(client, monkeypatch, trouble)
    page = answer.content.decode()

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "服务器的存储空间用完了，这一次没有保存。以前提交的内容都还在。" in page
    assert "No space" not in page
    assert ImportRun.objects.count() == 0


# --- A broken upload ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_I8_an_upload_that_breaks_off_is_refused_and_leaves_nothing(client):
    client.force_login(make_worker(make_community(), "facilities.import"))
    body = (
        b'--x\r\nContent-Disposition: form-data; name="table"; filename="a.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\nname,kind"
    )
    answer = client.generic(
        "POST",
        reverse("import-new", args=["facilities"]),
        body,
        content_type="multipart/form-data; boundary=x",
    )

    assert answer.status_code in (400, 422)
    assert (ImportRun.objects.count(), StoredFile.objects.count()) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_I8_half_a_photo_is_refused_with_a_sentence_and_not_kept(settings, tmp_path, share):
    settings.FILES_DIR = tmp_path
    whole = picture(size=(600, 400))
    with pytest.raises(FileRefused) as refused:
        make_file(content=whole[: int(len(whole) * share)])

    assert re.search("没有保存|损坏|打不开", str(refused.value))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


# --- The clock jumps ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_W5_a_clock_that_is_set_back_stops_no_case_and_breaks_no_order():
    """Whatever the clock says, a case goes to its end, its timeline keeps the order of the acts, the chain holds."""
    town = Town()
    case = town.submit().request.case
    with clock.at(TEST_DAY - timedelta(hours=3)):
        for step in ("dispatch", "sign", "wait"):
            case = town.step(case, step)
    with clock.at(TEST_DAY - timedelta(hours=5)):
        case = town.step(case, "supply", by=town.resident)
        for step in ("resolve", "rate"):
            case = town.step(case, step)
        link_chain()

    told = list(case.events.order_by("pk").values_list("step", flat=True))
    assert told == ["open", "dispatch", "sign", "wait", "supply", "resolve", "rate"]
    assert (case.state, case.closed_at >= case.opened_at, audit.verify()) == ("closed", True, [])


@pytest.mark.django_db
def test_W5_a_clock_that_jumps_ahead_makes_nothing_late_that_was_answered():
    town = Town()
    case = town.request(at="closed")
    with clock.at(TEST_DAY + timedelta(days=400)):
        mark_overdue(clock.now())
    case.refresh_from_db()

    assert case.overdue_at is None
