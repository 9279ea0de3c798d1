"""The demonstration city's facilities: believable, some communities short, silent or wrong."""

from datetime import date, timedelta

import pytest

from linli.config.city import generate
from linli.facilities import demo, demo_photos
from linli.facilities.models import Facility, FloorArea, HousingProject, Photo, Statement, UpgradeProject
from linli.kernel.demo import DemoWorld
from linli.packs.reading import read_packs
from linli.people import demo as people_demo
from linli.people.pack import install
from linli.places import demo as places_demo
from linli.registers import demo as register_rules

pytestmark = pytest.mark.django_db
LAST = date(2026, 3, 3)


@pytest.fixture
def world(settings):
    packs, _problems = read_packs(settings.PACKS_DIR / "roles")
    install(packs[0])
    world = DemoWorld(
        generate("XS", last_day=LAST), "XS", LAST, LAST - timedelta(days=548), lambda text: None
    )
    for step in (places_demo.make_places, people_demo.make_units, people_demo.make_people):
        step(world)
    return world


def test_the_city_enters_its_facilities_through_the_real_acts(world):
    demo.make_facilities(world)

    made = len(world.city.facilities) + len(world.city.outlets)
    streets = Facility.objects.filter(kind__code="affairs-centre", place__level="street").count()
    assert streets > 0
    assert Facility.objects.count() == made + streets + 2 + 1  # two entered twice, one planned
    assert Facility.objects.filter(confirmed_on=None).count() == 0
    assert Statement.objects.count() == len(world.city.ground.communities) - 1 * (
        len(world.city.ground.communities) // demo.SILENT
    )
    states = set(Facility.objects.values_list("state", flat=True))
    assert {"open", "built"} <= states

    demo_photos.photograph(world)
    assert set(Photo.objects.values_list("facility__kind__code", flat=True)) == {"integrated", "canteen"}

    register_rules.make_rules(world)
    places_demo.make_figures(world)
    demo.make_projects(world)
    assert set(UpgradeProject.objects.values_list("state", flat=True)) >= {"accepted", "works"}
    assert HousingProject.objects.filter(delivered_m2=None).count() == 1
    short = [project for project in HousingProject.objects.all() if project.is_short]
    assert [project.name for project in short] == ["学府雅苑"]
    assert FloorArea.objects.exists()
