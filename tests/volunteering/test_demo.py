"""The demonstration city serves and is served, by the real actions."""

from datetime import date, timedelta

import pytest

from linli.config.city import generate
from linli.kernel.demo import DemoWorld
from linli.ledger.checking import verify
from linli.packs.reading import read_packs
from linli.people import demo as people_demo
from linli.people.pack import install
from linli.places import demo as places_demo
from linli.volunteering import demo
from linli.volunteering.models import Activity, Attendance, AwardRound, Help

LAST = date(2026, 3, 3)


@pytest.mark.django_db
def test_the_demonstration_city_has_volunteers_whose_books_are_right(settings):
    packs, _problems = read_packs(settings.PACKS_DIR / "roles")
    install(packs[0])
    city = generate("XS", last_day=LAST)
    world = DemoWorld(city, "XS", LAST, LAST - timedelta(days=548), lambda text: None)
    for step in (
        places_demo.make_places,
        people_demo.make_units,
        people_demo.make_people,
        demo.make_charter,
        demo.make_coming,
    ):
        step(world)
    coming = Activity.objects.filter(shifts__during__startswith__date__gt=LAST).count()
    demo.make_volunteering(world)

    assert (coming, Activity.objects.count(), AwardRound.objects.get().state) == (5, 9, "decided")
    assert Help.objects.exists()
    assert Attendance.objects.confirmed().exists()
    assert Attendance.objects.filter(during__startswith__date__gt=LAST).count() == 0
    assert verify() == []
