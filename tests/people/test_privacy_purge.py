"""D8: retention runs by itself, and whoever is purged leaves a pseudonym and nothing else."""

import json
from datetime import date, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import connection

from linli import audit
from linli.audit.actions import link_chain
from linli.audit.models import Entry
from linli.kernel import clock
from linli.kernel.cipher import blind
from linli.kernel.keys import keys
from linli.kernel.purging import obstacles, removers
from linli.people.models import (
    Consent,
    Household,
    HouseholdMember,
    Person,
    PersonEvent,
    Post,
    Reading,
    User,
)
from linli.people.privacy.purging import StillNeeded, purge, purge_again, purged_path
from linli.people.privacy.retaining import purge_due
from tests.conftest import TEST_DAY
from tests.factories.people import make_person, make_post, make_user, make_worker
from tests.factories.places import make_community
from tests.people.planting import plant, traces, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]
TODAY = date(2026, 3, 4)


@pytest.fixture(autouse=True)
def _state(settings, tmp_path):
    keys()
    settings.STATE_DIR = tmp_path


@pytest.fixture
def place():
    return make_community(1)


@pytest.fixture
def worker(place):
    return make_worker(place, "people.edit", "people.reveal")


def test_D8_twelve_planted_persons_leave_no_trace_in_any_table(place, worker):
    """XZ-076: deletion is deletion."""
    planted = [plant(number, place, worker) for number in range(12)]
    words = [word for number in range(12) for word in words_of(number).values()]
    words += [blind("id_number", words_of(n)["id"]) for n in range(12)]
    words += [blind("phone", words_of(n)["phone"]) for n in range(12)]
    assert len(traces(words)) > 25  # the search finds them wherever they were planted

    assert purge_due(TODAY)["people.Person"] == 12

    assert traces(words) == []
    assert sorted(traces([str(person.pk) for person in planted])) == [
        "audit_entry.thing_key",  # "somebody was purged", by the key alone
        "people_person.id",
        "people_post.person_id",
        "people_user.person_id",
    ]
    assert Session.objects.count() == 0
    assert Person.objects.filter(purged_at=None, name__startswith="儿子").count() == 12


def plant_neighbour(person):
    """Somebody who lives behind the same door and stays."""
    neighbour = make_person("邻居", home=person.home)
    home = Household.objects.get(members__person=person)
    HouseholdMember.objects.create(household=home, person=neighbour, relation="其他")
    return neighbour


def test_D8_what_must_remain_leads_to_a_pseudonym(place, worker):
    person = plant(0, place, worker)
    with clock.at(TEST_DAY):
        audit.record("people.reveal", by=person.user, thing=person)
    purge(person, by=worker)

    person = Person.objects.get(pk=person.pk)
    assert (person.name, person.phone, person.id_number, person.home, person.room) == (
        "已清除",
        None,
        None,
        None,
        "",
    )
    assert (person.user.is_active, person.user.has_usable_password(), person.user.email) == (False, False, "")
    assert Post.objects.get(person=person).reason == ""
    assert Entry.objects.filter(by=person.user, act="people.reveal").count() == 1
    link_chain()
    assert audit.verify() == []


def test_a_second_purge_does_nothing(place, worker):
    person = plant(0, place, worker)
    assert [purge(person) > 0, purge(person)] == [True, 0]


def test_a_household_with_somebody_else_in_it_keeps_its_door(place, worker):
    person = plant(0, place, worker)
    neighbour = plant_neighbour(person)
    Household.objects.update(room="3单元")
    purge(person)

    assert list(neighbour.memberships.values_list("household__room", flat=True)) == ["3单元"]


def test_nobody_is_purged_who_is_still_needed(place, monkeypatch):
    person = make_person(home=place)
    monkeypatch.setitem(obstacles, "cases", lambda person: "还有一件未办结的诉求")
    with pytest.raises(StillNeeded, match="未办结"):
        purge(person)
    assert Person.objects.get(pk=person.pk).name == "李测试"


