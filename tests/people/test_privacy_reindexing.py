"""D2: the key of blind indexes changes while the platform runs; a number is found before, during and after."""

import pytest
from django.db import IntegrityError, transaction

from linli.audit.models import Entry
from linli.kernel.cipher import blind, blinds, is_blind_of, seal
from linli.kernel.keys import add_key, write_new_keys
from linli.people.models import Person, PersonEvent
from linli.people.privacy import reindexing
from linli.people.privacy.reindexing import left_to_reindex, rotate_index_keys
from linli.people.queries import people_of_number
from tests.factories.people import make_person, make_worker
from tests.factories.places import make_community

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ID = "11010519491231002X"


@pytest.fixture(autouse=True)
def ring(settings, tmp_path):
    """A key file of the test's own."""
    path = tmp_path / "keys.json"
    write_new_keys(path)
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"keys_file": path})
    return path


def five() -> list[str]:
    phones = [f"1990000000{number}" for number in range(5)]
    for number, phone in enumerate(phones):
        make_person(f"甲{number}", phone=phone)
    make_person("无号")
    return phones


def found(phones) -> int:
    """Of how many numbers exactly one person is found."""
    return sum(Person.objects.filter(phone_index__in=blinds("phone", phone)).count() == 1 for phone in phones)


def test_D2_every_index_is_made_anew_and_every_number_is_found_all_the_while(ring):
    phones = five()
    seen = [left_to_reindex(batch=2), rotate_index_keys(), found(phones)]
    add_key(ring, "blind")

    seen += [
        found(phones),
        left_to_reindex(batch=2),
        rotate_index_keys(batch=2),
        left_to_reindex(),
        found(phones),
    ]

    assert seen == [0, 0, 5, 5, 5, 5, 0, 5]
    assert set(Person.objects.exclude(phone=None).values_list("phone_index", flat=True)) == {
        blind("phone", phone) for phone in phones
    }
    assert Entry.objects.get(act="keys.rotate-index").detail == {"values": 5, "key": "k2"}


def test_D2_a_rotation_killed_halfway_goes_on_where_it_stopped(ring, monkeypatch):
    phones = five()
    add_key(ring, "blind")
    write, written = reindexing._write, []

    def dies_at_the_fourth(*told):
        if len(written) == 3:
            raise KeyboardInterrupt
        written.append(told)
        return write(*told)

    monkeypatch.setattr(reindexing, "_write", dies_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        rotate_index_keys(batch=2)
    monkeypatch.setattr(reindexing, "_write", write)

    seen = [found(phones), left_to_reindex()]  # the batch that died is undone, the one before stands
    assert [*seen, rotate_index_keys(batch=2), left_to_reindex(), found(phones)] == [5, 3, 3, 0, 5]


def test_D2_changing_to_sm4_changes_the_hash_of_the_index_too(settings):
    phones = five()
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"cipher": "sm4"})

    assert [found(phones), rotate_index_keys(), left_to_reindex(), found(phones)] == [5, 5, 0, 5]


def test_D2_whoever_works_meanwhile_finds_a_person_by_either_number(ring):
    home = make_community()
    person = make_person("甲", home=home, phone="19900000001", id_kind="id_card", id_number=ID)
    worker = make_worker(home, "people.view")
    add_key(ring, "blind")

    assert [list(people_of_number(worker, number)) for number in ("19900000001", ID, ID.lower())] == [
        [person]
    ] * 3


def test_D2_one_number_is_not_given_twice_under_two_keys(ring):
    """The constraint compares digests: the old row is brought under the current key before the new one comes."""
    make_person("甲", id_kind="id_card", id_number=ID)
    add_key(ring, "blind")
    with pytest.raises(IntegrityError, match="person_has_a_number_of_their_own"), transaction.atomic():
        make_person("乙", id_kind="id_card", id_number=ID)

    assert [Person.objects.count(), rotate_index_keys()] == [1, 1]


def test_two_rows_of_one_number_are_left_to_a_person_and_stop_nothing_else(ring):
    """A process with the older key file was at work between: the second row waits, the others go on."""
    make_person("甲", id_kind="id_card", id_number=ID)
    make_person("丙", phone="19900000003")
    second = make_person("乙", id_kind="id_card", id_number="110105194912310038")
    add_key(ring, "blind")
    rows = Person.objects.filter(pk=second.pk)
    bound_to = Person._meta.get_field("id_number").bound_to(second)
    rows.update(id_number=seal(ID, bound_to=bound_to), id_number_index=blind("id_number", ID))

    assert [left_to_reindex(), rotate_index_keys(), left_to_reindex()] == [2, 1, 1]
    assert Person.objects.filter(id_number_index__in=blinds("id_number", ID)).count() == 2


def test_a_rotation_leaves_no_versions(ring):
    make_person(phone="19900000001")
    add_key(ring, "blind")
    before = PersonEvent.objects.count()
    rotate_index_keys()
    assert PersonEvent.objects.count() == before


def test_D2_what_is_kept_as_a_digest_alone_is_compared_under_every_key(ring):
    kept = blind("requests.secret", "A1:XY")
    add_key(ring, "blind")

    seen = [is_blind_of(kept, "requests.secret", said) for said in ("A1:XY", "A1:XZ")]
    assert (blind("requests.secret", "A1:XY") == kept, seen) == (False, [True, False])


def test_a_number_of_nobody_costs_one_question(ring, django_assert_num_queries):
    add_key(ring, "blind")
    with django_assert_num_queries(1):
        assert not Person.objects.filter(phone_index__in=blinds("phone", "19900000009")).exists()
