"""What one corrected figure changes above is added up from what stands below, and equals a full rebuild."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest

from linli.measures import Period
from linli.places.actions import Part, merge, move, split
from linli.places.models import Place
from linli.plans.actions import adding, rebuild, recompute, refill, rolling
from linli.plans.models import AggregateValue, MeasureValue
from linli.plans.queries.relations import months_of
from tests.factories.people import make_worker
from tests.factories.places import make_community, make_place

from .shelves import install_small, plan_pack
from .test_sealing import INDICATOR, MORE, write_figures

pytestmark = pytest.mark.django_db
PERIODS = [Period.parse(name) for name in ("2025-04", "2025Q2", "2025H1", "2025")]
STREETS = ("990101001000", "990101002000", "990102001000", "990102002000")


@pytest.fixture
def communities(monkeypatch):
    """Twelve in four streets of two counties; one moves to the other, one is divided between both."""
    made = [make_community(n, street=s) for s in STREETS for n in (1, 2, 3)]
    serves = {"serves": tuple(one["code"] for one in (INDICATOR, *MORE))}
    install_small(monkeypatch, plan=plan_pack(also=MORE, task=serves))
    boss = make_worker(make_place("990000000000", "province"), "places.reorganise", "places.edit")
    move(made[0], by=boss, parent=made[6].parent, on=date(2025, 3, 10))
    merge([made[4]], into=made[8], by=boss, on=date(2025, 2, 15), reason="并入")
    parts = [
        Part("990102001007", "东社区", (), Decimal("0.5")),
        Part("990102001008", "西社区", (), Decimal("0.5")),
    ]
    made += split(made[7], parts=parts, by=boss, on=date(2025, 4, 1), reason="拆分")
    move(made[-1], by=boss, parent=made[1].parent, on=date(2025, 4, 10))
    write_figures(made, Random(7))
    for period in PERIODS:
        recompute(period)
    return made


def correct(place: Place, chance: Random) -> None:
    """Another figure, and what stood above forgotten, as an approval does."""
    measure = chance.choice(["t.area", "t.households", "t.closed"])
    figures = MeasureValue.objects.filter(measure=measure, place=place, known_to=None)
    figures.update(value=chance.randint(0, 9_000), status=0)
    rolling.forget([measure], from_month=0, path=place.path)


def test_after_corrections_all_that_stands_above_is_what_a_rebuild_gives(communities, monkeypatch):
    """Cities, counties and streets, with what moved, merged and was divided between two counties of the city."""
    added, add_up_stored = [], adding.add_up_stored

    def add(place, standing, wanted, period):
        found = add_up_stored(place, standing, wanted, period)
        added.append((place.level, len(found)))
        return found

    monkeypatch.setattr(rolling, "add_up_stored", add)
    chance = Random(11)
    for _turn in range(6):
        correct(chance.choice(communities), chance)
        assert all(refill(months_of(period)) for period in PERIODS)
        assert [rebuild(period) for period in PERIODS] == [0] * len(PERIODS)
    assert {level for level, count in added if count} == {"county", "city", "province"}


def test_a_place_below_that_lacks_its_row_is_not_guessed(communities):
    year, city = PERIODS[-1], Place.objects.get(level="city")
    wanted = rolling._aggregates(None)
    standing = list(rolling._stored_places(year))
    everything = adding.add_up_stored(city, standing, wanted, year)
    months = {"first": months_of(year).first, "last": months_of(year).last}
    gone = AggregateValue.objects.filter(place__level="county", digest__in=everything, **months)
    lacking = gone.order_by("pk").first()
    lacking.delete()
    assert adding.add_up_stored(city, standing, wanted, year) == everything - {lacking.digest}


def test_where_something_moved_since_the_rows_were_made_nothing_is_added_up(communities):
    year, city = PERIODS[-1], Place.objects.get(level="city")
    AggregateValue.objects.update(computed_at="2025-03-01T00:00:00Z")
    assert (
        adding.add_up_stored(city, list(rolling._stored_places(year)), rolling._aggregates(None), year)
        == set()
    )
