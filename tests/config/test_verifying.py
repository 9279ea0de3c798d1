"""K7, D2: doubts that name their place; a new key seals everything again, and no step of it is done twice."""

import pytest
import yaml
from django.conf import settings as django_settings
from django.db import connection

from linli import audit
from linli.audit.models import Entry
from linli.config.operations import keys as rotating
from linli.config.operations import verify
from linli.kernel.cipher import blind
from linli.kernel.keys import add_key
from linli.people.models import Person
from linli.search.actions import rebuild
from linli.search.models import SearchEntry
from tests.factories.files import make_file
from tests.factories.people import make_person
from tests.factories.places import make_community


@pytest.mark.django_db
def test_K7_nothing_is_in_doubt_in_a_platform_that_works(state, capsys):
    make_person("甲", phone="19900000001", home=make_community())
    make_file()
    rebuild()

    assert (verify.main([]), capsys.readouterr().out) == (0, "✓ nothing is in doubt\n")


@pytest.mark.django_db
def test_K7_each_doubt_names_its_place(state, capsys):
    person = make_person("甲", home=make_community())
    rebuild()
    SearchEntry.objects.filter(kind="person").delete()
    file = make_file()
    file.path.write_bytes(b"other")
    audit.record("test.act", by=None, thing=person)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set session_replication_role = replica")  # as a careless repair by hand would
        cursor.execute("update audit_entry set act = 'test.other'")
        cursor.execute("update people_person set home_id = 987654321")
        cursor.execute("set session_replication_role = origin")
        cursor.execute("alter table audit_entry disable trigger user")
    verify.unfinished_path().write_text("a set\n")
    code, said = verify.main([]), capsys.readouterr().out

    entry = Entry.objects.get(act="test.other")
    found = set(said.splitlines())
    assert code == 1
    assert found >= {
        "✗ restore a set: did not come to its end; restore again with --replace",
        f"✗ audit row {entry.pk}: was changed, or was not written by this platform",
        f"✗ files {file.pk}: is not as it was recorded",
        f"✗ search person {person.pk}: is not in the index (1 in all)",
    }
    rest = [line for line in found if line.startswith(("✗ references people_person (home_id): 1 rows lead",))]
    assert len(rest) == 1
    assert [line for line in found if "trigger audit_entry." in line and "is switched off" in line]
    with connection.cursor() as cursor:
        cursor.execute("alter table audit_entry enable trigger user")
        cursor.execute("delete from people_person")


@pytest.mark.django_db
def test_D2_a_new_key_seals_everything_again_and_an_interrupted_rotation_adds_no_second(state, capsys):
    make_person("甲", phone="19900000001")
    assert (rotating.main([]), rotating.rotate(new_key=False)) == (0, ("k2", 0))
    assert capsys.readouterr().out == "✓ field key k2: 1 values sealed again, 0 wait\n"

    add_key(state / "keys.json", "field")  # killed after this, before anything was sealed again
    assert rotating.rotate() == ("k3", 1)
    assert Person.objects.get().phone == "19900000001"


@pytest.mark.django_db
def test_D2_a_new_key_of_the_index_and_an_interrupted_rotation_adds_no_second(state, capsys):
    make_person("甲", phone="19900000001")
    assert (rotating.main(["--index"]), rotating.rotate(rotating.INDEX, new_key=False)) == (0, ("k2", 0))
    assert capsys.readouterr().out == "✓ blind key k2: 1 index digests made anew, 0 wait\n"

    add_key(state / "keys.json", "blind")  # killed after this
    assert rotating.rotate(rotating.INDEX) == ("k3", 1)
    assert Person.objects.get().phone_index == blind("phone", "19900000001")


def test_the_compose_file_is_yaml_with_the_services_it_needs():
    stated = yaml.safe_load((django_settings.BASE_DIR / "deploy" / "compose.yaml").read_text("utf-8"))
    assert sorted(stated["services"]) == ["database", "devices", "prepare", "web", "worker"]
