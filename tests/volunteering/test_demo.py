"""The demonstration city serves and is served, by the real actions."""

from datetime import date, timedelta

import pytest

from linli.care import demo as care_demo
from linli.care.models import Pairing
from linli.config.city import generate
from linli.journeys.pairs import demo as pairs_demo
from linli.kernel.demo import DemoWorld
from linli.ledger.checking import verify
from linli.packs.reading import read_packs
from linli.people import demo as people_demo
from linli.people.pack import install
from linli.places import demo as places_demo
from linli.places.models import Level, Place
from linli.volunteering import demo
from linli.volunteering.models import (
    Activity,
    Attendance,
    AwardRound,
    Help,
    KeyClient,
    Look,
    PairingOffer,
    Team,
)

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
        care_demo.make_care,
        demo.make_charter,
        demo.make_coming,
        pairs_demo.make_recent_pairs,
    ):
        step(world)
    coming = Activity.objects.filter(shifts__during__startswith__date__gt=LAST).count()
    shown = sorted(PairingOffer.objects.values_list("state", flat=True))
    demo.make_volunteering(world)
    care_demo.make_history(world)
    pairs_demo.make_pairs(world)

    assert (coming, Activity.objects.count(), AwardRound.objects.get().state) == (5, 11, "decided")
    assert Help.objects.exists()
    assert {code[:6] for code in Team.objects.values_list("place__code", flat=True)} == {
        county[:6] for county in Place.objects.filter(level=Level.COUNTY).values_list("code", flat=True)
    }
    assert Attendance.objects.confirmed().exists()
    assert Attendance.objects.filter(during__startswith__date__gt=LAST).count() == 0
    assert shown == ["offered", "standing"]
    offers = PairingOffer.objects.filter(state="standing").values_list("volunteer", "person")
    pairs = Pairing.objects.filter(volunteer__volunteer__isnull=False)
    assert set(offers) <= set(pairs.values_list("volunteer", "care_person__person"))
    assert sorted(PairingOffer.objects.values_list("state", flat=True)) == [
        "declined", "offered", "offered", "standing", "standing", "standing",
    ]  # fmt: skip
    assert (KeyClient.objects.filter(until=None).count(), KeyClient.objects.exclude(until=None).count()) == (
        3,
        1,
    )
    assert sorted(Look.objects.values_list("in_order", flat=True)) == [False, True, True]
    assert verify() == []
