"""The demonstration city in the database: everybody housed, every role played, history true."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from linli.config.city import generate
from linli.config.demo import make_base_map
from linli.kernel import clock
from linli.kernel.cipher import blind
from linli.kernel.demo import DemoWorld
from linli.packs.actions import install_packs
from linli.people import demo as people_demo
from linli.people import demo_rights
from linli.people.models import Household, HouseholdMember, Person, Post, Reading, Residence
from linli.people.privacy.models import Correction
from linli.places import demo as places_demo
from linli.places.models import Boundary, Place, PlaceVersion, PopulationFigure

LAST_DAY = date(2026, 3, 3)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """A very small city made once for this module, and taken back after it."""
    city = generate("XS", last_day=LAST_DAY)
    made = DemoWorld(city, "XS", LAST_DAY, LAST_DAY - timedelta(days=548), print)
    with django_db_blocker.unblock(), clock.at(datetime(2026, 3, 4, 2, tzinfo=UTC)), transaction.atomic():
        install_packs(Path(settings.PACKS_DIR) / "roles")
        install_packs(Path(settings.PACKS_DIR) / "places")
        places_demo.make_places(made)
        people_demo.make_units(made)
        people_demo.make_people(made)
        places_demo.make_history(made)
        places_demo.make_services(made)
        places_demo.make_figures(made)
        yield made
        transaction.set_rollback(True)


def test_everybody_is_stored_and_at_home(world):
    people = world.city.population.people

    assert Person.objects.filter(home__level="building").count() == len(people)
    assert HouseholdMember.objects.count() == len(people)
    assert Household.objects.count() == len(world.city.population.households)


def test_every_row_has_its_first_version(world):
    models = (Person, Household, HouseholdMember)

    assert [m.history.rel.related_model.objects.count() for m in models] == [
        m.objects.count() for m in models
    ]


def test_id_numbers_are_sealed_and_can_be_found(world):
    number = world.city.population.people.id_number[0].decode()
    person = Person.objects.get(id_number_index=blind("id_number", number))

    assert (person.pk, person.id_number) == (people_demo.person_key(world, 0), number)


def test_names_can_be_searched_as_if_saved_one_by_one(world):
    person = Person.objects.order_by("pk").first()
    stored = person.name_key, person.name_initials
    person.set_keys()

    assert (person.name_key, person.name_initials) == stored


def test_every_place_has_an_outline_but_micro_grids(world):
    without = Place.objects.filter(boundary=None).order_by().values_list("level", flat=True).distinct()

    assert list(without) == ["microgrid"]
    assert Boundary.objects.count() == Place.objects.exclude(level="microgrid").count()


def test_a_grid_holds_the_residents_of_its_buildings(world):
    ground = world.city.ground
    grid = Place.objects.get(code=ground.grids[0].code)
    people, homes = world.city.population.people, world.city.population.households
    expected = (ground.buildings.grid[homes.building][people.household] == 0).sum()

    assert Person.objects.living_in(grid).count() == expected


def test_every_role_has_an_account_that_holds_its_post(world):
    held = {
        code: Post.objects.filter(person=user.person, role__code=code).exists()
        for code, user in world.users.items()
    }

    assert held == {code: code != "resident" for code in people_demo.ROLE_PLACES}


def test_no_account_is_played_by_two(world):
    persons = [user.person_id for user in world.users.values()]

    assert len(set(persons)) == len(persons)


def test_the_resident_belongs_to_the_community_and_acts_for_an_elder(world):
    person = world.users["resident"].person
    residence = Residence.objects.get(person=person)

    assert residence.verified_by == world.users["community-head"]
    assert person.acts_for.get().principal.age_on(LAST_DAY) >= 67


def test_the_resident_finds_who_looked_at_her_data_and_what_she_asked(world):
    demo_rights.use_rights(world)
    readings = Reading.objects.order_by("at").values_list("reader", "person", "purpose")
    resident, worker = world.users["resident"], world.users["community-worker"]
    assert [one[:2] for one in readings] == [(worker.pk, resident.person_id)] * len(demo_rights.LOOKS)
    assert Correction.objects.get(person=resident.person).state == "asked"


def test_the_community_head_sees_the_people_of_the_community_alone(world):
    head = world.users["community-head"]
    community = Place.objects.get(code=people_demo.show_community(world).code)
    seen = set(Person.objects.visible_to(head).exclude(pk=head.person_id).values_list("pk", flat=True))
    living = Person.objects.living_in(community).exclude(pk=head.person_id)

    assert len(seen) > 100
    assert seen == set(living.values_list("pk", flat=True))


def test_a_village_was_called_otherwise_a_year_ago(world):
    village = Place.objects.get(versions__name=places_demo.FORMER)
    names = PlaceVersion.objects.filter(place=village).order_by("during").values_list("name", flat=True)

    assert list(names) == [places_demo.FORMER, village.name]
    assert village.name in {c.name for c in world.city.ground.communities}


def test_villages_helped_first_show_which_services_are_there(world):
    helped = Place.objects.communities().filter(tags__contains=["重点帮扶"], path__contains="/990121000000/")

    assert helped.exists()
    assert {place.service_states.count() for place in helped} == {8}


def test_figures_of_communities_add_up_to_the_city(world):
    year = LAST_DAY.year - 1
    city = PopulationFigure.objects.get(place__level="city", year=year, definition="resident")
    parts = PopulationFigure.objects.filter(place__level="community", year=year, definition="resident")

    assert abs(sum(p.people for p in parts) - city.people) <= parts.count()


def test_base_map_is_written_where_the_web_server_finds_it(world, settings, tmp_path):
    settings.WHITENOISE_ROOT = tmp_path
    make_base_map(world)

    answer = Client().get("/map/base.pmtiles", headers={"range": "bytes=0-6"})
    assert (answer.status_code, b"".join(answer.streaming_content)) == (206, b"PMTiles")
