"""Files leave in two steps; what nobody knows is swept; damage is found (K3, K5, K7)."""

import os
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from linli.files import disk
from linli.files.actions import ask_deletion, take_back_deletion
from linli.files.keeping import damaged_files, erase_due, scan_held, sweep_orphans
from linli.files.models import StoredFile
from linli.kernel import clock
from tests.factories.files import make_file
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


def test_a_file_is_erased_only_after_a_week_and_its_row_stays_nameless():
    user = make_user()
    file = make_file(by=user)
    ask_deletion(file, by=user)
    with clock.at(clock.now() + WEEK - timedelta(seconds=1)):
        early = erase_due()
    with clock.at(clock.now() + WEEK):
        due = [erase_due(), erase_due()]

    file.refresh_from_db()
    assert (early, due, file.path.exists(), file.name) == (0, [1, 0], False, "已删除")


def test_a_deletion_can_be_taken_back_until_then():
    user = make_user()
    file = make_file(by=user)
    ask_deletion(file, by=user)
    with pytest.raises(PermissionDenied):
        take_back_deletion(file, by=make_user())
    assert take_back_deletion(file, by=user) is True
    with clock.at(clock.now() + 2 * WEEK):
        assert (erase_due(), file.path.exists()) == (0, True)


def test_nobody_deletes_what_he_cannot_see():
    file = make_file(by=make_user())
    with pytest.raises(PermissionDenied):
        ask_deletion(file, by=make_user())


def test_the_database_refuses_to_erase_without_asking():
    file = make_file()
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.filter(pk=file.pk).update(erased_at=clock.now())


def test_content_without_a_row_is_swept_after_a_day():
    kept, orphan = make_file(), make_file()
    StoredFile.objects.filter(pk=orphan.pk).delete()
    half = disk.incoming()
    half.write_bytes(b"half")
    stamp = clock.now().timestamp()
    for path in (kept.path, orphan.path, half):
        os.utime(path, (stamp, stamp))
    early = sweep_orphans()
    with clock.at(clock.now() + timedelta(days=2)):
        late = sweep_orphans()

    assert (early, late, kept.path.exists(), orphan.path.exists(), half.exists()) == (
        0,
        2,
        True,
        False,
        False,
    )


def test_K7_a_changed_and_a_missing_file_are_found():
    whole, changed, missing = make_file(), make_file(), make_file()
    changed.path.write_bytes(b"x")
    missing.path.unlink()

    assert dict(damaged_files()) == {changed.pk: "changed", missing.pk: "missing"}
    assert whole.path.exists()


def test_held_files_are_decided_when_a_scanner_comes(settings):
    before = settings.ENVIRONMENT
    settings.ENVIRONMENT = before.model_copy(update={"unscanned_files": "hold"})
    file = make_file(name="a.txt", content=b"x")
    settings.ENVIRONMENT = before.model_copy(update={"file_scanner": "true"})

    assert scan_held() == 1
    file.refresh_from_db()
    assert file.state == "ready"
