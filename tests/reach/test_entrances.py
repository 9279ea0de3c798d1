"""Gates of compounds: stated from a table, walked through by the next study."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from linli.kernel import clock
from linli.places.models import Place
from linli.reach.actions.entrances import state_entrance
from linli.reach.actions.running import repeat
from linli.reach.effects import effect_of
from linli.reach.imports import ENTRANCE_IMPORT
from linli.reach.models import Entrance, FunctionReach
from tests.factories.people import make_person, make_worker
from tests.factories.places import make_place
from tests.factories.reach import make_run, spot

pytestmark = pytest.mark.django_db


@pytest.fixture
def compound(town):
    """A fenced compound behind the second house: one home beside the street at 600 m."""
    lon, lat = spot(600, 40)
    place = make_place(f"{town.near.code}X0001", "compound", lon=lon, lat=lat)
    home = make_place(f"{town.near.code}B0901", "building", lon=lon, lat=lat)
    home.parent, home.path = place, f"{place.path}{home.code}/"
    home.save()
    for year in (1950, 1990):
        make_person(home=home, birth_on=date(year, 6, 1))
    return place


@pytest.fixture
def worker(town):
    return make_worker(town.city, "reach.verify")


def people_in_band(run, town):
    return FunctionReach.objects.get(
        community__run=run, community__place=town.near, function="shopping"
    ).within["all"]


def state(place, worker, at_m, name="东门", **facts):
    lon, lat = spot(at_m)
    return state_entrance(place, by=worker, name=name, lon=lon, lat=lat, **facts)


def test_a_walk_begins_at_the_gate_once_it_is_known_and_old_runs_keep_what_they_knew(town, compound, worker):
    """The shop at 500 m is 140 m from the home by the nearest street point; by the gate at 1,000 m 904 m: 12.1 min."""
    before = make_run(town.city)
    state(compound, worker, 1000)

    after = make_run(town.city)

    assert (people_in_band(before, town), people_in_band(after, town)) == ([5, 6, 6, 6], [3, 4, 6, 6])
    assert (before.summary["entrances"], after.summary["entrances"]) == (0, 1)
    assert [repeat(run) == run.result_digest for run in (before, after)] == [True, True]
    assert before.digest != after.digest


def test_of_two_gates_the_better_one_is_taken_and_a_closed_one_is_none(town, compound, worker):
    state(compound, worker, 1000)
    west = state(compound, worker, 620, "西门")
    assert people_in_band(make_run(town.city), town) == [5, 6, 6, 6]

    state(compound, worker, 620, "西门", closed_on=clock.today())

    assert Entrance.objects.get(pk=west.pk).closed_on == clock.today()
    assert people_in_band(make_run(town.city), town) == [3, 4, 6, 6]


def test_what_if_walks_through_the_gate_too(town, compound, worker):
    state(compound, worker, 1000)
    run = make_run(town.city)

    effect = effect_of(run, "shopping", "all", [spot(1010)])

    assert (effect.before, effect.after) == (3, 4)  # the one at 900 m; the compound is 400 m from its gate


def test_a_gate_is_stated_by_who_may_at_its_place_and_only_once_by_name(town, compound):
    with pytest.raises(PermissionDenied):
        state(compound, make_worker(town.far, "reach.verify"), 1000)
    with pytest.raises(ValidationError):
        state(compound, None, 1000, opened_on=date(2026, 5, 1), closed_on=date(2026, 4, 1))
    state(compound, None, 1000)
    state(compound, None, 1100)
    [row] = Entrance.objects.all()
    assert (row.lon, row.lat) == spot(1100)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entrance.objects.create(place=compound, name="东门", lon=113, lat=30)


def test_a_table_of_gates_is_checked_row_by_row(town, compound, worker):
    lon, lat = spot(1000)

    def read(**cells):
        told = {"place": compound.code, "name": "东门", "lon": lon, "lat": lat, "origin": "", "opened_on": "",
                "closed_on": ""} | cells  # fmt: skip
        return {field.name: field.read(told[field.name]) for field in ENTRANCE_IMPORT.fields}

    rows = [
        (2, read()),
        (3, read()),
        (4, read(name="西门", place=town.near.code)),  # a community has no gate
        (5, read(name="南门", lon=lat, lat=lon)),
        (6, read(name="北门", lon=lon + 0.5)),
        (7, read(name="侧门", opened_on="2026-05-01", closed_on="2026-04-01")),
    ]

    wrong = [(line, name) for line, name, _why in ENTRANCE_IMPORT.check(rows)]
    assert wrong == [(3, "name"), (4, "place"), (5, "lon"), (6, "lon"), (7, "closed_on")]
    assert ENTRANCE_IMPORT.apply([rows[0][1]], by=worker) == 1
    assert Entrance.objects.get().entered_by == worker
    assert Place.objects.get(code=compound.code).entrances.count() == 1


def test_the_page_of_studies_tells_how_many_gates_are_known(town, compound, worker, client):
    state(compound, worker, 1000, opened_on=clock.today() - timedelta(days=3))
    client.force_login(make_worker(town.city, "reach.plan", "reach.verify"))

    told = client.get(reverse("reach-runs")).content.decode()

    assert "登记了 1 处小区出入口" in told
    assert reverse("import-new", args=["reach-entrances"]) in told