def test_other_apps_are_told_which_rows_go_before_they_go(place, monkeypatch):
    person, told = make_person(home=place), []

    def remove(model, keys):
        told.append((model._meta.label, model._base_manager.filter(pk__in=keys).count()))
        return len(keys)

    monkeypatch.setitem(removers, "files", remove)
    purge(person)

    assert told == [("people.Person", 1)]


def test_a_worker_of_another_place_cannot_purge(place):
    elsewhere = make_worker(make_community(1, street="990102001000"), "people.edit")
    with pytest.raises(PermissionDenied):
        purge(make_person(home=place), by=elsewhere)


@pytest.mark.django_db(transaction=True)
def test_D8_a_restored_backup_purges_again_before_it_serves(place):
    person = make_person("旧人", home=place)
    with connection.cursor() as cursor:
        cursor.execute(
            "create temporary table backup as select * from people_person where id = %s", [person.pk]
        )
        purge(person)
        cursor.execute(
            "update people_person set name = backup.name, home_id = backup.home_id, purged_at = null"
            " from backup where backup.id = people_person.id"
        )
        cursor.execute("drop table backup")

    assert [json.loads(line)["person"] for line in purged_path().read_text().splitlines()] == [str(person.pk)]
    assert [purge_again(), purge_again()] == [1, 0]
    assert Person.objects.get(pk=person.pk).name == "已清除"


def test_a_person_who_left_stays_until_the_set_time_is_over(place, worker):
    person = plant(0, place, worker)
    person.departure.on = TODAY - timedelta(days=179)
    person.departure.save()

    assert [purge_due(TODAY).get("people.Person"), purge_due(TODAY + timedelta(days=1))["people.Person"]] == [
        None,
        1,
    ]


def test_a_reading_goes_after_three_years_and_not_before(place, worker):
    with clock.at(TEST_DAY):
        Reading.objects.create(reader=worker, person=make_person(), fields=["phone"], purpose="x")

    assert [purge_due(date(2029, 3, 3)), purge_due(date(2029, 3, 4))] == [{}, {"people.Reading": 1}]
    assert purge_due(date(2029, 3, 5)) == {}


def test_a_consent_goes_three_years_after_it_was_withdrawn_and_its_versions_with_it(place):
    person = make_person()
    standing = Consent.objects.create(
        person=person, purpose="sms", text_version="1", given_at=TEST_DAY, given_by=person
    )
    assert purge_due(date(2040, 1, 1)) == {}
    standing.withdrawn_at = TEST_DAY
    standing.save()

    assert purge_due(date(2029, 3, 4)) == {"people.Consent": 1}
    assert (Consent.objects.count(), Consent.pgh_event_model.objects.count()) == (0, 0)


def test_an_ended_post_loses_its_reason_after_three_years_and_keeps_its_other_past(place, worker):
    from psycopg.types.range import DateRange

    user = make_user()
    post = make_post(user, place, reason="张三推荐", during=DateRange(date(2020, 1, 1), date(2023, 1, 1)))

    assert purge_due(date(2026, 1, 1)) == {"people.Post": 1}
    post.refresh_from_db()
    assert (post.reason, post.person) == ("", user.person)
    assert set(post.history.values_list("reason", flat=True)) == {""}
    assert purge_due(date(2026, 1, 2)) == {}


def test_the_last_sign_in_is_forgotten_after_six_months(place):
    user = make_user()
    User.objects.filter(pk=user.pk).update(last_login=TEST_DAY)
    assert purge_due(date(2026, 9, 4)) == {"people.User": 1}
    assert User.objects.get(pk=user.pk).last_login is None


def test_only_the_purge_clears_history(place):
    person = make_person(home=place)
    purge(person)
    assert PersonEvent.objects.filter(pgh_obj=person).count() == 0
