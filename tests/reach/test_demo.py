"""The demonstration city has streets and one study, made by the real verbs."""

from datetime import date, timedelta

import pytest
import shapely

from linli.config.city import generate
from linli.facilities import demo as facilities_demo
from linli.kernel.demo import DemoWorld
from linli.packs.reading import read_packs
from linli.people import demo as people_demo
from linli.people.pack import install
from linli.places import demo as places_demo
from linli.reach import demo
from linli.reach.actions.running import repeat
from linli.reach.frozen import unpack_inputs
from linli.reach.models import Entrance, Run, StreetMap

pytestmark = pytest.mark.django_db
LAST = date(2026, 3, 3)


@pytest.fixture
def world(settings):
    packs, _problems = read_packs(settings.PACKS_DIR / "roles")
    install(packs[0])
    city = generate("XS", last_day=LAST)
    world = DemoWorld(city, "XS", LAST, LAST - timedelta(days=548), lambda text: None)
    steps = (places_demo.make_places, people_demo.make_units, people_demo.make_people)
    for step in (*steps, facilities_demo.make_facilities):
        step(world)
    return world


def test_the_city_has_its_streets_and_a_study_that_repeats(world):
    demo.make_study(world)

    run = Run.objects.get(on=LAST)
    assert (run.state, run.trouble, run.on, run.counts) == ("done", "", LAST, True)
    assert run.communities.count() == len(world.city.ground.communities)
    assert run.summary["known"]["all"] >= 0.95 * run.summary["people"]["all"]
    assert run.summary["functions"]["tourism"] == {"outlets": 0}
    assert 0 < run.summary["functions"]["shopping"]["walking"] <= run.summary["communities"]
    drawn = world.city.ground.streets
    assert StreetMap.objects.get().segments == len(drawn.members) - len(drawn)
    assert repeat(run) == run.result_digest


def test_fenced_compounds_are_left_by_their_gates(world):
    """Every gate lies on its compound's fence, and the study begins its walks there."""
    demo.make_study(world)

    fences = {one.code: one.boundary for one in world.city.ground.compounds if one.kind in demo.FENCED}
    gates = list(Entrance.objects.select_related("place"))
    assert {gate.place.code for gate in gates} == set(fences)
    for gate in gates:
        assert fences[gate.place.code].exterior.distance(shapely.Point(gate.lon, gate.lat)) < 2e-6
    assert len(unpack_inputs(Run.objects.get(on=LAST).inputs).gate) > 0
