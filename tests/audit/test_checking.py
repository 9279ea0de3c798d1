"""K7, L8: each of ten kinds of tampering with the audit is found, and where it was done."""

import json
from datetime import timedelta

import pgtrigger
import pytest

from linli import audit
from linli.audit import digests
from linli.audit.actions import export_head, heads_path, link_chain
from linli.audit.models import Entry
from linli.kernel import clock
from linli.kernel.cipher import digest
from tests.conftest import TEST_DAY

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("state")]


@pytest.fixture
def chain():
    """Six rows linked on two days, the head exported at number 6."""
    for day in (0, 3):
        with clock.at(TEST_DAY + timedelta(days=day)):
            for act in "abc":
                audit.record(f"{act}{day}", by=None, purpose="探访")
            link_chain()
    export_head()
    assert audit.verify() == []


@pytest.fixture
def by_hand():
    """Somebody with all rights over the database, but without the key."""
    with pgtrigger.ignore(*(f"audit.Entry:{trigger.name}" for trigger in Entry._meta.triggers)):
        yield


def faults() -> list[tuple[str, str]]:
    return [(fault.kind, fault.where) for fault in audit.verify()]


def row(number: int) -> Entry:
    return Entry.objects.get(number=number)


pytestmark += [pytest.mark.usefixtures("chain", "by_hand")]


@pytest.mark.parametrize(
    "edit",
    [
        {"act": "x"},
        {"purpose": "换了"},
        {"result": "refused"},
        {"thing_kind": "people.person"},
        {"thing_key": "1"},
        {"place_path": "99/"},
        {"detail": {"a": 1}},
    ],
    ids=lambda edit: next(iter(edit)),
)
def test_01_an_edited_field(edit):
    Entry.objects.filter(number=3).update(**edit)
    assert faults() == [("row", "number 3")]


def test_02_a_deleted_row():
    row(4).delete()
    assert faults() == [("missing", "number 4")]


def test_03_an_inserted_row():
    made = row(6)
    made.pk, made.uid, made.number, made.act = None, "00000000-0000-4000-8000-000000000000", 7, "forged"
    made.save(force_insert=True)
    assert faults() == [("row", "number 7"), ("link", "number 7")]


def test_03_an_inserted_row_that_waits_for_its_link():
    Entry.objects.create(act="forged", keyed=digests.current_key(), digest="0" * 64)
    assert [kind for kind, _ in faults()] == ["row"]


def test_04_swapped_rows():
    first, second = row(2), row(3)
    Entry.objects.filter(pk=first.pk).update(number=99)
    Entry.objects.filter(pk=second.pk).update(number=2)
    Entry.objects.filter(pk=first.pk).update(number=3)
    assert faults() == [("link", "number 2"), ("link", "number 3"), ("link", "number 4")]


def test_05_a_row_digested_again_with_another_key():
    forged = row(5)
    forged.act = "forged"
    said = json.dumps([str(forged.uid), forged.act])
    Entry.objects.filter(pk=forged.pk).update(act="forged", digest=digest("sign", None, said))
    assert faults() == [("row", "number 5"), ("link", "number 5")]


def test_05_a_row_that_names_a_key_nobody_has():
    Entry.objects.filter(number=5).update(keyed="sha256:k77")
    assert faults() == [("row", "number 5"), ("link", "number 5")]


def test_06_a_tail_cut_off_behind_an_exported_head():
    Entry.objects.filter(number__gte=5).delete()
    assert faults() == [("tail", "heads file line 1")]


def test_07_a_gap_closed_by_numbering_again():
    row(4).delete()
    for number in (5, 6):
        Entry.objects.filter(number=number).update(number=number - 1)
    assert faults() == [("link", "number 4"), ("link", "number 5"), ("tail", "heads file line 1")]


def test_08_an_altered_link():
    Entry.objects.filter(number=6).update(link="f" * 64)
    assert faults() == [("link", "number 6"), ("head", "heads file line 1")]


@pytest.mark.parametrize("key", ["number", "link", "at", "digest"])
def test_09_an_altered_head(key):
    line = json.loads(heads_path().read_text())
    heads_path().write_text(json.dumps(line | {key: 5 if key == "number" else "0" * 64}) + "\n")
    assert faults() == [("head", "heads file line 1")]


def test_09_a_head_that_is_no_head_and_a_line_gone_before_another():
    export_head()
    lines = heads_path().read_text().splitlines()
    heads_path().write_text("nonsense\n" + lines[1] + "\n")
    assert faults() == [("head", "heads file line 1"), ("head", "heads file line 2")]


def test_09_a_lost_heads_file():
    heads_path().unlink()
    with clock.at(TEST_DAY + timedelta(days=9)):
        assert faults() == [("head", "heads file")]


def test_10_a_row_dated_back_by_somebody_who_has_the_key():
    with clock.at(TEST_DAY - timedelta(days=400)):
        audit.record("forged", by=None)
    with clock.at(TEST_DAY + timedelta(days=4)):
        link_chain()
    assert faults() == [("backdated", "number 7")]


def test_10_a_row_dated_back_without_the_key():
    Entry.objects.filter(number=5).update(at=TEST_DAY - timedelta(days=400))
    assert faults() == [("row", "number 5"), ("backdated", "number 5")]


def test_a_rotated_audit_key_and_another_hash_leave_old_rows_good(settings, tmp_path):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"cipher": "sm4"})
    with clock.at(TEST_DAY + timedelta(days=4)):
        audit.record("later", by=None)
        export_head()
        assert faults() == []
    assert row(7).keyed == "sm3:k1"
