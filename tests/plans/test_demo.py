"""The five real plans over a small demonstration city: figures, papers and the ledger come out of real verbs."""

from datetime import date, timedelta

import pytest

from linli.config.city import generate
from linli.kernel.demo import DemoWorld
from linli.packs.reading import read_packs
from linli.people import demo as people_demo
from linli.people.pack import install
from linli.places import demo as places_demo
from linli.places.models import Place
from linli.plans import commands, demo
from linli.plans.models import (
    Edition,
    Evaluation,
    FigureReport,
    Finding,
    Plan,
    ProjectPhoto,
    Reply,
    SupervisionRound,
    TaskShare,
)

pytestmark = pytest.mark.django_db
LAST = date(2026, 3, 3)
PLANS = {"pd-2025": 20, "xa-2025": 51, "xf-2021": 22, "xz-2025": 35, "zj-2025": 21}


@pytest.fixture
def city(settings):
    packs, _problems = read_packs(settings.PACKS_DIR / "roles")
    install(packs[0])
    world = DemoWorld(
        generate("XS", last_day=LAST), "XS", LAST, LAST - timedelta(days=548), lambda text: None
    )
    for step in (places_demo.make_places, people_demo.make_units, people_demo.make_people):
        step(world)
    demo.install_plans(world)
    demo.make_plans(world)
    demo.count_again(world)
    return world


def test_five_real_plans_are_reported_counted_carried_out_and_written(city, tmp_path, capsys):
    """All 149 items of the five texts; the papers of each plan are read back and agree with its edition."""
    assert {plan.code: plan.indicators.count() for plan in Plan.objects.standing()} == PLANS
    decisions = set(FigureReport.objects.values_list("decision", flat=True))
    assert decisions == {"approved", "waiting", "returned"}
    assert set(TaskShare.objects.values_list("case__state", flat=True)) == {"given", "working", "accepted"}
    assert SupervisionRound.objects.get().closed_on is None
    of_rounds = Finding.objects.exclude(round=None)
    assert sorted(of_rounds.values_list("case__state", flat=True)) == ["closed", "found"]
    at_city = Edition.objects.filter(place__level="city")
    assert sorted(at_city.values_list("plan__code", flat=True)) == sorted(PLANS)

    assert commands.main(["report", str(tmp_path), "2026-02"]) == 0

    told = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert {line[0]: line[4] for line in told} == dict.fromkeys(PLANS, "0 differences")
    print(told)
    assert len(list(tmp_path.iterdir())) == 4 * len(PLANS)


def test_what_is_said_of_the_plans_is_there_too(city):
    """A round in its stages, pictures of what is built, residents' words; a county's own edition."""
    rows = Evaluation.objects.order_by("pk")
    states = list(rows.values_list("case__state", flat=True))
    wanted = ["graded", "published", "appealed", "graded", "site_checked", "self_checked", "drawn"]
    assert states == [wanted[number % len(wanted)] for number in range(len(rows))]
    assert len(rows) > 0
    assert rows[0].comments.get().answer != ""
    assert (ProjectPhoto.objects.count(), Reply.objects.filter(answered_at=None).count()) == (4, 2)
    counties = Place.objects.divisions().filter(level="county", code__startswith="99").count()
    assert Edition.objects.filter(place__level="county").count() == counties
