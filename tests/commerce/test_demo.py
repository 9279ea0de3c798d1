"""The demonstration city has a market, ratings and notices, made by the real verbs."""

from datetime import date, timedelta

import pytest

from linli.commerce import demo
from linli.commerce.models import Offer, Order
from linli.config.city import generate
from linli.facilities import demo as facilities_demo
from linli.kernel.demo import DemoWorld
from linli.measures import Period, measures
from linli.packs.reading import read_packs
from linli.people import demo as people_demo
from linli.people.pack import install
from linli.places import demo as places_demo
from linli.reach.models import Entry, FreeSpaces, Outage, Report, Scene

pytestmark = pytest.mark.django_db
LAST = date(2026, 3, 3)


def test_one_community_has_a_market_with_orders_ratings_and_a_notice(settings):
    packs, _problems = read_packs(settings.PACKS_DIR / "roles")
    install(packs[0])
    world = DemoWorld(
        generate("XS", last_day=LAST), "XS", LAST, LAST - timedelta(days=548), lambda text: None
    )
    steps = (places_demo.make_places, people_demo.make_units, people_demo.make_people)
    for step in (*steps, facilities_demo.make_facilities):
        step(world)

    demo.hold_market(world)

    states = sorted(Offer.objects.values_list("state", flat=True))
    assert states == ["listed"] * 11 + ["refused", "waiting"]
    assert sorted(Order.objects.values_list("state", flat=True)) == [
        "accepted",
        "asked",
        "asked",
        *["done"] * 4,
    ]
    assert Order.objects.filter(state="done", stars=None).get().customer == world.users["resident"]
    place = Offer.objects.first().place.code
    assert measures["reach.ratings"].count(Period.parse("2026-03")) == {place: len(demo.STARS)}
    assert (Outage.objects.count(), Scene.objects.count(), FreeSpaces.objects.get().free) == (1, 2, 17)
    assert (Report.objects.waiting().count(), Entry.objects.waiting().count()) in {(2, 1), (1, 1)}
