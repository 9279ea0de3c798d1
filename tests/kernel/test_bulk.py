"""Very many rows at once: the history is the one the trigger would have written."""

import pytest

from linli.kernel.bulk import store_rows
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
