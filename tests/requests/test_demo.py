from datetime import date, datetime, time, timedelta

import pytest

from linli.cases.models import Attachment, Case
from linli.config.city import generate
from linli.kernel import clock
from linli.kernel.demo import DemoWorld
from linli.packs.reading import read_packs
from linli.people import demo as people_demo
from linli.people.demo import show_community
from linli.people.pack import install
from linli.places import demo as places_demo
from linli.places.models import Place
from linli.requests import demo
from linli.requests.actions.topics import frequent
from linli.requests.models import Adopted, Original, Request, Topic, Watch
from linli.requests.queries import runs_of

pytestmark = pytest.mark.django_db
LAST = date(2026, 3, 3)


@pytest.fixture
def world(settings):
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
    ):
        step(world)
    return world


def test_the_demonstration_city_has_believable_requests(world):
    demo.make_recent_requests(world)
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


def test_a_dispatchers_desk_has_topics_photos_and_a_run_over_many(world):
    """What comes up again and again became a matter of its own: one done, one at work, one to be opened."""
    demo.make_recent_requests(world)
    demo.make_topics(world)

    dispatcher, home = world.users["street-dispatcher"], Place.objects.get(code=show_community(world).code)
    topics = Topic.objects.order_by("case__opened_at").values_list("category__code", "case__state", "count")
    assert list(topics) == [("gas-heat", "done", 7), ("rubbish", "working", 6)]
    end = datetime.combine(LAST, time(18), tzinfo=clock.CHINA)
    with clock.at(end):
        assert "parking" in [one.category.code for one in frequent([home])]
    assert Attachment.objects.filter(case__kind="request", file__media_type__startswith="image/").count() == 6
    assert Original.objects.get().by == dispatcher
    (run,) = runs_of(dispatcher)
    assert (run.step, run.count, set(run.items.values_list("outcome", flat=True))) == (
        "dispatch",
        4,
        {"done"},
    )
    assert Watch.objects.filter(person=world.users["resident"].person).count() == 2
    assert Case.objects.filter(
        kind="request", state="submitted"
    ).exists()  # the next run has something to choose
    assert Case.objects.filter(opened_at__date__gt=LAST).count() == 0
