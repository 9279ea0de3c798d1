"""What one corrected figure changes above is added up from what stands below, and equals a full rebuild."""

from datetime import date
from random import Random

import pytest

from linli.measures import Period
from linli.places.actions import move
from linli.places.models import Place
from linli.plans.actions import adding, rebuild, recompute, refill, rolling
from linli.plans.models import AggregateValue, MeasureValue
from linli.plans.queries.relations import months_of
from tests.factories.people import make_worker

from .test_sealing import tree as reorganised
from .test_sealing import write_figures

pytestmark = pytest.mark.django_db
PERIODS = [Period.parse(name) for name in ("2025-02", "2025-04", "2025Q2", "2025H1", "2025")]


tree = reorganised


@pytest.fixture
def communities(tree):
    """The reorganised tree, in which one moved to the other county too and the divided one lies in both."""
    boss = make_worker(Place.objects.get(level="province"), "places.reorganise", "places.edit")
    move(tree[1], by=boss, parent=tree[6].parent, on=date(2025, 3, 10))
    move(tree[-1], by=boss, parent=tree[2].parent, on=date(2025, 4, 10))
    write_figures(tree, Random(7))
    for period in PERIODS:
        recompute(period)
    return tree


def correct(place: Place, chance: Random) -> None:
    """Another figure, and what stood above forgotten, as an approval does."""
    measure = chance.choice(["t.area", "t.households", "t.closed"])
    figures = MeasureValue.objects.filter(measure=measure, place=place, known_to=None)
    figures.update(value=chance.randint(0, 9_000), status=0)
    rolling.forget([measure], from_month=0, path=Place.objects.get(pk=place.pk).path)


def test_after_corrections_all_that_stands_above_is_what_a_rebuild_gives(communities, monkeypatch):
    """Cities, counties and streets, with what moved, merged and was divided between two counties of the city."""
    added, add_up_stored = [], adding.add_up_stored

    def add(place, standing, wanted, period):
        found = add_up_stored(place, standing, wanted, period)
        added.append((place.level, len(found)))
        return found

    monkeypatch.setattr(rolling, "add_up_stored", add)
    chance = Random(11)
    for _turn in range(10):
        correct(chance.choice(communities), chance)
        assert sum(refill(months_of(period)) for period in PERIODS)
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
