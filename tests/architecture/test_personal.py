"""D1, D2, D8: every model, the future ones too, says what is personal; copy, purge and history follow it."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from linli.kernel.fields import BlindIndexField, SealedField
from linli.kernel.history import is_secret
from linli.kernel.retention import term_of
from linli.people.models import Person, User
from linli.people.privacy import blanking, retaining
from linli.people.privacy.copying import copied_fields
from linli.people.privacy.foreign import FOREIGN, NEVER_COPIED
from linli.people.privacy.schema import Holding, about, is_ours, is_version, links

ROOT = Path(__file__).resolve().parents[2]
MODELS = [model for model in apps.get_models() if is_ours(model)]
OWN = [model for model in MODELS if not is_version(model)]
PERSONAL = [model for model in OWN if getattr(model, "personal", None)]
VERSIONS = [model for model in MODELS if is_version(model)]

# Class 3 that is not sealed, each with the reason. Nothing else may stand in the database in the clear.
NOT_SEALED: dict[str, str] = {
    "care.CarePerson.risk": "visits are planned by it; a code of the pack, read through the scope alone",
    "care.CareEntry.category": "visits are planned and the monthly rate is counted by it; a code of the pack",
    "care.Delivery.service": "what is owed is checked by it; a code of the pack",
    "care.Assessment.risk": "a code of the pack; the reason beside it is sealed",
    "care.Pause.reason": "the monthly rate leaves people out by it; one of three words",
}


def holding_of(model) -> Holding:
    return Holding(model, about(model), model.personal)


def label(thing) -> str:
    return getattr(thing, "_meta", thing).label


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_D1_a_model_says_which_of_its_fields_are_personal(model):
    said = getattr(model, "personal", None)

    assert isinstance(said, dict), f"{model._meta.label}: say `personal = {{…}}`; an empty one is a statement"
    assert said.keys() <= {field.name for field in model._meta.concrete_fields}


@pytest.mark.parametrize("model", PERSONAL, ids=label)
def test_D2_class_3_is_sealed_or_listed_with_a_reason(model):
    bare = [
        f"{model._meta.label}.{name}"
        for name, said in model.personal.items()
        if said.sensitivity == 3
        and not isinstance(model._meta.get_field(name), SealedField | BlindIndexField)
        and f"{model._meta.label}.{name}" not in NOT_SEALED
    ]
    assert bare == []


@pytest.mark.parametrize("model", OWN, ids=label)
def test_D1_a_sealed_field_is_in_the_register(model):
    sealed = {f.name for f in model._meta.concrete_fields if isinstance(f, SealedField | BlindIndexField)}
    assert sealed - model.personal.keys() == set()


def test_the_list_of_class_3_in_the_clear_names_fields_that_exist():
    for path in NOT_SEALED:
        model, _, name = path.rpartition(".")
        assert apps.get_model(model).personal[name].sensitivity == 3


@pytest.mark.parametrize("model", VERSIONS, ids=label)
def test_D2_versions_hold_no_secret_column(model):
    tracked = model.pgh_tracked_model
    secret = {field.name for field in tracked._meta.concrete_fields if is_secret(tracked, field)}

    assert {field.name for field in model._meta.concrete_fields} & secret == set()


@pytest.mark.parametrize("model", PERSONAL, ids=label)
def test_D7_whose_the_rows_are_is_known(model):
    if about(model) == () == model.__dict__.get("about"):  # nobody can be named: then every field has a term
        assert all(term_of(said.keep) for said in model.personal.values())
        return
    assert about(model), f"{model._meta.label}: say `about = (…)`, the lookups to the person"


@pytest.mark.django_db
@pytest.mark.parametrize("model", PERSONAL, ids=label)
def test_D7_the_lookups_to_the_person_work(model):
    assert holding_of(model).rows_of(Person()).count() == 0


@pytest.mark.parametrize("model", PERSONAL, ids=label)
def test_D7_every_personal_field_enters_the_copy(model):
    holding = holding_of(model)
    shown = {field.name for field in copied_fields(holding)}
    account_alone = set(model.personal) <= set(links(model, User))

    missing = set() if account_alone else model.personal.keys() - shown
    assert missing == NEVER_COPIED.get(model._meta.label, set())


@pytest.mark.parametrize("model", PERSONAL, ids=label)
def test_D8_every_retention_is_a_rule_with_a_moment_to_run_from(model):
    for said in model.personal.values():
        term_of(said.keep)
    for term, names in retaining.terms_of(model).items():
        anchor = retaining.anchor_of(model, term.word, names[0])
        str(model._base_manager.filter(retaining._is_over(model, anchor, date(2026, 3, 4))).query)


@pytest.mark.parametrize("model", PERSONAL, ids=label)
def test_D8_the_purge_knows_what_to_put_in_every_personal_field(model):
    holding = holding_of(model)

    # rows of nobody we know go whole when the one term of all their fields is over
    of_nobody = not holding.about and len({said.keep for said in model.personal.values()}) == 1
    assert blanking.is_blankable(model, model.personal) or holding.is_part_of_person() or of_nobody


def test_D1_every_table_of_a_library_is_in_the_register_of_foreign_fields():
    theirs = {model._meta.label for model in apps.get_models() if not is_ours(model)}
    assert theirs == set(FOREIGN)


@pytest.mark.parametrize("name", sorted(FOREIGN))
def test_D1_foreign_fields_exist_and_go_with_the_person(name):
    model, said = apps.get_model(name), FOREIGN[name]
    assert said.personal.keys() <= {field.name for field in model._meta.concrete_fields}
    if said.about:
        assert Holding(model, said.about, said.personal).is_part_of_person()


def test_L8_the_audit_has_no_column_for_a_value_of_somebody():
    entry = apps.get_model("audit.Entry")
    text = {f.name for f in entry._meta.concrete_fields if isinstance(f, models.TextField | SealedField)}
    assert text == set()


# Who switches a trigger off, each with the reason.
SWITCHES = {
    "linli/people/privacy/purging.py": "history and timelines are append-only for everybody but the purge",
    "linli/kernel/bulk.py": "one statement stores made-up rows and the versions that the trigger would write; "
    "tests/kernel/test_bulk.py compares the two",
}


def test_D8_only_the_purge_switches_a_trigger_off():
    switched_off = sorted(
        str(path.relative_to(ROOT))
        for path in (ROOT / "linli").rglob("*.py")
        if re.search(r"pgtrigger\.ignore\(|session_replication_role|disable trigger", path.read_text(), re.I)
    )
    assert switched_off == sorted(SWITCHES)


@pytest.mark.parametrize("model", [Person, User], ids=label)
def test_the_person_and_the_account_are_tracked(model):
    assert set(model.pgh_event_models) == {"insert", "update", "delete"}
