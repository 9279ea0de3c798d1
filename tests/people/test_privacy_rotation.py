"""D2: keys change while the platform runs, and a rotation that was killed goes on where it stopped."""

import pytest
from django.db import connection

from linli.audit.models import Entry
from linli.kernel.keys import add_key, write_new_keys
from linli.people.models import Person, PersonEvent
from linli.people.privacy.rotating import left_to_rotate, rotate_field_keys
from tests.factories.people import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def ring(settings, tmp_path):
    """A key file of the test's own."""
    path = tmp_path / "keys.json"
    write_new_keys(path)
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"keys_file": path})
    return path


def stored() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select left(phone, 7) from people_person where phone is not null order by name")
        return [row[0] for row in cursor.fetchall()]


def test_D2_every_value_is_sealed_again_with_the_current_key(ring):
    for number in range(5):
        make_person(f"甲{number}", phone=f"1990000000{number}")
    make_person("无号")
    assert [left_to_rotate(), rotate_field_keys()] == [0, 0]
    add_key(ring, "field")

    assert [left_to_rotate(), rotate_field_keys(batch=2), left_to_rotate(), rotate_field_keys()] == [
        5,
        5,
        0,
        0,
    ]
    assert stored() == ["aes:k2:"] * 5
    assert [p.phone for p in Person.objects.exclude(phone=None).order_by("name")] == [
        f"1990000000{number}" for number in range(5)
    ]
    assert Entry.objects.get(act="keys.rotate").detail == {"values": 5, "key": "k2"}


def test_D2_a_rotation_killed_halfway_goes_on_where_it_stopped(ring, monkeypatch):
    for number in range(5):
        make_person(f"甲{number}", phone=f"1990000000{number}")
    add_key(ring, "field")
    from linli.kernel import cipher

    seal, sealed = cipher.seal, []

    def dies_at_the_fourth(text, *, bound_to):
        if len(sealed) == 3:
            raise KeyboardInterrupt
        sealed.append(bound_to)
        return seal(text, bound_to=bound_to)

    monkeypatch.setattr(cipher, "seal", dies_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        rotate_field_keys(batch=2)
    monkeypatch.setattr(cipher, "seal", seal)

    assert [left_to_rotate(), rotate_field_keys(batch=2), left_to_rotate()] == [3, 3, 0]


def test_D2_changing_to_sm4_is_a_rotation_too(ring, settings):
    person = make_person(phone="19900000001")
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"cipher": "sm4"})

    assert rotate_field_keys() == 1
    assert stored() == ["sm4:k1:"]
    assert Person.objects.get(pk=person.pk).phone == "19900000001"


def test_a_rotation_leaves_no_versions(ring):
    make_person(phone="19900000001")
    add_key(ring, "field")
    before = PersonEvent.objects.count()
    rotate_field_keys()
    assert PersonEvent.objects.count() == before
