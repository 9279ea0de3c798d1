"""L8: no row, no act; append-only; never a sensitive value."""

import threading

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from linli import audit
from linli.audit.actions import OutsideTransaction, link_chain
from linli.audit.models import Entry
from linli.kernel import clock
from linli.people.models import Person
from tests.conftest import TEST_DAY
from tests.factories.people import make_person, make_user
from tests.factories.places import make_community

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NUMBER = "990101195003010014"


def test_a_row_says_who_did_what_to_which_thing_where_and_why():
    user, person, place = make_user(), make_person(), make_community()

    entry = audit.record(
        "people.reveal", by=user, thing=person, place=place, purpose="上门探访", detail={"fields": ["phone"]}
    )

    entry.refresh_from_db()
    assert (entry.act, entry.by, entry.thing_kind, entry.thing_key) == (
        "people.reveal",
        user,
        "people.person",
        str(person.pk),
    )
    assert (entry.place_path, entry.result, entry.purpose, entry.detail) == (
        place.path,
        "done",
        "上门探访",
        {"fields": ["phone"]},
    )


@pytest.mark.django_db(transaction=True)
def test_L8_an_act_outside_a_transaction_cannot_be_recorded():
    with pytest.raises(OutsideTransaction):
        audit.record("people.reveal", by=None)


def test_L8_the_row_goes_with_the_act_when_the_act_is_rolled_back():
    @transaction.atomic
    def act():
        audit.record("people.reveal", by=None)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert Entry.objects.count() == 0


@pytest.mark.parametrize("statement", ["update audit_entry set purpose = 'x'", "delete from audit_entry"])
def test_L8_nobody_updates_or_deletes_a_row(statement):
    audit.record("people.reveal", by=None)
    with (
        pytest.raises(ProgrammingError, match="audit_entry"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Entry.objects.get().purpose == ""


def test_L8_a_linked_row_is_never_linked_again():
    audit.record("people.reveal", by=None)
    link_chain()
    with pytest.raises(ProgrammingError, match="audit_entry"), transaction.atomic():
        Entry.objects.update(number=7)


def test_an_unknown_result_is_refused():
    with pytest.raises(ValueError, match="maybe"):
        audit.record("people.reveal", by=None, result="maybe")
    with pytest.raises(IntegrityError, match="audit_result_is_known"), transaction.atomic():
        Entry.objects.create(act="x", result="maybe", keyed="", digest="")


@pytest.mark.parametrize(
    "typed", [NUMBER, "13812345678", "138 1234 5678", "139-1234-5678", "11010519491231002X"]
)
def test_L8_numbers_of_people_never_enter_the_audit(typed):
    entry = audit.record("x", by=None, purpose=f"核对{typed}。", detail={"note": typed})

    assert (entry.purpose, entry.detail) == ("核对…。", {"note": "…"})


def test_L8_sealed_values_and_rows_are_no_details():
    sealed = Person.objects.get(pk=make_person(id_number=NUMBER, id_kind="resident").pk)
    for value in (sealed.__dict__["id_number"], sealed, {"a": 1}, 1.5):
        with pytest.raises(TypeError):
            audit.record("x", by=None, detail={"value": value})


def test_the_chain_links_rows_in_order_and_each_once():
    for act in ("a", "b", "c"):
        audit.record(act, by=None)

    assert [link_chain(limit=2), link_chain(), link_chain()] == [2, 1, 0]
    assert list(Entry.objects.chain().values_list("act", "number")) == [("a", 1), ("b", 2), ("c", 3)]


@pytest.mark.django_db(transaction=True)
def test_two_who_link_at_once_make_one_chain():
    with transaction.atomic():
        for number in range(40):
            audit.record(f"act-{number}", by=None)
    together = threading.Barrier(3)

    def link():
        together.wait()
        with clock.at(TEST_DAY):
            for _ in range(6):
                link_chain(limit=10)
        connection.close()

    threads = [threading.Thread(target=link) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while link_chain():
        pass

    assert list(Entry.objects.chain().values_list("number", flat=True)) == list(range(1, 41))
    assert audit.verify() == []


@pytest.mark.django_db(transaction=True)
def test_an_act_never_waits_for_the_one_who_links():
    with transaction.atomic():
        audit.record("first", by=None)
        link_chain()
        done = threading.Event()

        def act():
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("set local statement_timeout = '5s'")
                audit.record("second", by=None)
            done.set()
            connection.close()

        thread = threading.Thread(target=act)
        thread.start()
        thread.join()
    assert done.is_set()
