"""The registers of the demonstration city, filled by the real imports and steps."""

from datetime import date, timedelta

import pytest

from linli.cases.models import Case
from linli.config.city import generate
from linli.kernel.demo import DemoWorld
from linli.measures import Period
from linli.oneform import demo as oneform_demo
from linli.organisations import demo as organisations_demo
from linli.organisations import measures as organisation_measures
from linli.packs.reading import read_packs
from linli.people import demo as people_demo
from linli.people.pack import install
from linli.places import demo as places_demo
from linli.places.models import Place
from linli.registers import demo
from linli.registers.declaring import registers
from linli.workforce import demo as workforce_demo
from linli.workforce import measures as workforce_measures
from linli.workforce.models import Certificate

pytestmark = pytest.mark.django_db
LAST = date(2026, 3, 3)


def test_the_demonstration_city_keeps_its_registers_well_badly_and_not_at_all(settings):
    packs, _problems = read_packs(settings.PACKS_DIR / "roles")
    install(packs[0])
    world = DemoWorld(
        generate("XS", last_day=LAST), "XS", LAST, LAST - timedelta(days=548), lambda text: None
    )
    for step in (
        places_demo.make_places,
        people_demo.make_units,
        people_demo.make_people,
        demo.make_rules,
        organisations_demo.make_organisations,
        workforce_demo.make_workforce,
        oneform_demo.make_forms,
    ):
        step(world)

    counts = {name: one.model.objects.count() for name, one in registers.items() if "e" in name}
    assert {name for name, count in counts.items() if count == 0} <= {"recruitment-rounds", "courses"}
    march = Period.parse("2026-03")
    assert min(workforce_measures.worker_count(march).values()) > 0
    assert len(organisation_measures.active(march)) <= Place.objects.communities().count()
    assert Certificate.objects.filter(valid_until__lt=LAST).exists()
    assert set(Case.objects.filter(kind="form").values_list("state", flat=True)) == {"county", "filling"}
