"""D1, D8: versions of rows are kept with who changed them, without class 3, and nobody edits them."""

import pgtrigger
import pytest
from django.db import ProgrammingError, connection, transaction
from django.http import HttpResponse
from django.urls import path

from linli.kernel.fields import BlindIndexField, SealedField
from linli.people.models import Person, PersonEvent, UserEvent
from tests.factories.people import make_person, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_every_version_of_a_row_is_kept_also_of_bulk_changes():
    person = make_person("张三", room="101")
    Person.objects.filter(pk=person.pk).update(room="102")
    key = person.pk
    person.delete()

    assert list(
        PersonEvent.objects.filter(pgh_obj_id=key).order_by("pgh_id").values_list("pgh_label", "room")
    ) == [("insert", "101"), ("update", "102"), ("delete", "102")]


def test_D2_history_holds_no_sealed_value_no_blind_index_and_no_password():
    kept = {field.name for model in (PersonEvent, UserEvent) for field in model._meta.fields}

    assert not kept & {"id_number", "id_number_index", "phone", "phone_index", "password", "last_login"}
    assert not any(isinstance(f, SealedField | BlindIndexField) for f in PersonEvent._meta.fields)


def test_a_change_of_a_sealed_value_alone_leaves_no_version():
    person = make_person()
    person.phone = "13812345678"
    person.save(update_fields=["phone", "phone_index"])

    assert person.history.count() == 1


@pytest.mark.parametrize("change", ["update", "delete"])
def test_history_is_append_only(change):
    make_person()
    events = PersonEvent.objects.all()
    with pytest.raises(ProgrammingError, match="people_personevent"), transaction.atomic():
        events.update(name="x") if change == "update" else events.delete()


def rename(request):
    Person.objects.filter(pk=request.user.person_id).update(room="102")
    return HttpResponse()


urlpatterns = [path("rename/", rename, name="rename")]


@pytest.mark.urls(__name__)
def test_a_version_says_which_account_changed_the_row_and_by_which_route(client):
    user = make_user()
    client.force_login(user)

    client.post("/rename/")

    assert list(user.person.history.order_by("pgh_id").values_list("pgh_label", "room", "pgh_context")) == [
        ("insert", "", None),  # made by the test itself, outside any request
        ("update", "102", {"user": user.pk, "route": "rename"}),
    ]


def test_no_row_that_is_written_throws_away_a_part_of_its_transaction():
    """A trigger that does not find which triggers are set aside fails, and with it a part of the transaction."""
    make_person()
    with connection.cursor() as cursor, pgtrigger.ignore("people.Person:insert_insert"):
        cursor.execute("select 1")
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('pgtrigger.ignore')")
        assert cursor.fetchall() == [("{}",)]
