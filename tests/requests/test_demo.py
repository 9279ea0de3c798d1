from datetime import date, timedelta

import pytest

from linli.cases.models import Case
from linli.config.city import generate
from linli.kernel.demo import DemoWorld
from linli.packs.reading import read_packs
from linli.people import demo as people_demo
from linli.people.pack import install
from linli.places import demo as places_demo
from linli.requests import demo
from linli.requests.models import Adopted, Request

pytestmark = pytest.mark.django_db
LAST = date(2026, 3, 3)


def test_the_demonstration_city_has_believable_requests(settings):
    packs, _problems = read_packs(settings.PACKS_DIR / "roles")

    install(packs[0])
    world = DemoWorld(
        generate("XS", last_day=LAST), "XS", LAST, LAST - timedelta(days=548), lambda text: None
    )
    for step in (
        places_demo.make_places,
        people_demo.make_units,
        people_demo.make_people,
        demo.make_duties,
        demo.make_recent_requests,
    ):
        step(world)
    days = Request.objects.order_by("case__opened_at").values_list("case__opened_at__date", flat=True)
    assert [day >= LAST - timedelta(days=demo.RECENT_DAYS) for day in days] == [False, True, True, True, True]
    assert (days[0] >= date(2026, 2, 1), days.last() < LAST) == (True, True)  # the newest month that is over
    recent = list(Request.objects.values_list("pk", flat=True))
    demo.make_requests(world)

    states = set(Case.objects.filter(kind="request").values_list("state", flat=True))
    assert Request.objects.count() == demo.COUNTS["XS"] + 1
    assert Case.objects.open().filter(reporter=world.users["resident"].person).exists()  # under her 我的
    assert "closed" in states
    assert Adopted.objects.exclude(request__kind="advice").count() == 0 < Adopted.objects.count()
    assert Case.objects.open().filter(unit=None, assignee=None).count() == 0
    assert Case.objects.filter(opened_at__date__gt=LAST).count() == 0
    before = Case.objects.filter(kind="request").exclude(pk__in=recent).order_by("opened_at")
    numbers = list(before.values_list("number", flat=True))
    assert numbers == sorted(numbers)
