"""XA-001: the model of the community service system: everything hangs on a place, and each provider has its side."""

import pghistory.models
import pytest
from django.apps import apps
from django.test import Client

from linli.facilities.models import Facility
from linli.people.models import Person, Unit
from linli.places.models import Place
from tests.factories.exchange import make_entry
from tests.factories.people import make_unit
from tests.factories.places import make_community

# Services, providers and records stand in these; whatever of theirs hangs on no place must be named below.
PARTS = (
    "facilities",
    "organisations",
    "workforce",
    "requests",
    "cases",
    "care",
    "grid",
    "needs",
    "volunteering",
)
CATALOGUES = {
    "facilities": {"Kind", "RoomUse", "Function", "Mark", "StandardBook"},
    "requests": {
        "Rulebook",
        "Category",
        "LookUp",
        "BulkRun",
    },  # what stands for no service by itself
    "cases": {"NumberSeries"},
    "care": {"CareRules"},
    "grid": {"GridRules"},
    "needs": {"NeedKinds"},
    "volunteering": {"Charter", "Look"},
}


def hangs_on(model, wanted, seen=()) -> bool:
    """Whether a row of `model` always leads to a row of `wanted`, through relations that cannot be empty."""
    if model in wanted:
        return True
    steps = [f.related_model for f in model._meta.concrete_fields if f.is_relation and not f.null]
    return any(hangs_on(step, wanted, (*seen, model)) for step in steps if step not in (*seen, model))


@pytest.mark.parametrize("part", PARTS)
def test_XA_001_every_service_provider_and_record_hangs_on_a_place_or_on_a_resident_of_one(part):
    """A resident is of the place of his home; what hangs on neither is a catalogue and is named here."""
    models = [m for m in apps.get_app_config(part).get_models() if not issubclass(m, pghistory.models.Event)]
    loose = {model.__name__ for model in models if not hangs_on(model, (Place, Person))}
    assert loose == CATALOGUES.get(part, set())


def test_XA_001_a_service_rests_on_a_facility_of_a_community_and_is_run_by_a_unit():
    fields = {name: Facility._meta.get_field(name) for name in ("place", "kind", "operator")}
    assert {name: (field.related_model.__name__, field.null) for name, field in fields.items()} == {
        "place": ("Place", False),
        "kind": ("Kind", False),
        "operator": ("Unit", True),
    }


@pytest.mark.parametrize(
    ("side", "kinds"),
    [
        ("government", ["department", "street_office", "institution"]),
        ("market", ["enterprise"]),
        ("society", ["committee", "organisation", "team"]),
    ],
)
def test_XA_001_each_kind_of_provider_is_government_market_or_society(side, kinds):
    assert [kind for kind in Unit.Kind.values if Unit(kind=kind).side == side] == kinds


@pytest.mark.django_db
def test_XA_001_other_systems_read_the_side_of_a_provider():
    make_entry(code="feed-units", kind="feed")
    unit = make_unit(make_community(1), kind="enterprise")
    shown = Client().get("/api/v1/units").json()["items"]
    assert {one["code"]: one["side"] for one in shown}[unit.code] == "market"
