from datetime import date, timedelta

import pytest

from linli.care import demo
from linli.care.models import CarePerson, Visit
from linli.cases.models import Case
from linli.config.city import generate
from linli.kernel.demo import DemoWorld
from linli.packs.reading import read_packs
from linli.people import demo as people_demo
from linli.people.pack import install
from linli.places import demo as places_demo

pytestmark = pytest.mark.django_db
LAST = date(2026, 3, 3)


def test_the_demonstration_city_has_believable_visits(settings, monkeypatch):
    packs, _problems = read_packs(settings.PACKS_DIR / "roles")
    install(packs[0])
    monkeypatch.setattr(demo, "COUNTS", {"XS": 3, "S": 3})
    world = DemoWorld(
        generate("XS", last_day=LAST), "XS", LAST, LAST - timedelta(days=120), lambda text: None
    )
    for step in (
        places_demo.make_places,
        people_demo.make_units,
        people_demo.make_people,
        demo.make_care,
        demo.make_history,
    ):
        step(world)

    assert CarePerson.objects.count() >= 4
    assert Visit.objects.filter(happened_at__isnull=False).count() >= 5
    assert Case.objects.filter(kind="visit").open().filter(unit=None, assignee=None).count() == 0
    worker = world.users["community-worker"]
    assert Case.objects.filter(assignee=worker, state="due").count() >= 1
