import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from linli.audit.models import Entry
from linli.registers import queries
from linli.registers.actions import (
    StaleRecord,
    archive_record,
    change_record,
    confirm_record,
    enter_record,
    merge_record,
    reveal_record,
    say_nothing,
)
from linli.registers.declaring import registers
from linli.registers.models import NilReport
from tests.factories.people import make_worker
from tests.factories.places import make_community
from tests.factories.registers import enter, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_community(1)


@pytest.fixture
def worker(place):
    return make_worker(place, "organisations.view", "organisations.edit", "registers.reveal")


def test_an_entered_row_says_who_when_and_why(place, worker):
    """XA-009"""
    made = enter_record(
        registers["organisations"],
        by=worker,
        why="居民申请备案",
        place=place,
        name="晚霞合唱队",
        kind="mass_team",
        standing="filed",
    )

    (line,) = queries.history_of(registers["organisations"], made)
    assert (made.confirmed_on.isoformat(), made.version) == ("2026-03-04", 1)
    assert (line["title"], line["who"]) == ("居民申请备案", "王社工")


def test_a_change_tells_in_the_history_what_became_what(place, worker):
    made = make_organisation(place)
    change_record(
        registers["organisations"], made, by=worker, why="年检", version=1, state="dormant", member_count=12
    )

    newest = queries.history_of(registers["organisations"], made)[0]
    assert newest["title"] == "年检"
    assert newest["text"] == "活动状态：活动正常 → 停止活动\n成员人数：— → 12"


def test_a_change_that_changes_nothing_writes_nothing(place, worker):
    made = make_organisation(place)
    assert change_record(registers["organisations"], made, by=worker, name=made.name).version == 1


def test_L6_an_old_version_is_refused_and_the_row_stays(place, worker):
    made = make_organisation(place)
    change_record(registers["organisations"], made, by=worker, version=1, subject="合唱")
    with pytest.raises(StaleRecord):
        change_record(registers["organisations"], made, by=worker, version=1, subject="舞蹈")
    made.refresh_from_db()
    assert made.subject == "合唱"


def test_P3_nobody_changes_a_row_of_another_place_or_moves_one_there(place, worker):
    elsewhere = make_community(2)
    foreign, own = make_organisation(elsewhere), make_organisation(place, name="乙")
    for change in (
        lambda: change_record(registers["organisations"], foreign, by=worker, subject="x"),
        lambda: change_record(registers["organisations"], own, by=worker, place=elsewhere),
        lambda: confirm_record(registers["organisations"], foreign, by=worker),
        lambda: archive_record(registers["organisations"], foreign, by=worker, why="x"),
        lambda: merge_record(registers["organisations"], own, into=foreign, by=worker),
    ):
        with pytest.raises(PermissionDenied):
            change()


def test_an_archived_row_is_not_changed_any_more(place, worker):
    made = make_organisation(place)
    with pytest.raises(ValidationError):
        archive_record(registers["organisations"], made, by=worker, why=" ")
    archive_record(registers["organisations"], made, by=worker, why="已解散")
    with pytest.raises(ValidationError):
        confirm_record(registers["organisations"], made, by=worker)
    make_organisation(place)  # the name is free again


def test_a_merge_moves_what_hangs_on_the_duplicate_and_fills_blanks(place, worker):
    """Of two entries of one thing the better stays, with the parts of both."""
    stays, twice = make_organisation(place), make_organisation(place, name="晚霞 合唱队", subject="文化")
    enter("supports", organisation=twice, kind="money", title="活动经费", given_on="2026-01-05", amount=2000)
    merge_record(registers["organisations"], twice, into=stays, by=worker)

    stays.refresh_from_db()
    twice.refresh_from_db()
    assert (stays.subject, stays.supports.count()) == ("文化", 1)
    assert (twice.merged_into, twice.archived_on.isoformat()) == (stays, "2026-03-04")


def test_a_merge_that_would_give_two_of_what_there_is_once_is_refused_whole(place, worker):
    one, two = make_organisation(place), make_organisation(place, name="晚霞队")
    for organisation in (one, two):
        enter("service-areas", organisation=organisation, served=place, since="2026-01-01")
    with pytest.raises(ValidationError):
        merge_record(registers["organisations"], two, into=one, by=worker)
    two.refresh_from_db()
    assert (two.archived_on, two.areas.count()) == (None, 1)


def test_the_database_keeps_a_merged_row_archived(place):
    made, other = make_organisation(place), make_organisation(place, name="乙")
    with pytest.raises(IntegrityError, match="organisation_merged_is_archived"), transaction.atomic():
        type(made).objects.filter(pk=made.pk).update(merged_into=other)


def test_D3_hidden_cells_are_shown_for_a_reason_that_is_recorded(place, worker):
    made = make_organisation(place, contact_name="钱进", contact_phone="13800000001")
    masked = {
        c.name: c.text
        for c in queries.cells(registers["organisations"], made)
        if c.name.startswith("contact")
    }
    with pytest.raises(ValidationError):
        reveal_record(registers["organisations"], made, by=worker, why="")
    shown = reveal_record(registers["organisations"], made, by=worker, why="通知年检")

    assert masked == {"contact_name": "钱*", "contact_phone": "138****0001"}
    assert shown == {"contact_name": "钱进", "contact_phone": "13800000001"}
    assert Entry.objects.get(act="organisations.reveal").purpose == "通知年检"


def test_the_history_never_shows_what_a_hidden_cell_held(place, worker):
    made = make_organisation(place, contact_phone="13800000001")
    change_record(registers["organisations"], made, by=worker, contact_phone="13800000002")
    told = str(queries.history_of(registers["organisations"], made))
    assert "联系电话 有改动" in told
    assert "1380000" not in told


def test_a_place_says_that_it_has_nothing_only_when_it_has(place, worker):
    say_nothing(registers["brands"], place, by=worker)
    say_nothing(registers["brands"], place, by=worker)
    assert NilReport.objects.count() == 1
    make_organisation(place)
    with pytest.raises(ValidationError):
        say_nothing(registers["organisations"], place, by=worker)
    with pytest.raises(PermissionDenied):
        say_nothing(registers["organisations"], make_community(2), by=worker)


def test_a_row_stands_at_a_level_its_register_is_kept_at(place):
    with pytest.raises(ValidationError, match="不登记在这一级区划"):
        enter("brands", place=place.parent, name="邻里守望")
