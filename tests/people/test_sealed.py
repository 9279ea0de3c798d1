"""D2: class 3 is encrypted in the field, bound to its row, and found by a blind index alone."""

import pytest
from django.db import connection

from linli.kernel.cipher import CannotUnseal, blind
from linli.people.models import Person
from tests.factories.people import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NUMBER = "990101195003010014"


def test_D2_the_database_never_holds_the_number_and_the_blind_index_finds_it():
    person = make_person(id_kind="resident", id_number=NUMBER)

    with connection.cursor() as cursor:
        cursor.execute("select id_number, id_number_index from people_person where id = %s", [person.pk])
        stored, index = cursor.fetchone()
    assert NUMBER not in stored + index
    assert Person.objects.get(id_number_index=blind("id_number", NUMBER)).id_number == NUMBER


def test_D2_a_value_moved_to_another_row_does_not_open():
    one, other = make_person(id_number=NUMBER, id_kind="resident"), make_person()
    with connection.cursor() as cursor:
        cursor.execute(
            "update people_person set id_number = (select id_number from people_person where id = %s)"
            " where id = %s",
            [one.pk, other.pk],
        )
    with pytest.raises(CannotUnseal):
        _ = Person.objects.get(pk=other.pk).id_number


def test_a_sealed_value_is_written_by_save_alone():
    person = make_person()
    with pytest.raises(TypeError):
        Person.objects.filter(pk=person.pk).update(id_number=NUMBER)


def test_D2_sm4_seals_and_opens_beside_values_sealed_with_aes(settings):
    before = make_person(id_number=NUMBER, id_kind="resident")
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"cipher": "sm4"})
    after = make_person(id_number="990101201806150027", id_kind="resident")

    assert Person.objects.get(pk=before.pk).id_number == NUMBER
    assert Person.objects.get(pk=after.pk).id_number == "990101201806150027"


def test_two_persons_never_share_an_id_number():
    from django.db import IntegrityError, transaction

    make_person(id_number=NUMBER, id_kind="resident")
    with pytest.raises(IntegrityError, match="person_has_a_number_of_their_own"), transaction.atomic():
        make_person(id_number=NUMBER, id_kind="resident")
