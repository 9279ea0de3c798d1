"""Very many rows at once: the history is the one the trigger would have written."""

import pytest
from django.db import IntegrityError

from linli.kernel.bulk import ENOUGH, add_records, restate_records, store_rows
from linli.people.models import Household, HouseholdEvent
from tests.factories.places import make_community

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FIELDS = ("number", "place", "room", "kind")
APART = {"pgh_id", "pgh_created_at", "pgh_obj_id", "id", "number"}


def versions() -> list[dict]:
    rows = HouseholdEvent.objects.order_by("pgh_id").values()
    return [{name: value for name, value in row.items() if name not in APART} for row in rows]


def test_rows_stored_at_once_have_the_versions_the_trigger_writes():
    place = make_community(1)
    one = Household.objects.create(number="H1", place=place, room="101", kind="resident")

    assert store_rows(Household, FIELDS, [("H2", place.pk, "101", "resident")]) == 1

    by_trigger, by_statement = versions()
    assert by_statement == by_trigger
    two = Household.objects.get(number="H2")
    assert list(HouseholdEvent.objects.order_by("pgh_id").values_list("pgh_obj_id", "number")) == [
        (one.pk, "H1"),
        (two.pk, "H2"),
    ]


def test_the_trigger_writes_again_after_the_statement():
    place = make_community(1)
    store_rows(Household, FIELDS, [("H1", place.pk, "", "resident")])

    Household.objects.create(number="H2", place=place)

    assert HouseholdEvent.objects.filter(number="H2").count() == 1


def test_thousands_of_new_instances_get_keys_and_the_versions_the_trigger_writes():
    place = make_community(1)
    few = [Household(number="H0", place=place, room="101")]
    many = [Household(number=f"H{n}", place=place, room="101") for n in range(1, ENOUGH + 1)]

    add_records(few)
    add_records(many)

    assert {row.pk: row.number for row in few + many} == dict(Household.objects.values_list("pk", "number"))
    assert not any(row._state.adding for row in many)
    by_trigger, *by_statement = versions()
    assert by_statement == [by_trigger] * ENOUGH
    Household.objects.create(number="after", place=place)  # the keys were taken from the model's own sequence


def test_thousands_of_restated_instances_have_the_versions_the_trigger_writes():
    place = make_community(1)
    few = [Household(number="H0", place=place, room="101")]
    many = [Household(number=f"H{n}", place=place, room="101") for n in range(1, ENOUGH + 1)]
    for rows in (few, many):
        add_records(rows)
        for row in rows:
            row.room, row.number = "202", f"not-written-{row.number}"
        restate_records(rows, ["room"])

    assert set(Household.objects.values_list("room", flat=True)) == {"202"}
    assert Household.objects.filter(number="H1").exists()
    restated = HouseholdEvent.objects.filter(pgh_label="update").order_by("pgh_id")
    assert {name for row in restated.values() for name in (row["room"], row["pgh_context"])} == {"202", None}
    assert restated.count() == ENOUGH + 1


def test_one_row_that_cannot_stand_keeps_all_of_them_out():
    place = make_community(1)
    rows = [Household(number=f"H{n}", place=place) for n in [*range(ENOUGH), 0]]

    with pytest.raises(IntegrityError):
        add_records(rows)

    assert Household.objects.count() == HouseholdEvent.objects.count() == 0
